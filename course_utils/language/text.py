"""Text as numbers: words and characters, a vocabulary with its special tokens, byte-pair merges. Stage 10."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import CourseError
from .dialogues import Dialogue, Turn

__all__ = [
    "BOT",
    "END",
    "PAD",
    "SPECIAL",
    "UNKNOWN",
    "USER",
    "Vocabulary",
    "encode",
    "join",
    "merge",
    "prompt",
    "words",
]

#: Numbers of the special tokens, the same in every vocabulary.
PAD, UNKNOWN, USER, BOT, END = range(5)
SPECIAL = ("<pad>", "<unk>", "<user>", "<bot>", "<end>")
_WORD = re.compile(
    r"<\w+>|星期[一二三四五六天]|[一二三四五六七八九十两]+(?:位|点半?)|[\u3400-\u9fff]|\d+:\d+|\d+"
    r"|[^\W\d_\u3400-\u9fff]+(?:['’][a-z]+)?|[^\s\w]|_"
)
_HAN = re.compile(
    r"(?<=[\u3400-\u9fff，。？！、：])\s+(?=[\u3400-\u9fff，。？！、：\d])|(?<=\d)\s+(?=[\u3400-\u9fff])|(?<=[，。？！、：])\s+"
)


def words(text: str) -> list[str]:
    """The words of a text in lower case; each punctuation mark and each Chinese character is one, and a time like 19:30;
    in Chinese a day, a time and a number of people, too (星期三, 七点半, 四位).

    ``words("Book a table!")`` is ``["book", "a", "table", "!"]``; :func:`join` goes back.
    """
    return _WORD.findall(text.lower())


def join(tokens: Iterable[str]) -> str:
    """The text that :func:`words` would have divided into these tokens: no blank before a mark or between Chinese characters."""
    text = " ".join(tokens)
    text = re.sub(r"\s+([.,?!:;])", r"\1", text)
    return _HAN.sub("", text)


@dataclass(frozen=True)
class Vocabulary:
    """Tokens and their numbers; 0 to 4 are ``SPECIAL``.

    Attributes:
        tokens: by number.
    """

    tokens: tuple[str, ...]

    @classmethod
    def of(cls, texts: Iterable[str], least: int = 1) -> "Vocabulary":
        """The words of the texts, the commonest first, those that come at least ``least`` times."""
        counts = Counter(word for text in texts for word in words(text) if word not in SPECIAL)
        kept = [word for word, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])) if count >= least]
        return cls(SPECIAL + tuple(kept))

    def __post_init__(self):
        if self.tokens[: len(SPECIAL)] != SPECIAL or len(set(self.tokens)) < len(self.tokens):
            raise CourseError(f"a vocabulary begins with {SPECIAL} and has each token once")
        object.__setattr__(self, "_numbers", {token: number for number, token in enumerate(self.tokens)})

    def __len__(self) -> int:
        return len(self.tokens)

    def numbers(self, text: str) -> list[int]:
        """The numbers of the text's words; ``UNKNOWN`` for a word that is not in the vocabulary."""
        return [self._numbers.get(word, UNKNOWN) for word in words(text)]

    def text(self, numbers: Iterable[int]) -> str:
        """The text of these numbers, special tokens left out, except unknown words."""
        return join(self.tokens[number] for number in numbers if number == UNKNOWN or number >= len(SPECIAL))


def prompt(turns: Sequence[Turn], vocabulary: Vocabulary) -> list[int]:
    """The numbers of what was said so far, each turn after its speaker's token, each bot's turn closed by ``END``; ends with ``BOT``."""
    numbers = []
    for turn in turns:
        numbers += [USER if turn.speaker == "user" else BOT, *vocabulary.numbers(turn.text)]
        numbers += [END] if turn.speaker == "bot" else []
    return [*numbers, BOT]


def encode(dialogues: Sequence[Dialogue], vocabulary: Vocabulary, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Whole dialogues as rows of numbers, and at each place the number that the bot should say next.

    Args:
        dialogues: at least one.
        vocabulary: of their words.
        length: of the rows; what is longer is cut off at the end, what is shorter filled with ``PAD``.
    Returns: inputs (dialogues, length) int32 and targets of the same shape: the next token where the bot speaks
        (``END`` included), else ``PAD``.
    Raises: CourseError where there is no dialogue or ``length`` is below 2.
    """
    if not dialogues or length < 2:
        raise CourseError(
            f"encode needs at least one dialogue and a length of 2 or more; got {len(dialogues)} and {length}"
        )
    inputs = np.zeros((len(dialogues), length), dtype="int32")
    targets = np.zeros_like(inputs)
    for row, dialogue in enumerate(dialogues):
        numbers, said_by_bot = [], []
        for turn in dialogue.turns:
            bot = turn.speaker == "bot"
            own = [BOT if bot else USER, *vocabulary.numbers(turn.text), *([END] if bot else [])]
            numbers += own
            said_by_bot += [False, *[bot] * (len(own) - 1)]
        numbers, said_by_bot = np.array(numbers), np.array(said_by_bot)
        size = min(length, len(numbers) - 1)
        inputs[row, :size] = numbers[:size]
        targets[row, :size] = np.where(said_by_bot, numbers, PAD)[1 : size + 1]
    return inputs, targets


def merge(symbols: Sequence[str], pair: tuple[str, str]) -> list[str]:
    """The symbols with each occurrence of the pair, from the left, made into one."""
    merged, place = [], 0
    while place < len(symbols):
        if place + 1 < len(symbols) and (symbols[place], symbols[place + 1]) == pair:
            merged.append(symbols[place] + symbols[place + 1])
            place += 2
        else:
            merged.append(symbols[place])
            place += 1
    return merged
