"""Small colour pictures made here: one of ten outlines, cut out of one photograph's texture and laid on another's."""

import functools

import numpy as np

from ..datasets.cards import Card, Dataset
from ..errors import CourseError

__all__ = ["CARDS", "MORE_NAMES", "NAMES", "load", "shapes"]

NAMES = ("disc", "ring", "triangle", "square", "pentagon", "star", "cross", "heart", "arrow", "crescent")
MORE_NAMES = ("tee", "corner", "ellipse", "hourglass")  # numbers 10 to 13: for tasks that come later
SAMPLES, SIZE = 4000, 32
_PHOTOGRAPHS = ("brick", "grass", "gravel", "coffee", "chelsea", "moon", "astronaut", "rocket")

CARDS = (
    Card(
        name="shapes",
        title="Ten outlines on photographs, 32×32",
        stages=(3,),
        source="made",
        origin="vision.shapes.shapes, with the textures of scikit-image's photographs",
        licence="MIT, as the course; the photographs are in the public domain or CC0 (scikit-image's skimage.data)",
        shapes={"x_train": (3000, 32, 32, 3), "y_train": (3000,), "x_test": (1000, 32, 32, 3), "y_test": (1000,)},
        values="x float32 in [0, 1], red, green, blue; y the outline",
        split="the pictures come shuffled: the first three quarters for training, the rest for testing",
        bytes=4000 * (32 * 32 * 3 * 4 + 8),
        checksum="03ef0067d2935edc6d247421a3fff41da398cb239b2b6e9a652d1542ec6db0ba",
    ),
)


def load(card: Card, samples: int = SAMPLES, seed: int = 0) -> Dataset:
    """The outlines as a data set, three quarters of them for training.

    Args:
        card: of ``CARDS``.
        samples: training and test pictures together, at least 4.
        seed: as in :func:`shapes`.
    Raises: CourseError where an argument is out of range.
    """
    if samples < 4:
        raise CourseError(f"samples must be at least 4, one of them for testing; got {samples!r}")
    x, y = shapes(samples, seed=seed)
    train = samples - samples // 4
    return Dataset(x[:train], y[:train], x[train:], y[train:], (), NAMES, card)


def shapes(
    samples: int = SAMPLES,
    contrast: float = 0.8,
    seed: int = 0,
    classes: tuple[int, ...] = tuple(range(10)),
    with_masks: bool = False,
) -> tuple[np.ndarray, ...]:
    """Pictures of outlines, each class equally likely, and their class numbers.

    Nothing but the outline tells the class: texture, colour, place, size and angle are drawn alike for all. Outline and
    ground are cut from two photographs; the outline is made lighter or darker than the ground, either way. Noise lies on top.

    Args:
        samples: at least 1.
        contrast: difference in brightness between outline and ground, 0 (only the texture tells) to 1.
        seed: a whole number, 0 or more.
        classes: which outlines, by number in ``NAMES + MORE_NAMES``; the labels are places in this tuple.
        with_masks: also say where the outline is.
    Returns: x (samples, 32, 32, 3) float32 in [0, 1], y (samples,) int64, and with masks (samples, 32, 32) float32, the part
        of each pixel that lies inside.
    Raises: CourseError for an argument out of range.
    """
    if samples < 1 or not 0 <= contrast <= 1:
        raise CourseError(f"samples must be at least 1 and contrast 0 to 1; got {samples!r} and {contrast!r}")
    if not classes or not set(classes) <= set(range(len(_INSIDE))):
        raise CourseError(f"classes must be numbers from 0 to {len(_INSIDE) - 1}; got {classes!r}")
    rng = np.random.default_rng(seed)
    y = rng.integers(0, len(classes), samples)
    masks = _masks(np.asarray(classes)[y], rng)[..., None]  # (samples, 32, 32, 1)
    ground, figure = _textures(samples, rng), _textures(samples, rng)
    sign = rng.choice([-1, 1], (samples, 1, 1, 1))
    level = rng.uniform(0.3, 0.7, (samples, 1, 1, 1))
    tint = rng.normal(0, 0.08, (2, samples, 1, 1, 3))
    ground = level - sign * contrast / 2 + 0.35 * ground + tint[0]
    figure = level + sign * contrast / 2 + 0.35 * figure + tint[1]
    x = (1 - masks) * ground + masks * figure + rng.normal(0, 0.04, (samples, SIZE, SIZE, 3))
    x = (np.round(255 * np.clip(x, 0, 1)) / 255).astype("float32")  # as a camera has it
    y = y.astype("int64")
    return (x, y, masks[..., 0]) if with_masks else (x, y)


def _masks(kinds: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How much of each pixel lies inside, (samples, 32, 32), 0 to 1."""
    n, fine = len(kinds), 2 * SIZE  # drawn at twice the size, then averaged: smooth edges
    axis = (np.arange(fine) + 0.5) / fine * 2 - 1
    right, down = np.meshgrid(axis, axis)
    radius = rng.uniform(0.45, 0.75, n)
    centre = rng.uniform(-1, 1, (n, 2)) * (0.9 - radius)[:, None].clip(0.1)
    angle = rng.uniform(0, 2 * np.pi, n)
    result = np.empty((n, SIZE, SIZE), "float32")
    for place, kind in enumerate(kinds):
        c, s = np.cos(angle[place]), np.sin(angle[place])
        u, v = (right - centre[place, 0]) / radius[place], (down - centre[place, 1]) / radius[place]
        inside = _INSIDE[(NAMES + MORE_NAMES)[kind]](c * u + s * v, c * v - s * u)
        result[place] = inside.reshape(SIZE, 2, SIZE, 2).mean((1, 3))
    return result


def _polygon(corners: int, depth: float = 1.0):
    """A regular polygon, or with ``depth`` below 1 a star whose inner corners have that radius."""

    def inside(u, v):
        sector = np.pi / corners
        turn = np.abs((np.arctan2(v, u) + sector) % (2 * sector) - sector)  # angle from the next corner
        r = np.hypot(u, v)
        # The edge runs from the corner (1, 0) to the inner corner at angle `sector`.
        x1, y1 = depth * np.cos(sector), depth * np.sin(sector)
        if depth == 1.0:
            return r * np.cos(sector - turn) <= np.cos(sector)
        return (r * np.cos(turn) - 1) * y1 - r * np.sin(turn) * (x1 - 1) <= 0

    return inside


_INSIDE = {
    "disc": lambda u, v: np.hypot(u, v) <= 0.85,
    "ring": lambda u, v: np.abs(np.hypot(u, v) - 0.67) <= 0.23,
    "triangle": _polygon(3),
    "square": lambda u, v: np.maximum(np.abs(u), np.abs(v)) <= 0.72,
    "pentagon": _polygon(5),
    "star": _polygon(5, 0.45),
    "cross": lambda u, v: (np.minimum(np.abs(u), np.abs(v)) <= 0.27) & (np.maximum(np.abs(u), np.abs(v)) <= 0.85),
    "heart": lambda u, v: (1.4 * u**2 + (1.25 * -v + 0.1 - 0.75 * np.sqrt(np.abs(u))) ** 2) <= 0.8,
    "arrow": lambda u, v: ((np.abs(v) <= 0.2) & (u >= -0.9) & (u <= 0.1)) | ((u >= 0) & (u + 1.3 * np.abs(v) <= 0.9)),
    "crescent": lambda u, v: (np.hypot(u, v) <= 0.9) & (np.hypot(u - 0.45, v) >= 0.7),
    "tee": lambda u, v: ((np.abs(v + 0.6) <= 0.22) & (np.abs(u) <= 0.8)) | ((np.abs(u) <= 0.22) & (np.abs(v) <= 0.82)),
    "corner": lambda u, v: (np.maximum(np.abs(u), np.abs(v)) <= 0.75) & (np.minimum(u + 0.75, 0.75 - v) <= 0.45),
    "ellipse": lambda u, v: np.hypot(u / 0.95, v / 0.5) <= 1,
    "hourglass": lambda u, v: (np.abs(v) <= 0.85) & (np.abs(u) <= 0.12 + 0.75 * np.abs(v)),
}


def _textures(samples: int, rng: np.random.Generator) -> np.ndarray:
    """Cuts of the photographs, (samples, 32, 32, 3), each with mean 0 and deviation about 0.5."""
    photographs = _photographs()
    which = rng.integers(0, len(photographs), samples)
    cuts = np.empty((samples, SIZE, SIZE, 3), "float32")
    for place, number in enumerate(which):
        picture = photographs[number]
        row, column = (rng.integers(0, side - SIZE + 1) for side in picture.shape[:2])
        cuts[place] = picture[row : row + SIZE, column : column + SIZE]
    cuts -= cuts.mean((1, 2), keepdims=True)
    return cuts / (2 * cuts.std((1, 2, 3), keepdims=True) + 0.1)


@functools.cache
def _photographs() -> list[np.ndarray]:
    """The photographs in colour, half their size, 0 to 1."""
    from skimage import data

    pictures = []
    for name in _PHOTOGRAPHS:
        picture = np.asarray(getattr(data, name)(), dtype="float32") / 255
        picture = np.repeat(picture[..., None], 3, 2) if picture.ndim == 2 else picture[..., :3]
        rows, columns = (side // 2 for side in picture.shape[:2])
        pictures.append(picture[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, 3).mean((1, 3)))
    return pictures
