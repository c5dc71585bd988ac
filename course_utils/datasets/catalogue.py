"""The catalogue: every data set of the course under one name, loaded by one function."""

import difflib
import inspect
from functools import cache
from importlib import import_module

from ..errors import CourseError
from . import fetch
from .cards import Card, DataError, Dataset

__all__ = ["card", "load", "names", "verify"]

# Modules with CARDS and load(card, **parameters), which returns a Dataset, Prices, or what the module has for its kind.
# They are imported when a name is first looked up: a stage's own modules import this package.
SOURCES = (
    "neurons.made",
    "vision.shapes",
    "vision.crops",
    "vision.actions",
    "gans.paintings",
    "datasets.bundled",
    "datasets.images",
    "vision.satellites",
    "vision.jhmdb",
    "detection.folders",
    "encoders.flickr",
    "graphs.social",
    "language.dialogues",
    "series.stocks",
)


@cache
def catalogue() -> dict[str, tuple]:
    """Name to card and loader, of every data set of the course."""
    package = __package__.rpartition(".")[0]
    modules = [import_module(f"{package}.{source}") for source in SOURCES]
    return {found.name: (found, module.load) for module in modules for found in module.CARDS}


def names() -> tuple[str, ...]:
    """The names of all data sets, in the catalogue's order."""
    return tuple(catalogue())


def card(name: str) -> Card:
    """The card of a data set.

    Raises: CourseError for an unknown name; it lists the known ones.
    """
    return _entry(name)[0]


def load(name: str, **parameters) -> Dataset:
    """A data set by its name: ``load("digits")``, ``load("spiral", noise=0.1, seed=0)``.

    Args:
        name: one of :func:`names`.
        parameters: made here: ``samples``, ``noise``, ``test_share``, ``seed`` (:func:`.made.load` says what
            they mean; :func:`.shapes.load`, :func:`.crops.load` and :func:`.actions.load` have their own); bundled:
            ``test_share``, ``seed``; downloaded or put there by hand: none, but ``jhmdb`` takes ``frames`` and ``size``;
            daily prices and dialogues: none.
    Returns: training and test arrays with their card; for daily prices (:class:`.Prices`) a table with its card; pictures with boxes and
        networks as :mod:`.detection_folders` and :mod:`.graphs` have them; dialogues as lists by part (:func:`.dialogues.load`). A download is fetched and verified first.
    Raises: CourseError for an unknown name or a value out of range; TypeError for an unknown parameter;
        DataError where a file can't be had, or is not the one its publisher made.
    """
    found, loader = _entry(name)
    known = list(inspect.signature(loader).parameters)[1:]
    for parameter in parameters:
        if parameter not in known:
            takes = f"its parameters are {', '.join(known)}" if known else "it has no parameters"
            raise TypeError(f"{name} has no parameter {parameter!r}; {takes}{_meant(parameter, known)}")
    return loader(found, **parameters)


def verify(name: str) -> str | None:
    """What is wrong with a data set on this machine, or None.

    Bundled data and data made here are loaded and compared with the card's checksum. Of a download, those
    files that are in the cache or the mirror folder are compared with theirs; a file that is not there is not
    wrong. A folder in the mirror folder (put there by hand, or unpacked) is read whole.

    Raises: CourseError for an unknown name.
    """
    found, loader = _entry(name)
    if found.folder_to_read and fetch.mirrored(found.folder_to_read):
        try:
            loader(found)
        except DataError as error:
            return str(error)
        return None
    if found.source == "folder":
        return None
    if found.source == "downloaded":
        return "; ".join(fetch.damaged(found)) or None
    if (checksum := loader(found).checksum()) == found.checksum:
        return None
    return (
        f"the arrays have the SHA-256 {checksum}, the card says {found.checksum}; install the versions of "
        "requirements.txt"
    )


def _entry(name: str) -> tuple:
    if name not in catalogue():
        raise CourseError(
            f"there is no data set {name!r}{_meant(name, names())}; the data sets are {', '.join(names())}"
        )
    return catalogue()[name]


def _meant(name, known) -> str:
    close = difflib.get_close_matches(str(name).lower(), known, 1)
    return f" (did you mean {close[0]!r}?)" if close else ""
