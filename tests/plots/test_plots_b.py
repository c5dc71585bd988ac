"""What the figures of training runs and distributions draw: the numbers that reach the axes, and what is refused."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot as plt

from course_utils import plots
from course_utils.neurons import figures as neurons_figures


@pytest.fixture(autouse=True)
def _styled_figures():
    plots.use_style()
    yield
    plt.close("all")


def test_curves_count_from_one_and_leave_out_what_is_not_finite():
    figure = plots.curves({"a": np.array([3.0, np.inf, 1.0]), "b": np.array([2.0])}, "Finding", "loss")
    first, second = figure.axes[0].lines
    np.testing.assert_array_equal(first.get_xdata(), [1, 2, 3])
    np.testing.assert_array_equal(np.isnan(first.get_ydata()), [False, True, False])
    assert first.get_linestyle() != second.get_linestyle()  # told apart without colour
    assert figure.axes[0].get_title(loc="left") == "Finding"


@pytest.mark.parametrize("lines", [{}, {"a": np.array([])}])
def test_curves_refuse_nothing(lines):
    with pytest.raises(ValueError, match="at least one"):
        plots.curves(lines, "Finding", "loss")


def test_over_seeds_fills_the_dots_that_reach_the_floor():
    figure = neurons_figures.over_seeds({"xor": {"1": np.array([0.99, 0.5, 0.97])}}, "Finding", floor=0.97)
    dots = figure.axes[0].collections[0]
    np.testing.assert_allclose(dots.get_offsets()[:, 1], [0.5, 0.97, 0.99])
    white = (dots.get_facecolors()[:, :3] == 1).all(axis=1)
    np.testing.assert_array_equal(white, [True, False, False])


@pytest.mark.parametrize("results", [{}, {"xor": {}}])
def test_over_seeds_refuses_nothing(results):
    with pytest.raises(ValueError, match="at least one"):
        neurons_figures.over_seeds(results, "Finding", floor=0.97)


def test_ravine_draws_each_path_and_its_loss():
    path = np.array([[2.0, 1.0], [1.0, 0.0]])
    figure = neurons_figures.ravine(lambda a, b: a**2 + b**2, {"walk": path}, "Finding", (-3, 3, -2, 2))
    walked = next(line for line in figure.axes[0].lines if line.get_label() == "walk")
    np.testing.assert_allclose(walked.get_xydata(), path)
    np.testing.assert_allclose(figure.axes[1].lines[0].get_ydata(), [5.0, 1.0])
    assert figure.axes[1].get_yscale() == "log"


@pytest.mark.parametrize("paths", [{}, {"walk": np.zeros(3)}, {"walk": np.zeros((3, 3))}])
def test_ravine_refuses_other_shapes(paths):
    with pytest.raises(ValueError, match="shape"):
        neurons_figures.ravine(lambda a, b: a**2 + b**2, paths, "Finding", (-3, 3, -2, 2))


def test_symptoms_shows_the_mean_size_of_each_gradient():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 2)), np.arange(20) % 2
    figure = neurons_figures.symptoms(
        {"loss": np.array([1.0, 0.5]), "val_loss": np.array([1.1, 0.9])},
        lambda grid: np.full(len(grid), 0.3),
        (x, y),
        rng.normal(size=(20, 8)),
        [np.array([[-0.5, 0.5]]), np.zeros((2, 1))],
        "Finding",
    )
    loss, _, hidden, slopes = figure.axes
    np.testing.assert_allclose(loss.lines[1].get_ydata(), [1.1, 0.9])
    assert sum(bar.get_height() for bar in hidden.patches) == 160  # every activation is counted
    np.testing.assert_allclose([bar.get_height() for bar in slopes.patches], [0.5, 1e-9])


def test_layers_counts_what_lies_outside_and_says_the_deviation():
    figure = neurons_figures.layers({"a": [np.array([-9.0, 0.0, 9.0])]}, "Finding", show=(1,))
    assert sum(bar.get_height() for bar in figure.axes[0].patches) == 3
    assert figure.axes[0].get_title(loc="left") == "σ = 7.3"


def test_layers_refuses_a_layer_that_is_not_there():
    with pytest.raises(ValueError, match="layers"):
        neurons_figures.layers({"a": [np.zeros(3)]}, "Finding", show=(1, 2))


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


def test_curves_fill_a_logarithmic_axis():
    axis = plots.curves({"a": np.array([1.0, 1e-2, 1e-4])}, "found", "loss", log=True).axes[0]
    bottom, top = axis.get_ylim()
    assert 1e-5 < bottom < 1e-4
    assert 1 < top < 10
