"""The catalogue: every data set of the course under one name, loaded by one function."""

import difflib
import inspect
from collections.abc import Callable
from functools import cache, partial
from importlib import import_module

from ..errors import CourseError
from . import fetch
from .cards import Card, DataError, checksum
from .generated import GENERATED

__all__ = ["card", "load", "names", "verify"]

# Modules with CARDS and load(card, **parameters), which returns a Dataset or what the module has for its kind.
# They are imported when a name is first looked up: a stage's own modules import this package.
SOURCES = (
    "neurons.points",
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
def catalogue() -> dict[str, tuple[Card, Callable]]:
    """Name to card and to the function that loads it, of every data set of the course."""
    package = __package__.rpartition(".")[0]
    found = {}
    for source in SOURCES:
        module = import_module(f"{package}.{source}")
        found |= {card.name: (card, partial(module.load, card)) for card in module.CARDS}
    for entry in GENERATED:
        module = import_module(f"{package}.{entry.module}")
        card = entry.card or module.CARD
        found[card.name] = card, partial(getattr(module, entry.function), **entry.parameters)
    return found


def names() -> tuple[str, ...]:
    """The names of all data sets, in the catalogue's order."""
    return tuple(catalogue())


def card(name: str) -> Card:
    """The card of a data set.

    Raises: CourseError for an unknown name; it lists the known ones.
    """
    return _entry(name)[0]


def load(name: str, **parameters):
    """A data set by its name: ``load("digits")``, ``load("spiral", noise=0.1, seed=0)``.

    Args:
        name: one of :func:`names`.
        parameters: of the function that loads or makes it; an unknown one is answered with the known ones.
    Returns: training and test arrays with their card (:class:`Dataset`); or what its kind has: daily prices a table with its
        card, networks, pictures with boxes or captions, texts, a table of pandas. A download is fetched and verified first.
    Raises: CourseError for an unknown name or a value out of range; TypeError for an unknown parameter;
        DataError where a file can't be had, or is not the one its publisher made.
    """
    _, loader = _entry(name)
    known = list(inspect.signature(loader).parameters)
    for parameter in parameters:
        if parameter not in known:
            takes = f"its parameters are {', '.join(known)}" if known else "it has no parameters"
            raise TypeError(f"{name} has no parameter {parameter!r}; {takes}{_meant(parameter, known)}")
    return loader(**parameters)


def verify(name: str) -> str | None:
    """What is wrong with a data set on this machine, or None.

    What comes with a package or is made here is loaded and compared with the card's checksum. Of a download, those
    files that are in the cache or the mirror folder are compared with theirs; a file that is not there is not
    wrong. A folder in the mirror folder (put there by hand, or unpacked) is read whole.

    Raises: CourseError for an unknown name.
    """
    found, loader = _entry(name)
    if found.folder_to_read and fetch.mirrored(found.folder_to_read):
        try:
            loader()
        except DataError as error:
            return str(error)
        return None
    if found.source == "folder":
        return None
    if found.source == "downloaded":
        return "; ".join(fetch.damaged(found)) or None
    data = loader()
    digest = data.checksum() if hasattr(data, "checksum") else checksum(data)
    if digest == found.checksum:
        return None
    return f"the arrays have the SHA-256 {digest}, the card says {found.checksum}; install the versions of requirements.txt"


def _entry(name: str) -> tuple:
    if name not in catalogue():
        raise CourseError(
            f"there is no data set {name!r}{_meant(name, names())}; the data sets are {', '.join(names())}"
        )
    return catalogue()[name]


def _meant(name, known) -> str:
    close = difflib.get_close_matches(str(name).lower(), known, 1)
    return f" (did you mean {close[0]!r}?)" if close else ""
