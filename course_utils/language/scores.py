"""Scores of language models and of what they say, and the baseline that counts n-grams. Stage 10, section 4."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from ..errors import CourseError
from .dialogues import Turn, carried

__all__ = ["NGrams", "distinct_n", "log_probabilities", "perplexity", "slots_carried"]


def log_probabilities(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The natural logarithm of the probability that each target was given, padding (0) left out.

    Args:
        logits: (…, vocabulary) float, any numbers.
        targets: (…) int, 0 to vocabulary - 1.
    Returns: (targets that count,) float64, at most 0.
    Raises: CourseError where shapes do not fit or a target is out of range.
    """
    logits, targets = np.asarray(logits), np.asarray(targets)
    if logits.shape[:-1] != targets.shape:
        raise CourseError(
            f"logits need the shape of the targets and one axis more; got {logits.shape} and {targets.shape}"
        )
    if targets.size and not (targets.min() >= 0 and targets.max() < logits.shape[-1]):
        raise CourseError(f"targets must be 0 to {logits.shape[-1] - 1}")
    counts = targets != 0
    chosen, targets = logits[counts].astype("float64"), targets[counts]
    highest = chosen.max(axis=-1, keepdims=True)
    total = highest[:, 0] + np.log(np.exp(chosen - highest).sum(axis=-1))
    return chosen[np.arange(len(targets)), targets] - total


def perplexity(log_probability: np.ndarray) -> float:
    """exp of the mean surprise: among how many equally likely tokens the model hesitates; at least 1.

    Args:
        log_probability: (tokens,) natural logarithms, at most 0, at least one.
    Raises: CourseError where there is none or one is above 0.
    """
    log_probability = np.asarray(log_probability, dtype="float64").ravel()
    if not len(log_probability) or log_probability.max() > 1e-9:
        raise CourseError("perplexity needs at least one logarithm of a probability, none above 0")
    return float(np.exp(-log_probability.mean()))


def distinct_n(replies: Sequence[Sequence[str]], n: int) -> float:
    """How varied the replies are: different n-grams as a share of all n-grams, 0 to 1 (0 where there is none).

    Args:
        replies: tokens of each.
        n: length of the n-grams, at least 1.
    Raises: CourseError for n below 1. Source: Li and others (2016).
    """
    if n < 1:
        raise CourseError(f"n must be at least 1; got {n!r}")
    grams = [tuple(reply[i : i + n]) for reply in replies for i in range(len(reply) - n + 1)]
    return len(set(grams)) / len(grams) if grams else 0.0


def slots_carried(replies: Sequence[str], turns: Sequence[Turn], languages: Sequence[str]) -> float:
    """The share of all slots that arrived: the reply has the right value, and no other of its kind.

    Args:
        replies: what a model said in the place of each turn.
        turns: what the bot should have said, with its slots.
        languages: of each.
    Raises: CourseError where lengths differ or no turn has a slot.
    """
    if not len(replies) == len(turns) == len(languages):
        raise CourseError(
            f"as many replies as turns and languages are needed; got {len(replies)}, {len(turns)}, {len(languages)}"
        )
    right = [
        hit
        for reply, turn, language in zip(replies, turns, languages, strict=True)
        for hit in carried(reply, turn.slots, language).values()
    ]
    if not right:
        raise CourseError("no turn has a slot to carry over")
    return float(np.mean(right))


class NGrams:
    """How likely each token is after the last few, from counts; shorter contexts fill in where a long one is rare.

    After a context h that came c(h) times with t(h) different followers, a token w has the probability
    (c(hw) + t(h) · P(w | h without its first token)) / (c(h) + t(h)); below the empty context all tokens are equally likely
    (Witten and Bell, 1991).

    Args:
        order: length of the longest n-gram, at least 1.
        vocabulary: how many tokens there are.
    """

    def __init__(self, order: int, vocabulary: int):
        if order < 1 or vocabulary < 1:
            raise CourseError(f"order and vocabulary must be at least 1; got {order} and {vocabulary}")
        self.order, self.vocabulary = order, vocabulary
        self._grams: Counter = Counter()
        self._contexts: Counter = Counter()
        self._followers: Counter = Counter()

    def fit(self, rows: Iterable[Sequence[int]]) -> "NGrams":
        """Count every n-gram up to the order in rows of token numbers."""
        for row in rows:
            row = tuple(map(int, row))
            for size in range(1, self.order + 1):
                self._grams.update(row[i : i + size] for i in range(len(row) - size + 1))
        for gram, count in self._grams.items():
            self._contexts[gram[:-1]] += count
            self._followers[gram[:-1]] += 1
        return self

    def probability(self, token: int, context: Sequence[int]) -> float:
        """Of one token after a context, of which the last ``order - 1`` tokens are used; above 0 and at most 1."""
        context = tuple(map(int, context))[-(self.order - 1) :] if self.order > 1 else ()
        found = 1 / self.vocabulary
        for start in range(len(context), -1, -1):  # from the empty context to the longest
            h = context[start:]
            if followers := self._followers.get(h):
                found = (self._grams.get((*h, token), 0) + followers * found) / (self._contexts[h] + followers)
        return found

    def log_probabilities(self, inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Natural logarithms of the probabilities of the targets that are not padding (0).

        Args:
            inputs: (rows, length) tokens read.
            targets: (rows, length): at each place, the token that comes next.
        Returns: (targets that count,) float64.
        """
        if np.shape(inputs) != np.shape(targets):
            raise CourseError(f"inputs and targets need one shape; got {np.shape(inputs)} and {np.shape(targets)}")
        reach = max(0, self.order - 1)
        return np.log(
            [
                self.probability(int(targets[row, place]), inputs[row, max(0, place + 1 - reach) : place + 1])
                for row, place in np.argwhere(np.asarray(targets) != 0)
            ]
        )
