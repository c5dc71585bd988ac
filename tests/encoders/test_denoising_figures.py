"""Figures of stage 6: what is drawn is what was given, in order, and bad input is refused."""

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

from matplotlib import pyplot as plt

from course_utils.encoders import figures as d

PICTURES = np.random.default_rng(0).random((3, 8, 8))


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_a_picture_table_shows_each_picture_once_with_its_name_and_note():
    figure = d.picture_table({"clean": PICTURES, "noisy": PICTURES + 0.5}, "title", notes=["", "12.0 dB"], width=0.5)
    assert len(figure.axes) == 6
    shown = [axis.images[0].get_array() for axis in figure.axes]
    np.testing.assert_allclose(shown[1], PICTURES[1])
    np.testing.assert_allclose(shown[5], np.clip(PICTURES[2] + 0.5, 0, 1))
    assert [axis.get_ylabel() for axis in figure.axes] == ["clean", "", "", "noisy\n12.0 dB", "", ""]
    assert all(axis.images[0].get_clim() == (0, 1) for axis in figure.axes)  # one scale for all
    figure.canvas.draw()


def test_lines_over_a_level():
    figure = d.over_levels([1, 2, 4], {"a": [3, 2, 1], "b": [1, 1, 1]}, "t", "level", "dB", log=True)
    axis = figure.axes[0]
    assert [line.get_ydata().tolist() for line in axis.lines] == [[3, 2, 1], [1, 1, 1]]
    assert (axis.get_xscale(), axis.get_yscale()) == ("log", "log")
    assert [tick.get_text() for tick in axis.get_xticklabels()] == ["1", "2", "4"]
    assert d.over_levels([0, 1], {"a": [0, 1]}, "t", "level", "dB").axes[0].get_xscale() == "linear"
    figure.canvas.draw()


def test_words_with_their_maps():
    weights = np.random.default_rng(1).random((5, 4, 4))
    figure = d.words_and_places(np.random.default_rng(0).random((32, 32, 3)), list("abcde"), weights, "t", columns=3)
    assert [axis.get_title(loc="center") for axis in figure.axes] == ["a", "b", "c", "d", "e", ""]
    shade = figure.axes[4].images[1].get_array()[..., 3]
    np.testing.assert_allclose(shade, 0.85 * (1 - weights[4] / weights[4].max()))  # clear where it looked most
    assert not figure.axes[5].images
    figure.canvas.draw()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: d.picture_table({}, "t"), "at least one"),
        (lambda: d.picture_table({"a": PICTURES, "b": PICTURES[:1]}, "t"), r"got \[1, 3\]"),
        (lambda: d.picture_table({"a": PICTURES}, "t", notes=["x", "y"]), "one note for each of the 1 rows"),
        (lambda: d.over_levels([1, 2], {}, "t", "x", "y"), "one value for each"),
        (lambda: d.over_levels([1, 2], {"a": [1]}, "t", "x", "y"), r"got \[1\]"),
        (lambda: d.over_levels([0, 2], {"a": [1, 2]}, "t", "x", "y", log=True), "above 0"),
        (lambda: d.words_and_places(PICTURES[0], [], np.zeros((0, 2, 2)), "t"), "one map"),
        (lambda: d.words_and_places(PICTURES[0], ["a"], np.zeros((2, 2, 2)), "t"), "1 words"),
    ],
)
def test_bad_input_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_logarithmic_axes_have_numbers_on_both_sides():
    axis = d.over_levels([2, 8, 32], {"PCA": [0.05, 0.02, 0.003]}, "", "", "", log=True).axes[0]
    axis.figure.canvas.draw()
    low, high = axis.get_ylim()
    seen = [tick.label1.get_text() for tick in axis.yaxis.get_major_ticks() if low <= tick.get_loc() <= high]
    assert seen == ["0.005", "0.01", "0.02", "0.05"]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["2", "8", "32"]


def test_a_map_has_each_digit_at_the_middle_of_its_dots():
    digits = np.array([0, 0, 0, 7])
    codes = np.array([[0.0, 0.0], [1.0, 2.0], [5.0, 1.0], [9.0, 9.0]])
    axes = d.code_maps({"PCA": codes, "other": -codes}, digits, "finding").axes
    assert [axis.get_title() for axis in axes] == ["PCA", "other"]
    assert {text.get_text(): text.xy for text in axes[0].texts}.keys() == {"0", "7"}
    assert np.array_equal(axes[0].texts[0].xy, [1, 1])
    assert np.array_equal(axes[0].collections[0].get_offsets(), codes[:3])


def test_the_marked_curves_are_those_of_the_worst_and_the_best_digit():
    areas = {"ours": [0.9, 0.5, 0.7], "other": [0.6, 0.6, 0.6]}
    curves = {(name, digit): (np.linspace(0, 1, 3), np.full(3, digit / 4)) for name in areas for digit in range(3)}
    ours, other = d.roc_curves(curves, areas, "ours", "finding").axes
    for axis in (ours, other):
        assert sorted(text.get_text() for text in axis.texts) == ["0", "1"]
        assert len(axis.lines) == 3
    assert ours.get_title() == "ours: 0.70"


def test_attention_and_lines_beside_a_picture_show_what_they_are_given():
    weights = np.arange(6.0).reshape(2, 3)
    axes = d.attention(weights, "abc", "xy", "finding").axes[0]
    assert np.array_equal(axes.images[0].get_array(), weights)
    assert [tick.get_text() for tick in axes.get_xticklabels()] == list("abc")
    assert [tick.get_text() for tick in axes.get_yticklabels()] == list("xy")
    texts = d.picture_and_lines(np.zeros((4, 4, 3)), ["one", "two"], "finding").axes[0].texts
    assert [text.get_text() for text in texts] == ["one", "two"]
    assert texts[0].get_position()[1] > texts[1].get_position()[1]
