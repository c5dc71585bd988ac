"""BLEU against hand-worked cases, against numbers that sacrebleu gives, and the laws it keeps."""

from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.encoders import captions as C
from course_utils.encoders import scores as m

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=9).map(" ".join)


def test_the_examples_of_the_paper():
    """Papineni et al. 2002, section 2.1: seven times "the" has two hits, not seven."""
    cat = ["the cat is on the mat", "there is a cat on the mat"]
    assert m.bleu(["the the the the the the the"], [cat], order=1).precisions == (2 / 7,)
    assert m.bleu(["the the the the the the the"], [cat]).score == 0
    guide = [
        "it is a guide to action that ensures that the military will forever heed party commands",
        "it is the guiding principle which guarantees the military forces always being under the command of the party",
        "it is the practical guide for the army always to heed the directions of the party",
    ]
    one = "it is a guide to action which ensures that the military always obeys the commands of the party"
    two = "it is to insure the troops forever hearing the activity guidebook that party direct"
    first, second = (m.bleu([text], [guide], order=2).precisions for text in (one, two))
    assert first == (17 / 18, 10 / 17)
    assert second == (8 / 14, 1 / 13)


def test_a_case_worked_out_by_hand():
    """Words 4 of 5, pairs 2 of 4, threes 1 of 3, fours 0 of 2: the fifth word is wrong, and so is the third."""
    reference = "two red circles above one square"
    result = m.bleu(["two red circles left one"], [[reference]], order=3)
    assert result.precisions == (4 / 5, 2 / 4, 1 / 3)
    assert result.brevity_penalty == pytest.approx(exp(1 - 6 / 5))
    assert result.score == pytest.approx(exp(-0.2) * (4 / 5 * 2 / 4 * 1 / 3) ** (1 / 3))
    smoothed = m.sentence_bleu("two red circles left one", [reference])
    assert smoothed.precisions == (4 / 5, 2 / 4, 1 / 3, (1 / 2) / 2)


def test_the_closest_length_counts_and_of_two_as_close_the_shorter():
    assert m.bleu(["a b c d"], [["a b c d e f", "a b c d e"]]).reference_length == 5
    assert m.bleu(["a b c d"], [["a b c d e", "a b c"]]).reference_length == 3


CANDIDATES = [
    "a red disc over two blue boxes",
    "there are two large green squares left of a big triangle",
    "one small yellow circle with a red box to its left",
    "the the the the",
]
REFERENCES = [
    ["a red circle above two blue squares", "two blue boxes below one red disc", "a red disc over two blue squares"],
    ["there are two big green squares to the left of a large triangle", "two large green boxes left of a big triangle"],
    ["one little yellow circle with a red square to its left", "a red box to the left of a small yellow disc"],
    ["the cat is on the mat", "there is a cat on the mat"],
]


def test_against_sacrebleu():
    """What sacrebleu 2.6.0 prints: tokenize="none"; the corpus with smooth_method="none", sentences with "exp" and effective_order."""
    result = m.bleu(CANDIDATES, REFERENCES)
    assert result.score == pytest.approx(0.6598237079403486, rel=1e-12)
    assert result.precisions == pytest.approx((31 / 33, 24 / 29, 16 / 25, 8 / 21), rel=1e-12)
    assert (result.brevity_penalty, result.candidate_length, result.reference_length) == (1, 33, 33)
    single = [m.sentence_bleu(c, r).score for c, r in zip(CANDIDATES, REFERENCES, strict=True)]
    expected = [0.9306048591021002, 0.5946035575013604, 0.6887246539984304, 0.11521590992286539]
    np.testing.assert_allclose(single, expected, rtol=1e-12)


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, st.lists(TEXTS, min_size=1, max_size=3)), min_size=1, max_size=4), st.randoms())
def test_laws(pairs, random):
    candidates, references = map(list, zip(*pairs, strict=True))
    result = m.bleu(candidates, references)
    assert 0 <= result.score <= result.brevity_penalty <= 1 + 1e-12
    assert all(0 <= p <= 1 for p in result.precisions)
    random.shuffle(pairs)  # the order of the sentences does not matter
    again = m.bleu(*map(list, zip(*pairs, strict=True)))
    assert again == result
    more = m.bleu(candidates, [[*some, c] for c, some in zip(candidates, references, strict=True)])
    assert more.precisions[0] == 1  # a candidate that is one of its references
    assert more.brevity_penalty == 1


@settings(deadline=None)
@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=3))
def test_a_sentence_among_its_references_scores_one_and_without_a_shared_word_zero(text, others):
    assert m.sentence_bleu(text, [*others, text]).score == pytest.approx(1)
    assert m.sentence_bleu("x y z", others).score == 0
    assert m.sentence_bleu("", others).score == 0


def test_a_wrong_caption_can_score_higher_than_a_right_one():
    """Left for right, else word for word, against a right one in other words."""
    reference = ["there is a small red circle to the left of two large blue squares"]
    wrong = "there is a small red circle to the right of two large blue squares"
    right = "two big blue boxes with one little red disc to their left"
    meaning = C.parse(reference[0])
    assert C.correct([wrong, right], [meaning] * 2).tolist() == [False, True]
    assert m.sentence_bleu(wrong, reference).score > 0.75
    assert m.sentence_bleu(right, reference).score < 0.2


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: m.bleu([], []), "at least one"),
        (lambda: m.bleu(["a"], [["a"], ["b"]]), "1 candidates and 2 lists"),
        (lambda: m.bleu(["a"], ["a"]), "lists of texts"),
        (lambda: m.bleu(["a"], [[]]), "none empty"),
        (lambda: m.bleu("a", [["a"]]), "list of texts"),
        (lambda: m.bleu(["a"], [["a"]], order=0), "order must be 1"),
        (lambda: m.ngrams("a b", 0), "n must be 1"),
    ],
)
def test_bad_input_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
