"""Figures of two-stage detection: what they show is what they were given."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from course_utils.detection import figures as look
from course_utils.plots.style import panels

IMAGE = np.random.default_rng(0).random((12, 16, 3))


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_boxes_stand_where_they_are():
    _, axes = panels()
    axis = look.show_scene(axes[0, 0], IMAGE, [[2, 3, 7, 9]], ["disc"])
    (box,) = axis.patches
    assert (box.get_xy(), box.get_width(), box.get_height()) == ((2, 3), 5, 6)
    assert [text.get_text() for text in axis.texts] == ["disc"]
    with pytest.raises(ValueError, match="as many labels"):
        look.show_scene(axis, IMAGE, [[2, 3, 7, 9]], ["a", "b"])


def test_regions_have_their_mean_colour():
    labels = np.zeros((12, 16), int)
    labels[:, 8:] = 1
    _, axes = panels()
    shown = look._regions(axes[0, 0], labels, IMAGE).images[0].get_array()
    np.testing.assert_allclose(shown[5, 3], IMAGE[:, :8].mean(axis=(0, 1)))
    np.testing.assert_allclose(shown[5, 12], IMAGE[:, 8:].mean(axis=(0, 1)))


def test_joining_is_shown_step_by_step():
    labels = np.repeat([[0, 0, 1, 1, 2, 2]], 4, axis=0)
    image = np.random.default_rng(0).random((4, 6, 3))
    figure = look.search(image, labels, [(0, 1), (2, 3)], (3, 2), "joined")
    assert [axis.get_title() for axis in figure.axes] == ["image", "3 regions", "2 regions"] or [
        axis.get_title(loc="left") for axis in figure.axes
    ] == ["image", "3 regions", "2 regions"]
    two = figure.axes[2].images[0].get_array()
    np.testing.assert_allclose(two[1, 1], image[:, :4].mean(axis=(0, 1)))
    with pytest.raises(ValueError, match="1 to 3"):
        look.search(image, labels, [(0, 1), (2, 3)], (4,), "too many")


def test_recall_and_costs():
    figure = look.recall_curves((5, 10), {"a": [0.2, 0.4], "b": [0.5, np.nan]}, "more")
    assert figure.axes[0].lines[0].get_ydata().tolist() == [0.2, 0.4]
    with pytest.raises(ValueError, match="2 values"):
        look.recall_curves((5, 10), {"a": [0.2]}, "more")
    figure = look.costs({"one": {"x": 2.0, "y": 3.0}, "two": {"y": 1.0}}, "less")
    assert [text.get_text().strip() for text in figure.axes[0].texts] == ["5 ms", "1 ms"]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["one", "two"]
