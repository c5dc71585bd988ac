"""Daily prices: bundled series, and the reader for any CSV of them, on the dialects that are met and on what it must refuse."""

import os
from pathlib import Path

import arch.data.sp500
import numpy as np
import pandas as pd
import pytest

from course_utils import datasets
from course_utils.datasets.cards import DataError
from course_utils.series import stocks

REAL = Path(os.environ.get("COURSE_DATA", "../shared/data")) / "stocks"
HEADER = "Date,Open,High,Low,Close,Volume\n"
ROWS = ["2001-01-02,10,12,9,11,100", "2001-01-03,11,13,10,12,200", "2001-01-04,12,14,11,13,300"]


def read(tmp_path, text, encoding="utf-8", **options):
    path = tmp_path / "prices.csv"
    path.write_bytes(text.encode(encoding))
    return stocks.read_prices(path, **options)


@pytest.mark.parametrize("name", ["sp500", "nasdaq"])
def test_a_bundled_series_is_what_its_card_says(name):
    prices, card = datasets.load(name), datasets.card(name)
    assert prices.card is card
    assert prices.table.shape == card.shapes["table"] == (5031, 5)
    assert tuple(prices.table.columns) == stocks.COLUMNS
    assert card.bytes == prices.table.to_numpy().nbytes + prices.table.index.to_numpy().nbytes
    assert prices.checksum() == card.checksum
    assert datasets.verify(name) is None
    assert prices.table.index.is_monotonic_increasing
    assert not prices.table.index.has_duplicates
    assert "5,031 trading days, 1999-01-04 to 2018-12-31" in repr(prices)


def test_the_bundled_series_is_archs_own():
    raw, ours = arch.data.sp500.load(), datasets.load("sp500").table
    for name in stocks.COLUMNS:
        np.testing.assert_array_equal(ours[name], raw[name.capitalize()])


def test_a_series_takes_no_parameter():
    with pytest.raises(TypeError, match="no parameters"):
        datasets.load("sp500", seed=1)


def test_plain_english(tmp_path):
    prices = read(tmp_path, HEADER + "\n".join(ROWS))
    assert prices.table["close"].tolist() == [11, 12, 13]
    assert str(prices.table.index[0].date()) == "2001-01-02"
    assert "year-month-day; oldest first; file: UTF-8" in repr(prices)
    assert "rows dropped for an empty cell: 0" in repr(prices)


def test_newest_first_is_turned_round_and_said(tmp_path):
    prices = read(tmp_path, HEADER + "\n".join(ROWS[::-1]))
    assert prices.table["close"].tolist() == [11, 12, 13]
    assert "newest first, turned round" in repr(prices)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_chinese_headers_other_columns_and_none(tmp_path, encoding):
    text = "日期,名称,收盘价,最高价,最低价,开盘价,涨跌额,成交量\n"
    text += "2001/1/4,上证指数,13,14,11,12,None,300\n2001/1/3,上证指数,None,13,10,11,1,200\n2001/1/2,上证指数,11,12,9,10,1,100\n"
    prices = read(tmp_path, text, encoding)
    assert prices.table["close"].tolist() == [11, 13]
    assert prices.table["open"].tolist() == [10, 12]
    assert "not used: 名称, 涨跌额" in repr(prices)
    assert "rows dropped for an empty cell: 1, the first on 2001-01-03" in repr(prices)


def test_day_first_two_digit_years_and_thousands(tmp_path):
    text = "Date;Open;High;Low;Close;Volume\n31-12-99;1,000.5;1,100;900;1,050;1,000,000\n03-01-00;1;2;1;2;3\n"
    prices = read(tmp_path, text)
    assert prices.table.index.strftime("%Y-%m-%d").tolist() == ["1999-12-31", "2000-01-03"]
    assert prices.table["open"].iloc[0] == 1000.5


def test_a_date_that_two_formats_read_is_refused_unless_said(tmp_path):
    text = HEADER + "02/03/2001,10,12,9,11,100\n05/06/2001,11,13,10,12,200\n"
    with pytest.raises(DataError, match=r"day/month/year and month/day/year; say which with date_format"):
        read(tmp_path, text)
    assert read(tmp_path, text, date_format="%d/%m/%Y").table.index[0] == pd.Timestamp("2001-03-02")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([ROWS[0], ROWS[2], ROWS[1]], "no order; the first that breaks it is '2001-01-03' in row 3"),
        ([ROWS[0], ROWS[0], ROWS[1]], "2001-01-02 comes twice"),
        ([*ROWS, "2999-01-04,12,14,11,13,300"], "2999-01-04 lies in the future"),
        ([*ROWS, "2001-01-05,12,14,-11,13,300"], "low on 2001-01-05 is -11; it must be above 0"),
        ([*ROWS, "2001-01-05,0,14,11,13,300"], "open on 2001-01-05 is 0; it must be above 0"),
        ([*ROWS, "2001-01-05,12,14,11,13,-1"], "volume on 2001-01-05 is -1; it must be at least 0"),
        ([*ROWS, "2001-01-05,12,10,11,12,300"], "on 2001-01-05 the high is below the low"),
        ([*ROWS, "2001-01-05,12,14,11,cheap,300"], "close on 2001-01-05 is 'cheap', not a number"),
        ([*ROWS, "2001-01-05,12,14,11,inf,300"], "close on 2001-01-05 is 'inf', not a number"),
        ([*ROWS, "soon,12,14,11,13,300"], "can't all be read"),
        ([], "a header and no rows"),
        (["2001-01-02,None,12,9,11,100"], "no row has all of"),
    ],
)
def test_what_it_cannot_be_sure_of_is_refused(tmp_path, rows, message):
    with pytest.raises(DataError, match=message):
        read(tmp_path, HEADER + "\n".join(rows) + "\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Date,Open,High,Low,Close\n2001-01-02,1,1,1,1\n", "no column is the volume"),
        ("Date,日期,Open,High,Low,Close,Volume\n2001-01-02,2001-01-02,1,1,1,1,1\n", "2 columns could be the date"),
        ("", "is empty"),
        (" \n", "is empty"),
    ],
)
def test_files_that_are_no_tables_of_prices_are_refused(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        read(tmp_path, text)


def test_odd_days_are_kept_and_said(tmp_path):
    prices = read(tmp_path, HEADER + "\n".join([*ROWS, "2001-01-05,15,14,11,13,0"]))
    assert "outside low to high (kept): 1 days" in repr(prices)
    assert "volume 0 (kept): 1 days" in repr(prices)


def test_the_full_profile_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_DATA", raising=False)
    with pytest.raises(DataError, match=r"shanghai is needed .*is missing.*COURSE_DATA"):
        datasets.load("shanghai")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    (tmp_path / "stocks").mkdir()
    with pytest.raises(DataError, match=r"stocks lacks 000001.csv"):
        datasets.load("shanghai")


@pytest.mark.skipif(not REAL.is_dir(), reason="the full profile's files are not on this machine")
@pytest.mark.parametrize(
    ("name", "days", "first", "words"),
    [
        ("sp500_2000", 4697, "2000-01-03", "day-month-yy; oldest first"),
        ("shanghai", 7038, "1990-12-19", "newest first, turned round; file: UTF-8 with a byte-order mark"),
        ("aapl", 8364, "1984-09-07", "year-month-day; oldest first"),
    ],
)
def test_the_full_profiles_three_dialects(name, days, first, words, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(REAL.parent))
    prices = datasets.load(name)
    assert (len(prices.table), str(prices.table.index[0].date())) == (days, first)
    assert words in repr(prices)


@pytest.mark.skipif(not REAL.is_dir(), reason="the full profile's files are not on this machine")
def test_the_file_of_the_sp500_agrees_with_the_bundled_one(monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(REAL.parent))
    ours, file = datasets.load("sp500").table, datasets.load("sp500_2000").table
    both = ours.index.intersection(file.index)
    assert len(both) > 4600
    assert (np.abs(ours.loc[both, "close"] / file.loc[both, "close"] - 1) < 0.001).mean() > 0.99
