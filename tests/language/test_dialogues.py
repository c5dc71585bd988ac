"""The corpus of dialogues: what it promises about slots, pairs, languages; and the readers of real dialogues."""

import re

import pytest

from course_utils.datasets import DataError
from course_utils.language import dialogues
from course_utils.language.grammar import LANGUAGES

CORPUS = dialogues.corpus()
PARTS = {"train": CORPUS.train, "valid": CORPUS.valid, "test": CORPUS.test}


def pairs_of(dialogue):
    """The pairs of values that stand together in a reply of the bot, by their numbers."""
    names = dialogues.PAIRS[dialogue.setting]
    values = [dialogues.slot_values(name, dialogue.language) for name in names]
    return {
        tuple(value.index(turn.slots[name]) for name, value in zip(names, values, strict=True))
        for turn in dialogue.turns
        if set(names) <= set(turn.slots)
    }


def test_the_corpus_is_the_same_on_every_machine():
    assert CORPUS.checksum() == "83f2484b58099f4d86baf53c5bc0da49ff7eefe2d1132c3980c42001627e72a6"
    assert repr(CORPUS).startswith("Dialogues made here: 12,000 for training, 400 for choosing, 600 for testing")


def test_no_dialogue_comes_twice():
    said = [str(one) for part in PARTS.values() for one in part]
    assert len(set(said)) == len(said) == 13_000


def test_user_and_bot_take_turns():
    for one in CORPUS.train + CORPUS.test:
        assert len(one.turns) % 2 == 0
        assert all(turn.speaker == ("user", "bot")[place % 2] for place, turn in enumerate(one.turns))


def test_pairs_of_the_test_are_never_said_in_training():
    for setting in dialogues.SETTINGS:
        seen = {pair for one in CORPUS.train + CORPUS.valid if one.setting == setting for pair in pairs_of(one)}
        unseen = {pair for one in CORPUS.test if one.setting == setting for pair in pairs_of(one)}
        assert seen
        assert unseen
        assert not seen & unseen
        assert all(dialogues.held_out(setting, *pair) for pair in unseen)


def test_every_single_value_is_seen_in_training():
    for language in ("en", "zh"):
        heard = " ".join(turn.text for one in CORPUS.train if one.language == language for turn in one.turns)
        for slot in ("people", "day", "time", "name", "place", "hobby"):
            assert all(value in heard for value in dialogues.slot_values(slot, language))


def test_each_right_reply_carries_its_slots():
    count = 0
    for part in PARTS.values():
        for _, turn, language in dialogues.replies(part):
            assert all(dialogues.carried(turn.text, turn.slots, language).values()), turn
            count += len(turn.slots)
    assert count > 20_000


def test_a_value_of_each_slot_was_told_before_it_is_asked_for():
    """What the bot has to carry over stands in what was said before, so that a reply can be right at all."""
    for before, turn, _ in dialogues.replies(CORPUS.test):
        heard = " ".join(one.text for one in before)
        for value in turn.slots.values():
            assert value in heard


@pytest.mark.parametrize(
    ("reply", "slots", "right"),
    [
        ("a table for six on friday at 19:30, for chen.", {"day": "friday", "people": "six", "name": "chen"}, (1, 1, 1)),
        ("a table for six on friday and sunday.", {"day": "friday"}, (0,)),
        ("from the bank, go up the hill. the park is there.", {"start": "bank", "place": "park"}, (1, 1)),
        ("from the park, go up the hill. the bank is there.", {"start": "bank", "place": "park"}, (0, 0)),
        ("stage 10 has exercise 1.", {"stage": "10", "exercise": "1"}, (1, 1)),
        ("stage 1 has exercise 1.", {"stage": "10"}, (0,)),
        ("nothing.", {"day": "monday"}, (0,)),
    ],
)  # fmt: skip
def test_carried_by_hand(reply, slots, right):
    assert tuple(dialogues.carried(reply, slots).values()) == tuple(map(bool, right))


def test_carried_in_chinese():
    reply = "星期五七点半，四位，陈先生，对吗？"
    slots = {"day": "星期五", "time": "七点半", "people": "四位", "name": "陈"}
    assert all(dialogues.carried(reply, slots, "zh").values())
    assert dialogues.carried(reply, {"time": "七点"}, "zh") == {"time": False}


def test_what_the_bot_cannot_know_is_asked_differently_in_the_test():
    def asked(part):
        return {turn.text for one in part for turn in one.turns if turn.move == "ask unknown"}

    assert len(asked(CORPUS.test)) > 20
    assert not asked(CORPUS.train) & asked(CORPUS.test)


def test_languages_and_settings_have_their_share():
    chinese = sum(one.language == "zh" for one in CORPUS.train) / 12_000
    assert 0.2 < chinese < 0.3
    for setting in dialogues.SETTINGS:
        assert 0.2 < sum(one.setting == setting for one in CORPUS.train) / 12_000 < 0.3
    for one in CORPUS.train[:500]:
        if one.language == "zh":
            assert re.search("[\u4e00-\u9fff]", one.turns[0].text)


def test_the_two_languages_say_the_same_things():
    english, chinese = LANGUAGES["en"], LANGUAGES["zh"]
    assert set(english.say) == set(chinese.say)
    assert {slot: len(v) for slot, v in english.values.items()} == {slot: len(v) for slot, v in chinese.values.items()}
    for language in (english, chinese):
        assert len(language.leave) == len(language.arrive) == len(language.beside) == len(language.values["place"])


def test_small_talk_is_asked_in_one_way_or_more():
    for language, rows in dialogues.small_talk().items():
        assert len(rows) > 10
        questions = [asked for ways, _ in rows for asked in ways]
        assert len(set(questions)) == len(questions), language


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="0 or more"):
        dialogues.corpus(train=-1)
    with pytest.raises(ValueError, match="setting must be"):
        dialogues.held_out("hotel", 0, 0)
    with pytest.raises(ValueError, match="the slots are"):
        dialogues.slot_values("hotel")


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """A mirror folder with both real sets' files, each of two lines."""
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    line = "How are you ? __eou__ Fine . __eou__ Good . __eou__\t1\t2 1 1\t0 0 0\n"
    for card, text in zip(
        dialogues.CARDS, (line + "\n" + "Only one . __eou__\t2\t1\t0\n", "Hi.\t你好。\nRun.\t跑。\n"), strict=True
    ):
        for name in card.needs:
            path = tmp_path / card.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return tmp_path


def test_real_dialogues_are_read(mirror):
    one, *more = dialogues.xdailydialog("dev")
    assert not more  # one turn alone has no answer
    assert [turn.text for turn in one.turns] == ["how are you ?", "fine ."]
    assert (one.setting, one.language) == ("1", "en")
    assert list(dialogues.load(dialogues.CARDS[0])) == ["en_dev", "en_test", "zh_dev", "zh_test"]
    with pytest.raises(ValueError, match="part must be"):
        dialogues.xdailydialog("train")
    (mirror / "dialogue/xdailydialog/zh_test_human.txt").write_text("没有制表符", encoding="utf-8")
    with pytest.raises(DataError, match=r"zh_test_human\.txt, line 1: turns, a tab and a topic"):
        dialogues.xdailydialog("test", "zh")
    (mirror / "dialogue/xdailydialog/en_test_human.txt").unlink()
    with pytest.raises(DataError, match="lacks en_test_human"):
        dialogues.xdailydialog("test")


def test_real_sentence_pairs_are_read(mirror):
    assert dialogues.en_zh() == [("Hi.", "你好。"), ("Run.", "跑。")]
    assert dialogues.load(dialogues.CARDS[1]) == {"pairs": dialogues.en_zh()}
    (mirror / "en_zh/cmn.txt").write_text("Hi.\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"cmn\.txt, line 1: English, a tab and Chinese"):
        dialogues.en_zh()


def test_without_a_folder_the_error_says_where_to_put_the_file(monkeypatch):
    monkeypatch.delenv("COURSE_DATA", raising=False)
    with pytest.raises(DataError, match=r"en_zh is missing.*manythings.*COURSE_DATA"):
        dialogues.en_zh()
