"""Stage 1's figures: the numbers that reach the axes, and what is refused."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from course_utils import plots
from course_utils.neurons import figures


@pytest.fixture(autouse=True)
def _styled():
    plots.use_style()
    yield
    plt.close("all")


class TestNetwork:
    def test_a_line_for_each_weight_and_a_circle_for_each_neuron(self):
        axes = figures.network([2, 3, 1], "t", ["a", "b", "c"]).axes[0]
        assert len(axes.lines) == 2 * 3 + 3 * 1
        assert [len(c.get_offsets()) for c in axes.collections] == [2, 3, 1]
        assert {text.get_text() for text in axes.texts} == {"a", "b", "c", "W₁: 2 × 3", "W₂: 3 × 1"}

    @pytest.mark.parametrize(
        ("sizes", "names", "said"),
        [
            ([3], ["a"], "at least two layers"),
            ([3, 0], ["a", "b"], "at least two layers"),
            ([2, 10], ["a", "b"], r"1 to 9 neurons; got sizes \[2, 10\]"),
            ([2, 1], ["a"], "one name for each of the 2 layers"),
        ],
    )
    def test_refuses_what_does_not_fit(self, sizes, names, said):
        with pytest.raises(ValueError, match=said):
            figures.network(sizes, "t", names)


class TestPlanes:
    def test_each_function_is_drawn_on_its_own_scale_with_white_at_zero(self):
        figure = figures.planes({"x1": lambda x: x[:, 0], "ten x2": lambda x: 10 * x[:, 1:]}, "t")
        first, second = (axes.images[0] for axes in figure.axes)
        assert first.get_clim() == pytest.approx((-6.5, 6.5))
        assert second.get_clim() == pytest.approx((-65, 65))
        values = first.get_array()
        np.testing.assert_allclose(values[:, 0], -6.5)  # left is low x1
        np.testing.assert_allclose(second.get_array()[-1], 65)  # the top row is high x2

    def test_point_sets_shows_every_set(self):
        x, y = np.array([[0.0, 1.0], [2.0, 3.0], [1.0, 1.0]]), np.array([0, 1, 1])
        figure = figures.point_sets({letter: (x, y) for letter in "abcdefgh"}, "t")
        shown = [axes for axes in figure.axes if axes.axison]
        assert len(figure.axes) == 12  # two rows of six
        assert [axes.get_title(loc="left") for axes in shown] == list("abcdefgh")
        assert [axes.get_ylabel() for axes in shown] == ["x₂", *[""] * 5, "x₂", ""]
        assert sum(len(c.get_offsets()) for c in shown[0].collections) == 3

    def test_boundaries_puts_the_line_where_the_function_is_one_half(self):
        data = (np.array([[0.0, 0.0]]), np.array([1]))
        figure = figures.boundaries({"a": (lambda x: 1 / (1 + np.exp(-(x[:, 0] - 2))), data)}, "t")
        lines = [path.vertices for c in figure.axes[0].collections for path in c.get_paths() if len(path) > 40]
        assert lines
        np.testing.assert_allclose(np.concatenate(lines)[:, 0], 2, atol=0.02)

    @pytest.mark.parametrize("draw", [figures.planes, figures.point_sets, figures.boundaries])
    def test_refuses_nothing_to_draw(self, draw):
        with pytest.raises(ValueError, match="at least one picture"):
            draw({}, "t")


class TestFirstLook:
    def test_learnt_draws_each_loss_curve(self):
        x, y = np.zeros((2, 2)), np.array([0, 1])
        losses = np.array([0.7, 0.3, 0.2])
        figure = figures.learnt({"a": (lambda x: np.full(len(x), 0.4), (x, y), losses)}, "t")
        assert figure.axes[1].lines[0].get_ydata().tolist() == losses.tolist()
        assert figure.axes[1].lines[0].get_xdata().tolist() == [1, 2, 3]

    def test_learnt_refuses_no_run(self):
        with pytest.raises(ValueError, match="at least one row and one column"):
            figures.learnt({}, "t")

    def test_spreads_shows_shares_that_sum_to_one(self):
        figure = figures.spreads({"a": np.array([0.1, 0.2, 0.2]), "b": np.array([0.9])}, "t", "score")
        for axes in figure.axes:
            assert sum(bar.get_height() for bar in axes.patches) == pytest.approx(1)
        assert figure.axes[-1].get_xlabel() == "score"

    def test_spreads_refuses_nothing(self):
        with pytest.raises(ValueError, match="at least one row and one column"):
            figures.spreads({}, "t", "score")

    def test_kinds_of_data_has_four_pictures(self):
        figure = figures.kinds_of_data("t")
        assert len(figure.axes) == 4
        assert figure.axes[1].images[0].get_array().shape == (8, 8)


def test_experiment_draws_both_curves_of_each_run_on_one_scale():
    runs = {
        "a": (lambda x: np.full(len(x), 0.4), {"loss": np.array([1.0, 0.5]), "val_loss": np.array([1.1, 0.9])}),
        "b": (lambda x: np.full(len(x), 0.6), {"loss": np.array([8.0]), "val_loss": np.array([0.01])}),
    }
    data = (np.zeros((2, 2)), np.array([0, 1]))
    *_, first, second = figures.experiment(runs, data, "Finding").axes
    assert [line.get_ydata().tolist() for line in first.lines] == [[1.0, 0.5], [1.1, 0.9]]
    assert first.get_ylim() == second.get_ylim()
    figure = figures.experiment(runs, data, "Finding", dashed="validation loss", log=True)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["training loss", "validation loss"]
    low, high = figure.axes[-1].get_ylim()
    assert low < 0.01
    assert high > 8


def test_mnist_draws_each_start_and_writes_the_commonest_mistakes():
    confusion = np.full((10, 10), 4)
    confusion[4, 9] = 7
    np.fill_diagonal(confusion, 1000)
    left, right = figures.mnist({"a": np.array([7.0, 8.0]), "b": np.array([2.0])}, {"a": 12.0}, confusion).axes
    assert [np.atleast_1d(line.get_xdata()).tolist() for line in left.lines] == [[7, 8], [12], [2]]
    assert [(text.get_position(), text.get_text()) for text in right.texts] == [((9, 4), "7")]


def test_over_seeds_fills_the_dots_that_reach_the_floor():
    figure = figures.over_seeds({"xor": {"1": np.array([0.99, 0.5, 0.97])}}, "Finding", floor=0.97)
    dots = figure.axes[0].collections[0]
    np.testing.assert_allclose(dots.get_offsets()[:, 1], [0.5, 0.97, 0.99])
    white = (dots.get_facecolors()[:, :3] == 1).all(axis=1)
    np.testing.assert_array_equal(white, [True, False, False])


@pytest.mark.parametrize("draw", [figures.experiment, figures.over_seeds])
def test_refuses_nothing_to_draw(draw):
    with pytest.raises(ValueError, match="at least one row and one column"):
        draw({}, (), "Finding") if draw is figures.experiment else draw({}, "Finding", 0.97)


def test_ravine_draws_each_path_and_its_loss():
    path = np.array([[2.0, 1.0], [1.0, 0.0]])
    figure = figures.ravine(lambda a, b: a**2 + b**2, {"walk": path}, "Finding", (-3, 3, -2, 2))
    star, walked = figure.axes[0].lines
    np.testing.assert_allclose(star.get_xydata(), [[0, 0]])
    np.testing.assert_allclose(walked.get_xydata(), path)
    assert figure.axes[1].lines[0].get_label() == "walk"
    np.testing.assert_allclose(figure.axes[1].lines[0].get_ydata(), [5.0, 1.0])
    assert figure.axes[1].get_yscale() == "log"


@pytest.mark.parametrize("paths", [{}, {"walk": np.zeros(3)}, {"walk": np.zeros((3, 3))}])
def test_ravine_refuses_other_shapes(paths):
    with pytest.raises(ValueError, match="shape"):
        figures.ravine(lambda a, b: a**2 + b**2, paths, "Finding", (-3, 3, -2, 2))


def test_symptoms_shows_the_mean_size_of_each_gradient():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 2)), np.arange(20) % 2
    figure = figures.symptoms(
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
    figure = figures.layers({"a": [np.array([-9.0, 0.0, 9.0])] * 10}, "Finding")
    assert sum(bar.get_height() for bar in figure.axes[0].patches) == 3
    assert figure.axes[0].get_title(loc="left") == "σ = 7.3"


def test_layers_refuses_a_layer_that_is_not_there():
    with pytest.raises(ValueError, match="ten layers"):
        figures.layers({"a": [np.zeros(3)] * 9}, "Finding")
