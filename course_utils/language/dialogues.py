"""Dialogues: a corpus made here by a seeded grammar with slots, and readers for the full profile's real ones. Stage 10.

    corpus = dialogues.corpus()
    print(corpus.train[0])

Four settings (booking a table, asking the way, course questions, small talk), English and Chinese. Some pairs of slot values never
occur together in the training dialogues: whoever answers the test dialogues rightly has carried the slots over, not remembered them.
"""

import functools
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from ..datasets.cards import Card, DataError
from ..datasets.fetch import by_hand
from ..errors import CourseError
from ..stages import ROOT
from .grammar import LANGUAGES, SETTINGS, Language

__all__ = [
    "CARDS", "SETTINGS", "Corpus", "Dialogue", "Turn", "carried", "corpus", "en_zh", "found", "held_out", "load", "replies", "slot_values",
    "small_talk", "xdailydialog",
]  # fmt: skip

_PARTS = [f"{language}_{part}" for language in ("en", "zh") for part in ("dev", "test")]

CARDS = (
    Card(
        name="xdailydialog",
        title="XDailyDialog: everyday dialogues in English and Chinese",
        stages=(10,),
        source="folder",
        origin="Z. Liu and others, XDailyDialog: a multilingual parallel dialogue corpus, 2023, after Y. Li and others, DailyDialog, 2017",
        licence="Apache-2.0",
        shapes={part: (995 if part.endswith("dev") else 996,) for part in _PARTS},
        values="dialogues of two people in turn, lower case; the two languages say the same in the same order",
        split="the publisher's development and test parts",
        bytes=2_184_573,
        folder="dialogue/xdailydialog",
        needs=tuple(f"{part}_human.txt" for part in _PARTS),
        get="its four files of these names, from the repository liuzeming01/XDailyDialog on GitHub",
    ),
    Card(
        name="en_zh",
        title="English sentences and their Chinese translations",
        stages=(10,),
        source="folder",
        origin="Tatoeba's contributors, by way of manythings.org/anki",
        licence="CC BY 2.0 FR",
        shapes={"pairs": (21_116,)},
        values="pairs of sentences, short ones first",
        split="none",
        bytes=1_315_138,
        folder="en_zh",
        needs=("cmn.txt",),
        get="cmn.txt of cmn-eng.zip, from manythings.org/anki",
    ),
)
SIZES = {"train": 12000, "valid": 400, "test": 600}
CARD = Card(
    name="dialogues",
    title="Dialogues in English and Chinese, made here",
    stages=(10,),
    source="made",
    origin="language.dialogues.corpus: a seeded grammar, and small talk written for the course",
    licence="MIT, as the course",
    shapes={name: (count,) for name, count in SIZES.items()},
    values="dialogues of a user and a bot in turn, lower case, with the slots that each reply has to carry",
    split="test: pairs of slot values that training never shows",
    bytes=4_517_940,
    checksum="83f2484b58099f4d86baf53c5bc0da49ff7eefe2d1132c3980c42001627e72a6",
)  # of corpus()
CHINESE_SHARE = 0.25
#: The two slots of each setting whose pairs are divided between training and testing.
PAIRS = {
    "table": ("day", "time"),
    "way": ("start", "place"),
    "course": ("stage", "exercise"),
    "small talk": ("name", "hobby"),
}


@dataclass(frozen=True)
class Turn:
    """What one side says.

    Attributes:
        speaker: "user" or "bot".
        text: lower case.
        slots: of the bot's: slot → the value that the reply has to carry; empty for the user's.
        move: what the turn does, as the grammar calls it ("ask day", "confirm", …); empty for real data.
    """

    speaker: str
    text: str
    slots: dict[str, str] = field(default_factory=dict)
    move: str = ""


@dataclass(frozen=True)
class Dialogue:
    """Turns that belong together, user and bot in turn, the user first and the bot last.

    Attributes:
        setting: one of ``SETTINGS``, or what the real data say.
        language: "en" or "zh".
        turns: an even number of them.
    """

    setting: str
    language: str
    turns: tuple[Turn, ...]

    def __str__(self) -> str:
        return "\n".join(f"{turn.speaker:>4}: {turn.text}" for turn in self.turns)


@dataclass(frozen=True, repr=False)
class Corpus:
    """Dialogues for training, for choosing, and for testing on pairs of slot values that training never shows.

    Attributes:
        train, valid, test: lists of :class:`Dialogue`. ``valid`` has the pairs of training, in other dialogues.
    """

    train: list[Dialogue]
    valid: list[Dialogue]
    test: list[Dialogue]

    def __repr__(self) -> str:
        turns = sum(len(dialogue.turns) for part in (self.train, self.valid, self.test) for dialogue in part)
        return (
            f"Dialogues made here: {len(self.train):,} for training, {len(self.valid):,} for choosing, "
            f"{len(self.test):,} for testing, {turns:,} turns"
        )

    def checksum(self) -> str:
        """SHA-256 over all that is said; the same on every machine."""
        digest = hashlib.sha256()
        for part in (self.train, self.valid, self.test):
            for dialogue in part:
                digest.update(f"{dialogue.setting}|{dialogue.language}\n{dialogue}\n\n".encode())
        return digest.hexdigest()


def corpus(train: int = SIZES["train"], valid: int = SIZES["valid"], test: int = SIZES["test"]) -> Corpus:
    """The course's own dialogues, no two of them the same, a quarter of them Chinese.

    Args:
        train, valid, test: how many dialogues, 0 or more.
    Raises: CourseError for a number out of range.
    """
    if min(train, valid, test) < 0:
        raise CourseError(f"numbers of dialogues must be 0 or more; got {train}, {valid} and {test}")
    seen: set[str] = set()
    parts = {}
    for seed, (name, count) in enumerate({"train": train, "valid": valid, "test": test}.items()):
        rng, made, misses = Random(seed), [], 0
        while len(made) < count:
            dialogue = _dialogue(rng, name == "test", "zh" if rng.random() < CHINESE_SHARE else "en")
            said = str(dialogue)
            if said not in seen:
                seen.add(said)
                made.append(dialogue)
            elif (misses := misses + 1) > 100_000:
                raise CourseError(f"{count:,} different dialogues are more than the grammar has to say")
        parts[name] = made
    return Corpus(**parts)


def held_out(setting: str, first: int, second: int) -> bool:
    """Whether a pair of slot values, by their numbers, is kept for testing: about one in five, and always in both orders, so
    that no way back, and no stage and exercise that change places, gives a pair away.

    Args:
        setting: one of ``SETTINGS``; ``PAIRS[setting]`` says which two slots they are.
        first, second: places of the values in the slot's list.
    """
    if setting not in PAIRS:
        raise CourseError(f"setting must be one of {', '.join(PAIRS)}; got {setting!r}")
    return (first + second) % 5 == 0


def slot_values(slot: str, language: str = "en") -> tuple[str, ...]:
    """All values of a slot: ``slot_values("day")``. ``start`` has those of ``place``."""
    values = LANGUAGES[language].values
    slot = "place" if slot == "start" else slot
    if slot not in values:
        raise CourseError(f"there is no slot {slot!r}; the slots are {', '.join(values)}")
    return values[slot]


@functools.cache
def _pattern(slot: str, language: str) -> re.Pattern:
    longest_first = sorted(slot_values(slot, language), key=len, reverse=True)
    return re.compile(LANGUAGES[language].patterns[slot].replace("{values}", "|".join(map(re.escape, longest_first))))


def found(reply: str, slot: str, language: str = "en") -> list[str]:
    """All values of a slot that stand in a reply, in their order.

    Args:
        reply: text, lower case, as a bot's turn or made from a model's tokens.
        slot: "day", "start", …
    """
    text = reply if language == "zh" else re.sub(r"\s+", " ", reply)
    return _pattern(slot, language).findall(text)


def carried(reply: str, slots: dict[str, str], language: str = "en") -> dict[str, bool]:
    """For each slot, whether the reply has the right value and no other of its kind.

    Args:
        reply: what a model said.
        slots: as in :class:`Turn`.
        language: "en" or "zh".
    """
    return {slot: set(found(reply, slot, language)) == {value} for slot, value in slots.items()}


@functools.cache
def small_talk() -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """Language → ((ways to ask, answer), …), from ``data/stage_10/small_talk.tsv``, written for the course."""
    rows: dict[str, list] = {"en": [], "zh": []}
    for line in (ROOT / "data/stage_10/small_talk.tsv").read_text(encoding="utf-8").splitlines():
        language, asked, answer = line.split("\t")
        rows[language].append((tuple(asked.split(" | ")), answer))
    return {language: tuple(found) for language, found in rows.items()}


# ------------------------------------------------------------------ the grammar at work


class _Speaker:
    """Writes one dialogue: draws ways to say things, and remembers what was said."""

    def __init__(self, rng: Random, language: Language, test: bool):
        self.rng, self.language, self.test = rng, language, test
        self.turns: list[Turn] = []
        self.slots: dict[str, str] = {}

    def user(self, move: str, **extra: str) -> None:
        text = self.rng.choice(self.language.say[move]).format(**self.slots, **extra)
        self.turns.append(Turn("user", text, move=move))

    def bot(self, move: str, **extra: str) -> None:
        template = self.rng.choice(self.language.say[move])
        slots = {slot: value for slot, value in self.slots.items() if f"{{{slot}}}" in template}
        self.turns.append(Turn("bot", template.format(**self.slots, **extra), slots, move))

    def exchange(self, asked: str, answer: str, move: str) -> None:
        self.turns += [Turn("user", asked, move=f"ask {move}"), Turn("bot", answer, move=move)]

    def draw(self, slot: str) -> None:
        self.slots[slot] = self.rng.choice(slot_values(slot, self.language.code))

    def draw_pair(self, setting: str, keep: str | None = None) -> bool:
        """Draw both slots of the setting's pair (or the one that is not kept), on the right side of the division.

        False, and nothing changed, where no other value would stay on that side.
        """
        names = PAIRS[setting]
        values = [slot_values(name, self.language.code) for name in names]
        choices = _choices(setting, self.test)
        if keep:
            now = tuple(value.index(self.slots[name]) for name, value in zip(names, values, strict=True))
            at = names.index(keep)
            choices = [pair for pair in choices if pair[at] == now[at] and pair != now]
        if not choices:
            return False
        drawn = self.rng.choice(choices)
        self.slots |= {name: value[i] for name, value, i in zip(names, values, drawn, strict=True)}
        return True

    def facts(self, start: str, place: str) -> dict[str, str]:
        values = slot_values("place", self.language.code)
        here, there = values.index(start), values.index(place)
        return {
            "leave": self.language.leave[here],
            "arrive": self.language.arrive[there],
            "beside": self.language.beside[there],
        }

    def topic(self) -> str:
        return self.language.topics[int(self.slots["stage"]) - 1]


@functools.cache
def _choices(setting: str, test: bool) -> list[tuple[int, int]]:
    """The pairs of value numbers on one side of the division; in the town, no way leads from a place to itself."""
    first, second = (len(slot_values(name)) for name in PAIRS[setting])
    pairs = [(i, j) for i in range(first) for j in range(second) if setting != "way" or i != j]
    return [pair for pair in pairs if held_out(setting, *pair) == test]


def _dialogue(rng: Random, test: bool, language: str) -> Dialogue:
    setting = rng.choice(SETTINGS)
    speaker = _Speaker(rng, LANGUAGES[language], test)
    if rng.random() < 0.15 and setting != "small talk":
        speaker.user("hello")
        speaker.bot("hello back")
    aside = rng.random()
    if aside < 0.12:
        _ask_the_unknown(speaker)
    elif aside < 0.3:
        _chat(speaker)
    _WRITERS[setting](speaker)
    return Dialogue(setting, language, tuple(speaker.turns))


def _ask_the_unknown(s: _Speaker) -> None:
    """A question that the bot can't answer; templates and fillers of the test are never seen in training."""
    templates, fillers = s.language.unknown
    if s.test:
        templates, fillers = templates[-(len(templates) // 5) :], fillers[-(len(fillers) // 5) :]
    else:
        templates, fillers = templates[: -(len(templates) // 5)], fillers[: -(len(fillers) // 5)]
    asked = s.rng.choice(templates).format(x=s.rng.choice(fillers))
    s.exchange(asked, s.rng.choice(s.language.say["unknown"]), "unknown")


def _chat(s: _Speaker) -> None:
    asked, answer = s.rng.choice(small_talk()[s.language.code])
    s.exchange(s.rng.choice(asked), answer, "chat")


def _table(s: _Speaker) -> None:
    s.draw_pair("table")
    s.draw("people")
    s.draw("name")
    told = [slot for slot in ("people", "day", "time") if s.rng.random() < 0.5]
    if s.language.code == "zh" and not told:
        told = ["people"]
    order = told if s.language.code == "en" else [slot for slot in ("day", "time", "people") if slot in told]
    if s.language.code == "en" and s.rng.random() < 0.3:
        s.rng.shuffle(order)
    bits = "".join(s.language.bits[slot].format(**s.slots) for slot in order)
    s.user("table open", bits=bits)
    for slot in ("people", "day", "time"):
        if slot not in told:
            s.bot("ask time on day" if slot == "time" else f"ask {slot}")
            s.user(f"tell {slot}")
    s.bot("ask name")
    s.user("tell name")
    s.bot("confirm")
    if s.rng.random() < 0.4:
        changed = s.rng.choice(("day", "time", "people"))
        if changed == "people":
            before = s.slots["people"]
            while s.slots["people"] == before:
                s.draw("people")
        elif not s.draw_pair("table", keep="time" if changed == "day" else "day"):
            changed = "time"  # ten times leave more to choose from than seven days
            s.draw_pair("table", keep="day")
        s.user(f"change {changed}")
        s.bot("changed")
    s.user("yes")
    s.bot("booked")


def _way(s: _Speaker) -> None:
    s.draw_pair("way")
    if s.rng.random() < 0.5:
        s.user("way open both")
    else:
        s.user("way open")
        s.bot("ask start")
        s.user("tell start")
    s.bot("way", **s.facts(s.slots["start"], s.slots["place"]))
    back = {"start": s.slots["place"], "place": s.slots["start"]}
    if s.rng.random() < 0.3:  # a pair is on the same side of the division in both orders
        s.user("and back")
        s.slots |= back
        s.bot("way", **s.facts(**back))
    s.user("thanks")
    s.bot("enjoy")


def _course(s: _Speaker) -> None:
    s.draw_pair("course")
    if s.rng.random() < 0.25:
        s.user("ask topic")
        s.bot("topic", topic=s.topic())
    s.user("course open")
    s.bot("ask problem", topic=s.topic())
    problem, remedy = s.rng.choice(s.language.problems)
    s.user("tell problem", problem=problem)
    s.bot("advice", remedy=remedy)
    s.user("works")
    s.bot("well done")


def _small_talk(s: _Speaker) -> None:
    s.draw_pair("small talk")
    s.user("i am")
    s.bot("nice")
    s.user("i like")
    s.bot("how often")
    s.draw("day")
    s.user("tell day")
    s.bot("fun")
    if s.rng.random() < 0.5:
        _chat(s)
    s.user("bye")
    s.bot("bye back")


_WRITERS: dict[str, Callable[[_Speaker], None]] = {
    "table": _table,
    "way": _way,
    "course": _course,
    "small talk": _small_talk,
}

# ------------------------------------------------------------------ real data, for the full profile


def load(card: Card) -> dict[str, list]:
    """What a card names: of ``xdailydialog`` its four parts ("en_dev", …), of ``en_zh`` the ``pairs``.

    Raises: DataError where the files are not there, or are not in their publisher's form.
    """
    if card.name == "en_zh":
        return {"pairs": en_zh()}
    return {name: xdailydialog(name[3:], name[:2]) for name in _PARTS}


def xdailydialog(part: str, language: str = "en") -> list[Dialogue]:
    """Everyday dialogues in English or Chinese, about a thousand a part, the two languages aligned.

    Odd turns become the user's, even ones the bot's; a last turn without an answer is left out.

    Args:
        part: "dev" or "test".
        language: "en" or "zh".
    Returns: dialogues; the setting is the topic's number, "1" to "10".
    Raises: CourseError for an unknown part or language; DataError where the files are not in the mirror folder, or a line has
        another form. Source: Liu and others, XDailyDialog (2023), after Li and others, DailyDialog (2017).
    """
    if part not in ("dev", "test") or language not in LANGUAGES:
        raise CourseError(f"part must be 'dev' or 'test', language 'en' or 'zh'; got {part!r} and {language!r}")
    made = []
    for said, topic in _rows(CARDS[0], f"{language}_{part}_human.txt", "turns, a tab and a topic"):
        texts = [turn.strip().lower() for turn in said.split("__eou__") if turn.strip()]
        texts = texts[: len(texts) // 2 * 2]
        if texts:
            turns = tuple(Turn(("user", "bot")[place % 2], text) for place, text in enumerate(texts))
            made.append(Dialogue(topic, language, turns))
    return made


def en_zh() -> list[tuple[str, str]]:
    """English sentences and their Chinese translations, 21,116 pairs, in the file's order (short ones first).

    Raises: DataError where ``cmn.txt`` is not in the mirror folder, or a line has no tab. Source: Tatoeba, by way of
        manythings.org.
    """
    return _rows(CARDS[1], "cmn.txt", "English, a tab and Chinese")


def _rows(card: Card, name: str, form: str) -> list[tuple[str, str]]:
    """The first two fields of each line that is not empty."""
    rows = []
    for number, line in enumerate((by_hand(card) / name).read_text(encoding="utf-8").splitlines(), 1):
        first, tab, rest = line.partition("\t")
        if line.strip() and not (tab and first.strip()):
            raise DataError(f"{name}, line {number}: {form} are needed")
        if line.strip():
            rows.append((first.strip(), rest.partition("\t")[0].strip()))
    return rows


def replies(dialogues: Sequence[Dialogue]):
    """Each reply of the bot with all that was said before it: (turns before, the bot's turn, language) triples."""
    for dialogue in dialogues:
        for place, turn in enumerate(dialogue.turns):
            if turn.speaker == "bot":
                yield dialogue.turns[:place], turn, dialogue.language
