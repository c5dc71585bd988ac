"""How alike two pictures are: PSNR in decibels, and SSIM."""

import numpy as np

__all__ = ["psnr", "ssim"]


def psnr(images: np.ndarray, truth: np.ndarray, peak: float = 1.0) -> np.ndarray:
    """The peak signal-to-noise ratio of each picture: 10 log₁₀(peak² / mean squared error), in decibels.

    Ten decibels more are a tenth of the squared error, three about half of it.

    Args:
        images, truth: (samples, rows, columns) or (samples, rows, columns, channels), of one shape, finite.
        peak: the greatest value that a pixel can have, above 0.
    Returns: (samples,) float64, infinite where a picture equals its truth.
    Raises: ValueError where the shapes differ, there is no picture, a value is not finite or peak is not above 0.
    Derived in stage 6, "Noise, in and out".
    """
    images, truth = _pair(images, truth, peak)
    error = np.mean((images - truth) ** 2, axis=tuple(range(1, images.ndim)))
    with np.errstate(divide="ignore"):
        return 10 * np.log10(peak**2 / error)


def ssim(images: np.ndarray, truth: np.ndarray, peak: float = 1.0, window: int = 7) -> np.ndarray:
    """The structural similarity of each picture with its truth (Wang, Bovik, Sheikh and Simoncelli 2004).

    In a square window around each pixel, means, variances and the covariance of the two pictures are compared: 1 where
    they are equal, about 0 where they have nothing in common, below 0 where one is the other's negative. The result
    is the mean over all windows that lie in the picture, and over the channels.

    Args:
        images, truth: as for :func:`psnr`, each side at least ``window`` pixels.
        peak: as for :func:`psnr`.
        window: its side in pixels, odd, at least 3.
    Returns: (samples,) float64 in [-1, 1].
    Raises: ValueError as for :func:`psnr`, or where the window is even, below 3 or larger than the pictures.
    """
    from scipy.ndimage import uniform_filter

    images, truth = _pair(images, truth, peak)
    if window < 3 or window % 2 == 0 or window > min(images.shape[1:3]):
        raise ValueError(
            f"the window must be odd, 3 or more, and fit into {images.shape[1]}×{images.shape[2]} pixels; got {window}"
        )
    inside = slice(window // 2, -(window // 2))

    def mean(values):
        size = (1, window, window) + (1,) * (values.ndim - 3)
        return uniform_filter(values, size)[:, inside, inside]

    unbiased = window**2 / (window**2 - 1)  # n − 1 in the variance's denominator
    mean_a, mean_b = mean(images), mean(truth)
    variance_a = unbiased * (mean(images**2) - mean_a**2)
    variance_b = unbiased * (mean(truth**2) - mean_b**2)
    covariance = unbiased * (mean(images * truth) - mean_a * mean_b)
    c1, c2 = (0.01 * peak) ** 2, (0.03 * peak) ** 2  # so that nothing is divided by zero in flat regions
    brightness = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    structure = (2 * covariance + c2) / (variance_a + variance_b + c2)
    return np.mean(brightness * structure, axis=tuple(range(1, images.ndim)))


def _pair(images, truth, peak) -> tuple[np.ndarray, np.ndarray]:
    images, truth = np.asarray(images, dtype="float64"), np.asarray(truth, dtype="float64")
    if images.shape != truth.shape or images.ndim not in (3, 4) or not images.size:
        raise ValueError(
            "pictures (samples, rows, columns) or with channels are needed, as many true ones of the same shape; "
            f"got {images.shape} and {truth.shape}"
        )
    if not (np.isfinite(images).all() and np.isfinite(truth).all()):
        raise ValueError("there are values that are not finite (NaN or infinity)")
    if not peak > 0:
        raise ValueError(f"peak must be above 0; got {peak!r}")
    return images, truth
