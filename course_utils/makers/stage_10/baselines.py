"""What the models of stage 10 are measured against: GRUs without attention, and two ways to translate without a network.

The shipped results have the scores; no notebook runs these.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from ...errors import CourseError
from ...language import text
from ...language.dialogues import Dialogue
from ...quiet import keras

__all__ = ["Lexicon", "gru_encoder_decoder", "nearest", "pairs", "translation_scores"]

Pair = tuple[str, str]


def gru_encoder_decoder(vocabulary: int, context: int, reply: int, width: int = 64, units: int = 96) -> keras.Model:
    """Two GRUs, without attention: one reads what was said before, its last state starts the one that speaks.

    Args:
        vocabulary: number of tokens; 0 is padding, in front of the context.
        context, reply: lengths.
        width: of the word vectors.
        units: of each GRU.
    Returns: an uncompiled model (batch, context), (batch, reply) → logits (batch, reply, vocabulary). Sutskever and others (2014),
        Cho and others (2014).
    """
    said, begun = keras.Input((context,), dtype="int32"), keras.Input((reply,), dtype="int32")
    embed = keras.layers.Embedding(vocabulary, width)
    state = keras.layers.GRU(units)(embed(said))
    spoken = keras.layers.GRU(units, return_sequences=True)(embed(begun), initial_state=state)
    logits = keras.layers.Dense(vocabulary, use_bias=False)(keras.layers.Dense(width)(spoken))
    return keras.Model([said, begun], logits, name="gru_encoder_decoder")


def pairs(
    dialogues: Sequence[Dialogue], vocabulary: text.Vocabulary, context: int, reply: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The replies of ``text.encode``, each on its own: what was said before, what the decoder reads, and what it should say.

    Args:
        context: length of what was said before; of what is longer the last tokens are kept.
        reply: length of the reply with its ``END``; what is longer is cut off.
    Returns: context (replies, context) int32, filled with ``PAD`` in front; decoder inputs (replies, reply), ``BOT`` first; targets
        (replies, reply), filled with ``PAD`` at the end.
    Raises: CourseError where there is no dialogue.
    """
    if not dialogues:
        raise CourseError("pairs needs at least one dialogue")
    rows = []
    for dialogue in dialogues:
        for place, turn in enumerate(dialogue.turns):
            if turn.speaker == "bot":
                before = text.prompt(dialogue.turns[:place], vocabulary)[:-1][-context:]
                rows.append((before, [*vocabulary.numbers(turn.text), text.END][:reply]))
    before = np.zeros((len(rows), context), dtype="int32")
    inputs, targets = (np.zeros((len(rows), reply), dtype="int32") for _ in range(2))
    for row, (said, answer) in enumerate(rows):
        before[row, context - len(said) :] = said
        inputs[row, : len(answer)] = [text.BOT, *answer[:-1]]
        targets[row, : len(answer)] = answer
    return before, inputs, targets


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


def translation_scores(said: Sequence[str], references: Sequence[Sequence[str]]) -> dict[str, float]:
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
