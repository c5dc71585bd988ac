"""Seeded points in the plane: the six shapes of TensorFlow Playground (Smilkov and Carter, 2016), and their cards.

Each shape is a function of

- ``samples``: how many points, at least 2;
- ``noise``: 0 to 0.5, which means one of two things. **A wrong look** (circle, xor, plane, multi_gauss): the input
  stays where it is, and its target is read off at a spot moved by up to ``noise`` × the shape's half width along each
  axis, uniformly, so that points near a border get the label of the other side. **A displaced point** (gauss, spiral):
  the label is sure, and the input is moved;
- ``seed``: a whole number, 0 or more; the same arguments give the same points.

It returns ``x``, (samples, 2) float32 within [-6, 6]², and ``y``, (samples,): class labels 0 and 1 as int64 for a
classification shape, targets in [-1, 1] as float32 for a regression shape, in shuffled order. It raises CourseError for
an argument out of range, TypeError for one that is not a number of its kind. :func:`load` divides them.

Stage 1, "Six ways to make points", draws them.
"""

import math
from collections.abc import Callable, Sequence
from numbers import Integral, Real

import numpy as np

from ..datasets.cards import Card, Dataset
from ..errors import CourseError

__all__ = [
    "CARDS",
    "CLASSIFICATION",
    "FEATURES",
    "REGRESSION",
    "circle",
    "feature_names",
    "features",
    "gauss",
    "load",
    "multi_gauss",
    "plane",
    "spiral",
    "xor",
]

LIMIT = 6.0  # the inputs lie in [-LIMIT, LIMIT] along both axes
MAX_NOISE = 0.5
BUMPS = ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1))  # x1, x2, height

Points = tuple[np.ndarray, np.ndarray]


def circle(samples: int = 500, noise: float = 0.0, seed: int = 0) -> Points:
    """Points and labels of a disc (class 1, radius up to 2.5) inside a ring (class 0, radius 3.5 to 5).

    Half of the points are in each; the radius is uniform, so the disc is denser in the middle. With noise, a
    point is of class 1 where the spot it is looked up at, moved by up to ``noise`` × 5, has a radius below
    2.5.
    """
    rng = _begin(samples, noise, seed)
    inside = np.arange(samples) % 2 == 0
    radius = np.where(inside, rng.uniform(0.0, 2.5, samples), rng.uniform(3.5, 5.0, samples))
    angle = rng.uniform(0.0, 2 * np.pi, samples)
    x = radius[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    seen = _moved(x, 5.0 * noise, rng)
    return _shuffled(x, np.hypot(*seen.T) < 2.5, rng)


def xor(samples: int = 500, noise: float = 0.0, seed: int = 0) -> Points:
    """Points and labels of a chequered square: class 1 where x1 and x2 have the same sign, class 0 elsewhere.

    Uniform in the four quadrants of [-5.3, 5.3]², a quarter of the points in each, none within 0.3 of an
    axis. With noise, the signs are those of a spot moved by up to ``noise`` × 5. As in the Playground, class
    1 is the *same* sign, which a logician would call XNOR.
    """
    rng = _begin(samples, noise, seed)
    corners = np.array([(1, 1), (1, -1), (-1, -1), (-1, 1)])[np.arange(samples) % 4]  # classes 1, 0, 1, 0
    x = corners * (0.3 + rng.uniform(0.0, 5.0, (samples, 2)))
    seen = _moved(x, 5.0 * noise, rng)
    return _shuffled(x, seen[:, 0] * seen[:, 1] >= 0, rng)


def gauss(samples: int = 500, noise: float = 0.0, seed: int = 0) -> Points:
    """Points and labels of two round blobs: class 1 around (2, 2), class 0 around (-2, -2), half in each.

    Normal along each axis with variance 0.5 + 7 × ``noise`` (0.5 to 4); a draw that falls outside [-6, 6]² is
    drawn again. Without noise the blobs hardly touch; at 0.5 they overlap.
    """
    rng = _begin(samples, noise, seed)
    upper = np.arange(samples) % 2 == 0
    centre = np.where(upper, 2.0, -2.0)[:, None]
    deviation = math.sqrt(0.5 + 7.0 * noise)
    x = centre + deviation * rng.standard_normal((samples, 2))
    while (outside := np.abs(x).max(axis=1) > LIMIT).any():
        x[outside] = centre[outside] + deviation * rng.standard_normal((outside.sum(), 2))
    return _shuffled(x, upper, rng)


def spiral(samples: int = 500, noise: float = 0.0, seed: int = 0) -> Points:
    """Points and labels of two arms that wind 1.75 times around each other, half of the points on each.

    Point i of an arm's n lies at radius 5 × i/n, angle 1.75 × 2π × i/n from the x2 axis (class 1), or half a
    turn further (class 0). Noise moves a point by up to ``noise`` along each axis, uniformly.
    """
    rng = _begin(samples, noise, seed)
    first = np.arange(samples) % 2 == 0
    n = np.where(first, first.sum(), (~first).sum())
    along = (np.arange(samples) // 2 + 1) / n  # from just off the middle, where the arms would meet, to 1
    angle = 1.75 * 2 * np.pi * along + np.where(first, 0.0, np.pi)
    x = 5.0 * along[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return _shuffled(_moved(x, noise, rng), first, rng)


def plane(samples: int = 500, noise: float = 0.0, seed: int = 0) -> Points:
    """Points and targets of a tilted plane: (x1 + x2) / 12, from -1 in one corner to 1 in the other.

    Uniform in [-6, 6]². With noise, the target is that of a spot moved by up to ``noise`` × 6 along each
    axis, cut off at -1 and 1.
    """
    rng = _begin(samples, noise, seed)
    x = rng.uniform(-LIMIT, LIMIT, (samples, 2))
    seen = _moved(x, LIMIT * noise, rng)
    return _shuffled(x, np.clip(seen.sum(axis=1) / 12.0, -1.0, 1.0), rng, "float32")


def multi_gauss(samples: int = 500, noise: float = 0.0, seed: int = 0) -> Points:
    """Points and targets of six bumps, up and down in turn: ±1 at a centre, evenly down to 0 at distance 2.

    Uniform in [-6, 6]². The centres are (-4, ±2.5), (0, ±2.5) and (4, ±2.5): neighbours touch and do not
    overlap, and the target is 0 between the bumps. With noise, it is that of a spot moved by up to ``noise``
    × 6 along each axis.
    """
    rng = _begin(samples, noise, seed)
    x = rng.uniform(-LIMIT, LIMIT, (samples, 2))
    seen = _moved(x, LIMIT * noise, rng)
    y = np.zeros(samples)
    for centre_1, centre_2, height in BUMPS:
        y += height * np.maximum(0.0, 1.0 - np.hypot(seen[:, 0] - centre_1, seen[:, 1] - centre_2) / 2.0)
    return _shuffled(x, y, rng, "float32")


CLASSIFICATION: dict[str, Callable[..., Points]] = {"circle": circle, "xor": xor, "gauss": gauss, "spiral": spiral}
REGRESSION: dict[str, Callable[..., Points]] = {"plane": plane, "multi_gauss": multi_gauss}

FEATURES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1^2": lambda x1, x2: x1**2,
    "x2^2": lambda x1, x2: x2**2,
    "x1*x2": lambda x1, x2: x1 * x2,
    "sin(x1)": lambda x1, x2: np.sin(x1),
    "sin(x2)": lambda x1, x2: np.sin(x2),
}


def feature_names(names: str | Sequence[str]) -> list[str]:
    """The names as a list, one name too.

    Raises: CourseError for no name, an unknown or a repeated one.
    """
    names = [names] if isinstance(names, str) else list(names)
    unknown = [name for name in names if name not in FEATURES]
    if unknown:
        raise CourseError(f"there is no feature {unknown[0]!r}; the features are {', '.join(FEATURES)}")
    if not names or len(set(names)) < len(names):
        raise CourseError(f"give at least one feature, and each only once; got {names}")
    return names


def features(x: np.ndarray, names: Sequence[str] = tuple(FEATURES)) -> np.ndarray:
    """The Playground's features of points: one column for each name, in the order asked for.

    Args:
        x: (samples, 2) numbers, finite.
        names: from "x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)" (angles in radians); at least
            one, each once. All seven by default.
    Returns: (samples, len(names)) float32.
    Raises: CourseError for another shape, values that are not finite, no name, an unknown or a repeated name.
    """
    names = feature_names(names)
    x = np.asarray(x, dtype="float64")
    if x.ndim != 2 or x.shape[1] != 2:
        raise CourseError(f"the points must have shape (samples, 2); got {x.shape}")
    if not np.isfinite(x).all():
        raise CourseError("the points hold values that are not finite (NaN or infinity)")
    return np.stack([FEATURES[name](x[:, 0], x[:, 1]) for name in names], axis=1).astype("float32")


def _begin(samples: int, noise: float, seed: int) -> np.random.Generator:
    """The random generator of checked arguments."""
    for name, value, least in (("samples", samples, 2), ("seed", seed, 0)):
        if not isinstance(value, Integral):
            raise TypeError(f"{name} must be a whole number; got {value!r}")
        if value < least:
            raise CourseError(f"{name} must be {least} or more; got {value!r}")
    if not isinstance(noise, Real):
        raise TypeError(f"noise must be a number from 0 to {MAX_NOISE}; got {noise!r}")
    if not 0.0 <= noise <= MAX_NOISE:  # NaN, too
        raise CourseError(f"noise must be from 0 to {MAX_NOISE} (50 % in the Playground); got {noise!r}")
    return np.random.default_rng(seed)


def _moved(x: np.ndarray, reach: float, rng: np.random.Generator) -> np.ndarray:
    return x + reach * rng.uniform(-1.0, 1.0, x.shape)


def _shuffled(x: np.ndarray, y: np.ndarray, rng: np.random.Generator, dtype: str = "int64") -> Points:
    # Computed in float64 and rounded once, so that machines whose sines differ in the last bit agree on the
    # result.
    order = rng.permutation(len(x))
    return x[order].astype("float32"), y[order].astype(dtype)


_TITLES = {
    "circle": ("A disc in a ring", ("ring", "disc")),
    "xor": ("A chequered square", ("signs differ", "signs agree")),
    "gauss": ("Two round blobs", ("lower blob", "upper blob")),
    "spiral": ("Two spiral arms", ("second arm", "first arm")),
    "plane": ("A tilted plane", ()),
    "multi_gauss": ("Six bumps", ()),
}
_CHECKSUMS = {
    "circle": "a8b4240902a20a5364a0f45d2fe03a62239d24316f67409739742dba03a0636f",
    "xor": "1bb92752136995e42b8b94ac220efc1b333c68620e664817933825ab4f5bb21c",
    "gauss": "497e70f8ecb0d1da58d4ddda38121a36107b8e64a73ae33a8d57986ce53262fc",
    "spiral": "a0d3316b5d13a1324a3d4116c6154297e8a7538c4cc70725590af308a8d070ec",
    "plane": "4477ed1b42667eef83e0e05125b72800e5606c8c3c04753d7a3334638b296a23",
    "multi_gauss": "c62782031640dc1290314fdf1e34b15085109cf097ad385b856f640ccac06804",
}


def _card(name: str) -> Card:
    title, classes = _TITLES[name]
    return Card(
        name=name,
        title=title,
        stages=(1,),
        source="made",
        origin=f"neurons.points.{name}, after TensorFlow Playground (D. Smilkov and S. Carter, 2016)",
        licence="MIT, as the course",
        shapes={"x_train": (250, 2), "y_train": (250,), "x_test": (250, 2), "y_test": (250,)},
        values="x float32 in [-6, 6]; y " + ("0 or 1" if classes else "float32 in [-1, 1]"),
        split="the points come shuffled: the first half for training, the rest for testing",
        bytes=500 * (2 * 4 + (8 if classes else 4)),
        checksum=_CHECKSUMS[name],
    )


CARDS = tuple(_card(name) for name in _TITLES)


def load(card: Card, samples: int = 500, noise: float = 0.0, test_share: float = 0.5, seed: int = 0) -> Dataset:
    """The points of a card, the first ``1 - test_share`` of them for training.

    Half is kept for testing, as in the Playground: points cost nothing, and with hundreds of test points a
    difference of one per cent can be seen.

    Args:
        card: one of ``CARDS``.
        samples: training and test points together, at least 2.
        noise: 0 to 0.5, see above.
        test_share: part of the points for testing, above 0 and below 1; each part gets at least one point.
        seed: a whole number, 0 or more.
    Raises: CourseError or TypeError naming the argument that is out of range or not a number.
    """
    x, y = (CLASSIFICATION | REGRESSION)[card.name](samples, noise, seed)
    if not 0.0 < test_share < 1.0:
        raise CourseError(f"test_share must be above 0 and below 1; got {test_share!r}")
    train = len(x) - round(len(x) * test_share)
    if not 0 < train < len(x):
        raise CourseError(f"test_share={test_share!r} of {samples} samples leaves one part empty")
    return Dataset(x[:train], y[:train], x[train:], y[train:], ("x1", "x2"), _TITLES[card.name][1], card)
