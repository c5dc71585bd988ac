"""The figures of stage 3, of networks, fields and films: what they draw, and what they refuse."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from course_utils import datasets, networks, plots
from course_utils.vision import classics, crops
from course_utils.vision import figures as vision_figures

FILM = np.random.default_rng(0).uniform(size=(5, 12, 10))
BYTES = (255 * FILM).astype("uint8")[..., None]


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


class TestFilmStrips:
    def test_frames_stand_in_order_with_a_gap_between(self):
        axis = vision_figures.film_strips({"a": FILM, "b": BYTES}, "found").axes[0]
        picture = axis.images[0].get_array()
        assert picture.shape == (12, 5 * 10 + 4)
        np.testing.assert_array_equal(picture[:, 22:32], FILM[2])
        assert (picture[:, 10] == 1).all()

    def test_bytes_are_scaled(self):
        axis = vision_figures.film_strips({"b": BYTES}, "found").axes[0]
        np.testing.assert_allclose(axis.images[0].get_array()[:, :10], FILM[0], atol=0.005)

    def test_two_columns_name_each_film(self):
        figure = vision_figures.film_strips({"a": FILM, "b": FILM, "c": FILM}, "found", columns=2)
        titles = [axis.get_title(loc="left") or axis.get_title() for axis in figure.axes]
        assert titles[:3] == ["a", "b", "c"]
        assert not figure.axes[3].axison

    @pytest.mark.parametrize("films", [{}, {"a": np.zeros((3, 4))}, {"a": np.zeros((2, 3, 4, 3))}])
    def test_refuses_what_is_no_grey_film(self, films):
        with pytest.raises(ValueError, match="film"):
            vision_figures.film_strips(films, "t")


class TestSpaceTime:
    def test_the_last_panel_is_the_row_over_time(self):
        figure = vision_figures.space_time({"a": FILM}, row=7, title="found")
        np.testing.assert_array_equal(figure.axes[3].images[0].get_array(), FILM[:, 7])
        assert figure.axes[3].get_ylabel() == "time t (frames)"

    @pytest.mark.parametrize("row", [-1, 12])
    def test_refuses_a_row_outside(self, row):
        with pytest.raises(ValueError, match="inside the pictures"):
            vision_figures.space_time({"a": FILM}, row, "t")


class TestKernelsInTime:
    def test_slices_stand_side_by_side_and_zero_is_in_the_middle_of_the_colours(self):
        kernel = np.arange(27.0).reshape(3, 3, 3) - 20
        axis = vision_figures.kernels_in_time({"k": kernel}, "found").axes[0]
        picture = axis.images[0]
        assert picture.get_array().shape == (3, 11)
        np.testing.assert_array_equal(picture.get_array()[:, 4:7], kernel[1])
        assert picture.get_clim() == (-20, 20)

    def test_refuses_nothing(self):
        with pytest.raises(ValueError, match="at least one row and one column"):
            vision_figures.kernels_in_time({}, "t")


class TestFrameWeights:
    def test_a_bar_under_each_frame(self):
        weights = np.array([[0.1, 0.2, 0.4, 0.2, 0.1], [0.2] * 5, [0.6, 0.1, 0.1, 0.1, 0.1]])
        figure = vision_figures.frame_weights({"a": FILM, "b": FILM, "c": BYTES}, weights, "found")
        heights = [bar.get_height() for bar in figure.axes[2].patches]
        assert heights == [0.1, 0.2, 0.4, 0.2, 0.1]
        assert figure.axes[6].patches[0].get_height() == 0.6

    @pytest.mark.parametrize("shape", [(1, 5), (2, 4), (2, 5, 1)])
    def test_refuses_other_shapes(self, shape):
        with pytest.raises(ValueError, match=r"weights must be \(films, frames\), for 2 films"):
            vision_figures.frame_weights({"a": FILM, "b": FILM}, np.zeros(shape), "t")


class TestComparison:
    def test_three_panels_with_a_bar_for_each_network(self):
        figure = vision_figures.comparison({"a": 0.5, "b": 0.9}, {"a": 2000, "b": 1000}, {"a": 1, "b": 2}, "found", ceiling=0.7)  # fmt: skip
        widths = [[bar.get_width() for bar in axis.patches] for axis in figure.axes]
        assert widths == [[0.5, 0.9], [2, 1], [1, 2]]
        assert figure.axes[0].yaxis_inverted()  # the first network on top
        assert figure.axes[0].lines[0].get_xdata()[0] == 0.7

    def test_refuses_different_networks(self):
        with pytest.raises(ValueError, match="the same networks"):
            vision_figures.comparison({"a": 0.5}, {"b": 1}, {"a": 1}, "t", 0.7)


class TestArriving:
    ANSWERS = np.random.default_rng(1).dirichlet(np.ones(4), 5)

    def test_what_has_not_arrived_is_blank_and_the_truth_is_named(self):
        figure = vision_figures.arriving(FILM, 3, self.ANSWERS, ["w", "x", "y", "z"], "x", "found")
        picture = figure.axes[0].images[0].get_array()
        np.testing.assert_array_equal(picture[:, 22:32], FILM[2])
        assert (picture[:, 33:43] == 0.9).all()
        labels = [text.get_text() for text in figure.legends[0].get_texts()]
        assert f"x {self.ANSWERS[2, 1]:.2f} (true)" in labels

    @pytest.mark.parametrize(("seen", "truth"), [(0, "x"), (6, "x"), (3, "v")])
    def test_refuses_what_does_not_fit(self, seen, truth):
        with pytest.raises(ValueError, match="seen 1 to 5"):
            vision_figures.arriving(FILM, seen, self.ANSWERS, ["w", "x", "y", "z"], truth, "t")


class TestNetworks:
    def test_pictures_are_drawn_on_one_scale(self):
        figure = plots.pictures([np.zeros((4, 4)), np.ones((4, 4)) * 3], "found", ["a", "b"], columns=2)
        images = [axis.images[0] for axis in figure.axes]
        assert [image.get_clim() for image in images] == [(0, 3), (0, 3)]
        assert [axis.get_title(loc="center") for axis in figure.axes] == ["a", "b"]

    def test_pictures_refuse_labels_that_do_not_agree(self):
        with pytest.raises(ValueError, match="must agree; got 1 and 2"):
            plots.pictures([np.zeros((2, 2))], "t", ["a", "b"])

    def test_heat_lies_over_the_picture(self):
        figure = vision_figures.heat(np.zeros((2, 8, 8, 3)), np.ones((2, 2, 2)), "t")
        assert len(figure.axes) == 4
        assert [len(axis.images) for axis in figure.axes] == [1, 1, 2, 2]
        with pytest.raises(ValueError, match="1 for 2"):
            vision_figures.heat(np.zeros((2, 8, 8, 3)), np.ones((1, 2, 2)), "t")

    def test_an_architecture_has_a_box_for_each_layer(self):
        costs = networks.layer_costs(classics.small_vgg())
        axis = vision_figures.architecture({"VGG": costs}, "t").axes[0]
        assert len(axis.patches) == 7 + 3 + 3  # convolutions, pooling, dense
        with pytest.raises(ValueError, match="at least one row and one column"):
            vision_figures.architecture({}, "t")

    def test_cost_shares_are_shares(self):
        costs = networks.layer_costs(classics.small_vgg())
        figure = vision_figures.cost_shares({"VGG": costs}, "t")
        widths = [bar.get_width() for bar in figure.axes[0].patches]
        dense = sum(c.parameters for c in costs if c.kind == "Dense") / sum(c.parameters for c in costs)
        assert widths == pytest.approx([100 * (1 - dense), 100 * dense])

    def test_a_block_has_its_steps_and_its_shortcut(self):
        steps = ["conv", "+", "ReLU"]
        axis = vision_figures.blocks({"r": (steps, "x")}, "t").axes[0]
        assert [text.get_text() for text in axis.texts if text.get_text()] == ["x", *steps, "x"] or {
            text.get_text() for text in axis.texts
        } >= set(steps)
        with pytest.raises(ValueError, match="needs a step"):
            vision_figures.blocks({"r": (["conv"], "x")}, "t")

    def test_bars_show_the_mean_and_each_seed(self):
        axis = plots.grouped_bars({"a": {"s": [0.2, 0.4]}, "b": {"s": [0.6, 0.8]}}, "t", "accuracy", floor=0.1).axes[0]
        assert [bar.get_height() for bar in axis.patches] == pytest.approx([0.3, 0.7])
        assert sum(len(c.get_offsets()) for c in axis.collections) == 4
        with pytest.raises(ValueError, match="at least one group"):
            plots.grouped_bars({}, "t", "x")

    def test_a_trade_off_names_each_network(self):
        axis = vision_figures.trade_off({"A": (1.0, 0.5, 10), "B": (10.0, 0.6, 20)}, "t", "x", "y").axes[0]
        assert {text.get_text() for text in axis.texts} == {"A", "B"}
        with pytest.raises(ValueError, match="above 0"):
            vision_figures.trade_off({"A": (0, 0.5, 1)}, "t", "x", "y")


def test_calendars_show_the_median_of_each_crop_and_a_field_in_false_colours():
    curve, tile = datasets.load("crops", samples=80), datasets.load("crops", samples=80, view="tile")
    figure = vision_figures.calendars(curve, tile, crops.DAYS, "t")
    rice = crops.CROPS.index("rice")
    fields = curve.y_train == rice
    np.testing.assert_allclose(figure.axes[rice].lines[-1].get_ydata(), np.median(curve.x_train[fields], axis=0))
    picture = figure.axes[6 + rice].images[0].get_array()
    np.testing.assert_allclose(picture[..., 0], np.clip(tile.x_train[fields][0][..., 3] / 0.55, 0, 1))
