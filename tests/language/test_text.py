"""Words, vocabulary, rows of numbers, byte-pair merges, n-grams and the scores of text."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.language import dialogues, scores, text
from course_utils.language.dialogues import Dialogue, Turn
from course_utils.language.scores import NGrams

SMALL = Dialogue("table", "en", (Turn("user", "a table, please."), Turn("bot", "at 19:30?")))


def test_words_by_hand():
    assert text.words("Book a table at 19:30, I don't mind!") == [
        "book", "a", "table", "at", "19:30", ",", "i", "don't", "mind", "!",
    ]  # fmt: skip
    assert text.words("从车站坐4路车。") == ["从", "车", "站", "坐", "4", "路", "车", "。"]
    assert text.words("") == []


def test_join_goes_back_for_everything_in_the_corpus():
    corpus = dialogues.corpus(600, 0, 200)
    for one in corpus.train + corpus.test:
        for turn in one.turns:
            assert text.join(text.words(turn.text)) == turn.text


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_no_letter_or_digit_is_lost(any_text):
    kept = "".join(text.words(any_text))
    assert [c for c in kept if c.isalnum()] == [c for c in any_text.lower() if c.isalnum()]


def test_a_vocabulary_counts_and_leaves_out_what_is_rare():
    vocabulary = text.Vocabulary.of(["b b a", "a b c"], least=2)
    assert vocabulary.tokens == (*text.SPECIAL, "b", "a")
    assert vocabulary.numbers("a c b") == [6, text.UNKNOWN, 5]
    assert vocabulary.text([text.USER, 6, text.UNKNOWN, 5, text.END, text.PAD]) == "a <unk> b"
    with pytest.raises(ValueError, match="begins with"):
        text.Vocabulary(("a", "b"))


def test_rows_of_numbers_by_hand():
    vocabulary = text.Vocabulary.of([turn.text for turn in SMALL.turns])
    numbers = vocabulary.numbers
    inputs, targets = text.encode([SMALL], vocabulary, 12)
    user, bot = numbers("a table, please."), numbers("at 19:30?")
    whole = [text.USER, *user, text.BOT, *bot, text.END]
    assert inputs[0].tolist() == whole[:-1] + [0] * (12 - len(whole) + 1)
    assert targets[0].tolist() == [0] * 6 + [*bot, text.END] + [0] * 2
    assert text.prompt(SMALL.turns[:1], vocabulary) == whole[:7]


def test_each_target_is_the_next_token_or_does_not_count():
    corpus = dialogues.corpus(40, 0, 0)
    vocabulary = text.Vocabulary.of(turn.text for one in corpus.train for turn in one.turns)
    inputs, targets = text.encode(corpus.train, vocabulary, 60)
    shifted = targets[:, :-1] == inputs[:, 1:]
    closing = (targets[:, :-1] == text.END) & (inputs[:, 1:] == text.PAD)  # said, but no longer read
    assert (shifted | closing | (targets[:, :-1] == text.PAD)).all()
    with pytest.raises(ValueError, match="at least one dialogue"):
        text.encode([], vocabulary, 5)


def test_merge_takes_pairs_from_the_left():
    assert text.merge(["a", "a", "a"], ("a", "a")) == ["aa", "a"]


def test_ngrams_by_hand():
    model = NGrams(2, 4).fit([[1, 2, 1, 3]])
    # One token alone: each of 1 (twice), 2, 3 of four, three different; below, 1 in 4.
    once = (1 + 3 / 4) / (4 + 3)
    assert model.probability(2, []) == pytest.approx(once)
    # After 1 came 2 and 3: c = 2, t = 2.
    assert model.probability(2, [1]) == pytest.approx((1 + 2 * once) / 4)
    assert model.probability(2, [0]) == pytest.approx(once)  # never seen: the shorter context
    with pytest.raises(ValueError, match="order"):
        NGrams(0, 4)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 4), max_size=8), max_size=5),
    st.lists(st.integers(0, 4), max_size=4),
    st.integers(1, 4),
)
def test_ngram_probabilities_sum_to_one(rows, context, order):
    model = NGrams(order, 5).fit(rows)
    assert sum(model.probability(token, context) for token in range(5)) == pytest.approx(1)


def test_ngrams_score_the_places_that_count():
    inputs, targets = np.array([[1, 2, 1, 3]]), np.array([[2, 0, 3, 0]])
    model = NGrams(3, 4).fit(inputs)
    expected = [model.probability(2, [1]), model.probability(3, [2, 1])]
    np.testing.assert_allclose(model.log_probabilities(inputs, targets), np.log(expected))
    with pytest.raises(ValueError, match="one shape"):
        model.log_probabilities(inputs, targets[:, :2])


def test_log_probabilities_against_keras():
    import keras

    rng = np.random.default_rng(0)
    logits, targets = rng.normal(size=(3, 5, 7)), rng.integers(0, 7, (3, 5))
    ours = scores.log_probabilities(logits, targets)
    theirs = keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)
    np.testing.assert_allclose(-ours, np.asarray(theirs)[targets != 0], rtol=1e-5)
    assert scores.perplexity(np.log(np.full(5, 1 / 8))) == pytest.approx(8)
    for bad in ([], [0.5]):
        with pytest.raises(ValueError, match="at least one"):
            scores.perplexity(np.array(bad))
    with pytest.raises(ValueError, match="one axis more"):
        scores.log_probabilities(logits, targets[:2])
    with pytest.raises(ValueError, match="targets must be"):
        scores.log_probabilities(logits, targets + 7)


def test_distinct_n_by_hand():
    replies = [["a", "b", "a", "b"], ["a", "b"]]
    assert scores.distinct_n(replies, 1) == pytest.approx(2 / 6)
    assert scores.distinct_n(replies, 2) == pytest.approx(2 / 4)
    assert scores.distinct_n([["a"]], 2) == 0
    with pytest.raises(ValueError, match="at least 1"):
        scores.distinct_n(replies, 0)


def test_slots_carried_by_hand():
    turns = [Turn("bot", "", {"day": "friday", "time": "19:30"}), Turn("bot", "")]
    assert scores.slots_carried(["on friday at 20:00", "x"], turns, ["en", "en"]) == 0.5
    with pytest.raises(ValueError, match="no turn has a slot"):
        scores.slots_carried(["x"], turns[1:], ["en"])
    with pytest.raises(ValueError, match="as many replies"):
        scores.slots_carried([], turns, ["en", "en"])
