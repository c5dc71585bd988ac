"""How good are generated samples? Distances between distributions, quality and variety, modes covered, copies."""

import numpy as np

from ..errors import CourseError

__all__ = ["frechet_distance", "good_samples", "ks_distance", "modes_covered", "nearest", "precision_recall"]


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
    a, b = _features(a, 2), _features(b, 2)
    _same_width(a, b)
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
    real, generated = _features(real, 2), _features(generated, 2)
    _same_width(real, generated)
    most = min(len(real), len(generated)) - 1
    if not 1 <= neighbours <= most:
        raise CourseError(f"neighbours must be 1 to {most}; got {neighbours!r}")
    across = _distances(real, generated)  # (samples, others)
    radius_real = np.sort(_distances(real, real), axis=1)[:, neighbours]  # column 0 is the sample itself
    radius_generated = np.sort(_distances(generated, generated), axis=1)[:, neighbours]
    precision = (across <= radius_real[:, None]).any(axis=0).mean()
    recall = (across <= radius_generated[None, :]).any(axis=1).mean()
    return float(precision), float(recall)


def ks_distance(samples: np.ndarray, low: float, high: float) -> float:
    """The Kolmogorov–Smirnov distance of samples from the uniform distribution between two bounds, in [0, 1].

    The largest difference between the share of samples below a value and the share there should be.

    Args:
        samples: (samples,) float, at least one.
        low, high: the bounds, low < high.
    Raises: CourseError for no samples, values that are not finite, or bounds in the wrong order.
    Stage 7, "The artist's curves".
    """
    samples = np.sort(np.asarray(samples, dtype="float64").ravel())
    if not len(samples) or not np.isfinite(samples).all():
        raise CourseError("at least one sample is needed, and all finite")
    if not low < high:
        raise CourseError(f"low must be below high; got {low!r} and {high!r}")
    wanted = np.clip((samples - low) / (high - low), 0, 1)
    steps = np.arange(len(samples) + 1) / len(samples)  # the share below jumps at each sample
    return float(max((steps[1:] - wanted).max(), (wanted - steps[:-1]).max()))


def good_samples(samples: np.ndarray, centres: np.ndarray, radius: float) -> np.ndarray:
    """Which samples lie within ``radius`` of a centre: (samples,) bool.

    Args:
        samples: (samples, dimensions) float.
        centres: (modes, dimensions) float.
        radius: above 0, in the samples' units.
    Raises: CourseError for shapes that do not fit or a radius that is not positive.
    """
    if not radius > 0:
        raise CourseError(f"radius must be positive; got {radius!r}")
    samples, centres = _features(samples, 1), _features(centres, 1)
    _same_width(samples, centres)
    return _distances(samples, centres).min(axis=1) <= radius


def modes_covered(samples: np.ndarray, centres: np.ndarray, radius: float, share: float = 0.02) -> int:
    """How many of the centres have enough samples near them.

    Args:
        samples, centres, radius: as in :func:`good_samples`; a sample counts for its nearest centre.
        share: the part of all samples a centre must have to be covered, above 0 and at most 1.
    Raises: CourseError for shapes that do not fit or numbers out of range.
    Stage 7, "When it goes wrong".
    """
    if not 0 < share <= 1:
        raise CourseError(f"share must be above 0 and at most 1; got {share!r}")
    good = good_samples(samples, centres, radius)
    nearest_centre = _distances(_features(samples, 1), _features(centres, 1)).argmin(axis=1)
    counts = np.bincount(nearest_centre[good], minlength=len(centres))
    return int((counts >= share * len(good)).sum())


def nearest(samples: np.ndarray, pool: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each sample the number of its nearest neighbour in the pool, and the distance: (samples,) int, (samples,) float.

    The distance is the root of the mean squared difference, pixel by pixel.

    Args:
        samples: (samples, …) float.
        pool: (others, …) float, of the same shape but for the first axis.
    Raises: CourseError for shapes that do not fit, or values that are not finite.
    Stage 7, "Has it copied?".
    """
    samples, pool = (
        np.asarray(part, dtype="float64").reshape(len(part), -1) if len(part) else np.zeros((0, 0))
        for part in (samples, pool)
    )
    samples, pool = _features(samples, 1), _features(pool, 1)
    _same_width(samples, pool)
    apart = _distances(samples, pool) / np.sqrt(samples.shape[1])
    number = apart.argmin(axis=1)
    return number, apart[np.arange(len(samples)), number]


def _distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(samples, others) Euclidean distances."""
    from scipy.spatial.distance import cdist

    return cdist(a, b)


def _features(values, least: int) -> np.ndarray:
    values = np.asarray(values, dtype="float64")
    if values.ndim != 2 or len(values) < least or not values.shape[1]:
        raise CourseError(f"(samples, features) with at least {least} samples is needed; got {values.shape}")
    if not np.isfinite(values).all():
        raise CourseError("there are values that are not finite (NaN or infinity)")
    return values


def _same_width(a, b) -> None:
    if a.shape[1] != b.shape[1]:
        raise CourseError(f"both need the same number of features; got {a.shape[1]} and {b.shape[1]}")
