"""Figures of stage 2: they draw the numbers they are given, and refuse what can't be drawn."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("Agg")
from course_utils.plots.comparisons import bars
from course_utils.three_ways.figures import before_after, calibration, gallery, late_shares, scatter


def test_bars_have_the_values_lengths():
    axis = bars({"a": 2.0, "b": 3.5}, "t", "x", intervals={"b": (3, 4)}).axes[0]
    assert [bar.get_width() for bar in axis.patches] == [2.0, 3.5]
    assert list(axis.lines[0].get_xdata()) == [3, 4]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["a", "b"]


def test_an_interval_below_zero_is_seen():
    assert bars({"a": 1.0}, "t", "x", intervals={"a": (-0.5, 2)}).axes[0].get_xlim()[0] < -0.5


def test_dots_where_the_axis_does_not_begin_at_zero():
    axis = bars({"a": 0.5, "b": 0.6}, "t", "x", start=0.45).axes[0]
    assert not axis.patches
    assert list(axis.lines[0].get_xdata()) == [0.5, 0.6]
    assert axis.get_xlim()[0] == 0.45
    assert axis.get_ylim() == (1.5, -0.5)  # the first on top, whole dots


def test_calibration_of_a_perfect_forecast_lies_on_the_diagonal():
    p = np.repeat([0.0, 1.0], 50)
    line = calibration({"sure": p}, p, "t", bins=2).axes[0].lines[1]
    np.testing.assert_allclose(line.get_xydata(), [[0, 0], [1, 1]])


def test_before_after_draws_both_ends():
    axis = before_after({"a": (0.5, 0.1)}, "t", "loss").axes[0]
    assert [float(line.get_xdata()[0]) for line in axis.lines] == [0.5, 0.1]


def test_late_shares_are_the_tables_means():
    table = pd.DataFrame({"name": ["x", "y", "x", "y"], "number": [1.0, 2, 3, 4], "late": [0, 1, 0, 0]})
    names, numbers = late_shares(table, ["name", "number"], "t", groups=2).axes
    assert [bar.get_height() for bar in names.patches] == [0, 0.5]
    assert list(numbers.lines[0].get_ydata()) == [0.5, 0]


def test_late_shares_show_minutes_of_the_day_as_hours():
    table = pd.DataFrame({"minute_of_day": [540, 600, 1200, 1260], "late": [0, 0, 1, 1]})
    axis = late_shares(table, ["minute_of_day"], "t", groups=2).axes[0]
    assert axis.get_xlabel() == "departure, hour of the day"
    np.testing.assert_allclose(axis.lines[0].get_xdata(), [12, 18], atol=0.01)


def test_gallery_and_scatter():
    assert len(gallery({"a": [np.zeros((4, 4, 3))] * 2, "b": [np.ones((4, 4, 3))] * 2}, "t").axes) == 4
    dots = scatter([0.1, 0.2], [0.3, 0.1], "t", "x", "y").axes[0].collections[0]
    np.testing.assert_allclose(dots.get_offsets(), [[0.1, 0.3], [0.2, 0.1]])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: bars({}, "t", "x"), "at least one number"),
        (lambda: bars({"a": float("nan")}, "t", "x"), "finite"),
        (lambda: before_after({"a": (0, 1)}, "t", "x"), "positive"),
        (lambda: gallery({"a": [], "b": []}, "t"), "at least one"),
        (lambda: calibration({"a": [0.5, 2]}, [0, 1], "t", bins=2), r"in \[0, 1\]"),
        (lambda: late_shares(pd.DataFrame({"late": [0]}), ["age"], "t"), "no column 'age'"),
        (lambda: scatter([1], [1, 2], "t", "x", "y"), "one length"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()
