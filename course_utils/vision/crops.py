"""Fields from above, made here: a tile in four spectral bands on one summer day, and the growth curve of the whole year.

The calendar of each crop is that of the plain between Huai and Yangtze (about 32° north), to about ten days.
"""

import numpy as np

from ..datasets.cards import Card, Dataset
from ..errors import CourseError

__all__ = ["BANDS", "CARDS", "CROPS", "DAYS", "fields", "load", "ndvi"]

CROPS = ("wheat, then maize", "rapeseed", "rice", "spring maize", "soybean", "alfalfa")
BANDS = ("blue", "green", "red", "near infrared")
DAYS = np.arange(8, 366, 15)  # a picture of the satellite every 15 days: 24 in the year
SAMPLES, SIZE = 1200, 16

# Seasons of each crop: day of steepest green-up, day of steepest browning, days each takes, highest share of ground covered.
_SEASONS = (
    ((78, 150, 9, 6, 0.92), (190, 266, 7, 8, 0.93)),  # winter wheat is cut in early June, maize sown into the stubble
    ((62, 136, 9, 6, 0.90),),  # flowers yellow around day 92
    ((190, 275, 8, 8, 0.95),),  # flooded from about day 150, planted, green from July
    ((158, 245, 8, 8, 0.93),),
    ((182, 262, 7, 6, 0.95),),
    ((78, 312, 9, 12, 0.90),),  # cut four times
)
_DAY = 218.0  # of the tile: early August
_CUTS, _FLOWERS, _FLOOD = (145, 185, 225, 265), 92, (150, 186)
_SOIL = np.array([0.08, 0.11, 0.15, 0.22])  # reflectance in each band
_LEAF = np.array([0.03, 0.08, 0.035, 0.48])
_WATER = np.array([0.07, 0.07, 0.05, 0.03])
_FLOWER = np.array([0.06, 0.22, 0.20, 0.45])
_ROWS = (2.6, 0.0, 0.0, 3.6, 2.2, 0.0)  # metres between rows; 0: sown broadcast or planted densely

CARDS = (
    Card(
        name="crops",
        title="Fields: growth curves and tiles",
        stages=(3,),
        source="made",
        origin="vision.crops.fields; the crops' calendars are those of the plain between Huai and Yangtze",
        licence="MIT, as the course",
        shapes={"x_train": (600, 24), "y_train": (600,), "x_test": (600, 24), "y_test": (600,)},
        values="x float32, NDVI from -1 to 1 on 24 days (view='curve'), or reflectance 0 to 1 in four bands on day 218 "
        "(view='tile'); y the crop",
        split="fields come shuffled: the first half for training, the rest for testing",
        bytes=1200 * (24 * 4 + 8),
        checksum="1b32d60d870fd81b8aba7d3700d08f6e8a99c15384f3ca3c5b0a4e4819b3c798",
    ),
)


def load(card: Card, samples: int = SAMPLES, view: str = "curve", seed: int = 0) -> Dataset:
    """The fields as a data set, half of them for training.

    Args:
        card: of ``CARDS``.
        samples: training and test fields together, at least 2.
        view: "curve" (samples, 24) or "tile" (samples, 16, 16, 4).
        seed: as in :func:`fields`.
    Raises: CourseError where an argument is out of range.
    """
    if view not in ("curve", "tile"):
        raise CourseError(f"view must be 'curve' or 'tile'; got {view!r}")
    if samples < 2:
        raise CourseError(f"samples must be at least 2, one for each part; got {samples!r}")
    curves, tiles, y = fields(samples, seed=seed)
    x, names = (curves, tuple(f"day {day}" for day in DAYS)) if view == "curve" else (tiles, ())
    train = samples - samples // 2
    return Dataset(x[:train], y[:train], x[train:], y[train:], names, CROPS, card)


def fields(samples: int = SAMPLES, late: float = 0.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Growth curves, tiles and crops of fields.

    Each field has its own sowing date (± 8 days), length of season and cover. One picture in six of the curve is hazy, which
    pulls the NDVI down. The tile is what a camera sees on day 218 (early August): 16 × 16 pixels of one metre, rows at a
    random angle where the crop stands in rows, gaps, and noise.

    Args:
        samples: at least 1.
        late: days by which the whole year is late (negative: early).
        seed: a whole number, 0 or more.
    Returns: NDVI (samples, 24) float32 on ``DAYS``; reflectance (samples, 16, 16, 4) float32 in ``BANDS``; crops
        (samples,) int64, places in ``CROPS``.
    Raises: CourseError where there is no sample.
    """
    if samples < 1:
        raise CourseError(f"samples must be at least 1; got {samples!r}")
    rng = np.random.default_rng(seed)
    y = rng.integers(0, len(CROPS), samples)
    shift = late + rng.normal(0, 8, samples)
    stretch, cover = rng.normal(1, 0.06, samples), rng.uniform(0.8, 1.05, samples)
    curves = np.empty((samples, len(DAYS)), "float32")
    tiles = np.empty((samples, SIZE, SIZE, len(BANDS)), "float32")
    for field, crop in enumerate(y):
        soil = _SOIL * rng.uniform(0.75, 1.25)
        options = {"shift": shift[field], "stretch": stretch[field], "cover": cover[field]}
        spectra = _spectrum(crop, DAYS, soil, **options)  # (24, 4)
        hazy = rng.random(len(DAYS)) < 1 / 6
        spectra = spectra + np.where(hazy, rng.uniform(0.05, 0.25, len(DAYS)), 0)[:, None]
        curves[field] = ndvi(spectra + rng.normal(0, 0.006, spectra.shape))
        tiles[field] = _tile(crop, soil, rng, options)
    return np.round(curves, 3), np.round(np.clip(tiles, 0, 1), 3), y.astype("int64")


def ndvi(reflectance: np.ndarray) -> np.ndarray:
    """The normalised difference vegetation index, (NIR − red) / (NIR + red): about 0.1 for soil, up to 0.9 for leaves.

    Args:
        reflectance: (…, 4), bands in the order of ``BANDS``; red and near infrared not both 0.
    Returns: (…), from -1 to 1. J. Rouse and others, 1974.
    """
    red, infrared = np.maximum(reflectance[..., 2], 1e-3), np.maximum(reflectance[..., 3], 1e-3)
    return (infrared - red) / (infrared + red)


def _greenness(crop: int, days: np.ndarray, shift: float, stretch: float, cover: float) -> np.ndarray:
    """The share of the ground that green leaves cover on each day, 0 to 1: two logistic curves a season.

    ``shift``: days by which this field is late; ``stretch``: length of its seasons, ``cover``: how dense it grows, 1 as usual.
    """
    green = np.zeros(len(days))
    for up, down, rise, fall, top in _SEASONS[crop]:
        up, down = up + shift, up + shift + stretch * (down - up)
        season = 1 / (1 + np.exp(-(days - up) / rise)) - 1 / (1 + np.exp(-(days - down) / fall))
        green += top * cover * np.maximum(season, 0)
    if CROPS[crop] == "alfalfa":
        for cut in _CUTS:
            since = days - cut - shift
            green *= np.where(since >= 0, 1 - 0.75 * np.exp(-np.maximum(since, 0) / 14), 1)
    return np.clip(green, 0, 1)


def _spectrum(crop: int, days, soil, shift, stretch, cover) -> np.ndarray:
    """Mean reflectance of the field on each day, (days, 4): ground, leaves and what lies between, in shares."""
    green = _greenness(crop, days, shift, stretch, cover)[:, None]
    ground = np.broadcast_to(soil, (len(days), 4))
    if CROPS[crop] == "rice":
        start, end = _FLOOD
        wet = 1 / (1 + np.exp(-(days - start - shift) / 3)) - 1 / (1 + np.exp(-(days - end - 40 - shift) / 6))
        ground = ground + np.clip(wet, 0, 1)[:, None] * (_WATER - ground)
    leaf = np.broadcast_to(_LEAF, (len(days), 4))
    if CROPS[crop] == "rapeseed":
        bloom = 0.6 * np.exp(-(((days - _FLOWERS - shift) / 9) ** 2))[:, None]
        leaf = leaf + bloom * (_FLOWER - leaf)
    return ground + green * (leaf - ground)


def _tile(crop: int, soil, rng: np.random.Generator, options: dict) -> np.ndarray:
    green = _greenness(crop, np.array([_DAY]), **options)[0]
    pure = _spectrum(crop, np.array([_DAY]), soil, **(options | {"cover": 0.0}))[0]  # the ground alone
    down, right = np.mgrid[:SIZE, :SIZE].astype("float64")
    angle, phase = rng.uniform(0, np.pi), rng.uniform(0, 2 * np.pi)
    share = np.full((SIZE, SIZE), green)
    if gap := _ROWS[crop]:
        wave = np.cos(2 * np.pi / gap * (np.cos(angle) * right + np.sin(angle) * down) + phase)
        share = share * (1 + 0.35 * wave)
    share = share * np.clip(rng.normal(1, 0.08, (SIZE, SIZE)), 0, None)
    light = rng.uniform(0.85, 1.15)
    tile = pure + np.clip(share, 0, 1)[..., None] * (_LEAF - pure)
    return light * tile + rng.normal(0, 0.012, (SIZE, SIZE, len(BANDS)))
