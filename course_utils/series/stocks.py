"""Daily prices: two indices that come with the package ``arch``, and one reader for any CSV of daily prices.

``datasets.load("sp500")`` and ``datasets.load("nasdaq")`` need no file. :func:`read_prices` reads what exchanges and data vendors
write, says what it understood, and refuses what it can't be sure of. Used in stage 5. Nothing here is investment advice.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..datasets.cards import SOURCES, Card, DataError
from ..datasets.fetch import by_hand

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CARDS", "COLUMNS", "FILES", "Prices", "load", "read_prices"]

#: The columns of every table of prices: four in the market's unit (index points, dollars, …), and the shares that changed hands.
COLUMNS = ("open", "high", "low", "close", "volume")
#: The full profile's series and their files, as their publishers name them, in the folder ``stocks`` of ``COURSE_DATA``.
FILES = {"sp500_2000": "sp500.csv", "shanghai": "000001.csv", "aapl": "aapl.us.txt"}

_LICENCE = "none stated by its origin (Yahoo! Finance); distributed with arch (University of Illinois/NCSA licence)"
_VALUES = (
    "open, high, low, close float64 in index points; volume float64, shares traded; index: the trading day, rising"
)
_BUNDLED = tuple(
    Card(
        name=name,
        title=f"{title}, daily prices 1999 to 2018",
        stages=(5, 10) if name == "sp500" else (5,),
        source="arch",
        origin=f"Yahoo! Finance, by way of K. Sheppard's package arch: arch.data.{name}",
        licence=_LICENCE,
        shapes={"table": (5031, 5)},
        values=_VALUES,
        split="none: a lesson of stage 5 divides it by date",
        bytes=241488,
        checksum=checksum,
    )
    for name, title, checksum in (
        ("sp500", "S&P 500 index", "d53c7c4ee8d5990b9a753a9a97170d1a8a882f551daa76490e17cb3a3369d9f8"),
        ("nasdaq", "Nasdaq Composite index", "f42a1c6bd350d91b42e3e07e4ebd68f345951f3703f10ca017a844e6f1f6f4f3"),
    )
)

_DASHED = "a vendor's CSV, dates day-month-year"
_CHINESE = "NetEase Finance's CSV, Chinese headers"
_ADJUSTED = "Stooq's CSV, adjusted for splits and dividends"
_BY_HAND = tuple(
    Card(
        name=name,
        title=title,
        stages=(5,),
        source="folder",
        origin=origin,
        licence="none stated; prices are facts, a vendor's file may have terms of its own",
        shapes={"table": (days, 5)},
        values=_VALUES,
        split="none: a lesson of stage 5 divides it by date",
        bytes=size,
        folder="stocks",
        needs=(FILES[name],),
        get=f"daily open, high, low, close and volume as CSV, from an exchange or a vendor, as {FILES[name]}",
    )
    for name, title, origin, days, size in (
        ("sp500_2000", "S&P 500 index, daily prices 2000 to 2018", _DASHED, 4697, 310_533),
        ("shanghai", "Shanghai Composite index (上证指数), 1990 to 2019", _CHINESE, 7038, 763_381),
        ("aapl", "Apple, daily prices 1984 to 2017", _ADJUSTED, 8364, 445_092),
    )
)
CARDS = _BUNDLED + _BY_HAND

_NAMES = {
    "date": ("date", "day", "time", "timestamp", "日期", "交易日期"),
    "open": ("open", "open price", "开盘价", "开盘"),
    "high": ("high", "high price", "最高价", "最高"),
    "low": ("low", "low price", "最低价", "最低"),
    "close": ("close", "last", "close/last", "close price", "收盘价", "收盘"),
    "volume": ("volume", "vol", "vol.", "成交量"),
}
_EMPTY = {"", "none", "nan", "null", "na", "n/a", "-", "--"}
_FORMATS = {
    "%Y-%m-%d": "year-month-day", "%Y/%m/%d": "year/month/day", "%Y%m%d": "yearmonthday", "%d-%m-%y": "day-month-yy",
    "%m-%d-%y": "month-day-yy", "%d-%m-%Y": "day-month-year", "%m-%d-%Y": "month-day-year", "%d/%m/%Y": "day/month/year",
    "%m/%d/%Y": "month/day/year", "%d/%m/%y": "day/month/yy", "%m/%d/%y": "month/day/yy", "%d.%m.%Y": "day.month.year",
}  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Prices:
    """A table of daily prices and where it comes from.

    Attributes:
        name: "sp500", or the file's name.
        table: pandas, a row a trading day: index ``date`` rising without repeats; ``open``, ``high``, ``low``, ``close``
            above 0 in the market's unit, ``volume`` at least 0, all float64.
        said: what the reader understood and did, a line each; empty for a bundled series.
        card: of a bundled series, else None.
    """

    name: str
    table: "pd.DataFrame"
    said: tuple[str, ...] = ()
    card: Card | None = None

    def __repr__(self) -> str:
        title = f"{self.card.title} ({SOURCES[self.card.source]})" if self.card else self.name
        days = self.table.index
        lines = [title, f"  {len(days):,} trading days, {days[0]:%Y-%m-%d} to {days[-1]:%Y-%m-%d}"]
        return "\n".join(lines + [f"  {text}" for text in self.said])

    def checksum(self) -> str:
        """SHA-256 over the dates and the five columns; the same on every machine."""
        digest = hashlib.sha256(self.table.index.to_numpy().astype("datetime64[D]").astype("<i8").tobytes())
        digest.update(np.ascontiguousarray(self.table.to_numpy(), dtype="<f8").tobytes())
        return digest.hexdigest()


def load(card: Card) -> Prices:
    """The series of a card: 5,031 trading days, 4 January 1999 to 31 December 2018, or a file of the full profile.

    Raises: DataError where such a file is missing or can't be read.
    """
    if card.source == "folder":
        return read_prices(by_hand(card) / FILES[card.name])
    from importlib import import_module

    table = import_module(f"arch.data.{card.name}").load()
    table = table.rename(columns=str.lower)[list(COLUMNS)].astype("float64")
    return Prices(card.name, table.rename_axis("date"), card=card)


def read_prices(path: str | Path, date_format: str | None = None) -> Prices:
    """Daily prices from a CSV file, whoever wrote it; ``print`` the result to see what was understood.

    Headers may be English or Chinese, columns in any order, more of them than needed, separated by comma, semicolon or tab;
    days oldest or newest first; UTF-8 (with or without a byte-order mark) or GB 18030. A row with an empty cell (also
    ``None``, ``NaN``, ``-``) in one of the five columns is dropped, and said.

    Args:
        path: the file.
        date_format: as in ``strptime`` ("%d-%m-%y"); None: the one format, of the usual ones, that reads every date and puts
            them in order.
    Returns: the prices, oldest day first.
    Raises: DataError for a missing file or column, dates that can't be read, could be read in two ways, are out of order, come twice
        or lie in the future, cells that are not numbers, prices that are not above 0, a high below its low, or a negative
        volume. It names the first place.
    """
    path = Path(path)
    cells, encoding = _cells(path)
    columns = _understood(cells, path)
    said = [f"columns: {', '.join(f'{name} = “{column}”' for name, column in columns.items())}"]
    if unused := [str(column) for column in cells.columns if column not in columns.values()]:
        said.append(f"not used: {', '.join(unused)}")
    cells = cells[list(columns.values())].set_axis(list(columns), axis=1)
    dates, words, newest_first = _dates(cells["date"], date_format, path)
    said.append(f"dates: {words}; {'newest first, turned round' if newest_first else 'oldest first'}; file: {encoding}")
    table = _numbers(cells[list(COLUMNS)], dates, path)
    if newest_first:
        table = table.iloc[::-1]
    gaps = table.isna().any(axis=1)
    where = f", the first on {table.index[gaps][0]:%Y-%m-%d}" if gaps.any() else ""
    said.append(f"rows dropped for an empty cell: {int(gaps.sum())}{where}")
    table = table[~gaps]
    if table.empty:
        raise DataError(f"{path}: no row has all of {', '.join(COLUMNS)}")
    _refuse_impossible(table, path)
    outside = (table[["open", "close"]].max(axis=1) > table["high"]) | (
        table[["open", "close"]].min(axis=1) < table["low"]
    )
    if outside.any():
        said.append(f"open or close outside low to high (kept): {int(outside.sum())} days")
    if (still := table["volume"] == 0).any():
        said.append(f"volume 0 (kept): {int(still.sum())} days")
    return Prices(path.name, table, tuple(said))


def _cells(path: Path):
    """All cells as text, and the file's encoding."""
    import pandas as pd

    if not path.is_file():
        raise DataError(f"{path} is missing: put the file there, or stay with the quick profile")
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            text = None
    if not text or not text.strip():
        raise DataError(f"{path} is {'empty' if text is not None else 'not text'}; a CSV file is needed")
    header = text.lstrip().partition("\n")[0]
    separator = max(",;\t", key=header.count)
    from io import StringIO

    try:
        cells = pd.read_csv(StringIO(text), sep=separator, dtype=str, keep_default_na=False, index_col=False)
    except pd.errors.ParserError as error:
        raise DataError(f"{path} is not a table: {error}") from None
    if cells.empty:
        raise DataError(f"{path} has a header and no rows")
    mark = " with a byte-order mark" if raw.startswith(b"\xef\xbb\xbf") else ""
    return cells, {"utf-8-sig": "UTF-8", "gb18030": "GB 18030"}[encoding] + mark


def _understood(cells, path: Path) -> dict[str, str]:
    """Our names → the file's columns."""
    found = {}
    for name, known in _NAMES.items():
        columns = [column for column in cells.columns if str(column).strip().lower() in known]
        if len(columns) != 1:
            which = f"{len(columns)} columns could be" if columns else "no column is"
            raise DataError(
                f"{path}: {which} the {name} ({', '.join(known)}); its columns are {', '.join(map(str, cells.columns))}"
            )
        found[name] = columns[0]
    return found


def _dates(text, date_format: str | None, path: Path):
    """The dates, their format in words, and whether the newest comes first."""
    import pandas as pd

    text = text.str.strip()
    readable = {}
    for form in [date_format] if date_format else _FORMATS:
        dates = pd.to_datetime(text, format=form, errors="coerce")
        if dates.notna().all():
            readable[form] = pd.DatetimeIndex(dates, name="date")
    if not readable:
        forms = date_format or ", ".join(_FORMATS.values())
        raise DataError(f"{path}: the dates, such as {text.iloc[0]!r}, can't all be read as {forms}")
    ordered = {
        form: dates
        for form, dates in readable.items()
        if dates.is_monotonic_increasing or dates.is_monotonic_decreasing
    }
    if not ordered:
        form, dates = next(iter(readable.items()))
        wrong = np.flatnonzero(np.sign(np.diff(dates.asi8)) == -np.sign(dates.asi8[-1] - dates.asi8[0]))
        place = int(wrong[0]) + 1 if len(wrong) else 1
        raise DataError(
            f"{path}: the dates are in no order; the first that breaks it is {text.iloc[place]!r} in row {place + 1}"
        )
    if len({dates.asi8.tobytes() for dates in ordered.values()}) > 1:
        both = " and ".join(_FORMATS.get(form, form) for form in ordered)
        raise DataError(f"{path}: dates such as {text.iloc[0]!r} make sense as {both}; say which with date_format")
    form, dates = next(iter(ordered.items()))
    if dates.has_duplicates:
        raise DataError(f"{path}: the day {dates[dates.duplicated()][0]:%Y-%m-%d} comes twice")
    if (late := dates > pd.Timestamp.now()).any():
        raise DataError(f"{path}: the day {dates[late][0]:%Y-%m-%d} lies in the future")
    return dates, _FORMATS.get(form, form), bool(len(dates) > 1 and dates[0] > dates[-1])


def _numbers(cells, dates, path: Path):
    """The five columns as float64, NaN where a cell is empty."""
    import pandas as pd

    table = {}
    for name in COLUMNS:
        text = cells[name].str.strip()
        empty = text.str.lower().isin(_EMPTY)
        numbers = pd.to_numeric(text.str.replace(",", "").where(~empty), errors="coerce")
        wrong = (numbers.isna() | np.isinf(numbers.astype("float64"))) & ~empty
        if wrong.any():
            place = int(np.argmax(wrong))
            raise DataError(f"{path}: {name} on {dates[place]:%Y-%m-%d} is {cells[name].iloc[place]!r}, not a number")
        table[name] = numbers.to_numpy(dtype="float64")
    return pd.DataFrame(table, index=dates)


def _refuse_impossible(table, path: Path) -> None:
    for name in COLUMNS:
        wrong = table[name] < 0 if name == "volume" else table[name] <= 0
        if wrong.any():
            bound = "at least 0" if name == "volume" else "above 0"
            raise DataError(
                f"{path}: {name} on {table.index[wrong][0]:%Y-%m-%d} is {table[name][wrong].iloc[0]:g}; it must be {bound}"
            )
    if (wrong := table["high"] < table["low"]).any():
        raise DataError(f"{path}: on {table.index[wrong][0]:%Y-%m-%d} the high is below the low")
