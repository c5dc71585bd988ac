"""Bars and folds: they draw the numbers they are given, and refuse what can't be drawn."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from course_utils import plots
from course_utils.plots import bars


@pytest.fixture(autouse=True)
def _styled():
    plots.use_style()
    yield
    plt.close("all")


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


@pytest.mark.parametrize(
    ("call", "said"),
    [(lambda: bars({}, "t", "x"), "at least one number"), (lambda: bars({"a": float("nan")}, "t", "x"), "finite")],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_folds_joins_the_same_fold_and_marks_the_mean():
    figure = plots.folds({"a": np.array([0.9, 1.0]), "b": np.array([0.8, 0.7])}, "Finding")
    axis = figure.axes[0]
    np.testing.assert_allclose([line.get_ydata() for line in axis.lines], [[0.9, 0.8], [1.0, 0.7]])
    means = [c.get_segments()[0][0][1] for c in axis.collections if hasattr(c, "get_segments")]
    np.testing.assert_allclose(means, [0.95, 0.75])


@pytest.mark.parametrize("scores", [{}, {"a": np.zeros(3), "b": np.zeros(2)}])
def test_folds_refuses_what_can_not_be_paired(scores):
    with pytest.raises(ValueError, match="folds"):
        plots.folds(scores, "Finding")


def test_grouped_bars_have_one_label_for_each_series():
    figure = plots.grouped_bars({"a": {"x": 1, "y": 2}, "b": {"y": [3, 5]}}, "t", "score")
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["x", "y"]
    bars_of_y = figure.axes[0].containers[1]
    assert [bar.get_height() for bar in bars_of_y] == [2, 4]
