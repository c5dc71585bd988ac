"""Figures for clips: what they draw, and what they refuse."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

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
        with pytest.raises(ValueError, match="at least one kernel"):
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
        assert widths == [[0.9, 0.5], [1, 2], [2, 1]]  # the first network on top
        assert figure.axes[0].lines[0].get_xdata()[0] == 0.7

    def test_refuses_different_networks(self):
        with pytest.raises(ValueError, match="the same networks"):
            vision_figures.comparison({"a": 0.5}, {"b": 1}, {"a": 1}, "t")


class TestByClass:
    def test_a_bar_for_each_network_and_class(self):
        axis = vision_figures.by_class(
            {"x": np.array([0.2, 0.4]), "y": np.array([1, 0.5])}, ["sit", "run"], "f", 0.5
        ).axes[0]
        assert [bar.get_height() for bar in axis.patches] == [0.2, 0.4, 1, 0.5]
        assert [label.get_text() for label in axis.get_xticklabels()] == ["sit", "run"]

    def test_refuses_a_missing_class(self):
        with pytest.raises(ValueError, match="each with 3 scores"):
            vision_figures.by_class({"x": np.zeros(2)}, ["a", "b", "c"], "t")


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
