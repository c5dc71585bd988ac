"""Files from outside, opened with care: archives that stay in their folder, pickles that run nothing."""

import lzma
import os
import pickle
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, BinaryIO

import numpy as np

from .cards import DataError
from .fetch import alone, writing

__all__ = ["load_pickle_allowlisted", "unpack"]

# What reading a damaged or encrypted archive raises; what writing raises has become a DataError before.
UNREADABLE = (OSError, EOFError, RuntimeError, tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
Contents = dict[str, tuple[int, Callable[[], BinaryIO]]]  # name to length and a function that opens it


def unpack(archive: Path | str, folder: Path | str) -> Path:
    """The folder with an archive's files, unpacked now or before.

    It appears whole or not at all. An archive with anything but plain files and folders in it, or with a name
    that leads out of the folder, is refused before anything is written. A folder from before is used if every
    file is there with its length, else replaced.

    Args:
        archive: a verified .zip, .tar, .tar.gz, .tar.bz2 or .tar.xz file.
        folder: where its files go; the folders above it are made where needed.
    Raises: DataError for an archive that is unsafe, damaged or of another kind, or a disk that refuses.
    """
    archive, folder = Path(archive), Path(folder)
    try:
        with _opened(archive) as contents:
            for name in contents:
                if not _stays_inside(name):
                    raise DataError(f"{archive} is unsafe: it would write to {name!r}. Nothing was unpacked.")
            if _all_there(folder, contents):
                return folder
            with writing(folder, sum(size for size, _ in contents.values())):
                folder.parent.mkdir(parents=True, exist_ok=True)
                with alone(folder):
                    if not _all_there(folder, contents):  # else another process was quicker
                        _extract(contents, folder)
    except UNREADABLE as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise DataError(f"{archive} can't be unpacked ({reason}). Delete it and fetch it again.") from error
    return folder


def _extract(contents: Contents, folder: Path) -> None:
    """Write the files beside ``folder``, then put all of them in its place at once."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{folder.name}.") as place:
        new = Path(place, "new")
        new.mkdir()
        for name, (_, opened) in contents.items():
            target = new / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with opened() as source, open(target, "wb") as out:
                shutil.copyfileobj(source, out)
        if folder.exists():
            os.replace(folder, Path(place, "old"))
        os.replace(new, folder)


@contextmanager
def _opened(archive: Path) -> Iterator[Contents]:
    """The files of an archive, none of them a link or a device."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as pack:
            members = [member for member in pack.infolist() if not member.is_dir()]
            for member in members:
                kind = member.external_attr >> 16 & 0o170000  # set where a Unix program wrote the archive
                _refuse_unless(kind in (0, 0o100000), archive, member.filename)
            yield {member.filename: (member.file_size, partial(pack.open, member)) for member in members}
    else:
        with tarfile.open(archive) as pack:
            members = [member for member in pack.getmembers() if not member.isdir()]
            while pack.fileobj.read(1 << 20):  # to the very end, where a compressed stream has its checksum
                pass
            for member in members:
                _refuse_unless(member.isreg(), archive, member.name)
            yield {member.name: (member.size, partial(pack.extractfile, member)) for member in members}


def _refuse_unless(plain: bool, archive: Path, name: str) -> None:
    if not plain:
        raise DataError(f"{archive} is unsafe: {name!r} is not a file but a link or a device. Nothing was unpacked.")


def _stays_inside(name: str) -> bool:
    """Whether a name in an archive leads to a place below the folder, on Windows too."""
    path, windows = PurePosixPath(name), PureWindowsPath(name)
    absolute = path.is_absolute() or windows.drive or windows.root
    return bool(path.parts) and not absolute and ".." not in path.parts + windows.parts


def _all_there(folder: Path, contents: Contents) -> bool:
    places = [(folder / name, size) for name, (size, _) in contents.items()]
    return folder.is_dir() and all(place.is_file() and place.stat().st_size == size for place, size in places)


def load_pickle_allowlisted(file: Path | str, encoding: str = "latin1") -> Any:
    """The object in a pickle of plain values, NumPy arrays, SciPy sparse matrices and collections, no others.

    A pickle may name any function to be called while it is read. This reader knows the few that arrays need
    (sparse matrices from pickle's protocol 2 on), and refuses a file that names another before it is called.

    Args:
        file: the pickle, from Python 2 or 3.
        encoding: of strings that Python 2 wrote: "latin1" (arrays need it) or "bytes" (leave them bytes).
    Raises: DataError for a name that is not allowed, a damaged file, or one that can't be read.
    """
    try:
        with open(file, "rb") as stream:
            return _Unpickler(stream, encoding=encoding).load()
    except _NotAllowed as error:
        raise DataError(f"{file} was not read: it asks for {error}, which the course does not allow") from None
    except Exception as error:  # a damaged pickle can make any operation fail
        raise DataError(f"{file} can't be read as a pickle ({error}). Delete it and fetch it again.") from error


class _NotAllowed(Exception):
    pass


def _encode(text: str, encoding: str = "latin1") -> bytes:
    """How Python 3 writes bytes into a pickle that Python 2 can read; no other codec is looked up."""
    if encoding != "latin1":
        raise _NotAllowed(f"_codecs.encode with {encoding!r}")
    return text.encode("latin1")


# What a pickle may ask for. NumPy keeps its three functions in private modules; asking a value how it would
# be rebuilt finds them in any version.
ALLOWED = {
    "builtins": {"list": list, "dict": dict, "set": set, "tuple": tuple, "int": int, "float": float},
    "collections": {"OrderedDict": OrderedDict, "defaultdict": defaultdict},
    "_codecs": {"encode": _encode},
    "numpy": {"ndarray": np.ndarray, "dtype": np.dtype},
    "numpy._core.multiarray": {"_reconstruct": np.zeros(1).__reduce__()[0], "scalar": np.float64(0).__reduce__()[0]},
    "numpy._core.numeric": {"_frombuffer": np.zeros(1).__reduce_ex__(5)[0]},
}
SPARSE = {f"{kind}_{form}" for kind in ("csr", "csc", "coo") for form in ("matrix", "array")}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str):
        module = {"__builtin__": "builtins"}.get(module, module).replace("numpy.core.", "numpy._core.")
        if name in ALLOWED.get(module, ()):
            return ALLOWED[module][name]
        if module.startswith("scipy.sparse") and name in SPARSE:
            import scipy.sparse

            return getattr(scipy.sparse, name)
        raise _NotAllowed(f"{module}.{name}")
