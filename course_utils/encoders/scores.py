"""Stage 6's scores: pictures against pictures, captions against captions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np

from ..errors import CourseError

__all__ = ["Bleu", "bleu", "ngrams", "psnr", "sentence_bleu", "ssim"]


@dataclass(frozen=True)
class Bleu:
    """A BLEU score and what it is made of.

    Attributes:
        score: 0 to 1; 1 where every candidate is one of its references.
        precisions: for groups of 1, 2, … words, the share of the candidates' groups that a reference has, too; as they
            went into the score, smoothed or not.
        brevity_penalty: 1 where the candidates are together as long as their references, below where they are shorter.
        candidate_length, reference_length: words in all; of each candidate's references the one closest in length counts.
    """

    score: float
    precisions: tuple[float, ...]
    brevity_penalty: float
    candidate_length: int
    reference_length: int


def ngrams(text: str, n: int) -> Counter:
    """How often each group of n neighbouring words occurs in a text: tuples of words to counts.

    Args:
        text: words with spaces between them.
        n: at least 1.
    Raises: CourseError where n is below 1.
    """
    if n < 1:
        raise CourseError(f"n must be 1 or more; got {n!r}")
    words = text.split()
    return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))


def bleu(candidates: Sequence[str], references: Sequence[Sequence[str]], order: int = 4) -> Bleu:
    """BLEU of many candidates together, not smoothed: the one that papers report.

    The counts of all sentences are added up before anything is divided, so it is not the mean of the sentences' scores.
    A group of words counts at most as often as in that reference which has it most often.

    Args:
        candidates: sentences, words with spaces between them.
        references: for each candidate one or more correct sentences.
        order: the longest group of words, 1 or more.
    Returns: score 0 where no group of some length is shared.
    Raises: CourseError where the numbers differ, there is no candidate, one has no reference, or order is below 1.
    Derived in stage 6, "BLEU, by hand".
    """
    shared, total, length, reference_length = _counts(candidates, references, order)
    precisions = [s / t if t else 0.0 for s, t in zip(shared, total, strict=True)]
    return _score(precisions, length, reference_length)


def sentence_bleu(candidate: str, references: Sequence[str], order: int = 4) -> Bleu:
    """BLEU of one sentence, smoothed, since one sentence often shares no group of four words.

    A precision of 0 becomes 1/2 of a hit for the first length without one, 1/4 for the next, and so on (the NIST's
    mteval; "exp" in sacrebleu); lengths that the candidate is too short for are left out.

    Args, raises: as for :func:`bleu`, for one candidate.
    Returns: score 0 where no word is shared.
    """
    shared, total, length, reference_length = _counts([candidate], [references], order)
    precisions, hit = [], 1.0
    for s, t in zip(shared, total, strict=True):
        if not t:
            break
        if not s:
            hit /= 2
        precisions.append((s or hit) / t)
    if not any(shared):
        precisions = [0.0] * max(1, len(precisions))
    return _score(precisions, length, reference_length)


def _counts(candidates, references, order) -> tuple[list[int], list[int], int, int]:
    """Shared and all groups of 1, 2, … words; words of the candidates and of their closest references."""
    if len(candidates) != len(references) or not len(candidates):
        raise CourseError(
            "one list of references for each candidate is needed, at least one; "
            f"got {len(candidates)} candidates and {len(references)} lists"
        )
    if isinstance(candidates, str) or any(isinstance(some, str) or not len(some) for some in references):
        raise CourseError("candidates must be a list of texts, references a list of lists of texts, none empty")
    if order < 1:
        raise CourseError(f"order must be 1 or more; got {order!r}")
    shared, total, length, reference_length = [0] * order, [0] * order, 0, 0
    for candidate, some in zip(candidates, references, strict=True):
        words = len(candidate.split())
        length += words
        reference_length += min((abs(len(r.split()) - words), len(r.split())) for r in some)[1]
        for n in range(1, order + 1):
            found, most = ngrams(candidate, n), Counter()
            for reference in some:
                most |= ngrams(reference, n)  # the larger count of each
            shared[n - 1] += (found & most).total()  # the smaller count of each
            total[n - 1] += found.total()
    return shared, total, length, reference_length


def _score(precisions: list[float], length: int, reference_length: int) -> Bleu:
    penalty = 0.0 if not length else 1.0 if length >= reference_length else exp(1 - reference_length / length)
    mean = exp(sum(map(log, precisions)) / len(precisions)) if all(precisions) else 0.0
    return Bleu(penalty * mean, tuple(precisions), penalty, length, reference_length)


def psnr(images: np.ndarray, truth: np.ndarray, peak: float = 1.0) -> np.ndarray:
    """The peak signal-to-noise ratio of each picture: 10 log₁₀(peak² / mean squared error), in decibels.

    Ten decibels more are a tenth of the squared error, three about half of it.

    Args:
        images, truth: (samples, rows, columns) or (samples, rows, columns, channels), of one shape, finite.
        peak: the greatest value that a pixel can have, above 0.
    Returns: (samples,) float64, infinite where a picture equals its truth.
    Raises: CourseError where the shapes differ, there is no picture, a value is not finite or peak is not above 0.
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
    Raises: CourseError as for :func:`psnr`, or where the window is even, below 3 or larger than the pictures.
    """
    from scipy.ndimage import uniform_filter

    images, truth = _pair(images, truth, peak)
    if window < 3 or window % 2 == 0 or window > min(images.shape[1:3]):
        raise CourseError(
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
        raise CourseError(
            "pictures (samples, rows, columns) or with channels are needed, as many true ones of the same shape; "
            f"got {images.shape} and {truth.shape}"
        )
    if not (np.isfinite(images).all() and np.isfinite(truth).all()):
        raise CourseError("there are values that are not finite (NaN or infinity)")
    if not peak > 0:
        raise CourseError(f"peak must be above 0; got {peak!r}")
    return images, truth
