"""Dates as people write them, and the same dates in the standard form: a small translation whose answer can be checked.

Stage 6, "From sequence to sequence", trains an encoder–decoder on them, letter by letter.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from ..errors import CourseError

__all__ = ["ANSWER_LENGTH", "CHARACTERS", "FIRST", "FORMS", "LAST", "LONGEST", "Dates", "dates"]

FIRST, LAST = date(1950, 1, 1), date(2049, 12, 31)
LONGEST = 29  # characters: "Wednesday, September 30, 2020"
ANSWER_LENGTH = 10  # "2020-09-30"

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _ordinal(day: int) -> str:
    if 10 < day < 14:
        return f"{day}th"
    return f"{day}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th') }"


FORMS = {
    "5 March 2019": lambda d: f"{d.day} {_MONTHS[d.month - 1]} {d.year}",
    "5 Mar 2019": lambda d: f"{d.day} {_MONTHS[d.month - 1][:3]} {d.year}",
    "March 5, 2019": lambda d: f"{_MONTHS[d.month - 1]} {d.day}, {d.year}",
    "Mar 5th, 2019": lambda d: f"{_MONTHS[d.month - 1][:3]} {_ordinal(d.day)}, {d.year}",
    "the 5th of March 2019": lambda d: f"the {_ordinal(d.day)} of {_MONTHS[d.month - 1]} {d.year}",
    "Tuesday, March 5, 2019": lambda d: f"{_DAYS[d.weekday()]}, {_MONTHS[d.month - 1]} {d.day}, {d.year}",
    "Tue 5 Mar 2019": lambda d: f"{_DAYS[d.weekday()][:3]} {d.day} {_MONTHS[d.month - 1][:3]} {d.year}",
    "5.3.2019": lambda d: f"{d.day}.{d.month}.{d.year}",  # always day, month, year
    "2019/03/05": lambda d: f"{d.year}/{d.month:02}/{d.day:02}",
    "2019年3月5日": lambda d: f"{d.year}年{d.month}月{d.day}日",
}
_THREE_YEARS = [FIRST + timedelta(days) for days in range(3 * 366)]
CHARACTERS = tuple(sorted({*"0123456789-", *"".join(form(day) for form in FORMS.values() for day in _THREE_YEARS)}))


@dataclass(frozen=True)
class Dates:
    """Pairs of texts.

    Attributes:
        written: as people write them, at most ``LONGEST`` of ``CHARACTERS``.
        standard: the same in the form 2019-03-05, ``ANSWER_LENGTH`` of them.
    """

    written: tuple[str, ...]
    standard: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.written)

    def __repr__(self) -> str:
        return f"{len(self):,} dates, as in {self.written[0]!r} → {self.standard[0]!r}"


def dates(count: int, seed: int = 0, split: str = "train") -> Dates:
    """Dates drawn at random, each in a form drawn at random.

    Args:
        count: 1 or more; a day may come twice.
        seed: a whole number, 0 or more; the same gives the same dates.
        split: "train" or "test". Every fifth day of the calendar is kept for testing, so that no form of a test
            date was ever seen in training.
    Raises: CourseError for a value out of range.
    """
    if count < 1 or seed < 0:
        raise CourseError(f"count must be 1 or more and seed 0 or more; got {count!r} and {seed!r}")
    if split not in ("train", "test"):
        raise CourseError(f"split must be 'train' or 'test'; got {split!r}")
    rng = np.random.default_rng([seed, ("train", "test").index(split)])
    numbers = np.arange((LAST - FIRST).days + 1)
    numbers = numbers[(numbers % 5 == 4) == (split == "test")]
    chosen = [FIRST + timedelta(int(number)) for number in rng.choice(numbers, count)]
    forms = tuple(FORMS.values())
    written = tuple(forms[rng.integers(len(forms))](day) for day in chosen)
    return Dates(written, tuple(day.isoformat() for day in chosen))
