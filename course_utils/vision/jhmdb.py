"""Real human motion to download, for the full profile: JHMDB's skeletons, drawn by :func:`.actions.render`."""

from pathlib import Path

import numpy as np

from ..datasets.archives import load_pickle_allowlisted
from ..datasets.cards import Card, DataError, Dataset, File
from ..datasets.fetch import fetch
from ..errors import CourseError
from .actions import render

__all__ = ["CARDS", "draw", "load", "read"]

_PLACE = "https://raw.githubusercontent.com/fandulu/DD-Net/9e2c521d51782a2c144fe8b5fa47ad28d0c9ee1e/data/JHMDB/"
# SHA-256 computed from a copy of the two files.
_FILES = (
    ("GT_train_1.pkl", "a64718621ddcc74438506b5b2f77df509d284b60cd2fef197a4a3a29c6557805", 3681942),
    ("GT_test_1.pkl", "f27972c6dd3267b39055a4242dda5becff6afe89c26f62d5e2100f9e1921bcb0", 1432996),
)
_CLASSES = [  # alphabetical
    *("catch", "clap", "golf", "jump", "pick", "pour", "pullup"),
    *("push", "run", "sit", "stand", "throw", "walk", "wave"),
]

CARDS = (
    Card(
        name="jhmdb",
        title="JHMDB: human actions as skeletons, drawn as clips",
        stages=(3,),
        source="downloaded",
        origin="H. Jhuang and others, Towards understanding action recognition, 2013; as F. Yang and others prepared it "
        "for DD-Net, 2019, github.com/fandulu/DD-Net",
        licence="DD-Net's repository: MIT; JHMDB's authors state none and ask to be cited",
        shapes={"x_train": (433, 16, 32, 32, 1), "y_train": (433,), "x_test": (176, 16, 32, 32, 1), "y_test": (176,)},
        values="x uint8, grey from 0 (black) to 255, drawn from 15 joints; y 0 to 13",
        split="the publisher's first",
        bytes=sum(size for *_, size in _FILES),
        files=tuple(File(_PLACE + name, digest, size, f"jhmdb/{name}") for name, digest, size in _FILES),
    ),
)


def load(card: Card, frames: int = 16, size: int = 32) -> Dataset:
    """The skeletons of 433 training and 176 test films of 15 to 40 frames, drawn as clips.

    Args:
        card: the one of ``CARDS``.
        frames: of a clip, taken at equal distances from first to last, at least 2.
        size: of a picture, pixels, at least 12.
    Raises: DataError where a file can't be had or is not the publisher's; CourseError for frames or size out of range.
    """
    arrays = []
    for file in card.files:
        poses, labels = read(fetch(file))
        arrays += [draw(poses, frames, size), labels]
    return Dataset(*arrays, (), tuple(_CLASSES), card)


def read(file: Path | str) -> tuple[list[np.ndarray], np.ndarray]:
    """The films in a file: poses, each (frames, 15, 2) to the right and down, and their numbers (films,) int64.

    The pickle is read by a reader that knows arrays and plain values only.

    Raises: DataError where the file asks for anything else, or does not hold what it should.
    """
    content = load_pickle_allowlisted(file)
    try:
        poses = [np.asarray(pose, dtype="float64") for pose in content["pose"]]
        labels = np.array([_CLASSES.index(name) for name in content["label"]], dtype="int64")
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{file} does not hold JHMDB's poses and labels ({type(error).__name__}: {error})") from None
    if len(poses) != len(labels) or any(pose.ndim != 3 or pose.shape[1:] != (15, 2) for pose in poses):
        raise DataError(f"{file} does not hold one label for each film of (frames, 15, 2) joints")
    return poses, labels


def draw(poses: list[np.ndarray], frames: int = 16, size: int = 32) -> np.ndarray:
    """Clips of skeletons: each film fills its picture, with a small margin, over all its frames.

    Args:
        poses: each (any number of frames, 15, 2), in any unit.
        frames: of a clip, taken at equal distances from first to last, at least 2.
        size: of a picture, pixels, at least 12.
    Returns: (films, frames, size, size, 1) uint8.
    Raises: CourseError for frames or size out of range, or no films.
    """
    if frames < 2 or size < 12 or not len(poses):
        raise CourseError(f"frames must be at least 2, size 12, films 1; got {frames!r}, {size!r}, {len(poses)}")
    chosen = np.stack([pose[np.round(np.linspace(0, len(pose) - 1, frames)).astype(int)] for pose in poses])
    low, high = chosen.min(axis=(1, 2), keepdims=True), chosen.max(axis=(1, 2), keepdims=True)
    zoom = 0.86 * size / np.maximum((high - low).max(axis=3, keepdims=True), 1e-9)
    placed = (chosen - (low + high) / 2) * zoom + (size - 1) / 2
    # Neck to hips is three tenths of a body.
    torso = np.linalg.norm(placed[:, :, 0] - placed[:, :, 5:7].mean(axis=2), axis=-1)
    height = np.broadcast_to(np.median(torso, axis=1, keepdims=True) / 0.3, torso.shape)
    ink = render(placed, size, np.minimum(height, size))
    return np.round(200 * ink).astype("uint8")[..., None]
