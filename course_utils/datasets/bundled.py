"""Real tables and pictures that come with scikit-learn, divided and left unscaled (scaling is a lesson)."""

import numpy as np

from ..errors import CourseError
from .cards import Card, Dataset

__all__ = ["CARDS", "load"]

_UCI = "UCI Machine Learning Repository; as scikit-learn's "
_STRATIFIED = "a quarter for testing, each class in proportion, drawn with seed 0"

CARDS = (
    Card(
        name="digits",
        title="Handwritten digits, 8×8",
        stages=(1, 2, 3, 4, 6, 7),
        source="bundled",
        origin="E. Alpaydin and C. Kaynak, 1998, " + _UCI + "load_digits",
        licence="CC BY 4.0",
        shapes={"x_train": (1347, 8, 8), "y_train": (1347,), "x_test": (450, 8, 8), "y_test": (450,)},
        values="x float32, ink from 0 (paper) to 16, whole numbers; y the digit",
        split=_STRATIFIED,
        bytes=474408,
        checksum="8b3f6d4a3c414738dc623eebcb40e6d88d5242f556352a40668bc7e4f330e350",
    ),
    Card(
        name="wine",
        title="Wines of three growers",
        stages=(1,),
        source="bundled",
        origin="S. Aeberhard and M. Forina, 1992, " + _UCI + "load_wine",
        licence="CC BY 4.0",
        shapes={"x_train": (133, 13), "y_train": (133,), "x_test": (45, 13), "y_test": (45,)},
        values="x float32, thirteen measurements in their own units, from 0.1 to 1,680; y the grower",
        split=_STRATIFIED,
        bytes=10680,
        checksum="cf37a3adf178adf118089cf411a4994f3704c2cc8f909c618a77e5a9dc8872bb",
    ),
    Card(
        name="breast_cancer",
        title="Breast cancer, Wisconsin diagnostic",
        stages=(1,),
        source="bundled",
        origin="W. Wolberg, O. Mangasarian, N. Street and W. Street, 1993, " + _UCI + "load_breast_cancer",
        licence="CC BY 4.0",
        shapes={"x_train": (426, 30), "y_train": (426,), "x_test": (143, 30), "y_test": (143,)},
        values="x float32, thirty measures of cell nuclei in their own units, from 0 to 4,254; y 0 malignant, 1 benign",
        split=_STRATIFIED,
        bytes=72832,
        checksum="e76e71434c7621c2e308fbb316fd141713777d3f2ddb96fe98cb2c38b6171d49",
    ),
    Card(
        name="diabetes",
        title="Diabetes after one year",
        stages=(1,),
        source="bundled",
        origin="B. Efron, T. Hastie, I. Johnstone and R. Tibshirani, Least Angle Regression, 2004; "
        "as scikit-learn's load_diabetes(scaled=False)",
        licence="none stated by its authors; distributed with scikit-learn (BSD-3-Clause)",
        shapes={"x_train": (331, 10), "y_train": (331,), "x_test": (111, 10), "y_test": (111,)},
        values="x float32, age in years, sex 1 or 2, body mass index, blood pressure, six blood values, "
        "from 1 to 301; y float32, a score of how far the disease went, 25 to 346",
        split="a quarter for testing, drawn with seed 0",
        bytes=19448,
        checksum="737f649ac21bf2ef1ffbaa9ea2d005b2847ec911ee3e049a154d04fd3cb31e94",
    ),
)


def load(card: Card, test_share: float = 0.25, seed: int = 0) -> Dataset:
    """The data set of a bundled card, divided by scikit-learn's ``train_test_split``.

    Args:
        card: one of ``CARDS``.
        test_share: part of the samples that is kept for testing, above 0 and below 1.
        seed: for the division, 0 to 2**32 - 1.
    Raises: CourseError where the share leaves a class without a test or a training sample.
    """
    from sklearn import datasets
    from sklearn.model_selection import train_test_split

    if card.name == "diabetes":
        table = datasets.load_diabetes(scaled=False)
    else:
        table = getattr(datasets, f"load_{card.name}")()
    classes = tuple(str(name) for name in getattr(table, "target_names", ()))
    pictures = "images" in table
    x = np.asarray(table.images if pictures else table.data, dtype="float32")
    y = np.asarray(table.target, dtype="int64" if classes else "float32")
    try:
        x_train, x_test, y_train, y_test = train_test_split(
            x, y, test_size=float(test_share), random_state=seed, stratify=y if classes else None
        )
    except ValueError as error:
        raise CourseError(
            f"test_share={test_share!r}, seed={seed!r} do not divide the {len(x)} samples of {card.name}: {error}"
        ) from None
    names = () if pictures else tuple(str(name) for name in table.feature_names)
    return Dataset(x_train, y_train, x_test, y_test, names, classes, card)
