"""Figures of stage 1's first half: what they draw, and what they refuse."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from course_utils import plots
from course_utils.neurons import figures as neurons_figures


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def texts(axes):
    return [text.get_text() for text in axes.texts]


def heading(figure):
    return figure.get_suptitle()


class TestTimeline:
    EVENTS = ((1943, "neuron", 1), (1958, "perceptron", None), (1986, "way back", 1))

    def test_every_event_has_its_year_and_stage(self):
        figure = plots.timeline(self.EVENTS, "found", breaks=(2,))
        assert [len(axes.texts) for axes in figure.axes] == [4, 2]  # label and year of two events, then of one
        assert texts(figure.axes[0]) == ["neuron\n→ stage 1", "1943", "perceptron", "1958"]
        assert heading(figure) == "found"

    @pytest.mark.parametrize("events", [(), ((1958, "b", None), (1943, "a", None))])
    def test_refuses_no_event_or_falling_years(self, events):
        with pytest.raises(ValueError, match="years that do not fall"):
            plots.timeline(events, "t")

    def test_refuses_a_break_outside(self):
        with pytest.raises(ValueError, match=r"inside the 3 events; got \[3\]"):
            plots.timeline(self.EVENTS, "t", breaks=(3,))


class TestNetwork:
    def test_a_line_for_each_weight_and_a_circle_for_each_neuron(self):
        axes = neurons_figures.network([2, 3, 1], "t").axes[0]
        assert len(axes.lines) == 2 * 3 + 3 * 1
        assert [len(c.get_offsets()) for c in axes.collections] == [2, 3, 1]
        assert {"W₁: 2 × 3", "W₂: 3 × 1"} <= set(texts(axes))

    def test_a_wide_layer_is_drawn_in_part_with_dots(self):
        axes = neurons_figures.network([1, 30], "t").axes[0]
        assert len(axes.collections[1].get_offsets()) == 8
        assert "⋮" in texts(axes)

    def test_colour_says_the_sign_and_width_the_size(self):
        lines = neurons_figures.network([2, 1], "t", weights=[np.array([[2.0], [-1.0]])]).axes[0].lines
        assert [line.get_color() for line in lines] == [plots.COLOURS[1], plots.COLOURS[0]]
        assert lines[0].get_linewidth() == pytest.approx(2 * lines[1].get_linewidth())

    @pytest.mark.parametrize(
        ("sizes", "options", "said"),
        [
            ([3], {}, "at least two layers"),
            ([3, 0], {}, "at least two layers"),
            ([2, 1], {"names": ["a"]}, "one name for each of the 2 layers"),
            ([2, 1], {"weights": [np.ones((1, 2))]}, r"must have shapes \[\(2, 1\)\]; got \[\(1, 2\)\]"),
        ],
    )
    def test_refuses_what_does_not_fit(self, sizes, options, said):
        with pytest.raises(ValueError, match=said):
            neurons_figures.network(sizes, "t", **options)


class TestPlanes:
    def test_each_function_is_drawn_on_its_own_scale_with_white_at_zero(self):
        figure = neurons_figures.planes({"x1": lambda x: x[:, 0], "ten x2": lambda x: 10 * x[:, 1:]}, "t")
        first, second = (axes.images[0] for axes in figure.axes)
        assert first.get_clim() == pytest.approx((-6.5, 6.5))
        assert second.get_clim() == pytest.approx((-65, 65))
        values = first.get_array()
        np.testing.assert_allclose(values[:, 0], -6.5)  # left is low x1
        np.testing.assert_allclose(second.get_array()[-1], 65)  # the top row is high x2

    def test_point_sets_shows_every_set(self):
        x, y = np.array([[0.0, 1.0], [2.0, 3.0], [1.0, 1.0]]), np.array([0, 1, 1])
        figure = neurons_figures.point_sets({"a": (x, y), "b": (x[:1], y[:1]), "c": (x, y)}, "t", columns=2)
        shown = [axes for axes in figure.axes if axes.axison]
        assert [axes.get_title() or axes.get_title(loc="left") for axes in shown] == ["a", "b", "c"]
        assert sum(len(c.get_offsets()) for c in shown[0].collections) == 3

    def test_boundaries_puts_the_line_where_the_function_is_one_half(self):
        data = (np.array([[0.0, 0.0]]), np.array([1]))
        figure = neurons_figures.boundaries({"a": (lambda x: 1 / (1 + np.exp(-(x[:, 0] - 2))), data)}, "t")
        lines = [path.vertices for c in figure.axes[0].collections for path in c.get_paths() if len(path) > 40]
        assert lines
        np.testing.assert_allclose(np.concatenate(lines)[:, 0], 2, atol=0.02)

    @pytest.mark.parametrize("draw", [neurons_figures.planes, neurons_figures.point_sets, neurons_figures.boundaries])
    def test_refuses_nothing_to_draw(self, draw):
        with pytest.raises(ValueError, match="at least one picture"):
            draw({}, "t")


class TestScoreTable:
    def test_writes_each_score(self):
        axes = plots.score_table(np.array([[0.5, 0.996], [1, 0]]), ["a", "b"], ["c", "d"], "t").axes[0]
        assert texts(axes) == ["0.50", "1.00", "1.00", "0.00"]

    def test_refuses_headings_that_do_not_fit(self):
        with pytest.raises(ValueError, match=r"\(1, 2\) does not fit 1 rows and 1 columns"):
            plots.score_table(np.ones((1, 2)), ["a"], ["b"], "t")

    @pytest.mark.parametrize("bad", [np.nan, 1.1, -0.1])
    def test_refuses_what_is_no_score(self, bad):
        with pytest.raises(ValueError, match="from 0 to 1"):
            plots.score_table([[bad]], ["a"], ["b"], "t")


class TestFirstLook:
    def test_learnt_draws_each_loss_curve(self):
        x, y = np.zeros((2, 2)), np.array([0, 1])
        losses = np.array([0.7, 0.3, 0.2])
        figure = neurons_figures.learnt({"a": (lambda x: np.full(len(x), 0.4), (x, y), losses)}, "t")
        assert figure.axes[1].lines[0].get_ydata().tolist() == losses.tolist()
        assert figure.axes[1].lines[0].get_xdata().tolist() == [1, 2, 3]

    def test_learnt_refuses_no_run(self):
        with pytest.raises(ValueError, match="at least one run"):
            neurons_figures.learnt({}, "t")

    def test_slopes_draws_each_curve(self):
        z = np.array([0.0, 1.0])
        lines = neurons_figures.slopes(z, {"a": z, "b": -z}, "t").axes[0].lines
        assert [line.get_ydata().tolist() for line in lines] == [[0, 1], [0, -1]]

    def test_slopes_refuses_another_length(self):
        with pytest.raises(ValueError, match="each of the 2 logits"):
            neurons_figures.slopes(np.zeros(2), {"a": np.zeros(3)}, "t")

    def test_spreads_shows_shares_that_sum_to_one(self):
        figure = neurons_figures.spreads({"a": np.array([0.1, 0.2, 0.2]), "b": np.array([0.9])}, "t", "score")
        for axes in figure.axes:
            assert sum(bar.get_height() for bar in axes.patches) == pytest.approx(1)
        assert figure.axes[-1].get_xlabel() == "score"

    def test_spreads_refuses_nothing(self):
        with pytest.raises(ValueError, match="at least one set"):
            neurons_figures.spreads({}, "t", "score")

    def test_kinds_of_data_has_four_pictures(self):
        figure = neurons_figures.kinds_of_data("t")
        assert len(figure.axes) == 4
        assert figure.axes[1].images[0].get_array().shape == (8, 8)


class TestGradients:
    def test_of_a_linear_network_are_those_worked_out_on_paper(self):
        from course_utils import training
        from course_utils.quiet import keras

        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        model.set_weights([np.array([[1.0], [2.0]]), np.array([0.5])])
        x, y = np.array([[1.0, 0.0], [0.0, 1.0]], "float32"), np.array([[0.5], [2.0]], "float32")
        # errors 1.0 and 0.5; the mean of squares has the gradient 2 × error × x / 2
        kernel, bias = training.gradients(model, x, y, keras.losses.mean_squared_error)
        assert kernel.tolist() == [[1.0], [0.5]]
        assert bias.tolist() == [1.5]

    def test_refuses_lengths_that_differ_and_a_model_without_weights(self):
        from course_utils import training
        from course_utils.quiet import keras

        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        with pytest.raises(ValueError, match="got 3 and 2"):
            training.gradients(model, np.zeros((2, 2)), np.zeros((3, 1)), keras.losses.mean_squared_error)
        with pytest.raises(ValueError, match="not built"):
            training.gradients(keras.Sequential([keras.layers.Dense(1)]), np.zeros((1, 2)), np.zeros((1, 1)), None)
