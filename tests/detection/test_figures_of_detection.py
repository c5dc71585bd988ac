"""Figures of object detection show what they are given."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.patches import FancyBboxPatch, Rectangle

from course_utils.detection import figures as detection

NAMES = ("cat", "dog")
BOXES = np.array([[4.0, 8, 20, 30], [10, 2, 30, 12]])
IMAGES = np.full((3, 32, 32, 3), 0.5)


def rectangles(axis):
    return [patch for patch in axis.patches if isinstance(patch, Rectangle)]


def test_a_scene_has_its_boxes_and_labels():
    _, axis = plt.subplots()
    detection.show_scene(axis, IMAGES[0], BOXES, ["cat 0.50", "dog 0.25"])
    assert [patch.get_bbox().extents.tolist() for patch in rectangles(axis)] == [
        [4, 8, 20, 30], [10, 2, 30, 12]
    ]  # fmt: skip
    assert [text.get_text() for text in axis.texts] == ["cat 0.50", "dog 0.25"]
    with pytest.raises(ValueError, match="as many labels"):
        detection.draw_boxes(axis, BOXES, ["cat"])


def test_scenes_in_rows():
    figure = detection.show_scenes(IMAGES, [(BOXES, [0, 1])] * 3, NAMES, "three", columns=2)
    shown = [axis for axis in figure.axes if axis.images]
    assert [len(rectangles(axis)) for axis in shown] == [2, 2, 2]
    figure = detection.show_scenes(IMAGES[:1], [(BOXES, np.array([0.9, 0.25]), [0, 1])], NAMES, "scores")
    assert [text.get_text() for text in figure.axes[0].texts] == ["cat 0.90", "dog 0.25"]
    figure = detection.show_scenes(IMAGES[:1], [(BOXES, ())], (), "no labels")
    assert not figure.axes[0].texts
    with pytest.raises(ValueError, match="needs its boxes"):
        detection.show_scenes(IMAGES, [], NAMES, "none")


def test_pairs_fill_what_two_boxes_share():
    figure = detection.pairs({"a": ((1, 1, 5, 5), (3, 2, 7, 6)), "b": ((0, 0, 1, 1), (2, 2, 3, 3))}, "pairs")
    assert [len(rectangles(axis)) for axis in figure.axes] == [3, 2]
    assert rectangles(figure.axes[0])[0].get_bbox().extents.tolist() == [3, 2, 5, 5]


def test_the_grid_marks_the_cell_of_a_centre():
    figure = detection.grid(IMAGES[0], BOXES[:1], 8, "grid")  # centre (12, 19), cells of 4 pixels
    assert rectangles(figure.axes[1])[0].get_xy() == (12, 16)


def test_precision_is_drawn_as_measured_and_made_falling():
    recall, precision = np.array([0.5, 0.5, 1.0]), np.array([1.0, 0.5, 0.6])
    figure = detection.precision_recall({"cat": (recall, precision)}, "curve")
    np.testing.assert_allclose(figure.axes[0].lines[0].get_ydata(), precision)
    np.testing.assert_allclose(figure.axes[1].lines[0].get_ydata(), [1, 1, 0.6, 0.6, 0])
    with pytest.raises(ValueError, match="at least one"):
        detection.precision_recall({}, "none")


def test_errors_and_misses_have_a_mark_for_each_detector():
    counts = {kind: 3 for kind in detection.KIND_COLOURS}
    figure = detection.errors({"one": counts, "two": counts}, "kinds")
    assert len(figure.axes[0].patches) == 2 * 5
    figure = detection.misses({"one": {"small": 0.5, "large": 0.1}, "two": {"small": 0.4, "large": 0.2}}, "missed")
    assert [list(line.get_xdata()) for line in figure.axes[0].lines] == [[50, 10], [40, 20]]


def test_found_and_missed_draws_what_was_missed_dashed():
    found = (BOXES[:1], np.array([0.9]), np.array([0]))
    figure = detection.found_and_missed(
        IMAGES[:1], [found], [(BOXES, np.array([0, 1]))], [np.array(["correct"])], [np.array([True, False])], NAMES, "t"
    )
    assert [patch.get_linestyle() for patch in rectangles(figure.axes[0])] == ["-", "--"]


def test_the_history_has_a_lane_for_each_family():
    events = [
        (2001, "a", "windows", False),
        (2014, "b", "two", True),
        (2016, "c", "one", False),
        (2016, "d", "two", False),
    ]
    figure = detection.families(events, "history")
    (axis,) = figure.axes
    height = {text.get_text(): text.get_position()[1] for text in axis.texts}
    assert round(height["b\n2014"]) == round(height["2016\nd"]) == -1  # the lane of "two": one above, one below
    assert height["two"] > height["one"]
    with pytest.raises(ValueError, match="do not fall"):
        detection.families(events[::-1], "backwards")


def test_pipelines_stack_what_runs_for_each_region():
    methods = {"crops": [("search", "outside"), ("net", "region")], "one look": [("net", "image")]}
    figure = detection.pipelines(methods, "t")
    (axis,) = figure.axes
    assert [text.get_text() for text in axis.texts] == ["crops", "search", "net", "one look", "net"]
    boxes = [patch for patch in axis.patches if isinstance(patch, FancyBboxPatch)]
    assert len(boxes) == 1 + 3 + 1
    with pytest.raises(ValueError, match="sometimes"):
        detection.pipelines({"a": [("net", "sometimes")]}, "t")
    with pytest.raises(ValueError, match="methods with steps"):
        detection.pipelines({"a": []}, "t")
