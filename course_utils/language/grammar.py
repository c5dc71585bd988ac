"""The grammar of the dialogues that the course makes itself: what can be said in four settings, in English and Chinese.

:mod:`.dialogues` is what one uses; words, facts and templates stand in ``data/stage_10/grammar.json``. ``{…}`` in a template is a slot.
"""

import json
from dataclasses import dataclass

from ..stages import ROOT

__all__ = ["LANGUAGES", "SETTINGS", "Language"]

SETTINGS = ("table", "way", "course", "small talk")


@dataclass(frozen=True)
class Language:
    """What one language needs: the values of each slot, the facts of the little town and of the course, the templates.

    Attributes:
        code: "en" or "zh".
        values: slot → its values; those of one place in the two languages mean the same where they are facts.
        leave, arrive, beside: a place's number → how one leaves it, how one gets to it, what it is next to.
        topics: what each stage is about, in the order of the stages.
        problems: (what a test says, what to do) pairs.
        patterns: slot → regular expression that finds its values in a reply; ``{values}`` stands for all of them.
        say: name of a move → ways to say it. A bot's move has one way or two, a user's has several.
        unknown: (templates, fillers): questions that the bot can't answer; the last fifth of each is for testing only.
        bits: slot → what the first sentence of a booking adds where it tells the slot.
    """

    code: str
    values: dict[str, tuple[str, ...]]
    leave: tuple[str, ...]
    arrive: tuple[str, ...]
    beside: tuple[str, ...]
    topics: tuple[str, ...]
    problems: tuple[tuple[str, str], ...]
    patterns: dict[str, str]
    say: dict[str, tuple[str, ...]]
    unknown: tuple[tuple[str, ...], tuple[str, ...]]
    bits: dict[str, str]


def _frozen(value):
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    return {name: _frozen(part) for name, part in value.items()} if isinstance(value, dict) else value


_TEXT = (ROOT / "data" / "stage_10" / "grammar.json").read_text(encoding="utf-8")
LANGUAGES = {code: Language(code, **_frozen(parts)) for code, parts in json.loads(_TEXT).items()}
