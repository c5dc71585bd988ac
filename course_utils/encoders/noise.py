"""What can happen to a picture on its way: five kinds of noise, each with a level. Stage 6, "Noise, in and out", looks at them."""

from collections.abc import Callable

import numpy as np

from ..errors import CourseError

__all__ = ["KINDS", "add", "blur", "gaussian", "masking", "salt_and_pepper", "speckle"]


def gaussian(images: np.ndarray, level: float, seed: int = 0) -> np.ndarray:
    """The pictures with independent normal noise on each value, as a sensor has it in the dark.

    Args:
        images: (samples, rows, columns) or (samples, rows, columns, channels), float in [0, 1].
        level: the noise's standard deviation, in the unit of the pixels, 0 or more.
        seed: a whole number, 0 or more.
    Returns: float32 of the same shape, cut off at 0 and 1 as a camera does: the noise that is left is a little weaker
        where the picture is black or white, and its mean not zero there.
    Raises: CourseError for another shape, values outside [0, 1] or a level out of range.
    """
    images = _checked(images, level, seed)
    return _as_picture(images + level * np.random.default_rng(seed).normal(size=images.shape))


def salt_and_pepper(images: np.ndarray, level: float, seed: int = 0) -> np.ndarray:
    """The pictures with some pixels black and some white, as from dead sensor cells or broken transmission.

    Args:
        images, seed: as for :func:`gaussian`.
        level: the share of pixels that are hit, 0 to 1, black and white equally likely; all channels at once.
    Returns, raises: as for :func:`gaussian`.
    """
    images = _checked(images, level, seed, 1)
    rng = np.random.default_rng(seed)
    hit = rng.random(_pixels(images)) < level
    return _as_picture(np.where(hit, rng.integers(0, 2, hit.shape), images))


def masking(images: np.ndarray, level: float, seed: int = 0) -> np.ndarray:
    """The pictures with some pixels set to 0, as in the first denoising autoencoders (Vincent et al. 2008).

    Args:
        images, seed: as for :func:`gaussian`.
        level: the share of pixels that are lost, 0 to 1; all channels at once.
    Returns, raises: as for :func:`gaussian`.
    """
    images = _checked(images, level, seed, 1)
    return _as_picture(images * (np.random.default_rng(seed).random(_pixels(images)) >= level))


def speckle(images: np.ndarray, level: float, seed: int = 0) -> np.ndarray:
    """The pictures with each value multiplied by 1 + noise, as radar and ultrasound have it: the brighter, the noisier.

    Args:
        images, seed: as for :func:`gaussian`.
        level: standard deviation of the factor, 0 or more.
    Returns, raises: as for :func:`gaussian`.
    """
    images = _checked(images, level, seed)
    return _as_picture(images * (1 + level * np.random.default_rng(seed).normal(size=images.shape)))


def blur(images: np.ndarray, level: float, seed: int = 0) -> np.ndarray:
    """The pictures out of focus: averaged with a normal bell around each pixel. Nothing about it is random.

    Args:
        images: as for :func:`gaussian`.
        level: standard deviation of the bell, in pixels, 0 or more.
        seed: not used; here so that all kinds are called alike.
    Returns, raises: as for :func:`gaussian`.
    """
    from scipy.ndimage import gaussian_filter

    images = _checked(images, level, seed)
    sigma = (0, level, level) + (0,) * (images.ndim - 3)
    return _as_picture(gaussian_filter(images, sigma, mode="nearest"))


KINDS: dict[str, Callable] = {
    "gaussian": gaussian,
    "salt and pepper": salt_and_pepper,
    "masking": masking,
    "speckle": speckle,
    "blur": blur,
}


def add(images: np.ndarray, kind: str, level: float, seed: int = 0) -> np.ndarray:
    """The pictures with noise of a kind, by its name in ``KINDS``.

    Args:
        images, seed: as for :func:`gaussian`.
        kind: one of ``KINDS``.
        level: in that kind's own unit.
    Returns, raises: as that kind; ValueError for an unknown one.
    """
    if kind not in KINDS:
        raise CourseError(f"there is no noise {kind!r}; the kinds are {', '.join(KINDS)}")
    return KINDS[kind](images, level, seed)


def _pixels(images: np.ndarray) -> tuple[int, ...]:
    return images.shape if images.ndim == 3 else (*images.shape[:3], 1)


def _as_picture(images: np.ndarray) -> np.ndarray:
    return np.clip(images, 0, 1).astype("float32")


def _checked(images, level, seed, most: float = np.inf) -> np.ndarray:
    images = np.asarray(images, dtype="float64")
    if images.ndim not in (3, 4):
        raise CourseError(
            f"pictures (samples, rows, columns) or with channels are needed; got the shape {images.shape}"
        )
    if images.size and not (images.min() >= 0 and images.max() <= 1):  # NaN fails both comparisons
        raise CourseError(
            f"the pictures' values must lie in [0, 1]; got {images.min():g} to {images.max():g} (divide by their peak first)"
        )
    if not 0 <= level <= most or not np.isfinite(level):
        raise CourseError(f"the level must be {'0 or more' if most == np.inf else f'0 to {most:g}'}; got {level!r}")
    if seed < 0:
        raise CourseError(f"seed must be a whole number, 0 or more; got {seed!r}")
    return images
