"""Real pictures of the ground, for the full profile: crops as time series from satellites, scenes from the air."""

from pathlib import Path

import numpy as np

from ..datasets.cards import Card, DataError, Dataset, File
from ..datasets.fetch import by_hand, fetch

__all__ = ["CARDS", "SCENES", "load", "read_scenes", "read_sits"]

# The publisher states no digests: these are of the files as they stood in its repository in 2019.
_PLACE = "https://raw.githubusercontent.com/charlotte-pel/temporalCNN/master/example/"
_FILES = (
    ("train_dataset.csv", "06936ce3cb79666403fbc2dbe55dfe6af766864bd6a145a19159100b600f3fa1", 918073),
    ("test_dataset.csv", "414c4d7eab67f680ce2d81138d92bdfe2c0c5f8644da6d6a08399deb05eb9328", 920589),
)
_CROPS = ("wheat", "barley", "rapeseed", "maize", "soy", "sunflower", "sorghum", "pea", "grassland", "deciduous forest",
          "conifer forest", "water", "urban")  # fmt: skip
DATES, BANDS = 149, 3

CARDS = (
    Card(
        name="crop_sits",
        title="Crops in time series of satellite pictures",
        stages=(3,),
        source="downloaded",
        origin="C. Pelletier, G. Webb and F. Petitjean, Temporal convolutional neural network for the classification of "
        "satellite image time series, 2019, github.com/charlotte-pel/temporalCNN",
        licence="GPL-3.0, as its repository states",
        shapes={"x_train": (260, 149, 3), "y_train": (260,), "x_test": (260, 149, 3), "y_test": (260,)},
        values="x float32, reflectance × 1,000 in near infrared, red, green, every second day of a year; y 0 to 12",
        split="the publisher's: other polygons for testing",
        bytes=sum(size for *_, size in _FILES),
        files=tuple(File(_PLACE + name, digest, size, f"crop_sits/example/{name}") for name, digest, size in _FILES),
    ),
    Card(
        name="rsscn7",
        title="RSSCN7: scenes from the air",
        stages=(3,),
        source="folder",
        origin="Q. Zou, L. Ni, T. Zhang and Q. Wang, Deep learning based feature selection for remote sensing scene classification, 2015",
        licence="none stated by its authors, who ask to cite Zou and others, 2015",
        shapes={"x_train": (1400, 64, 64, 3), "y_train": (1400,), "x_test": (1400, 64, 64, 3), "y_test": (1400,)},
        values="x float32, 0 to 1, red, green, blue; y 0 to 6",
        split="half and half, drawn with seed 0",
        bytes=2800 * (64 * 64 * 3 * 4 + 8),
        folder="rsscn7",
        needs=("images/*/*.jpg",),
        get="its seven class folders, from the authors or any copy",
    ),
)
SCENES = ("grass", "field", "industry", "river or lake", "forest", "resident", "parking")


def load(card: Card) -> Dataset:
    """The time series of the card, fetched and verified where they are not there yet; or the scenes from the air.

    Raises: DataError where a file can't be had, is not the one expected, or is not such a table or picture.
    """
    if card.name == "rsscn7":
        x, y = read_scenes(by_hand(card) / "images")
        own, others = np.split(np.random.default_rng(0).permutation(len(y)), 2)
        return Dataset(x[own], y[own], x[others], y[others], (), SCENES, card)
    parts = [read_sits(fetch(file)) for file in card.files]
    return Dataset(*parts[0], *parts[1], (), _CROPS, card)


def read_sits(file: Path | str) -> tuple[np.ndarray, np.ndarray]:
    """The series and classes of one table: a row each, class, polygon, then 149 dates × (near infrared, red, green).

    Returns: x (rows, 149, 3) float32, y (rows,) int64, 0 to 12.
    Raises: DataError for another number of columns, a class out of range, or text where numbers belong.
    """
    try:
        table = np.loadtxt(file, delimiter=",", ndmin=2)
    except ValueError as error:
        raise DataError(f"{file} is not a table of numbers: {error}") from None
    if table.shape[1] != 2 + DATES * BANDS:
        raise DataError(f"{file} has {table.shape[1]} columns, not {2 + DATES * BANDS}")
    y = table[:, 0].astype("int64")
    if y.min() < 0 or y.max() >= len(_CROPS):
        raise DataError(f"{file} holds classes from {y.min()} to {y.max()}, not 0 to {len(_CROPS) - 1}")
    return table[:, 2:].reshape(-1, DATES, BANDS).astype("float32"), y


def read_scenes(folder: Path | str, size: int = 64) -> tuple[np.ndarray, np.ndarray]:
    """RSSCN7 (Q. Zou and others, 2015): seven kinds of scenes from the air, from a folder with one folder a class.

    Its publisher offers no archive with a fixed address, so the course does not download it: put the class folders
    (``aGrass``, ``bField``, …, 400 pictures each) into one folder, for instance ``rsscn7/images`` in your mirror folder.

    Args:
        folder: with seven folders, whose alphabetical order is that of ``SCENES``.
        size: pixels of the result, each way; pictures are averaged down to it.
    Returns: x (pictures, size, size, 3) float32, 0 to 1; y (pictures,) int64.
    Raises: DataError where there are not seven folders with pictures in them.
    """
    from skimage import io, transform

    classes = sorted(path for path in Path(folder).glob("*") if path.is_dir())
    if len(classes) != len(SCENES):
        raise DataError(f"{folder} has {len(classes)} folders; RSSCN7 has one for each of {', '.join(SCENES)}")
    x, y = [], []
    for label, place in enumerate(classes):
        pictures = sorted(place.glob("*.jpg"))
        if not pictures:
            raise DataError(f"{place} holds no .jpg")
        for picture in pictures:
            x.append(transform.resize(io.imread(picture)[..., :3], (size, size), anti_aliasing=True))
            y.append(label)
    return np.asarray(x, dtype="float32"), np.asarray(y, dtype="int64")
