"""Figures of stage 2: they draw the numbers they are given, and refuse what can't be drawn."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("Agg")
from course_utils.three_ways.figures import before_after, calibration, late_shares


def test_calibration_of_a_perfect_forecast_lies_on_the_diagonal():
    p = np.repeat([0.0, 1.0], 50)
    line = calibration({"sure": p}, p, "t").axes[0].lines[1]
    np.testing.assert_allclose(line.get_xydata(), [[0, 0]] * 5 + [[1, 1]] * 5)


def test_before_after_draws_both_ends():
    axis = before_after({"a": (0.5, 0.1)}, "t", "loss").axes[0]
    assert [float(line.get_xdata()[0]) for line in axis.lines] == [0.5, 0.1]


def test_late_shares_are_the_tables_means():
    late = np.array([0] * 12 + [1] * 12)  # twelve groups of two
    table = pd.DataFrame({"name": ["x", "y", "y", "y"] * 6, "number": np.arange(24.0), "late": late})
    names, numbers = late_shares(table, ["name", "number"], "the finding").axes
    assert [bar.get_height() for bar in names.patches] == [0.5, 0.5]
    assert list(numbers.lines[0].get_ydata()) == [0] * 6 + [1] * 6
    assert names.figure.get_suptitle() == "the finding"


def test_late_shares_are_of_each_name_from_the_least_to_the_most():
    table = pd.DataFrame({"name": ["y", "x", "y", "x"], "late": [1, 0, 0, 0]})
    axis = late_shares(table, ["name"], "t").axes[0]
    assert [bar.get_height() for bar in axis.patches] == [0, 0.5]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["x", "y"]


def test_late_shares_show_minutes_of_the_day_as_hours():
    table = pd.DataFrame({"minute_of_day": 60.0 * np.arange(24), "late": [0] * 24})
    axis = late_shares(table, ["minute_of_day"], "t").axes[0]
    assert axis.get_xlabel() == "departure, hour of the day"
    assert 0 < min(axis.lines[0].get_xdata()) < 2
    assert 21 < max(axis.lines[0].get_xdata()) < 23


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: before_after({"a": (0, 1)}, "t", "x"), "positive"),
        (lambda: before_after({}, "t", "x"), "at least one pair"),
        (lambda: calibration({"a": [0.5] * 9 + [2]}, [0] * 10, "t"), r"in \[0, 1\]"),
        (lambda: calibration({"a": [0.5] * 9}, [0] * 9, "t"), "at least 10 rows"),
        (lambda: late_shares(pd.DataFrame({"late": [0]}), ["age"], "t"), "no column 'age'"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()
