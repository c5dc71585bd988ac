"""What stage 10's models are measured against: replies on their own, the nearest sentence, word by word, BLEU."""

import numpy as np
import pytest

from course_utils.language import dialogues, text
from course_utils.makers.stage_10 import baselines

PAIRS = [
    ("I see Tom.", "我看见汤姆。"), ("I see Mary.", "我看见玛丽。"), ("Tom sees me.", "汤姆看见我。"), ("Mary sees me.", "玛丽看见我。"),
    ("Tom runs.", "汤姆跑。"), ("Mary runs.", "玛丽跑。"), ("I run!", "我跑！"), ("I run.", "我跑。"),
]  # fmt: skip


def test_replies_on_their_own_are_the_same_tokens():
    corpus = dialogues.corpus(40, 0, 0)
    vocabulary = text.Vocabulary.of(turn.text for one in corpus.train for turn in one.turns)
    _, targets = text.encode(corpus.train, vocabulary, 250)
    before, inputs, alone = baselines.pairs(corpus.train, vocabulary, 250, 60)
    assert targets[targets > 0].tolist() == alone[alone > 0].tolist()
    assert (inputs[:, 0] == text.BOT).all()
    assert (inputs[:, 1:][alone[:, 1:] > 0] == alone[:, :-1][alone[:, 1:] > 0]).all()
    assert (before[:, -1] > 0).all()
    with pytest.raises(ValueError, match="at least one dialogue"):
        baselines.pairs([], vocabulary, 5, 5)


def test_the_nearest_sentence_answers():
    assert baselines.nearest(PAIRS, ["Tom runs!", "Mary sees me"]) == ["汤姆跑。", "玛丽看见我。"]


def test_a_lexicon_finds_which_word_is_which():
    lexicon = baselines.Lexicon(rounds=12).fit(PAIRS)
    assert max(lexicon.likely["i"], key=lexicon.likely["i"].get) == "我"
    assert lexicon.likely["mary"]["玛"] > 0.3
    assert sum(lexicon.likely["tom"].values()) == pytest.approx(1)
    assert lexicon.translate("I xyz") == "我"
    with pytest.raises(ValueError, match="at least 1"):
        baselines.Lexicon(0)
    with pytest.raises(ValueError, match="at least one pair"):
        baselines.Lexicon().fit([])


def test_scores_of_the_whole_set():
    right = [["我看见汤姆。", "我见到汤姆。"], ["玛丽跑得很快。"]]
    perfect = baselines.translation_scores(["我见到汤姆。", "玛丽跑得很快。"], right)
    assert perfect["BLEU"] == pytest.approx(100)
    assert perfect["chrF"] == pytest.approx(100)
    worse = baselines.translation_scores(["我见到汤姆。", "汤姆跑得很慢。"], right)
    assert 20 < worse["BLEU"] < 90
    assert np.isfinite(worse["chrF"])
    with pytest.raises(ValueError, match="at least one reference"):
        baselines.translation_scores(["我"], [[]])
    with pytest.raises(ValueError, match="at least one reference"):
        baselines.translation_scores(["我", "你"], [["我"]])
