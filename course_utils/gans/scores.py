"""How good are generated samples? Distances between distributions, quality and variety, modes covered, copies."""

import numpy as np
from scipy.spatial.distance import cdist

from ..errors import CourseError

__all__ = ["frechet_distance", "modes_and_quality", "nearest", "precision_recall"]


def frechet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """The Fréchet distance of two normal distributions fitted to two sets of features, squared, at least 0.

    ``|μa - μb|² + trace(A + B - 2 (A B)^½)`` with the means μ and the covariances A, B. 0 where means and covariances
    agree. On the features of an Inception network this is the FID of M. Heusel and others (2017); with other features
    its size means something else, and only values on the same features can be compared.

    Args:
        a: (samples, features) float, at least 2 samples.
        b: (others, features) float, the same features.
    Raises: CourseError for other shapes, or values that are not finite.
    Derived in stage 7, "Measured".
    """
    a, b = _pair(a, b, 2)
    covariance_a, covariance_b = (np.atleast_2d(np.cov(part, rowvar=False)) for part in (a, b))
    # trace((A B)^½) is the sum of the roots of the eigenvalues of the symmetric A^½ B A^½.
    values, vectors = np.linalg.eigh(covariance_a)
    half = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    cross = np.sqrt(np.maximum(np.linalg.eigvalsh(half @ covariance_b @ half), 0)).sum()
    shift = a.mean(axis=0) - b.mean(axis=0)
    return float(max(shift @ shift + np.trace(covariance_a) + np.trace(covariance_b) - 2 * cross, 0.0))


def precision_recall(real: np.ndarray, generated: np.ndarray, neighbours: int = 5) -> tuple[float, float]:
    """Quality and variety of generated samples: precision and recall, both in [0, 1].

    Draw a ball around each real sample, as large as the distance to its ``neighbours``-th nearest other real sample. The
    balls together stand for what is real. Precision: the share of generated samples that lie in them (are they good?).
    Recall: the same with the roles exchanged (is everything there?). T. Kynkäänniemi and others (2019).

    Args:
        real: (samples, features) float.
        generated: (others, features) float.
        neighbours: at least 1 and below the number of samples of either.
    Raises: CourseError for other shapes, values that are not finite, or neighbours out of range.
    Stage 7, "Measured".
    """
    real, generated = _pair(real, generated, 2)
    most = min(len(real), len(generated)) - 1
    if not 1 <= neighbours <= most:
        raise CourseError(f"neighbours must be 1 to {most}; got {neighbours!r}")
    across = cdist(real, generated)  # (samples, others)
    radius_real = np.sort(cdist(real, real), axis=1)[:, neighbours]  # column 0 is the sample itself
    radius_generated = np.sort(cdist(generated, generated), axis=1)[:, neighbours]
    precision = (across <= radius_real[:, None]).any(axis=0).mean()
    recall = (across <= radius_generated[None, :]).any(axis=1).mean()
    return float(precision), float(recall)


def modes_and_quality(
    samples: np.ndarray, centres: np.ndarray, radius: float, share: float = 0.02
) -> tuple[int, float]:
    """How many centres have enough samples near them, and the share of samples that are near any.

    Args:
        samples: (samples, dimensions) float; each counts for its nearest centre, if that is within ``radius``.
        centres: (modes, dimensions) float.
        radius: above 0, in the samples' units.
        share: the part of all samples that a centre must have to be covered, above 0 and at most 1.
    Raises: CourseError for shapes that do not fit or numbers out of range.
    Stage 7, "When it goes wrong".
    """
    if not radius > 0 or not 0 < share <= 1:
        raise CourseError(f"radius must be positive, share above 0 and at most 1; got {radius!r} and {share!r}")
    samples, centres = _pair(samples, centres, 1)
    apart = cdist(samples, centres)
    good = apart.min(axis=1) <= radius
    counts = np.bincount(apart.argmin(axis=1)[good], minlength=len(centres))
    return int((counts >= share * len(good)).sum()), float(good.mean())


def nearest(samples: np.ndarray, pool: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each sample the number of its nearest neighbour in the pool, and the distance: (samples,) int, (samples,) float.

    The distance is the root of the mean squared difference, pixel by pixel.

    Args:
        samples: (samples, …) float.
        pool: (others, …) float, of the same shape but for the first axis.
    Raises: CourseError for shapes that do not fit, or values that are not finite.
    Stage 7, "Has it copied?".
    """
    flat = (np.reshape(part, (len(part), np.size(part) // max(1, len(part)))) for part in (samples, pool))
    samples, pool = _pair(*flat, 1)
    apart = cdist(samples, pool) / np.sqrt(samples.shape[1])
    return apart.argmin(axis=1), apart.min(axis=1)


def _pair(a, b, least: int) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.asarray(a, dtype="float64"), np.asarray(b, dtype="float64")
    if a.ndim != 2 or b.ndim != 2 or min(len(a), len(b)) < least:
        raise CourseError(f"(samples, features) with at least {least} samples is needed; got {a.shape} and {b.shape}")
    if a.shape[1] != b.shape[1]:
        raise CourseError(f"both need the same number of features; got {a.shape[1]} and {b.shape[1]}")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise CourseError("there are values that are not finite (NaN or infinity)")
    return a, b
