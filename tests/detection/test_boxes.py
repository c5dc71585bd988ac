"""Boxes: laws that hold for any, answers worked out on paper, and pycocotools."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.detection import boxes as B
from course_utils.detection import coco

NUMBER = st.floats(-100, 100, allow_nan=False, width=32)
SIDE = st.floats(0, 100, allow_nan=False, width=32)
BOX = st.tuples(NUMBER, NUMBER, SIDE, SIDE).map(lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3]))
TABLE = st.lists(BOX, min_size=1, max_size=6).map(lambda rows: np.array(rows, dtype="float64"))
PAPER = np.array([[1.0, 1, 5, 5]]), np.array([[3.0, 2, 7, 6]])


def crowd(count, seed):
    rng = np.random.default_rng(seed)
    low = rng.uniform(0, 40, (count, 2))
    return (np.hstack([low, low + rng.uniform(5, 30, (count, 2))]), rng.random(count), rng.integers(0, 3, count))


@given(TABLE, TABLE)
@settings(deadline=None)
def test_iou_is_symmetric_and_between_0_and_1(a, b):
    overlaps = B.iou(a, b)
    assert overlaps.shape == (len(a), len(b))
    assert ((overlaps >= 0) & (overlaps <= 1)).all()
    np.testing.assert_allclose(overlaps, B.iou(b, a).T, atol=1e-12)


@given(TABLE, TABLE)
@settings(deadline=None)
def test_giou_is_symmetric_and_at_most_iou(a, b):
    general = B.giou(a, b)
    assert (general <= B.iou(a, b) + 1e-12).all()
    assert (general >= -1 - 1e-12).all()
    np.testing.assert_allclose(general, B.giou(b, a).T, atol=1e-9)


@given(TABLE)
@settings(deadline=None)
def test_formats_there_and_back(boxes):
    np.testing.assert_allclose(B.to_corners(B.to_centres(boxes)), boxes, atol=1e-9)


def test_iou_and_giou_on_paper():
    assert B.iou(*PAPER)[0, 0] == pytest.approx(6 / 26)
    assert B.giou(*PAPER)[0, 0] == pytest.approx(6 / 26 - (30 - 26) / 30)  # the box around both is 6 by 5
    assert B.iou(np.zeros((1, 4)), np.zeros((1, 4)))[0, 0] == 0


@pytest.mark.parametrize("function", [B.iou, B.giou])
def test_overlaps_refuse_what_is_no_table_of_corners(function):
    with pytest.raises(ValueError, match="four numbers"):
        function(np.zeros((2, 3)), PAPER[0])
    with pytest.raises(ValueError, match="x2 < x1"):
        function(np.array([[5.0, 1, 1, 2]]), PAPER[0])
    with pytest.raises(ValueError, match="table"):
        function(np.zeros(4), PAPER[0])
    with pytest.raises(ValueError, match="0 or more"):
        B.to_corners(np.array([1.0, 1, -1, 1]))


@pytest.mark.parametrize("threshold", [0.1, 0.3, 0.5, 0.7, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_nms_is_what_asking_each_box_gives(threshold, seed):
    boxes, scores, classes = crowd(40, seed)
    kept = []
    for number in np.argsort(-scores):
        rivals = [other for other in kept if classes[other] == classes[number]]
        if not rivals or B.iou(boxes[[number]], boxes[rivals]).max() <= threshold:
            kept.append(number)
    assert B.nms(boxes, scores, threshold, classes).tolist() == kept


def test_nms_of_nothing_and_of_bad_input():
    assert B.nms(np.zeros((0, 4)), np.zeros(0)).tolist() == []
    with pytest.raises(ValueError, match="one score"):
        B.nms(PAPER[0], np.zeros(2))
    with pytest.raises(ValueError, match="threshold"):
        B.nms(PAPER[0], np.zeros(1), 1.5)


def test_soft_nms_lowers_scores_and_drops_what_falls_below_the_least():
    boxes = np.array([[10.0, 10, 30, 40], [15, 10, 35, 40], [42, 10, 60, 40]])
    order, scores = B.soft_nms(boxes, np.array([0.95, 0.9, 0.5]))
    assert order.tolist() == [0, 2, 1]
    np.testing.assert_allclose(scores, [0.95, 0.5, 0.9 * np.exp(-0.72)], atol=1e-9)
    assert B.soft_nms(boxes, np.array([0.95, 0.9, 0.5]), least=0.45)[0].tolist() == [0, 2]
    hard = B.soft_nms(boxes, np.array([0.95, 0.9, 0.5]), sigma=1e-6)[0]
    assert hard.tolist() == [0, 2]
    with pytest.raises(ValueError, match="sigma"):
        B.soft_nms(boxes, np.ones(3), sigma=0)


@pytest.mark.parametrize("seed", range(5))
def test_average_precision_is_that_of_pycocotools(seed):
    detections, truths = coco.random_detections(pictures=25, kinds=3, seed=seed)
    ours, official = (B.mean_average_precision(detections, truths, 3), coco.official_scores(detections, truths, 3))
    assert ours == pytest.approx(official, abs=1e-6)


def test_average_precision_on_paper():
    objects = [(np.array([[0.0, 0, 10, 10], [20, 0, 30, 10]]), np.array([0, 0]))]
    said = [(np.array([[0.0, 0, 10, 11], [40, 0, 50, 10], [20, 0, 30, 10]]), np.array([0.9, 0.8, 0.7]), np.zeros(3))]
    assert B.average_precision(said, objects, 0, points="voc") == pytest.approx(5 / 6)
    assert B.average_precision(said, objects, 0, points="voc2007") == pytest.approx((6 + 5 * 2 / 3) / 11)
    assert B.average_precision(said, objects, 0) == pytest.approx((51 + 50 * 2 / 3) / 101)
    nothing = [(np.zeros((0, 4)), np.zeros(0), np.zeros(0))]
    assert B.average_precision(nothing, objects, 0) == 0
    for bad, words in (((said, objects, 1), "class 1"), ((said, [], 0), "as many pictures")):
        with pytest.raises(ValueError, match=words):
            B.average_precision(*bad)
    with pytest.raises(ValueError, match="points"):
        B.average_precision(said, objects, 0, points="all")


def test_kinds_of_error():
    truths = [(np.array([[0.0, 0, 10, 10], [20, 0, 30, 10], [50, 50, 60, 60]]), np.array([0, 1, 0]))]
    boxes = np.array([[0.0, 0, 10, 10], [0, 0, 10, 11], [20, 0, 30, 10], [55, 50, 65, 60], [80, 80, 90, 90]])
    found = B.error_kinds([(boxes, np.array([0.9, 0.8, 0.7, 0.6, 0.5]), np.zeros(5, int))], truths)
    assert found.kinds[0].tolist() == ["correct", "double", "confusion", "localisation", "background"]
    assert found.found[0].tolist() == [True, False, False]
    assert found.counts["missed"] == 2
    with pytest.raises(ValueError, match="as many pictures"):
        B.error_kinds([], truths)


def test_the_reference_refuses_what_it_cannot_score():
    detections, truths = coco.random_detections(3, 2)
    with pytest.raises(ValueError, match="as many"):
        coco.official_scores(detections[:2], truths, 2)
    with pytest.raises(ValueError, match="no detection"):
        coco.official_scores([(np.zeros((0, 4)), [], [])] * 3, truths, 2)
    with pytest.raises(ValueError, match="1 or more"):
        coco.random_detections(0)


def test_eleven_points_are_not_lost_to_rounding():
    """3 hits among 10 objects reach the recall 0.3, although linspace gives 0.30000000000000004."""
    spots = np.arange(10)[:, None] * 20 + np.array([0.0, 0, 10, 10])
    said = [(spots[:3], np.array([0.9, 0.8, 0.7]), np.zeros(3, int))]
    assert B.average_precision(said, [(spots, np.zeros(10, int))], 0, points="voc2007") == pytest.approx(4 / 11)
