"""Cards of the data that the course makes itself, and their division into training and test data."""

from ..datasets.cards import Card, Dataset
from ..errors import CourseError
from . import points

__all__ = ["CARDS", "load"]

SAMPLES, TEST_SHARE = 500, 0.5
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
    train = round(SAMPLES * (1 - TEST_SHARE))
    test = SAMPLES - train
    return Card(
        name=name,
        title=title,
        stages=(1,),
        source="made",
        origin=f"datasets.points.{name}, after TensorFlow Playground (D. Smilkov and S. Carter, 2016)",
        licence="MIT, as the course",
        shapes={"x_train": (train, 2), "y_train": (train,), "x_test": (test, 2), "y_test": (test,)},
        values="x float32 in [-6, 6]; y " + ("0 or 1" if classes else "float32 in [-1, 1]"),
        split="the points come shuffled: the first half for training, the rest for testing",
        bytes=SAMPLES * (2 * 4 + (8 if classes else 4)),
        checksum=_CHECKSUMS[name],
    )


CARDS = tuple(_card(name) for name in _TITLES)


def load(
    card: Card, samples: int = SAMPLES, noise: float = 0.0, test_share: float = TEST_SHARE, seed: int = 0
) -> Dataset:
    """The points of a card, the first ``1 - test_share`` of them for training.

    Half is kept for testing, as in the Playground: points cost nothing, and with hundreds of test points a
    difference of one per cent can be seen.

    Args:
        card: one of ``CARDS``.
        samples: training and test points together, at least 2.
        noise: 0 to 0.5, as each function of :mod:`.points` says.
        test_share: part of the points for testing, above 0 and below 1; each part gets at least one point.
        seed: a whole number, 0 or more.
    Raises: CourseError or TypeError naming the argument that is out of range or not a number.
    """
    x, y = (points.CLASSIFICATION | points.REGRESSION)[card.name](samples, noise, seed)
    if not 0.0 < test_share < 1.0:
        raise CourseError(f"test_share must be above 0 and below 1; got {test_share!r}")
    train = len(x) - round(len(x) * test_share)
    if not 0 < train < len(x):
        raise CourseError(f"test_share={test_share!r} of {samples} samples leaves one part empty")
    return Dataset(x[:train], y[:train], x[train:], y[train:], ("x1", "x2"), _TITLES[card.name][1], card)
