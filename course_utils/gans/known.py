"""Samples from distributions that are known exactly, so that what a network makes of them can be judged: curves, a ring."""

import numpy as np

from ..errors import CourseError

__all__ = ["CURVE_X", "coefficients", "curve_bounds", "curves", "ring", "ring_centres", "within_bounds"]

CURVE_X = np.linspace(-1.0, 1.0, 15)  # where an artist's curve has its points
LOWEST, HIGHEST = 1.0, 2.0  # of the coefficient


def curves(samples: int, seed: int = 0) -> np.ndarray:
    """Parabolas by an artist: (samples, 15) float32, heights at :data:`CURVE_X`.

    A curve is ``a x² + (a - 1)``; its coefficient a is uniform between 1 and 2, so that every curve lies between those
    of a = 1 and a = 2. After the first GAN of M. Zhou's PyTorch tutorial (2017).

    Args:
        samples: at least 1.
        seed: a whole number, 0 or more.
    Raises: CourseError for a number of samples below 1.
    Stage 7, "The artist's curves".
    """
    if samples < 1:
        raise CourseError(f"samples must be at least 1; got {samples!r}")
    a = np.random.default_rng(seed).uniform(LOWEST, HIGHEST, size=(samples, 1))
    return (a * CURVE_X**2 + (a - 1)).astype("float32")


def curve_bounds() -> tuple[np.ndarray, np.ndarray]:
    """The lowest and the highest curve, (15,) float64 each."""
    return LOWEST * CURVE_X**2 + LOWEST - 1, HIGHEST * CURVE_X**2 + HIGHEST - 1


def within_bounds(drawn: np.ndarray, tolerance: float = 0.05) -> np.ndarray:
    """Which curves lie between the bounds at every one of their points: (samples,) bool.

    Args:
        drawn: (samples, 15) heights.
        tolerance: how far over a bound is still within it, at least 0, in units of the height (0 to 3).
    Raises: CourseError for another number of points or a negative tolerance.
    """
    drawn = _curve_array(drawn)
    if tolerance < 0:
        raise CourseError(f"tolerance must be at least 0; got {tolerance!r}")
    low, high = curve_bounds()
    return ((drawn >= low - tolerance) & (drawn <= high + tolerance)).all(axis=1)


def coefficients(drawn: np.ndarray) -> np.ndarray:
    """The coefficient of the parabola ``a x² + (a - 1)`` nearest to each curve, by least squares: (samples,) float64.

    Args:
        drawn: (samples, 15) heights.
    Raises: CourseError for another number of points.
    """
    drawn = _curve_array(drawn)
    slope = CURVE_X**2 + 1  # a curve is a times this, minus 1
    return (drawn + 1) @ slope / (slope @ slope)


def ring_centres(modes: int = 8) -> np.ndarray:
    """The centres of the ring's blobs, evenly spaced on a circle of radius 2, (modes, 2) float64."""
    turn = 2 * np.pi * np.arange(modes) / modes
    return 2 * np.stack([np.cos(turn), np.sin(turn)], axis=1)


def ring(samples: int, seed: int = 0, spread: float = 0.1) -> np.ndarray:
    """Points of eight round blobs that stand on a circle: (samples, 2) float32, each blob as likely as the others.

    Args:
        samples: at least 1.
        seed: a whole number, 0 or more.
        spread: standard deviation of each blob in each direction, at least 0.
    Raises: CourseError for a value out of range.
    Stage 7, "When it goes wrong".
    """
    if samples < 1 or spread < 0:
        raise CourseError(f"samples must be at least 1, spread at least 0; got {samples!r} and {spread!r}")
    rng = np.random.default_rng(seed)
    centres = ring_centres()[rng.integers(8, size=samples)]
    return (centres + rng.normal(0, spread, centres.shape)).astype("float32")


def _curve_array(drawn) -> np.ndarray:
    drawn = np.asarray(drawn, dtype="float64")
    if drawn.ndim != 2 or drawn.shape[1] != len(CURVE_X):
        raise CourseError(f"curves are (samples, {len(CURVE_X)}); got shape {drawn.shape}")
    return drawn
