"""Language models that count: n-grams with Witten and Bell's smoothing. The baseline of stage 10."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from ..errors import CourseError

__all__ = ["NGrams"]


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

    def log_probabilities(self, inputs: np.ndarray, targets: np.ndarray, ignore: int = 0) -> np.ndarray:
        """Natural logarithms of the probabilities of the targets that are not ``ignore``.

        Args:
            inputs: (rows, length) tokens read.
            targets: (rows, length): at each place, the token that comes next.
            ignore: the target that does not count.
        Returns: (targets that count,) float64.
        """
        if np.shape(inputs) != np.shape(targets):
            raise CourseError(f"inputs and targets need one shape; got {np.shape(inputs)} and {np.shape(targets)}")
        reach = max(0, self.order - 1)
        return np.log(
            [
                self.probability(int(targets[row, place]), inputs[row, max(0, place + 1 - reach) : place + 1])
                for row, place in np.argwhere(np.asarray(targets) != ignore)
            ]
        )
