"""The figures of stage 7 show the numbers they are given."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")
from matplotlib import pyplot as plt

from course_utils.gans import figures as draw


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_curves_and_their_bounds_are_drawn():
    x, drawn = np.arange(3.0), np.arange(12.0).reshape(4, 3)
    axes = draw.curve_films(x, {"a": drawn, "b": drawn + 1}, (np.zeros(3), np.ones(3)), "finding").axes
    lines = [line.get_ydata() for line in axes[1].lines]
    np.testing.assert_array_equal(lines[0], np.zeros(3))
    np.testing.assert_array_equal(lines[2:], drawn + 1)
    with pytest.raises(ValueError, match=r"\(curves, 3\)"):
        draw.draw_curves(axes[0], x, drawn[:, :2])
    with pytest.raises(ValueError, match="at least one panel"):
        draw.curve_films(x, {}, None, "finding")


def test_clouds_stand_in_rows():
    points = np.random.default_rng(0).normal(size=(5, 2))
    figure = draw.clouds({"one": [points, points + 1]}, ["0", "9"], "finding", points, {"one": ["x", "y"]})
    first, second = figure.axes
    np.testing.assert_allclose(first.collections[1].get_offsets(), points)
    np.testing.assert_allclose(second.collections[1].get_offsets(), points + 1)
    assert (first.get_ylabel(), second.get_xlabel(), second.get_title("center")) == ("one", "y", "9")
    with pytest.raises(ValueError, match="needs 2 clouds"):
        draw.clouds({"one": [points]}, ["0", "9"], "finding")
    with pytest.raises(ValueError, match=r"\(samples, 2\)"):
        draw.cloud(first, points[:, :1])


def test_a_record_is_smoothed():
    record = {name: np.arange(30.0) / 30 for name in ("discriminator", "generator", "real", "generated")}
    left, right = draw.game_record(record, "finding", smooth=10).axes
    np.testing.assert_allclose(left.lines[0].get_ydata()[0], np.mean(np.arange(10) / 30))
    assert left.lines[0].get_xdata()[-1] == 30
    np.testing.assert_allclose([line.get_ydata()[0] for line in left.lines[2:]], [np.log(2), 2 * np.log(2)])
    assert [line.get_label() for line in right.lines[:2]] == ["real", "generated"]
    with pytest.raises(ValueError, match="of one length"):
        draw.game_record(record | {"real": np.zeros(3)}, "finding")


def test_a_sheet_holds_every_picture():
    pictures = np.random.default_rng(0).random((3, 4, 4, 3))
    figure = draw.sheet({"a": pictures, "b": pictures[::-1]}, "finding")
    image = np.asarray(figure.axes[1].images[0].get_array())
    np.testing.assert_allclose(image[:, 10:14], pictures[0])
    assert image.shape == (4, 14, 3)
    grey = draw.sheet({"a": pictures[..., 0]}, "finding").axes[0]
    between = np.asarray(grey.images[0].get_array())
    assert between.shape == (4, 14)
    assert grey.images[0].get_cmap()(grey.images[0].norm(between[0, 4]))[:3] == (1, 1, 1)  # white, like the page
    with pytest.raises(ValueError, match="one shape"):
        draw.sheet({"a": pictures, "b": pictures[:2]}, "finding")


def test_strips_show_every_seed():
    axis = draw.strips({"a": [1, 2, 3], "b": [4]}, "finding", "score", (2.5, 3)).axes[0]
    assert list(axis.lines[0].get_xdata()) == [1, 2, 3]
    assert axis.lines[1].get_xdata()[0] == 2
    assert list(axis.lines[2].get_xdata()) == [2.5, 2.5]
    assert list(axis.lines[5].get_xdata()) == [3, 3]
    with pytest.raises(ValueError, match="at least one name"):
        draw.strips({"a": []}, "finding", "score", [1])
    with pytest.raises(ValueError, match="a goal for each of a, b"):
        draw.strips({"a": [1], "b": [2]}, "finding", "score", [1])
