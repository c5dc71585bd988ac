"""What can happen to a picture on its way: five kinds of noise, each with a level. Stage 6, "Noise, in and out", looks at them."""

from collections.abc import Callable

import numpy as np
from scipy.ndimage import gaussian_filter

from ..errors import CourseError

__all__ = ["KINDS", "add", "blur", "gaussian"]


def _salt_and_pepper(images, level, rng):
    hit = rng.random(images.shape) < level
    return np.where(hit, rng.integers(0, 2, hit.shape), images)


#: Kind → function of pictures, level and random generator; what a level is stands at :func:`add`.
KINDS: dict[str, Callable] = {
    "gaussian": lambda images, level, rng: images + level * rng.normal(size=images.shape),
    "salt and pepper": _salt_and_pepper,
    "masking": lambda images, level, rng: images * (rng.random(images.shape) >= level),
    "speckle": lambda images, level, rng: images * (1 + level * rng.normal(size=images.shape)),
    "blur": lambda images, level, _: gaussian_filter(images, (0, level, level), mode="nearest"),
}
_SHARES = ("salt and pepper", "masking")  # kinds whose level is a share of the pixels


def add(images: np.ndarray, kind: str, level: float, seed: int = 0) -> np.ndarray:
    """The pictures with noise of a kind.

    Args:
        images: (samples, rows, columns), float in [0, 1].
        kind: one of ``KINDS``. "gaussian": independent normal noise on each pixel, as a sensor has it in the dark; "salt and
            pepper": some pixels black and some white, equally likely, as from dead sensor cells; "masking": some pixels set to 0
            (Vincent et al. 2008); "speckle": each pixel times 1 + normal noise, as radar and ultrasound have it, the brighter the
            noisier; "blur": averaged with a normal bell around each pixel, out of focus, with nothing random about it.
        level: standard deviation of the noise ("gaussian", in the unit of the pixels), of the factor ("speckle") or of the bell
            ("blur", in pixels), 0 or more; or the share of pixels that are hit, 0 to 1 ("salt and pepper", "masking").
        seed: a whole number, 0 or more.
    Returns: float32 of the same shape, cut off at 0 and 1 as a camera does: the noise that is left is a little weaker
        where the picture is black or white, and its mean not zero there.
    Raises: CourseError for an unknown kind, another shape, values outside [0, 1], or a level or seed out of range.
    """
    if kind not in KINDS:
        raise CourseError(f"there is no noise {kind!r}; the kinds are {', '.join(KINDS)}")
    images = np.asarray(images, dtype="float64")
    if images.ndim != 3:
        raise CourseError(f"pictures (samples, rows, columns) are needed; got the shape {images.shape}")
    if images.size and not (images.min() >= 0 and images.max() <= 1):  # NaN fails both comparisons
        raise CourseError(
            f"the pictures' values must lie in [0, 1]; got {images.min():g} to {images.max():g} (divide by their peak first)"
        )
    if not 0 <= level <= (1 if kind in _SHARES else np.inf) or not np.isfinite(level):
        raise CourseError(f"the level must be {'0 to 1' if kind in _SHARES else '0 or more'}; got {level!r}")
    if seed < 0:
        raise CourseError(f"seed must be a whole number, 0 or more; got {seed!r}")
    return np.clip(KINDS[kind](images, level, np.random.default_rng(seed)), 0, 1).astype("float32")


def gaussian(images: np.ndarray, level: float, seed: int = 0) -> np.ndarray:
    """The pictures with independent normal noise; arguments as for :func:`add`."""
    return add(images, "gaussian", level, seed)


def blur(images: np.ndarray, level: float) -> np.ndarray:
    """The pictures out of focus, always in the same way; arguments as for :func:`add`."""
    return add(images, "blur", level)
