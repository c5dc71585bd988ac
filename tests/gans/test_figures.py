"""The figures of stage 7 show the numbers they are given."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")
from matplotlib import pyplot as plt

from course_utils.gans import figures


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_curves_and_their_bounds_are_drawn():
    x, drawn = np.arange(3.0), np.arange(12.0).reshape(4, 3)
    axes = figures.curve_films(x, {"a": drawn, "b": drawn + 1}, (np.zeros(3), np.ones(3)), "finding").axes
    lines = [line.get_ydata() for line in axes[1].lines]
    np.testing.assert_array_equal(lines[0], np.zeros(3))
    np.testing.assert_array_equal(lines[2:], drawn + 1)
    with pytest.raises(ValueError, match=r"\(curves, 3\)"):
        figures.draw_curves(axes[0], x, drawn[:, :2])
    with pytest.raises(ValueError, match="at least one row and one column"):
        figures.curve_films(x, {}, None, "finding")


def test_clouds_stand_over_the_truth():
    points = np.random.default_rng(0).normal(size=(5, 2))
    clouds = {str(k): points + k for k in range(7)}
    axes = figures.clouds(clouds, "finding", points, {"1": "few"}).axes
    np.testing.assert_allclose(axes[1].collections[0].get_offsets(), points)
    np.testing.assert_allclose(axes[6].collections[1].get_offsets(), points + 6)
    assert (axes[1].get_xlabel(), axes[0].get_xlabel(), axes[6].get_title("center")) == ("few", "", "6")
    assert [axis.axison for axis in axes] == [True] * 7 + [False]
    for bad in ({}, {"a": points[:, :1]}):
        with pytest.raises(ValueError, match=r"\(samples, 2\)"):
            figures.clouds(bad, "finding", points)


def test_lines_stand_in_panels():
    x = np.arange(3)
    left, right = figures.lines(
        {"a": {"one": (x, x), "two": (x, 2 * x)}, "b": {"": (x, -x)}}, levels=[1], ylim=(0, 9)
    ).axes
    assert [list(line.get_ydata()) for line in left.lines] == [[0, 1, 2], [0, 2, 4], [1, 1]]
    assert list(right.lines[0].get_ydata()) == [0, -1, -2]
    assert (right.get_ylim(), left.get_title(), right.get_legend()) == ((0, 9), "a", None)
    with pytest.raises(ValueError, match="at least one row and one column"):
        figures.lines({})


def test_a_record_is_smoothed():
    record = {name: np.arange(30.0) / 30 for name in ("discriminator", "generator", "real", "generated")}
    left, right = figures.game_record(record, "finding", smooth=10).axes
    np.testing.assert_allclose(left.lines[0].get_ydata()[0], np.mean(np.arange(10) / 30))
    assert left.lines[0].get_xdata()[-1] == 30
    np.testing.assert_allclose([line.get_ydata()[0] for line in left.lines[2:]], [np.log(2), 2 * np.log(2)])
    assert [line.get_label() for line in right.lines[:2]] == ["real", "generated"]
    with pytest.raises(ValueError, match="of one length"):
        figures.game_record(record | {"real": np.zeros(3)}, "finding", 10)


def test_a_sheet_holds_every_picture():
    pictures = np.random.default_rng(0).random((3, 4, 4, 3))
    figure = figures.sheet({"a": pictures, "b": pictures[::-1]}, "finding")
    image = np.asarray(figure.axes[1].images[0].get_array())
    np.testing.assert_allclose(image[:, 10:14], pictures[0])
    assert image.shape == (4, 14, 3)
    grey = figures.sheet({"a": pictures[..., 0]}, "finding").axes[0]
    between = np.asarray(grey.images[0].get_array())
    assert between.shape == (4, 14)
    assert grey.images[0].get_cmap()(grey.images[0].norm(between[0, 4]))[:3] == (1, 1, 1)  # white, like the page
    with pytest.raises(ValueError, match="one shape"):
        figures.sheet({"a": pictures, "b": pictures[:2]}, "finding")
