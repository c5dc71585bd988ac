"""The catalogue: every data set is what its card says."""

import importlib
import json
import pickle
import pkgutil
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sklearn.datasets

import course_utils
from course_utils import datasets
from course_utils.datasets import cards, catalogue, fetch
from course_utils.neurons import points
from course_utils.stages import STAGES, command
from course_utils.tools import data as cli

PRICES = ("sp500", "nasdaq")  # tables, tested in test_stocks.py
OTHERS = [name for name, (_, loader) in catalogue.catalogue().items() if not loader.args]  # of one function each
HERE = [name for name in datasets.names() if datasets.card(name).source not in ("downloaded", "folder")]
LOCAL = [name for name in HERE if name not in (*PRICES, *OTHERS)]
DOWNLOADS = [name for name in datasets.names() if datasets.card(name).files]
ABSENT = [name for name in datasets.names() if datasets.card(name).source in ("downloaded", "folder")]
BY_HAND = [name for name in datasets.names() if datasets.card(name).source == "folder"]
BUNDLED = {
    "digits": sklearn.datasets.load_digits,
    "wine": sklearn.datasets.load_wine,
    "breast_cancer": sklearn.datasets.load_breast_cancer,
    "diabetes": lambda: sklearn.datasets.load_diabetes(scaled=False),
}


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *names, **options: str(tmp_path / "cache"))


def test_importing_the_catalogue_imports_nothing_heavy():
    code = "import sys; from course_utils import datasets; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"keras", "tensorflow", "matplotlib", "sklearn", "scipy", "pandas", "IPython", "ipywidgets"}
    assert "course_utils.datasets" in run.stdout.split()
    assert not heavy & set(run.stdout.split())


@pytest.mark.parametrize("name", LOCAL)
def test_a_data_set_is_what_its_card_says(name):
    data, card = datasets.load(name), datasets.card(name)
    arrays = {key: getattr(data, key) for key in ("x_train", "y_train", "x_test", "y_test")}
    assert {key: array.shape for key, array in arrays.items()} == card.shapes
    assert sum(array.nbytes for array in arrays.values()) == card.bytes
    assert data.checksum() == card.checksum
    assert data.card is card
    assert data.x_train.dtype == (np.uint8 if name == "actions" else np.float32)
    for y in (data.y_train, data.y_test):
        if data.class_names:
            assert y.dtype == np.int64
            assert set(y) == set(range(len(data.class_names)))
        else:
            assert y.dtype == np.float32
    if data.feature_names:
        assert data.x_train.shape[1] == len(data.feature_names)


def cards_of(value) -> list[cards.Card]:
    return [card for card in (value if isinstance(value, tuple) else (value,)) if isinstance(card, cards.Card)]


def test_every_card_of_the_package_is_in_the_catalogue():
    found = {}
    for module in pkgutil.walk_packages(course_utils.__path__, "course_utils."):
        if module.name.split(".")[1] not in ("tools", "makers", "labs", "__main__"):
            for value in vars(importlib.import_module(module.name)).values():
                found |= {card.name: card for card in cards_of(value)}
    assert {"scenes", "captions", "social_network", "digits", "en_zh"} <= set(found)
    for name, card in found.items():
        assert datasets.card(name) is card
    assert set(datasets.names()) >= set(found)


def test_every_stage_has_its_data_sets():
    by_stage = {stage.number: set() for stage in STAGES}
    for name in datasets.names():
        for number in datasets.card(name).stages:
            by_stage[number].add(name)
    assert [number for number, names in by_stage.items() if not names] == [8]  # it plays games
    assert "flights" in by_stage[2]
    assert "scenes" in by_stage[4]
    assert {"captions", "dates", "digits"} <= by_stage[6]
    networks = {"karate_club", "les_miserables", "southern_women", "small_networks", "social_network"}
    assert networks | {"cora", "facebook_pages"} <= by_stage[9]
    assert {"dialogues", "sp500", "en_zh"} <= by_stage[10]


@pytest.mark.parametrize("name", OTHERS)
def test_what_a_single_function_gives_is_what_its_card_says(name):
    card, data = datasets.card(name), datasets.load(name)
    for part, shape in card.shapes.items():
        values = getattr(data, part, data)
        assert (values.shape if hasattr(values, "shape") else (len(values),)) == shape
    assert datasets.verify(name) is None


def test_parameters_reach_the_function_that_makes_the_data():
    assert len(datasets.load("scenes", count=3).images) == 3
    assert datasets.load("social_network", nodes=200).nodes == 200
    with pytest.raises(TypeError, match=r"social_network has no parameter 'node'; .* mean 'nodes'"):
        datasets.load("social_network", node=200)
    with pytest.raises(TypeError, match="karate_club has no parameter 'seed'; it has no parameters"):
        datasets.load("karate_club", seed=1)


@pytest.mark.parametrize("name", datasets.names())
def test_cards_are_complete(name):
    card = datasets.card(name)
    assert card.name == name
    assert card.source in cards.SOURCES
    assert card.stages
    assert set(card.stages) <= {stage.number for stage in STAGES}
    for text in (card.title, card.origin, card.licence, card.values, card.split):
        assert text
    assert bool(card.files) == (card.source == "downloaded")
    assert bool(card.needs) == bool(card.get) == (card.source == "folder")
    assert (card.checksum is None) == (card.source in ("downloaded", "folder"))
    if card.files:
        assert card.bytes == sum(file.bytes for file in card.files)
        assert all(file.path.startswith(f"{card.folder or name}/") for file in card.files)
    for text in (card.title, card.licence, str(list(card.shapes.values())[-1])):
        assert text in str(card)


def test_names_and_paths_are_used_once():
    assert len(set(datasets.names())) == len(datasets.names())
    paths = [file.path for name in DOWNLOADS for file in datasets.card(name).files]
    assert len(set(paths)) == len(paths)


@pytest.mark.parametrize("name", sorted(BUNDLED))
def test_bundled_data_are_scikit_learns_unscaled(name):
    data, table = datasets.load(name), BUNDLED[name]()
    ours = np.column_stack(
        [
            np.concatenate([data.x_train, data.x_test]).reshape(len(table.data), -1),
            np.concatenate([data.y_train, data.y_test]),
        ]
    )
    theirs = np.column_stack([table.data, table.target]).astype("float32")
    np.testing.assert_array_equal(ours[np.lexsort(ours.T)], theirs[np.lexsort(theirs.T)])


@pytest.mark.parametrize("name", ["digits", "wine", "breast_cancer"])
def test_bundled_classes_are_divided_in_proportion(name):
    data = datasets.load(name)
    counts = np.bincount(np.concatenate([data.y_train, data.y_test]))
    np.testing.assert_allclose(np.bincount(data.y_test), counts / 4, atol=1)


def test_digits_are_pictures_of_their_label():
    table = sklearn.datasets.load_digits()
    data = datasets.load("digits")
    label = {
        image.tobytes(): target for image, target in zip(table.images.astype("float32"), table.target, strict=True)
    }
    assert [label[image.tobytes()] for image in data.x_test] == data.y_test.tolist()


def test_the_division_follows_its_parameters():
    first, same, other = (datasets.load("wine", test_share=0.5, seed=seed) for seed in (1, 1, 2))
    assert len(first.x_test) == 89
    np.testing.assert_array_equal(first.x_test, same.x_test)
    assert not np.array_equal(first.x_test, other.x_test)


@pytest.mark.parametrize("share", [0.0, 1.0, 0.001, -0.5, float("nan")])
def test_a_share_that_cannot_be_is_refused(share):
    for name in ("wine", "spiral"):
        with pytest.raises(ValueError, match="test_share"):
            datasets.load(name, test_share=share)


@pytest.mark.parametrize("name", [card.name for card in points.CARDS])
def test_made_data_are_the_generators_points_cut_in_two(name):
    data = datasets.load(name, samples=101, noise=0.2, test_share=0.2, seed=3)
    generator = (points.CLASSIFICATION | points.REGRESSION)[name]
    x, y = generator(101, 0.2, 3)
    assert (len(data.x_train), len(data.x_test)) == (81, 20)
    np.testing.assert_array_equal(np.concatenate([data.x_train, data.x_test]), x)
    np.testing.assert_array_equal(np.concatenate([data.y_train, data.y_test]), y)


def test_class_names_go_with_the_labels():
    circle = datasets.load("circle")
    assert circle.class_names[circle.y_train[np.hypot(*circle.x_train.T).argmin()]] == "disc"
    xor = datasets.load("xor")
    assert xor.class_names[xor.y_train[(xor.x_train.min(axis=1) > 0).argmax()]] == "signs agree"
    gauss = datasets.load("gauss")
    assert gauss.class_names[gauss.y_train[gauss.x_train.sum(axis=1).argmax()]] == "upper blob"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("spirl", "there is no data set 'spirl' \\(did you mean 'spiral'\\?\\); the data sets are circle, xor"),
        ("Digits", "did you mean 'digits'"),
        ("zzz", "there is no data set 'zzz'; the data sets are"),
        (3, "there is no data set 3; "),
    ],
)
def test_an_unknown_name_lists_the_known(name, words):
    for function in (datasets.load, datasets.card, datasets.verify):
        with pytest.raises(ValueError, match=words):
            function(name)


def test_an_unknown_parameter_lists_the_known():
    with pytest.raises(TypeError, match=r"spiral has no parameter 'nois'; its .* samples, noise, .* mean 'noise'"):
        datasets.load("spiral", nois=0.1)
    with pytest.raises(TypeError, match="wine has no parameter 'samples'; its parameters are test_share, seed"):
        datasets.load("wine", samples=3)
    with pytest.raises(TypeError, match="cifar10 has no parameter 'seed'; it has no parameters"):
        datasets.load("cifar10", seed=3)
    with pytest.raises(TypeError, match="no parameter 'card'"):
        datasets.load("wine", card=3)


def test_a_data_set_shows_itself():
    assert repr(datasets.load("wine")) == (
        "Wines of three growers (comes with scikit-learn)\n"
        "  133 training and 45 test samples\n"
        "  x (samples, 13) float32: alcohol, malic_acid, ash, alcalinity_of_ash, magnesium, … (13 in all)\n"
        "  y (samples,) int64, 3 classes: class_0, class_1, class_2"
    )
    assert repr(datasets.load("plane", samples=3000)).splitlines()[1:] == [
        "  1,500 training and 1,500 test samples",
        "  x (samples, 2) float32: x1, x2",
        "  y (samples,) float32, regression",
    ]


def test_the_checksum_of_any_values_sees_every_change():
    values = [
        np.arange(6).reshape(2, 3), np.arange(6), np.arange(6.0), "text", ("te", "xt"), ("t", "ext"), ["a", 1], ["a", 2], 3,
        pd.DataFrame({"a": [1.5, None]}), pd.DataFrame({"a": [1.5, 2.5]}), pd.DataFrame({"b": [1.5, None]}),
    ]  # fmt: skip
    assert len({cards.checksum(value) for value in values}) == len(values)
    assert cards.checksum(np.arange(3, dtype=">i8")) == cards.checksum(np.arange(3, dtype="<i8"))


def test_the_checksum_sees_every_change():
    data = datasets.load("wine")
    one_value = data.x_test.copy()
    one_value[0, 0] = np.nextafter(one_value[0, 0], np.inf, dtype="float32")
    changes = [
        {"x_test": one_value},
        {"y_test": data.y_test.astype("int32")},
        {"x_train": data.x_train.reshape(13, 133)},
        {"x_train": data.x_test, "x_test": data.x_train},
    ]
    assert len({replace(data, **change).checksum() for change in changes} | {data.checksum()}) == 5
    other_order = replace(data, x_train=np.asfortranarray(data.x_train), y_train=data.y_train.astype(">i8"))
    assert other_order.checksum() == data.checksum()


def test_verify_names_what_differs_from_its_card(monkeypatch):
    assert datasets.verify("wine") is None  # all of them: test_data_verify_passes_what_is_sound…
    card, loader = catalogue.catalogue()["wine"]
    monkeypatch.setitem(catalogue.catalogue(), "wine", (replace(card, checksum="0" * 64), loader))
    assert datasets.verify("wine") == (
        f"the arrays have the SHA-256 {card.checksum}, the card says {'0' * 64}; install the versions of "
        "requirements.txt"
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "file:///etc/passwd"}, "http or https"),
        ({"sha256": "abc"}, "64 lower-case"),
        ({"sha256": "A" * 64}, "64 lower-case"),
        ({"bytes": 0}, "1 or more"),
        ({"path": "file"}, "DATA_SET/FILE"),
        ({"path": "../a/file"}, "without '..'"),
        ({"path": "/a/file"}, "relative"),
        ({"path": "a\\file"}, "relative"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused(change, words):
    right = {"url": "https://a.org/f", "sha256": "0" * 64, "bytes": 1, "path": "a/f"}
    assert cards.File(**right).name == "f"
    with pytest.raises(ValueError, match=words):
        cards.File(**right | change)


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.slug)
def test_a_card_names_every_stage_that_loads_its_data(stage):
    if not stage.exists:
        pytest.skip("this copy of the course does not hold the stage")
    cells = json.loads(stage.path.read_text("utf-8"))["cells"]
    code = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    loaded = set(re.findall(r"datasets\.load\(\s*[\"'](\w+)", code))
    assert {name for name in loaded if stage.number not in datasets.card(name).stages} == set()


def test_cifars_address_and_digest_are_those_that_keras_checks():
    from importlib.util import find_spec

    source = Path(find_spec("keras").origin).parent / "src" / "datasets" / "cifar10.py"  # read, not imported: quick
    (file,) = datasets.card("cifar10").files
    assert file.url in source.read_text()
    assert file.sha256 in source.read_text()


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (1, "1 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (29515, "30 kB"),
        (170498071, "170 MB"),
        (2 * 10**9, "2.0 GB"),
    ],
)
def test_sizes_as_a_person_writes_them(count, text):
    assert cards.size_text(count) == text


def test_data_list_shows_every_data_set(capsys):
    assert cli.list_data() == 0
    head, *rows = capsys.readouterr().out.split("\n\n")[0].splitlines()
    assert head.split() == ["stage", "name", "size", "source", "here", "licence"]
    assert [row.split()[1] for row in rows] == list(datasets.names())
    assert [row.split()[1] for row in rows if "  no  " in row] == ABSENT


def test_data_fetch_of_what_needs_no_download(capsys):
    assert cli.fetch_data(["digits", "spiral", "8", "deep_q"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Stage 8 needs no download.",
        "Stage 8 needs no download.",
        "digits: nothing to fetch (comes with scikit-learn)",
        "spiral: nothing to fetch (made here)",
    ]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ([], "say what to fetch: mnist, fashion_mnist, cifar10"),
        (["11"], "no stage '11'"),
        (["digit"], "did you mean 'digits'"),
    ],
)
def test_data_fetch_refuses_what_there_is_not(wanted, words, capsys, monkeypatch):
    monkeypatch.setattr(fetch, "fetch", lambda file: pytest.fail("fetched all the same"))
    assert cli.fetch_data(["cifar10", *wanted] if wanted else []) == 2
    assert words in capsys.readouterr().err


def test_data_fetch_takes_a_stages_downloads_once(capsys, monkeypatch):
    asked = []
    monkeypatch.setattr(fetch, "fetch", lambda file: asked.append(file.name) or Path(file.path))
    assert cli.fetch_data(["9", "3", "cifar10", "7"]) == 1  # rsscn7 and facebook_pages are put there by hand
    meant = [name for name in DOWNLOADS if {3, 7, 9} & set(datasets.card(name).stages)]
    assert sorted(asked) == sorted(file.name for name in meant for file in datasets.card(name).files)
    assert "rsscn7: not fetched: its publisher has no fixed address" in capsys.readouterr().err


@pytest.mark.parametrize("name", BY_HAND)
def test_what_is_put_there_by_hand_is_asked_for_in_words(name, capsys, monkeypatch, tmp_path):
    card = datasets.card(name)
    with pytest.raises(datasets.DataError, match=f"(?s){name} is needed .*is missing.*name that folder in COURSE_DATA"):
        datasets.load(name)
    assert cli.fetch_data([name]) == 1
    assert card.get in capsys.readouterr().err
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    (tmp_path / card.folder).mkdir(parents=True)
    with pytest.raises(datasets.DataError, match=f"{card.folder} lacks {re.escape(card.needs[0])}"):
        datasets.load(name)
    assert "lacks" in datasets.verify(name)
    for need in card.needs:
        place = tmp_path / card.folder / need.replace("*", "a")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"")
    assert fetch.here(card)
    assert cli.fetch_data([name]) == 0
    assert str(tmp_path / card.folder) in capsys.readouterr().out


def test_cifar_may_lie_in_the_mirror_folder_unpacked(tmp_path, monkeypatch):
    folder = tmp_path / "cifar10" / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for name in (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"):
        batch = {b"data": rng.integers(0, 256, (2, 3072), dtype="uint8"), b"labels": [3, 4]}
        (folder / name).write_bytes(pickle.dumps(batch, 2))
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setattr(fetch, "fetch", lambda file: pytest.fail("fetched all the same"))
    data = datasets.load("cifar10")
    assert data.x_train.shape == (10, 32, 32, 3)
    assert data.y_test.tolist() == [3, 4]
    assert fetch.here(datasets.card("cifar10"))


def test_data_fetch_says_what_failed_and_goes_on(capsys, monkeypatch):
    def offline(file):
        if file.path.startswith("cifar10"):
            raise datasets.DataError("no way")
        return Path(file.path)

    monkeypatch.setattr(fetch, "fetch", offline)
    assert cli.fetch_data(["cifar10", "fashion_mnist"]) == 1
    out, err = capsys.readouterr()
    assert err == "cifar10: no way\n"
    assert out.count("fashion_mnist: ") == 4


@pytest.mark.slow
def test_data_verify_passes_what_is_sound_and_names_what_is_not(capsys, tmp_path):
    assert cli.verify_data() == 0
    out = capsys.readouterr().out
    assert [line.split()[-1] for line in out.splitlines() if line.startswith("OK")] == HERE
    assert [line.split()[-1] for line in out.splitlines() if line.startswith("not here")] == ABSENT
    broken = tmp_path / "cache" / datasets.card("cifar10").files[0].path
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"half")
    assert cli.verify_data() == 1
    assert capsys.readouterr().err == (
        f"DAMAGED  cifar10: {broken} has 4 bytes, the publisher's file 170,498,071. Delete it, then: "
        f"{command('data fetch cifar10')}\n"
    )
