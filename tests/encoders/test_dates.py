"""Dates: what is written is the date that the answer says, by readers that know nothing of how it was written."""

import re
from datetime import date

import pytest
from dateutil import parser
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.encoders import dates as D

DAYS = st.dates(D.FIRST, D.LAST)


def _read(text: str) -> date:
    """By dateutil, and for the forms it does not know by the numbers in their order."""
    if "年" in text or "/" in text:
        return date(*map(int, re.findall(r"\d+", text)))
    return parser.parse(text.replace("the ", "").replace(" of ", " "), dayfirst=True).date()


@settings(deadline=None)
@given(DAYS, st.sampled_from(list(D.FORMS)))
def test_every_form_of_every_day_is_read_back(day, form):
    text = D.FORMS[form](day)
    assert _read(text) == day
    assert set(text) <= set(D.CHARACTERS)
    assert 1 <= len(text) <= D.LONGEST


@pytest.mark.parametrize("form", D.FORMS)
def test_the_name_of_a_form_is_its_example(form):
    assert D.FORMS[form](date(2019, 3, 5)) == form


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (22, "22nd"),
        (23, "23rd"),
        (30, "30th"),
        (31, "31st"),
    ],
)
def test_ordinals(day, said):
    assert D.FORMS["the 5th of March 2019"](date(2020, 1, day)) == f"the {said} of January 2020"


def test_the_longest_and_the_answers():
    assert len(D.FORMS["Tuesday, March 5, 2019"](date(2020, 9, 30))) == D.LONGEST
    some = D.dates(500)
    assert all(date.fromisoformat(text).isoformat() == text for text in some.standard)
    assert {len(text) for text in some.standard} == {D.ANSWER_LENGTH}
    assert all(_read(w) == date.fromisoformat(s) for w, s in zip(some.written, some.standard, strict=True))
    assert repr(some).startswith("500 dates, as in ")


def test_seeds_and_splits():
    train, test = D.dates(3000), D.dates(3000, split="test")
    assert not set(train.standard) & set(test.standard)
    assert train == D.dates(3000)
    assert train != D.dates(3000, seed=1)
    forms = {re.sub(r"[A-Z][a-z]+", "M", re.sub(r"\d+(st|nd|rd|th)?", "9", text)) for text in train.written}
    assert len(forms) >= 8  # the kinds of forms, months and numbers aside
    assert {text[5:7] for text in test.standard} == {f"{month:02}" for month in range(1, 13)}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: D.dates(0), "count must be 1"),
        (lambda: D.dates(1, seed=-1), "seed 0 or more"),
        (lambda: D.dates(1, split="new"), "'train' or 'test'"),
    ],
)
def test_bad_input_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
