"""What comes out of archives and pickles from outside: what is in them, and nothing beside it."""

import collections
import gzip
import hashlib
import io
import os
import pickle
import tarfile
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse

from course_utils import datasets
from course_utils.datasets import archives, images
from course_utils.datasets.archives import load_pickle_allowlisted, unpack
from course_utils.datasets.cards import DataError

FILES = {"set/one.txt": b"one", "set/deep/two.bin": bytes(range(256)) * 100, "empty": b""}


def write_tar(path, files=FILES, kind="gz", **change):
    with tarfile.open(path, f"w:{kind}") as pack:
        folder = tarfile.TarInfo("set")
        folder.type = tarfile.DIRTYPE
        pack.addfile(folder)
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            for field, value in change.items():
                setattr(member, field, value)
            pack.addfile(member, io.BytesIO(content))
    return path


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "make",
    [
        lambda path: write_tar(path, kind=""),
        lambda path: write_tar(path),
        lambda path: write_tar(path, kind="bz2"),
        lambda path: write_tar(path, kind="xz"),
    ],
)
def test_an_archive_is_unpacked_whole_and_once(tmp_path, make):
    pack = make(tmp_path / "pack")
    folder = unpack(pack, tmp_path / "a" / "out")
    assert folder == tmp_path / "a" / "out"
    assert tree(folder) == FILES
    written = (folder / "set" / "one.txt").stat().st_mtime_ns
    assert unpack(pack, folder) == folder
    assert (folder / "set" / "one.txt").stat().st_mtime_ns == written
    assert sorted(path.name for path in folder.parent.iterdir()) == ["out", "out.lock"]


@pytest.mark.parametrize("harm", [lambda path: path.unlink(), lambda path: path.write_bytes(b"on")])
def test_an_incomplete_folder_is_replaced(tmp_path, harm):
    pack, folder = write_tar(tmp_path / "pack"), tmp_path / "out"
    unpack(pack, folder)
    harm(folder / "set" / "one.txt")
    assert tree(unpack(pack, folder)) == FILES


@pytest.mark.parametrize(
    "name",
    ["../out.txt", "set/../../out.txt", "/etc/out.txt", "..", "C:/out.txt", "C:out.txt", "..\\out.txt", "\\out.txt"],
)
def test_a_name_that_leads_out_is_refused(tmp_path, name):
    pack = write_tar(tmp_path / "pack", {"good": b"1", name: b"evil"})
    with pytest.raises(DataError, match="is unsafe: it would write to"):
        unpack(pack, tmp_path / "in" / "out")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["pack"]


@pytest.mark.parametrize(
    "make",
    [
        lambda path: write_tar(path, {"link": b""}, type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        lambda path: write_tar(path, {"link": b""}, type=tarfile.LNKTYPE, linkname="../../pack"),
        lambda path: write_tar(path, {"pipe": b""}, type=tarfile.FIFOTYPE),
        lambda path: write_tar(path, {"device": b""}, type=tarfile.CHRTYPE),
    ],
)
def test_links_and_devices_are_refused(tmp_path, make):
    with pytest.raises(DataError, match="is not a file but a link or a device"):
        unpack(make(tmp_path / "pack"), tmp_path / "out")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["pack"]


@pytest.mark.parametrize("kind", ["", "gz", "bz2", "xz"])
@pytest.mark.parametrize("part", [0.0, 0.3, 0.9])
def test_a_cut_archive_leaves_nothing(tmp_path, kind, part):
    files = {"noise": np.random.default_rng(0).bytes(100_000), "more": np.random.default_rng(1).bytes(100_000)}
    pack = tmp_path / "pack"
    write_tar(pack, files, kind)
    pack.write_bytes(pack.read_bytes()[: int(part * pack.stat().st_size)])
    with pytest.raises(DataError, match=r"pack can't be unpacked \(.*Delete it and fetch it again"):
        unpack(pack, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert {path.name for path in tmp_path.iterdir()} <= {"pack", "out.lock"}


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz"])
def test_a_flipped_bit_leaves_nothing(tmp_path, kind):
    files = {"noise": np.random.default_rng(0).bytes(100_000)}
    pack = tmp_path / "pack"
    write_tar(pack, files, kind)
    content = bytearray(pack.read_bytes())
    content[len(content) // 2] ^= 1
    pack.write_bytes(content)
    with pytest.raises(DataError, match="can't be unpacked"):
        unpack(pack, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_missing_archive_is_told(tmp_path):
    with pytest.raises(DataError, match="can't be unpacked"):
        unpack(tmp_path / "none", tmp_path / "out")


def test_a_full_disk_leaves_nothing_of_an_archive(tmp_path, monkeypatch):
    def full(source, out, *rest):
        out.write(b"a beginning")
        raise OSError(28, os.strerror(28))

    pack = write_tar(tmp_path / "pack")
    monkeypatch.setattr("tarfile.copyfileobj", full)
    with pytest.raises(DataError, match=r"the disk is full: out needs 26 kB"):
        unpack(pack, tmp_path / "out")
    assert {path.name for path in tmp_path.iterdir()} == {"pack", "out.lock"}


VALUES = {
    "plain": [1, 2.5, "text", b"bytes", None, True, {"a": (1, 2)}, {3}],
    "array": np.arange(12, dtype="float32").reshape(3, 4),
    "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "objects": np.array([{"a": 1}, None], dtype=object),
    "scalar": np.float64(1.5),
    "csr": scipy.sparse.csr_matrix(np.eye(3)),
    "coo": scipy.sparse.coo_matrix(np.eye(3)),
    "graph": collections.defaultdict(list, {0: [1, 2]}),
    "ordered": collections.OrderedDict(a=1),
}


def save(path, value, protocol=4):
    path.write_bytes(pickle.dumps(value, protocol=protocol))
    return path


@pytest.mark.parametrize(
    ("name", "protocol"),
    [
        (name, protocol)
        for name in VALUES
        for protocol in range(2 if scipy.sparse.issparse(VALUES[name]) else 0, pickle.HIGHEST_PROTOCOL + 1)
    ],
)
def test_arrays_and_collections_are_read(tmp_path, name, protocol):
    value = VALUES[name]
    got = load_pickle_allowlisted(save(tmp_path / "p", value, protocol))
    assert type(got) is type(value)
    if scipy.sparse.issparse(value):
        np.testing.assert_array_equal(got.toarray(), value.toarray())
    elif isinstance(value, np.ndarray):
        assert got.dtype == value.dtype
        np.testing.assert_array_equal(got, value)
    else:
        assert got == value


def test_what_python_2_wrote_is_read(tmp_path):
    # Protocol 2 as Python 2 and NumPy 1 wrote it: numpy.core, and the array's bytes as a str.
    array = (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85U\x01b\x87Rq\x03"
        b"(K\x01K\x02\x85cnumpy\ndtype\nq\x04U\x02u1K\x00K\x01\x87Rq\x05(K\x03U\x01|NNNJ\xff\xff\xff\xff"
        b"J\xff\xff\xff\xffK\x00tb\x89U\x02\xc8\xfftb."
    )
    (tmp_path / "array").write_bytes(array)
    np.testing.assert_array_equal(load_pickle_allowlisted(tmp_path / "array"), np.array([200, 255], dtype="uint8"))
    graph = b"\x80\x02ccollections\ndefaultdict\nc__builtin__\nlist\n\x85RK\x05]K\x06as."
    (tmp_path / "graph").write_bytes(graph)
    assert load_pickle_allowlisted(tmp_path / "graph") == {5: [6]}
    (tmp_path / "keys").write_bytes(b"\x80\x02}U\x04dataK\x01s.")
    assert load_pickle_allowlisted(tmp_path / "keys", encoding="bytes") == {b"data": 1}


class Evil:
    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (os.mkdir, ("harm",), "mkdir"),
        (eval, ("__import__('os').mkdir('harm')",), "builtins.eval"),
        (exec, ("import os; os.mkdir('harm')",), "builtins.exec"),
        (getattr, (os, "mkdir"), "getattr"),
        (np.save, ("harm", [1]), "save"),
        (np.load, ("harm",), "load"),
    ],
)
def test_a_pickle_that_wants_to_run_something_is_refused(tmp_path, monkeypatch, function, arguments, name):
    monkeypatch.chdir(tmp_path)
    if function is getattr:
        (tmp_path / "p").write_bytes(b"c__builtin__\ngetattr\n.")
    else:
        save(tmp_path / "p", [1, Evil(function, *arguments)])
    with pytest.raises(DataError, match=rf"asks for .*{name}, which the course does not allow"):
        load_pickle_allowlisted(tmp_path / "p")
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


@pytest.mark.parametrize(
    "text",
    [
        b"cnumpy\nndarray.tofile\n.",  # a dotted name must not reach into what is allowed
        b"\x80\x04\x8c\x05numpy\x94\x8c\x0endarray.tofile\x94\x93.",
        b"cscipy.sparse\nload_npz\n.",
        b"c_codecs\ndecode\n.",
        b"c_codecs\nencode\n(Vx\nVutf-7\ntR.",
        b"cnumpy.core.multiarray\nfromfile\n.",
    ],
)
def test_names_beside_the_allowed_are_refused(tmp_path, text):
    (tmp_path / "p").write_bytes(text)
    with pytest.raises(DataError, match="does not allow"):
        load_pickle_allowlisted(tmp_path / "p")


@pytest.mark.parametrize("content", [b"", b"no pickle", pickle.dumps(list(range(1000)))[:-10]])
def test_a_damaged_pickle_is_told(tmp_path, content):
    (tmp_path / "p").write_bytes(content)
    with pytest.raises(DataError, match="can't be read as a pickle"):
        load_pickle_allowlisted(tmp_path / "p")
    with pytest.raises(DataError, match="can't be read as a pickle"):
        load_pickle_allowlisted(tmp_path / "none")


def idx(array):
    head = bytes([0, 0, 8, array.ndim]) + b"".join(length.to_bytes(4, "big") for length in array.shape)
    return gzip.compress(head + array.tobytes(), mtime=0)


def test_idx_files_are_read(tmp_path):
    for array in (np.arange(2 * 3 * 5, dtype="uint8").reshape(2, 3, 5), np.array([3, 1], dtype="uint8")):
        (tmp_path / "f.gz").write_bytes(idx(array))
        got = images.read_idx(tmp_path / "f.gz")
        np.testing.assert_array_equal(got, array)
        assert got.dtype == np.uint8
        got += 1  # may be written to


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no gzip", "can't be read as gzip"),
        (idx(np.zeros((2, 3), "uint8"))[:-12], "can't be read as gzip"),
        (gzip.compress(b"\0\0\x0d\x01\0\0\0\1\0\0\0\0", mtime=0), "not an IDX file of unsigned bytes"),
        (gzip.compress(b"", mtime=0), "not an IDX file"),
        (gzip.compress(b"\0\0\x08\x02\0\0\0\1", mtime=0), "its header says"),
        (gzip.compress(b"\0\0\x08\x01\0\0\0\x05abc", mtime=0), r"3 values, its header says \(5,\)"),
        (gzip.compress(b"\0\0\x08\x01\0\0\0\x02abc", mtime=0), r"3 values, its header says \(2,\)"),
    ],
)
def test_an_idx_file_that_is_not_one_is_told(tmp_path, content, words):
    (tmp_path / "f.gz").write_bytes(content)
    with pytest.raises(DataError, match=words):
        images.read_idx(tmp_path / "f.gz")


def cifar_folder(path, keys=(b"data", b"labels"), rows=3, columns=3072):
    """CIFAR's layout, small: picture i of a batch is red i, green 100 + i, blue 200 + i, but one pixel."""
    path.mkdir()
    for batch, name in enumerate([*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]):
        pixels = np.repeat([[0], [100], [200]], 1024, axis=1)[None] + np.arange(rows)[:, None, None]
        pixels = pixels.astype("uint8").reshape(rows, -1)[:, :columns]
        pixels[:, 1] = 50 + batch  # red of row 0, column 1
        save(path / name, {keys[0]: pixels, keys[1]: [batch] * rows}, protocol=2)
    return path


def test_cifars_layout_is_read(tmp_path):
    x_train, y_train, x_test, y_test = images.read_cifar(cifar_folder(tmp_path / "c"))
    assert x_train.shape == (15, 32, 32, 3)
    assert x_test.shape == (3, 32, 32, 3)
    assert y_train.tolist() == [0] * 3 + [1] * 3 + [2] * 3 + [3] * 3 + [4] * 3
    assert y_test.tolist() == [5] * 3
    assert x_train[4, 0].tolist() == [[1, 101, 201], [51, 101, 201]] + [[1, 101, 201]] * 30


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"keys": ("data", b"labels")}, None),  # Python 2's own keys come as bytes
        ({"keys": (b"pixels", b"labels")}, "lacks b'data' or b'labels'"),
        ({"columns": 3000}, r"holds \(3, 3000\) values"),
    ],
)
def test_a_batch_that_is_not_cifars_is_told(tmp_path, change, words):
    folder = cifar_folder(tmp_path / "c", **change)
    if words is None:
        words = "lacks"
    with pytest.raises(DataError, match=words):
        images.read_cifar(folder)


def test_a_missing_batch_is_named(tmp_path):
    (cifar_folder(tmp_path / "c") / "data_batch_4").unlink()
    with pytest.raises(DataError, match="data_batch_4"):
        images.read_cifar(tmp_path / "c")


def small(card, mirror, contents):
    """The card with other bytes behind its files, and those bytes in a mirror folder."""
    files = []
    for file, content in zip(card.files, contents, strict=True):
        (mirror / file.path).parent.mkdir(parents=True, exist_ok=True)
        (mirror / file.path).write_bytes(content)
        files.append(replace(file, sha256=hashlib.sha256(content).hexdigest(), bytes=len(content)))
    return replace(card, files=tuple(files))


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "mirror"))
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *names, **options: str(tmp_path / "cache"))
    return tmp_path / "mirror"


@pytest.mark.parametrize(
    ("name", "classes"), [("mnist", ["0", "9", "5", "8"]), ("fashion_mnist", ["T-shirt", "boot", "sandal", "bag"])]
)
def test_digits_and_clothes_come_from_their_four_files(mirror, name, classes):
    arrays = [
        np.full((count, 28, 28) if pictures else count, 7 + count, "uint8") for count in (4, 2) for pictures in (1, 0)
    ]
    arrays[1][:], arrays[3][:] = [0, 9, 5, 8], [1, 2]
    data = images.load(small(datasets.card(name), mirror, map(idx, arrays)))
    for got, array in zip((data.x_train, data.y_train, data.x_test, data.y_test), arrays, strict=True):
        np.testing.assert_array_equal(got, array)
    assert [data.class_names[label] for label in data.y_train] == classes
    assert data.y_train.dtype == np.int64
    assert "60" not in repr(data)


def test_cifar10_comes_from_its_archive(mirror, tmp_path):
    folder = cifar_folder(tmp_path / "cifar-10-batches-py")
    pack = io.BytesIO()
    with tarfile.open(fileobj=pack, mode="w:gz") as tar:
        tar.add(folder, arcname=folder.name)
    card = small(datasets.card("cifar10"), mirror, [pack.getvalue()])
    for _ in range(2):
        data = images.load(card)
        assert data.x_train.shape == (15, 32, 32, 3)
        assert data.class_names[data.y_test[0]] == "dog"
        assert not (mirror / "cifar10" / "cifar-10-batches-py").exists()  # a mirror may be read-only
    place = tmp_path / "cache" / "cifar10" / f"unpacked-{card.files[0].sha256[:8]}" / "cifar-10-batches-py"
    assert len(list(place.iterdir())) == 6
    (place / "test_batch").write_bytes(b"")
    assert images.load(card).x_test.shape == (3, 32, 32, 3)


def test_a_wrong_file_in_the_mirror_is_not_loaded(mirror, monkeypatch):
    card = small(datasets.card("cifar10"), mirror, [b"right"])
    (mirror / card.files[0].path).write_bytes(b"wrong")
    card = replace(card, files=(replace(card.files[0], url="http://127.0.0.1:9/none"),))
    monkeypatch.setattr("pooch.core.time.sleep", lambda seconds: None)
    with pytest.raises(DataError, match=r"Not used: .*cifar-10-python\.tar\.gz has the SHA-256"):
        images.load(card)


def test_the_allow_list_holds_nothing_that_could_run_code():
    names = {f"{module}.{name}" for module, inside in archives.ALLOWED.items() for name in inside}
    assert not {name for name in names if name.split(".")[-1] in ("eval", "exec", "getattr", "open", "__import__")}
