"""Scores of forecasts, and how sure one may be of them."""

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np

from ..errors import CourseError

__all__ = ["Comparison", "diebold_mariano", "gain", "mse", "qlike"]


def mse(forecast: np.ndarray, truth: np.ndarray) -> float:
    """The mean squared error, in the square of the values' unit; at least 0.

    Args:
        forecast, truth: arrays of one shape, finite, at least one value.
    Raises: CourseError where the shapes differ, nothing is there or a value is not finite.
    """
    forecast, truth = _pair(forecast, truth)
    return float(np.mean((forecast - truth) ** 2))


def qlike(forecast: np.ndarray, truth: np.ndarray) -> float:
    """The mean of v/f − log(v/f) − 1: a loss for forecasts f of variances v, 0 for a perfect one.

    It punishes a forecast that is too low harder than one too high, does not depend on the unit, and ranks forecasts in the
    same order whether v is the variance itself or a noisy measurement of it (Patton 2011).

    Args:
        forecast, truth: variances, arrays of one shape, positive.
    Raises: CourseError as for :func:`mse`, or where a variance is not positive.
    """
    forecast, truth = _pair(forecast, truth)
    if forecast.min() <= 0 or truth.min() <= 0:
        raise CourseError(
            f"variances must be positive; the least are {forecast.min():g} (forecast) and {truth.min():g} (truth)"
        )
    ratio = truth / forecast
    return float(np.mean(ratio - np.log(ratio) - 1))


def gain(forecast: np.ndarray, baseline: np.ndarray, truth: np.ndarray) -> float:
    """The share of the baseline's squared error that the forecast saves: 1 perfect, 0 no better, below 0 worse.

    Args:
        forecast, baseline, truth: arrays of one shape, finite.
    Raises: CourseError as for :func:`mse`, or where the baseline has no error to save.
    """
    base = mse(baseline, truth)
    if base == 0:
        raise CourseError("the baseline makes no error, so that nothing can be saved")
    return 1 - mse(forecast, truth) / base


@dataclass(frozen=True)
class Comparison:
    """The outcome of a Diebold–Mariano test.

    Attributes:
        difference: the mean of the first loss minus the second; below 0 where the first forecast is better.
        statistic: the difference in standard errors.
        p_value: how often a difference of this size or more would come by chance from two equally good forecasts.
    """

    difference: float
    statistic: float
    p_value: float


def diebold_mariano(losses: np.ndarray, other_losses: np.ndarray, lags: int | None = None) -> Comparison:
    """Whether two forecasts of the same days differ by more than chance (Diebold and Mariano 1995).

    Losses of neighbouring days resemble each other, so the standard error of their mean difference counts the
    autocovariances up to ``lags`` with falling weights (Newey and West 1987). Two-sided, against the normal distribution.

    Args:
        losses, other_losses: (days,) the loss of each day under the two forecasts, in time order, at least 10.
        lags: how many; by default 4 (days / 100)^(2/9), rounded down.
    Raises: CourseError where the lengths differ, there are fewer than 10 days or not more than lags, a value is not
        finite, or the difference never changes.
    Worked out by hand in stage 5, "Walking forward through twenty years".
    """
    losses, other_losses = _pair(losses, other_losses)
    difference = (losses - other_losses).ravel()
    days = len(difference)
    lags = int(4 * (days / 100) ** (2 / 9)) if lags is None else lags
    if days < 10 or not 0 <= lags < days:
        raise CourseError(f"at least 10 days are needed and 0 to days − 1 lags; got {days} days and {lags} lags")
    centred = difference - difference.mean()
    if np.allclose(centred, 0, atol=1e-12 * max(1.0, abs(difference.mean()))):
        raise CourseError("the two losses differ by the same amount on every day, so that nothing can be tested")
    variance = np.mean(centred**2)
    for lag in range(1, lags + 1):
        weight = 1 - lag / (lags + 1)
        variance += 2 * weight * np.sum(centred[lag:] * centred[:-lag]) / days
    statistic = float(difference.mean() / sqrt(variance / days))
    return Comparison(float(difference.mean()), statistic, erfc(abs(statistic) / sqrt(2)))


def _pair(a, b) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.asarray(a, dtype="float64"), np.asarray(b, dtype="float64")
    if a.shape != b.shape or not a.size:
        raise CourseError(f"two arrays of one shape, not empty, are needed; got shapes {a.shape} and {b.shape}")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise CourseError("there are values that are not finite (NaN or infinity)")
    return a, b
