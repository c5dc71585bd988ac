"""English to Chinese: division of the pairs, rows of numbers, two baselines, scores. Stage 10, section 5.1.

The pairs are ``datasets.dialogues.en_zh`` (Tatoeba). Chinese stands there in traditional and in simplified characters;
:func:`simplified` makes one script of both.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..errors import CourseError
from ..stages import ROOT
from . import text

__all__ = ["Lexicon", "Parts", "divide", "nearest", "read", "rows", "scores", "simplified"]

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


def nearest(train: Sequence[Pair], sentences: Sequence[str]) -> list[str]:
    """For each English sentence the translation of the most similar training sentence.

    Similar: the cosine of the counts of words and pairs of words, rare ones weighing more (TF-IDF, scikit-learn).
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    count = TfidfVectorizer(tokenizer=text.words, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True)
    known = count.fit_transform([english for english, _ in train])
    best = np.asarray((count.transform(sentences) @ known.T).argmax(axis=1)).ravel()
    return [train[place][1] for place in best]


class Lexicon:
    """Word by word: for each English word the Chinese token that explains it best, by IBM model 1 (Brown and others, 1993).

    The model supposes that each Chinese token comes from one English word (or from none) of its sentence, and learns by
    expectation–maximisation how likely each comes from which. It knows no order.
    """

    def __init__(self, rounds: int = 8):
        """Args: rounds: of expectation–maximisation, at least 1."""
        if rounds < 1:
            raise CourseError(f"rounds must be at least 1; got {rounds}")
        self.rounds = rounds
        self.likely: dict[str, dict[str, float]] = {}

    def fit(self, pairs: Sequence[Pair]) -> "Lexicon":
        """Learn from the pairs; fills ``likely``: English word → Chinese token → probability."""
        if not pairs:
            raise CourseError("a lexicon needs at least one pair")
        sentences = [(["", *text.words(english)], text.words(chinese)) for english, chinese in pairs]
        likely: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(lambda: 1.0))
        for _ in range(self.rounds):
            counts: dict = defaultdict(lambda: defaultdict(float))
            for source, target in sentences:
                for token in target:
                    shares = [likely[word][token] for word in source]
                    total = sum(shares)
                    for word, share in zip(source, shares, strict=True):
                        counts[word][token] += share / total
            likely = {}
            for word, row in counts.items():
                total = sum(row.values())
                likely[word] = {token: count / total for token, count in row.items()}
        self.likely = likely
        return self

    def translate(self, sentence: str) -> str:
        """Each known word's likeliest token, in the order of the English words; unknown words are left out."""
        found = [self.likely[word] for word in text.words(sentence) if word in self.likely]
        return text.join(max(row, key=row.get) for row in found)


def scores(said: Sequence[str], references: Sequence[Sequence[str]]) -> dict[str, float]:
    """BLEU (0 to 100; n-grams of one to four Chinese characters) and chrF (0 to 100), of the whole set, by sacrebleu.

    Args:
        said: one translation a sentence.
        references: of each, the right translations, at least one.
    Raises: CourseError where the numbers differ or a sentence has no reference.
    Source: Papineni and others (2002); Popović (2015); Post (2018).
    """
    from sacrebleu.metrics import BLEU, CHRF

    if len(said) != len(references) or not all(references) or not len(said):
        raise CourseError("each translation needs at least one reference, and there must be one")
    most = max(map(len, references))
    streams = [[row[place] if place < len(row) else None for row in references] for place in range(most)]
    return {
        "BLEU": BLEU(tokenize="zh").corpus_score(list(said), streams).score,
        "chrF": CHRF().corpus_score(list(said), streams).score,
    }
