"""English to Chinese: division of the pairs, rows of numbers. Stage 10, section 5.1.

The pairs are ``dialogues.en_zh`` (Tatoeba). Chinese stands there in traditional and in simplified characters;
:func:`simplified` makes one script of both.
"""

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..errors import CourseError
from ..stages import ROOT
from . import text

__all__ = ["Parts", "divide", "read", "rows", "simplified"]

Pair = tuple[str, str]


class Parts(NamedTuple):
    """Pairs (English, Chinese) to train on, to choose with and to test on."""

    train: list[Pair]
    valid: list[Pair]
    test: list[Pair]


@functools.cache
def _simpler() -> dict[int, str]:
    traditional, simple = (ROOT / "data/stage_10/traditional.txt").read_text(encoding="utf-8").splitlines()[:2]
    return str.maketrans(traditional, simple)


def simplified(chinese: str) -> str:
    """The text in simplified characters: 869 traditional ones (those of the pairs) become what OpenCC makes of them; others stay."""
    return chinese.translate(_simpler())


def _key(english: str) -> str:
    """What makes two English sentences the same one: their words, whatever marks and capitals."""
    return " ".join(word for word in text.words(english) if re.search(r"\w", word))


def divide(pairs: Sequence[Pair], valid: int = 500, test: int = 1000, seed: int = 0) -> Parts:
    """The pairs in three parts, so that no English sentence stands in two of them; Chinese in simplified characters.

    Sentences that differ only in marks or capitals count as the same one.

    Args:
        pairs: (English, Chinese).
        valid, test: number of English sentences in these parts; each with all its translations.
        seed: of the draw.
    Raises: CourseError where that leaves nothing to train on.
    """
    keys = [_key(english) for english, _ in pairs]
    drawn = np.random.default_rng(seed).permutation(sorted(set(keys)))
    if not 0 <= valid + test < len(drawn):
        raise CourseError(
            f"valid and test must leave something of {len(drawn)} English sentences; got {valid} and {test}"
        )
    part_of = dict.fromkeys(drawn[:test], "test") | dict.fromkeys(drawn[test : test + valid], "valid")
    parts = Parts([], [], [])
    for key, (english, chinese) in zip(keys, pairs, strict=True):
        getattr(parts, part_of.get(key, "train")).append((english, simplified(chinese)))
    return parts


def read(sentences: Sequence[str], words: text.Vocabulary, length: int) -> np.ndarray:
    """(sentences, length) int32: their words' numbers, filled with ``PAD``; what is longer is cut off."""
    made = np.zeros((len(sentences), length), dtype="int32")
    for row, sentence in enumerate(sentences):
        numbers = words.numbers(sentence)[:length]
        made[row, : len(numbers)] = numbers
    return made


def rows(
    pairs: Sequence[Pair], english: text.Vocabulary, chinese: text.Vocabulary, context: int, reply: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What is read, what is written so far, and what should come next: (pairs, context), (pairs, reply), (pairs, reply) int32.

    What is written begins with ``BOT``, what should come ends with ``END``; pairs that don't fit are left out.
    """
    kept = [
        (source, target)
        for source, target in pairs
        if len(text.words(source)) <= context and len(text.words(target)) < reply
    ]
    begun, wanted = (np.zeros((len(kept), reply), dtype="int32") for _ in range(2))
    for row, (_, target) in enumerate(kept):
        numbers = chinese.numbers(target)
        begun[row, : len(numbers) + 1] = [text.BOT, *numbers]
        wanted[row, : len(numbers) + 1] = [*numbers, text.END]
    return read([source for source, _ in kept], english, context), begun, wanted
