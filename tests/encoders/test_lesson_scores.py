"""PSNR and BLEU as stage 6 writes them out: against scikit-image and sacrebleu, hand-worked cases, and the laws they keep."""

from collections import Counter

import numpy as np
import pytest
import sacrebleu
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import metrics

from course_utils.encoders import captions
from course_utils.tools.definitions import selected

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=9).map(" ".join)
CAT = ["the cat is on the mat", "there is a cat on the mat"]


@pytest.fixture(scope="module")
def lesson():
    names = ("psnr", "decibels", "similarity", "groups_of", "counted", "bleu")
    return selected(6, names, {"np": np, "Counter": Counter, "metrics": metrics})


def by_sacrebleu(candidates, references):
    metric = sacrebleu.BLEU(tokenize="none", smooth_method="none", force=True)
    return metric.corpus_score(candidates, list(zip(*references, strict=True))).score / 100


def test_psnr_against_scikit_image_and_of_known_errors(lesson):
    a, b = np.random.default_rng(0).random((2, 3, 17, 12))
    expected = [metrics.peak_signal_noise_ratio(y, x, data_range=1) for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(lesson["psnr"](a, b), expected, rtol=1e-12)
    truth = np.full((1, 4, 4), 0.5)
    assert lesson["psnr"](truth + 0.1, truth)[0] == pytest.approx(20)  # a hundredth of the peak, squared
    assert lesson["psnr"](truth, truth)[0] == pytest.approx(120)
    assert lesson["decibels"](truth, truth) == 60
    assert lesson["similarity"](a, a) == pytest.approx(1)
    assert lesson["similarity"](1 - a, a) < 0


def test_the_examples_of_the_paper(lesson):
    """Papineni et al. 2002, section 2.1: seven times "the" has two hits, not seven."""
    assert lesson["counted"]("the the the the the the the", CAT, 1) == (2, 7)
    assert lesson["bleu"](["the the the the the the the"], [CAT]) == 0
    guide = [
        "it is a guide to action that ensures that the military will forever heed party commands",
        "it is the guiding principle which guarantees the military forces always being under the command of the party",
        "it is the practical guide for the army always to heed the directions of the party",
    ]
    one = "it is a guide to action which ensures that the military always obeys the commands of the party"
    assert [lesson["counted"](one, guide, n) for n in (1, 2)] == [(17, 18), (10, 17)]


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=4))
def test_bleu_is_that_of_sacrebleu(lesson, texts):
    candidates, references = [text for text, *_ in texts], [list(some) for _, *some in texts]
    assert lesson["bleu"](candidates, references) == pytest.approx(by_sacrebleu(candidates, references), abs=1e-9)


def test_of_two_references_as_close_the_shorter_counts(lesson):
    candidate, references = ["a b c d"], [["a b c d e", "a b c"]]
    assert lesson["bleu"](candidate, references) == pytest.approx(by_sacrebleu(candidate, references))
    assert lesson["bleu"](["a b c d"], [["a b c d e f", "a b c d e"]]) == pytest.approx(np.exp(1 - 5 / 4))


def test_a_wrong_caption_can_score_higher_than_a_right_one():
    """Left for right, else word for word, against a right one in other words."""
    reference = ["there is a small red circle to the left of two large blue squares"]
    wrong = "there is a small red circle to the right of two large blue squares"
    right = "two big blue boxes with one little red disc to their left"
    assert captions.correct([wrong, right], [captions.parse(reference[0])] * 2).tolist() == [False, True]
    single = sacrebleu.BLEU(tokenize="none", effective_order=True, force=True)
    assert single.sentence_score(wrong, reference).score > 75
    assert single.sentence_score(right, reference).score < 20
