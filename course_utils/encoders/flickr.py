"""Photographs with five captions each, written by people: Flickr8k, in its publisher's layout, for the full profile of stage 6."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..datasets.cards import Card, DataError
from ..datasets.fetch import by_hand
from ..errors import CourseError

__all__ = ["CARDS", "Photographs", "clean", "load", "read", "vocabulary"]

CARDS = (
    Card(
        name="flickr8k",
        title="Photographs with five captions each",
        stages=(6,),
        source="folder",
        origin="M. Hodosh, P. Young and J. Hockenmaier, Framing image description as a ranking task, 2013",
        licence="for research and teaching alone; the photographs belong to their owners on Flickr",
        shapes={"images": (8091,), "captions": (8091, 5)},
        values="JPEG pictures of different sizes; English sentences in Flickr8k.token.txt: name#number, tab, caption",
        split="the publisher's, in Flickr_8k.trainImages.txt, devImages and testImages; where they are missing, by the names' order",
        bytes=1_120_000_000,
        folder="flickr8k",
        needs=("Flickr8k.token.txt", "*/*.jpg"),
        get="on request from hockenmaier.cs.illinois.edu/8k-pictures.html; its publisher states no SHA-256",
    ),
)
_LISTS = {
    "train": "Flickr_8k.trainImages.txt",
    "validation": "Flickr_8k.devImages.txt",
    "test": "Flickr_8k.testImages.txt",
}


@dataclass(frozen=True, eq=False, repr=False)
class Photographs:
    """Paths of photographs, and what people wrote about each.

    Attributes:
        paths: of the pictures.
        captions: for each picture its sentences, cleaned by :func:`clean`.
    """

    paths: tuple[Path, ...]
    captions: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return len(self.paths)

    def __repr__(self) -> str:
        return f"{len(self):,} photographs with {sum(map(len, self.captions)):,} captions"

    def images(self, places: Sequence[int], size: int) -> np.ndarray:
        """Some of the photographs, each stretched to a square: (places, size, size, 3) float32, 0 to 255.

        Args:
            places: numbers of the photographs.
            size: pixels, each way.
        """
        from skimage import io, transform

        pictures = [
            transform.resize(io.imread(self.paths[k])[..., :3], (size, size), anti_aliasing=True) for k in places
        ]
        return np.asarray(pictures, dtype="float32").reshape(-1, size, size, 3) * 255


def load(card: Card, split: str = "train") -> Photographs:
    """The photographs of the card, in the folder that was put there by hand.

    Args:
        card: this one.
        split: as for :func:`read`.
    Raises: DataError where the folder is not there or lacks something.
    """
    return read(by_hand(card), split)


def clean(text: str) -> str:
    """A caption in small letters, words of letters and digits alone, one space between them."""
    return " ".join(re.findall(r"[a-z0-9]+(?:'[a-z]+)?", text.lower()))


def read(folder: Path | str, split: str = "train") -> Photographs:
    """The photographs of a folder that holds ``Flickr8k.token.txt`` and the pictures in ``images`` or ``Flicker8k_Dataset``.

    Args:
        folder: as its publisher lays it out.
        split: "train", "validation" or "test". Where the publisher's lists are not in the folder: of the names in
            order, every eighth for testing, the one before it for validation.
    Returns: the photographs of which there is a picture and at least one caption; their names in order.
    Raises: CourseError for an unknown split; DataError where a file is missing, a line can't be read, or nothing is left.
    """
    if split not in _LISTS:
        raise CourseError(f"split must be one of {', '.join(_LISTS)}; got {split!r}")
    folder = Path(folder)
    tokens = folder / "Flickr8k.token.txt"
    pictures = next((folder / name for name in ("images", "Flicker8k_Dataset") if (folder / name).is_dir()), None)
    if not tokens.is_file() or pictures is None:
        raise DataError(
            f"{folder} needs Flickr8k.token.txt and a folder 'images' or 'Flicker8k_Dataset' with the pictures: "
            f"{CARDS[0].get}"
        )
    found: dict[str, list[str]] = {}
    for number, line in enumerate(tokens.read_text(encoding="utf-8").splitlines(), 1):
        found_line = re.fullmatch(r"(\S+)#(\d+)\s(.*)", line)
        if not found_line:
            raise DataError(f"{tokens}, line {number}: NAME#NUMBER, a tab and a caption are needed; got {line[:60]!r}")
        name, text = found_line[1], found_line[3]
        if text := clean(text):
            found.setdefault(name, []).append(text)
    there = {path.name: path for path in pictures.iterdir()}
    names = sorted(found.keys() & there.keys())
    if (folder / _LISTS[split]).is_file():
        listed = set((folder / _LISTS[split]).read_text(encoding="utf-8").split())
        names = [name for name in names if name in listed]
    else:
        part = {"test": (7,), "validation": (6,), "train": range(6)}[split]
        names = [name for place, name in enumerate(names) if place % 8 in part]
    if not names:
        raise DataError(f"{folder} has no picture with a caption for {split!r}")
    return Photographs(tuple(there[name] for name in names), tuple(tuple(found[name]) for name in names))


def vocabulary(photographs: Photographs, at_least: int = 5) -> tuple[str, ...]:
    """The words that occur at least so often in the captions, in alphabetical order.

    Raises: CourseError where at_least is below 1.
    """
    if at_least < 1:
        raise CourseError(f"at_least must be 1 or more; got {at_least!r}")
    counts = Counter(word for texts in photographs.captions for text in texts for word in text.split())
    return tuple(sorted(word for word, count in counts.items() if count >= at_least))
