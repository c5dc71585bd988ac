"""Figures of series: they draw the numbers they are given, and refuse what can't be drawn."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("Agg")
from course_utils import datasets
from course_utils.series import figures as series

TABLE = datasets.load("sp500").table


@pytest.mark.parametrize(("begin", "end"), series.CRISES.values(), ids=list(series.CRISES))
def test_a_crisis_runs_from_the_highest_close_to_the_lowest(begin, end):
    close = TABLE["close"]
    around = close[pd.Timestamp(begin) - pd.Timedelta(days=60) : pd.Timestamp(end) + pd.Timedelta(days=60)]
    assert str(around.idxmax().date()) == begin
    assert str(around.idxmin().date()) == end


def test_over_dates_draws_each_series_and_shades_the_crises():
    figure = series.over_dates(
        {"points": {"S&P": TABLE["close"]}, "%": {"a": TABLE["open"], "b": TABLE["low"]}}, "t",
        crises=series.CRISES, logarithmic=("points",),
    )  # fmt: skip
    top, below = figure.axes
    np.testing.assert_array_equal(top.lines[0].get_ydata(), TABLE["close"])
    assert (top.get_yscale(), below.get_yscale()) == ("log", "linear")
    assert len(below.lines) == 2
    assert len(top.patches) == len(top.texts) == 3
    with pytest.raises(ValueError, match="positive"):
        series.over_dates({"x": {"a": -TABLE["close"]}}, "t", logarithmic=("x",))
    with pytest.raises(ValueError, match="at least one panel"):
        series.over_dates({}, "t")


def test_candles_have_bodies_from_open_to_close():
    days = TABLE.iloc[2000:2020]
    bodies = series.candles(days, "t").axes[0].patches
    np.testing.assert_allclose([body.get_height() for body in bodies], np.abs(days["close"] - days["open"]), atol=1e-9)
    for wrong in (TABLE, days.iloc[:0], days.drop(columns="volume")):
        with pytest.raises(ValueError, match="1 to 150 days and five columns"):
            series.candles(wrong, "t")


def test_autocorrelation_and_tails():
    figure = series.autocorrelation({"a": np.array([0.1, -0.2])}, 0.05, "t")
    assert [path.vertices[1, 1] for path in figure.axes[0].collections[-1].get_paths()] == [0.1, -0.2]
    with pytest.raises(ValueError, match="positive band"):
        series.autocorrelation({"a": np.zeros(2)}, 0, "t")
    z = np.random.default_rng(0).normal(size=500)
    assert sum(bar.get_height() for bar in series.tails(z, "t").axes[0].patches) == 500
    with pytest.raises(ValueError, match="at least 100"):
        series.tails(z[:50], "t")


def test_the_cell_unrolled_and_from_the_inside():
    texts = [text.get_text() for text in series.unrolled(4, "t").axes[0].texts]
    assert texts.count("cell") == 5
    with pytest.raises(ValueError, match="2 to 8"):
        series.unrolled(1, "t")
    figure = series.inside({"gate": np.array([0, 1, 0.5]), "memory": np.ones((3, 2))}, "t")
    assert [len(axis.lines) for axis in figure.axes] == [1, 2]
    with pytest.raises(ValueError, match="as many steps"):
        series.inside({"a": np.ones(3), "b": np.ones(2)}, "t")
    curve = series.over_steps({"a": np.array([1.0, 0.1])}, "t", "x", "y").axes[0].lines[0]
    assert curve.get_ydata().tolist() == [1.0, 0.1]
    with pytest.raises(ValueError, match="above 0"):
        series.over_steps({"a": np.array([0.0])}, "t", "x", "y")


def test_windows_as_strips_and_on_the_chart():
    read, asked = np.array([[0, 1, 2]]), np.array([[3]])
    axis = series.window_strips(5, {"a": (read, asked)}, "t", boundaries=[3]).axes[0]
    squares = [line for line in axis.lines if line.get_marker() == "s"]
    assert [int(line.get_xdata()[0]) for line in squares] == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="outside 0 to 2"):
        series.window_strips(3, {"a": (read, asked)}, "t")
    dates, values = np.datetime64("2001-01-01") + np.arange(5), np.arange(5.0)
    figure = series.forecast_chart(dates, values, read[0], asked[0], {"f": np.array([9.0])}, "t", "y")
    assert figure.axes[0].lines[1].get_ydata().tolist() == [9.0]
    with pytest.raises(ValueError, match="2 values for 1 days"):
        series.forecast_chart(dates, values, read[0], asked[0], {"f": np.ones(2)}, "t", "y")
