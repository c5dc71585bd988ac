"""Files from outside, opened with care: archives that stay in their folder, pickles that run nothing."""

import lzma
import os
import pickle
import tarfile
import tempfile
import zlib
from collections import OrderedDict, defaultdict
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import numpy as np

from .cards import DataError
from .fetch import writing

__all__ = ["load_pickle_allowlisted", "unpack"]

# What reading a damaged archive raises; what writing raises has become a DataError before.
UNREADABLE = (OSError, EOFError, tarfile.TarError, zlib.error, lzma.LZMAError)


def unpack(archive: Path | str, folder: Path | str) -> Path:
    """The folder with an archive's files, unpacked now or before.

    It appears whole or not at all. An archive with anything but plain files and folders in it, or with a name
    that leads out of the folder, is refused before anything is written. A folder from before is used if every
    file is there with its length, else replaced.

    Args:
        archive: a verified .tar, .tar.gz, .tar.bz2 or .tar.xz file.
        folder: where its files go; the folders above it are made where needed.
    Raises: DataError for an archive that is unsafe, damaged or of another kind, or a disk that refuses.
    """
    archive, folder = Path(archive), Path(folder)
    try:
        with tarfile.open(archive) as pack:
            members = [member for member in pack.getmembers() if not member.isdir()]
            while pack.fileobj.read(1 << 20):  # to the very end, where a compressed stream has its checksum
                pass
            for member in members:
                _refuse_unsafe(archive, member)
            if _all_there(folder, members):
                return folder
            with writing(folder, sum(member.size for member in members)):
                if not _all_there(folder, members):  # else another process was quicker
                    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{folder.name}.") as place:
                        pack.extraction_filter = getattr(tarfile, "data_filter", None)  # from Python 3.11.4 on
                        pack.extractall(Path(place, "new"), members)
                        if folder.exists():
                            os.replace(folder, Path(place, "old"))
                        os.replace(Path(place, "new"), folder)
    except UNREADABLE as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise DataError(f"{archive} can't be unpacked ({reason}). Delete it and fetch it again.") from error
    return folder


def _refuse_unsafe(archive: Path, member: tarfile.TarInfo) -> None:
    path, windows = PurePosixPath(member.name), PureWindowsPath(member.name)
    absolute = path.is_absolute() or windows.drive or windows.root
    if absolute or not path.parts or ".." in path.parts + windows.parts:
        raise DataError(f"{archive} is unsafe: it would write to {member.name!r}. Nothing was unpacked.")
    if not member.isreg():
        raise DataError(
            f"{archive} is unsafe: {member.name!r} is not a file but a link or a device. Nothing was unpacked."
        )
    member.mode = 0o644


def _all_there(folder: Path, members: list[tarfile.TarInfo]) -> bool:
    places = [(folder / member.name, member.size) for member in members]
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
