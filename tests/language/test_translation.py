"""Translation: the division of the pairs, rows of numbers."""

import pytest

from course_utils.language import text, translation

PAIRS = [
    ("I see Tom.", "我看见汤姆。"), ("I see Mary.", "我看见玛丽。"), ("Tom sees me.", "汤姆看见我。"), ("Mary sees me.", "玛丽看见我。"),
    ("Tom runs.", "汤姆跑。"), ("Mary runs.", "玛丽跑。"), ("I run!", "我跑！"), ("I run.", "我跑。"),
]  # fmt: skip


def test_two_scripts_become_one():
    assert translation.simplified("我們會說漢語，Tom。") == "我们会说汉语，Tom。"
    assert translation.simplified("我们会说汉语") == "我们会说汉语"


def test_no_english_sentence_stands_in_two_parts():
    parts = translation.divide([*PAIRS, ("i run", "我跑步。")], valid=2, test=2, seed=3)
    assert sum(map(len, parts)) == 9
    words = [{" ".join(text.words(english)).strip(" .!") for english, _ in part} for part in parts]
    assert [len(part) for part in words] == [3, 2, 2]
    assert not words[0] & words[1]
    assert not words[0] & words[2]
    assert not words[1] & words[2]
    assert parts == translation.divide([*PAIRS, ("i run", "我跑步。")], valid=2, test=2, seed=3)
    with pytest.raises(ValueError, match="must leave something of 7 English sentences"):
        translation.divide(PAIRS, valid=4, test=3)


def test_rows_are_shifted_and_what_does_not_fit_is_left_out():
    english = text.Vocabulary.of(source for source, _ in PAIRS)
    chinese = text.Vocabulary.of(target for _, target in PAIRS)
    said, begun, wanted = translation.rows(PAIRS, english, chinese, context=3, reply=5)
    assert said.shape == (4, 3)
    assert begun.shape == wanted.shape == (4, 5)
    assert (begun[:, 0] == text.BOT).all()
    assert (begun[:, 1:][wanted[:, :-1] != text.END] == wanted[:, :-1][wanted[:, :-1] != text.END]).all()
    assert chinese.text(wanted[0]) == "汤姆跑。"
    assert translation.read(["Tom runs, I see."], english, 2).tolist() == [english.numbers("tom runs")]
