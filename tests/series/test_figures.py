"""Stage 5's figures: they draw the numbers they are given, and refuse what can't be drawn."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("Agg")
from course_utils import datasets
from course_utils.series import figures

TABLE = datasets.load("sp500").table


@pytest.mark.parametrize(("begin", "end"), figures.CRISES.values(), ids=list(figures.CRISES))
def test_a_crisis_runs_from_the_highest_close_to_the_lowest(begin, end):
    close = TABLE["close"]
    around = close[pd.Timestamp(begin) - pd.Timedelta(days=60) : pd.Timestamp(end) + pd.Timedelta(days=60)]
    assert str(around.idxmax().date()) == begin
    assert str(around.idxmin().date()) == end


def test_over_dates_draws_each_series_and_shades_the_crises():
    figure = figures.over_dates(
        {"points": {"S&P": TABLE["close"]}, "%": {"a": TABLE["open"], "b": TABLE["low"]}}, "t",
        crises=figures.CRISES, logarithmic=("points",),
    )  # fmt: skip
    top, below = figure.axes
    np.testing.assert_array_equal(top.lines[0].get_ydata(), TABLE["close"])
    assert (top.get_yscale(), below.get_yscale()) == ("log", "linear")
    assert len(below.lines) == 2
    assert len(top.patches) == len(top.texts) == 3
    with pytest.raises(ValueError, match="positive"):
        figures.over_dates({"x": {"a": -TABLE["close"]}}, "t", logarithmic=("x",))
    with pytest.raises(ValueError, match="at least one panel"):
        figures.over_dates({}, "t")


def test_candles_have_bodies_from_open_to_close():
    days = TABLE.iloc[2000:2020]
    bodies = figures.candles(days, "t").axes[0].patches
    np.testing.assert_allclose([body.get_height() for body in bodies], np.abs(days["close"] - days["open"]), atol=1e-9)
    for wrong in (TABLE, days.iloc[:0], days.drop(columns="volume")):
        with pytest.raises(ValueError, match="1 to 150 days and five columns"):
            figures.candles(wrong, "t")


def test_autocorrelation_and_tails():
    figure = figures.autocorrelation({"a": np.array([0.1, -0.2])}, 0.05, "t")
    assert [path.vertices[1, 1] for path in figure.axes[0].collections[-1].get_paths()] == [0.1, -0.2]
    with pytest.raises(ValueError, match="positive band"):
        figures.autocorrelation({"a": np.zeros(2)}, 0, "t")
    z = np.random.default_rng(0).normal(size=500)
    assert sum(bar.get_height() for bar in figures.tails(z, "t").axes[0].patches) == 500
    with pytest.raises(ValueError, match="at least 100"):
        figures.tails(z[:50], "t")


def test_the_cell_unrolled_and_from_the_inside():
    texts = [text.get_text() for text in figures.unrolled(4, "t").axes[0].texts]
    assert texts.count("cell") == 5
    with pytest.raises(ValueError, match="2 to 8"):
        figures.unrolled(1, "t")
    figure = figures.inside({"gate": np.array([0, 1, 0.5]), "memory": np.ones((3, 2))}, "t")
    assert [len(axis.lines) for axis in figure.axes] == [1, 2]
    with pytest.raises(ValueError, match="as many steps"):
        figures.inside({"a": np.ones(3), "b": np.ones(2)}, "t")


def test_windows_as_strips_and_on_the_chart():
    read, asked = np.array([[0, 1, 2]]), np.array([[3]])
    axis = figures.window_strips(5, {"a": (read, asked)}, "t").axes[0]
    squares = [line for line in axis.lines if line.get_marker() == "s"]
    assert [int(line.get_xdata()[0]) for line in squares] == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="outside 0 to 2"):
        figures.window_strips(3, {"a": (read, asked)}, "t")
    dates, values = np.datetime64("2001-01-01") + np.arange(5), np.arange(5.0)
    figure = figures.forecast_chart(dates, values, read[0], asked[0], {"f": np.array([9.0])}, "t", "y")
    assert figure.axes[0].lines[1].get_ydata().tolist() == [9.0]
    with pytest.raises(ValueError, match="2 values for 1 days"):
        figures.forecast_chart(dates, values, read[0], asked[0], {"f": np.ones(2)}, "t", "y")


def test_several_runs_are_their_mean_and_a_band():
    figure = figures.lines(np.arange(3), {"a": [[1, 2, 3], [3, 4, 5]], "b": [1, 1, 1]}, "t", "x", "y")
    axis = figure.axes[0]
    assert [list(line.get_ydata()) for line in axis.lines] == [[2, 3, 4], [1, 1, 1]]
    assert len(axis.collections) == 1
    band = axis.collections[0].get_paths()[0].vertices
    assert (band[:, 1].min(), band[:, 1].max()) == (1, 5)


def test_logarithmic_axes_and_marks():
    figure = figures.lines(np.array([1, 2, 4]), {"a": [1, 10, 100]}, "t", "x", "y", log="xy", marks={"now": (1, 2)})
    axis = figure.axes[0]
    assert (axis.get_xscale(), axis.get_yscale()) == ("log", "log")
    assert [label.get_text() for label in axis.get_xticklabels()] == ["1", "2", "4"]
    assert [text.get_text() for text in axis.texts] == ["now"]


def test_exactly_zero_stays_white():
    matrix = np.array([[1.0, 0.0], [0.5, 2.0]])
    figure = figures.dependence({"a": matrix, "b": matrix}, "t", marks={"b": 1.5})
    shown = figure.axes[0].images[0].get_array()
    np.testing.assert_array_equal(np.ma.getmaskarray(shown), matrix == 0)
    assert not figure.axes[0].lines
    assert list(figure.axes[1].lines[0].get_xdata()) == [1.5, 1.5]


def test_the_zoom_shows_the_last_days():
    days, price = np.arange(100), np.linspace(1, 2, 100)
    whole, near = figures.lagging(days, price, price + 1, "t").axes
    assert len(whole.lines[0].get_xdata()) == 100
    np.testing.assert_array_equal(near.lines[1].get_xdata(), days[-40:])
    np.testing.assert_array_equal(near.lines[1].get_ydata(), price[-40:] + 1)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: figures.lines(np.arange(3), {"a": [1, 2]}, "t", "x", "y"), "one finite value"),
        (lambda: figures.lines(np.arange(2), {"a": [1, np.nan]}, "t", "x", "y"), "one finite value"),
        (lambda: figures.lines(np.arange(2), {}, "t", "x", "y"), "each curve"),
        (lambda: figures.dependence({}, "t"), "at least one matrix"),
        (lambda: figures.dependence({"a": np.zeros((2, 2))}, "t"), "not all 0"),
        (lambda: figures.dependence({"a": -np.ones((2, 2))}, "t"), "at least 0"),
        (lambda: figures.lagging([1, 2], [1, 2], [1], "t"), "as many days"),
        (lambda: figures.lines(np.arange(2), {"a": [1, 0]}, "t", "x", "y", log="y"), "above 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def texts(axis):
    return [text.get_text() for text in axis.texts if text.get_text()]


def test_each_form_reads_and_writes_as_its_name_says():
    figure = figures.forms("t")
    counts = {}
    for axis in figure.axes:
        words = texts(axis)
        counts[axis.get_title(loc="center")] = tuple(sum(word.startswith(f"${v}") for word in words) for v in "xy")
    assert counts == {
        "one to many": (1, 4),
        "many to one": (4, 1),
        "many to many, synchronous": (4, 4),
        "many to many, asynchronous": (3, 2),
    }
    read, written = figures.FORMS["many to many, asynchronous"]
    assert max(read) < min(written)


def test_an_lstm_has_three_gates_a_candidate_and_two_things_that_go_on():
    words = " ".join(texts(figures.lstm("t").axes[0]))
    assert words.count("gate") == 3
    assert words.count("×") == 3
    assert words.count("+") == 1
    for name in ("c_{t-1}", "c_t", "h_t", "candidate"):
        assert name in words
