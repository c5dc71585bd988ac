"""Abstract paintings by a seeded artist, who has four manners: grids, circles and lines, brush strokes, colour fields."""

import numpy as np

from ..datasets.cards import Card, Dataset
from ..errors import CourseError

__all__ = ["CARDS", "SIZE", "STYLES", "load", "paint", "paintings"]

SIZE = 32
STYLES = ("grid", "circles", "strokes", "fields")
LONG, WIDE = 0.16, 0.045  # half the length and half the width of a brush stroke, as parts of the picture
FINE = 2  # drawn this many times larger, then averaged: soft edges
SAMPLES, TEST_SHARE = 4000, 0.25

PAPER = np.array([0.95, 0.93, 0.87])
INK = np.array([0.09, 0.09, 0.11])
PRIMARY = np.array([[0.80, 0.13, 0.12], [0.10, 0.27, 0.60], [0.95, 0.79, 0.18], PAPER, PAPER])
WARM = np.array([[0.86, 0.33, 0.20], [0.20, 0.45, 0.55], [0.93, 0.68, 0.30], [0.25, 0.25, 0.45], [0.55, 0.65, 0.45]])
DEEP = np.array([[0.14, 0.22, 0.42], [0.20, 0.38, 0.55], [0.42, 0.62, 0.70], [0.92, 0.72, 0.35]])
GLOWING = np.array([[0.55, 0.10, 0.12], [0.82, 0.30, 0.12], [0.93, 0.58, 0.16], [0.30, 0.10, 0.22], [0.70, 0.16, 0.30]])


def paint(style: str, rng: np.random.Generator) -> np.ndarray:
    """One painting in a style, (32, 32, 3) float32 in [0, 1], red, green and blue.

    ``grid``: rectangles in primary colours or paper white between black bars. ``circles``: one to three discs, some of them
    rings, and one or two straight lines on paper. ``strokes``: some forty short strokes of a brush, all at about the same
    slant, in blues and gold. ``fields``: two or three glowing bands with soft edges, one above the other.

    Args:
        style: one of :data:`STYLES`.
        rng: where the artist's choices come from.
    Raises: CourseError for an unknown style.
    """
    if style not in STYLES:
        raise CourseError(f"there is no style {style!r}; there are {', '.join(STYLES)}")
    fine = SIZE * FINE
    y, x = (np.mgrid[:fine, :fine] + 0.5) / fine  # from 0 to 1, down and to the right
    picture = _MANNERS[style](x, y, rng)
    return picture.reshape(SIZE, FINE, SIZE, FINE, 3).mean(axis=(1, 3)).clip(0, 1).astype("float32")


def paintings(samples: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """A collection: pictures (samples, 32, 32, 3) float32 in [0, 1], and the number of each one's style, int64.

    The styles take turns in a shuffled order, so that each has as many paintings as the others, give or take one.

    Args:
        samples: at least 1.
        seed: a whole number, 0 or more.
    Raises: CourseError for a number of samples below 1.
    Stage 7, "The collection".
    """
    if samples < 1:
        raise CourseError(f"samples must be at least 1; got {samples!r}")
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(samples) % len(STYLES))
    return np.stack([paint(STYLES[label], rng) for label in labels]), labels.astype("int64")


def _grid(x, y, rng):
    picture = np.empty((*x.shape, 3))
    cuts = [np.sort(rng.uniform(0.15, 0.85, size=rng.integers(1, 3))) for _ in range(2)]
    while any(np.any(np.diff(cut) < 0.2) for cut in cuts):  # no slivers
        cuts = [np.sort(rng.uniform(0.15, 0.85, size=len(cut))) for cut in cuts]
    rows, columns = np.searchsorted(cuts[0], y), np.searchsorted(cuts[1], x)
    for row in range(len(cuts[0]) + 1):
        for column in range(len(cuts[1]) + 1):
            picture[(rows == row) & (columns == column)] = PRIMARY[rng.integers(len(PRIMARY))]
    for along, cut in ((y, cuts[0]), (x, cuts[1])):
        for place in cut:
            picture[np.abs(along - place) < 0.035] = INK
    return picture


def _circles(x, y, rng):
    picture = np.broadcast_to(PAPER, (*x.shape, 3)).copy()
    for _ in range(rng.integers(1, 4)):
        centre, radius = rng.uniform(0.2, 0.8, size=2), rng.uniform(0.12, 0.28)
        distance = np.hypot(x - centre[0], y - centre[1])
        inner = radius * 0.55 if rng.random() < 0.3 else 0.0
        picture[(distance < radius) & (distance >= inner)] = WARM[rng.integers(len(WARM))]
    for _ in range(rng.integers(1, 3)):
        turn, offset = rng.uniform(0, np.pi), rng.uniform(-0.25, 0.25)
        across = (x - 0.5) * np.cos(turn) + (y - 0.5) * np.sin(turn) - offset
        picture[np.abs(across) < 0.022] = INK
    return picture


def _strokes(x, y, rng):
    picture = np.broadcast_to(DEEP[0], (*x.shape, 3)).copy()
    slant = rng.uniform(0, np.pi)
    for _ in range(40):
        centre, turn = rng.uniform(0, 1, size=2), slant + rng.normal(0, 0.15)
        colour = DEEP[rng.choice(len(DEEP), p=(0.2, 0.3, 0.3, 0.2))] * rng.uniform(0.85, 1.15)
        # Only the square that the stroke can reach.
        first = np.maximum(((centre - LONG) * len(x)).astype(int) - 1, 0)
        last = ((centre + LONG) * len(x)).astype(int) + 2
        part = (slice(first[1], last[1]), slice(first[0], last[0]))
        along = (x[part] - centre[0]) * np.cos(turn) + (y[part] - centre[1]) * np.sin(turn)
        across = -(x[part] - centre[0]) * np.sin(turn) + (y[part] - centre[1]) * np.cos(turn)
        picture[part][(along / LONG) ** 2 + (across / WIDE) ** 2 < 1] = colour
    return picture


def _fields(x, y, rng):
    ground, *bands = GLOWING[rng.choice(len(GLOWING), size=rng.integers(3, 5), replace=False)]
    picture = np.broadcast_to(ground, (*x.shape, 3)).copy()
    edges = np.linspace(0.06, 0.94, len(bands) + 1)
    edges[1:-1] += rng.uniform(-0.12, 0.12, size=len(bands) - 1)
    side = 0.08 + rng.uniform(-0.02, 0.02)
    for colour, top, bottom in zip(bands, edges, edges[1:], strict=False):
        inside = _soft(y - top - 0.03) * _soft(bottom - 0.03 - y) * _soft(x - side) * _soft(1 - side - x)
        picture += inside[..., None] * (colour - picture)
    return picture


def _soft(distance):
    """0 outside, 1 inside, and a soft edge of some pixels between."""
    return 1 / (1 + np.exp(-distance / 0.018))


_MANNERS = {"grid": _grid, "circles": _circles, "strokes": _strokes, "fields": _fields}

CARDS = (
    Card(
        name="paintings",
        title="Abstract paintings in four styles, 32×32",
        stages=(7,),
        source="made",
        origin="gans.paintings.paintings, a seeded artist",
        licence="MIT, as the course",
        shapes={"x_train": (3000, 32, 32, 3), "y_train": (3000,), "x_test": (1000, 32, 32, 3), "y_test": (1000,)},
        values="x float32 in [0, 1], red, green, blue, whole 255ths; y the number of the style",
        split="the paintings come shuffled: the last quarter for testing",
        bytes=SAMPLES * (SIZE * SIZE * 3 * 4 + 8),
        checksum="8b495cfad7480bb30ac295ace725af5225e87f4b57c5c0dc7c6583a37ff37510",
    ),
)


def load(card: Card, samples: int = SAMPLES, test_share: float = TEST_SHARE, seed: int = 0) -> Dataset:
    """The collection of a card, the last ``test_share`` of it for testing.

    Args:
        card: one of ``CARDS``.
        samples: training and test paintings together, at least 2.
        test_share: part of the paintings for testing, above 0 and below 1; each part gets at least one.
        seed: a whole number, 0 or more.
    Raises: CourseError naming the argument that is out of range.
    """
    train = samples - round(samples * test_share)
    if not 0 < train < samples:
        raise CourseError(f"test_share={test_share!r} of {samples} samples leaves one part empty")
    pictures, labels = paintings(samples, seed)
    # Whole 255ths, as in a picture file: the same numbers on every machine.
    pictures = np.round(pictures * 255).astype("float32") / np.float32(255)
    return Dataset(pictures[:train], labels[:train], pictures[train:], labels[train:], (), STYLES, card)
