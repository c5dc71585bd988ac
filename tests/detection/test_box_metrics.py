"""Boxes: laws that hold for any, answers worked out on paper, and what the reference refuses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.detection import box_metrics as B

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


def test_iou_on_paper():
    assert B.iou(*PAPER)[0, 0] == pytest.approx(6 / 26)
    assert B.iou(np.zeros((1, 4)), np.zeros((1, 4)))[0, 0] == 0


def test_iou_refuses_what_is_no_table_of_corners():
    with pytest.raises(ValueError, match="four numbers"):
        B.iou(np.zeros((2, 3)), PAPER[0])
    with pytest.raises(ValueError, match="x2 < x1"):
        B.iou(np.array([[5.0, 1, 1, 2]]), PAPER[0])
    with pytest.raises(ValueError, match="table"):
        B.iou(np.zeros(4), PAPER[0])


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


def test_kinds_of_error():
    truths = [(np.array([[0.0, 0, 10, 10], [20, 0, 30, 10], [50, 50, 60, 60]]), np.array([0, 1, 0]))]
    boxes = np.array([[0.0, 0, 10, 10], [0, 0, 10, 11], [20, 0, 30, 10], [55, 50, 65, 60], [80, 80, 90, 90]])
    found = B.error_kinds([(boxes, np.array([0.9, 0.8, 0.7, 0.6, 0.5]), np.zeros(5, int))], truths)
    assert found.kinds[0].tolist() == ["correct", "double", "confusion", "localisation", "background"]
    assert found.found[0].tolist() == [True, False, False]
    assert found.counts["missed"] == 2
    with pytest.raises(ValueError, match="as many pictures"):
        B.error_kinds([], truths)
    nothing = B.error_kinds([(np.zeros((0, 4)), np.zeros(0), np.zeros(0))], truths)
    assert nothing.counts == dict.fromkeys(B.KINDS, 0) | {"missed": 3}
    empty = (np.zeros((0, 4)), np.zeros(0))
    assert B.error_kinds([(boxes, np.ones(5), np.zeros(5, int))], [empty]).counts["background"] == 5


def test_the_reference_refuses_what_it_cannot_score():
    detections, truths = B.random_detections(3, 2)
    with pytest.raises(ValueError, match="as many"):
        B.official_scores(detections[:2], truths, 2)
    with pytest.raises(ValueError, match="no detection"):
        B.official_scores([(np.zeros((0, 4)), [], [])] * 3, truths, 2)
    with pytest.raises(ValueError, match="1 or more"):
        B.random_detections(0)
