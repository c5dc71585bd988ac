"""BLEU: how many words and groups of words a sentence shares with references written by others (Papineni et al. 2002)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

__all__ = ["Bleu", "bleu", "ngrams", "sentence_bleu"]


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
    Raises: ValueError where n is below 1.
    """
    if n < 1:
        raise ValueError(f"n must be 1 or more; got {n!r}")
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
    Raises: ValueError where the numbers differ, there is no candidate, one has no reference, or order is below 1.
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
        raise ValueError(
            "one list of references for each candidate is needed, at least one; "
            f"got {len(candidates)} candidates and {len(references)} lists"
        )
    if isinstance(candidates, str) or any(isinstance(some, str) or not len(some) for some in references):
        raise ValueError(
            "candidates must be a list of texts, references a list of lists of texts, none empty"
        )
    if order < 1:
        raise ValueError(f"order must be 1 or more; got {order!r}")
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
