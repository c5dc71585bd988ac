"""Figures of forecasts: they draw the numbers they are given, and refuse what can't be drawn."""

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")
from course_utils.series.figures import dependence, lagging, lines


def test_several_runs_are_their_mean_and_a_band():
    figure = lines(np.arange(3), {"a": [[1, 2, 3], [3, 4, 5]], "b": [1, 1, 1]}, "t", "x", "y")
    axis = figure.axes[0]
    assert [list(line.get_ydata()) for line in axis.lines] == [[2, 3, 4], [1, 1, 1]]
    assert len(axis.collections) == 1
    band = axis.collections[0].get_paths()[0].vertices
    assert (band[:, 1].min(), band[:, 1].max()) == (1, 5)


def test_logarithmic_axes_and_marks():
    figure = lines(np.array([1, 2, 4]), {"a": [1, 10, 100]}, "t", "x", "y", log="xy", marks={"now": (1, 2)})
    axis = figure.axes[0]
    assert (axis.get_xscale(), axis.get_yscale()) == ("log", "log")
    assert [label.get_text() for label in axis.get_xticklabels()] == ["1", "2", "4"]
    assert [text.get_text() for text in axis.texts] == ["now"]


def test_exactly_zero_stays_white():
    matrix = np.array([[1.0, 0.0], [0.5, 2.0]])
    figure = dependence({"a": matrix, "b": matrix}, "t", marks={"b": 1.5})
    shown = figure.axes[0].images[0].get_array()
    np.testing.assert_array_equal(np.ma.getmaskarray(shown), matrix == 0)
    assert not figure.axes[0].lines
    assert list(figure.axes[1].lines[0].get_xdata()) == [1.5, 1.5]


def test_the_zoom_shows_the_last_days():
    days, price = np.arange(100), np.linspace(1, 2, 100)
    whole, near = lagging(days, price, price + 1, "t", zoom=10).axes
    assert len(whole.lines[0].get_xdata()) == 100
    np.testing.assert_array_equal(near.lines[1].get_xdata(), days[-10:])
    np.testing.assert_array_equal(near.lines[1].get_ydata(), price[-10:] + 1)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: lines(np.arange(3), {"a": [1, 2]}, "t", "x", "y"), "one finite value"),
        (lambda: lines(np.arange(2), {"a": [1, np.nan]}, "t", "x", "y"), "one finite value"),
        (lambda: lines(np.arange(2), {}, "t", "x", "y"), "each curve"),
        (lambda: dependence({}, "t"), "at least one matrix"),
        (lambda: dependence({"a": np.zeros((2, 2))}, "t"), "not all 0"),
        (lambda: dependence({"a": -np.ones((2, 2))}, "t"), "at least 0"),
        (lambda: lagging([1, 2], [1, 2], [1], "t", zoom=2), "as many days"),
        (lambda: lagging([1, 2], [1, 2], [1, 2], "t", zoom=3), "zoom from 2"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
