"""What stage 4 teaches about boxes and scores, taken out of the notebook: laws, Keras, the package, pycocotools, loops."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.detection import box_metrics as B
from course_utils.makers.stage_04 import taught

NUMBER = st.floats(-100, 100, allow_nan=False, width=32)
SIDE = st.floats(0.125, 100, allow_nan=False, width=32)
BOX = st.tuples(NUMBER, NUMBER, SIDE, SIDE).map(lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3]))
TABLE = st.lists(BOX, min_size=1, max_size=6).map(lambda rows: np.array(rows, dtype="float64"))
STAGE = SimpleNamespace(**taught())


def crowd(seed, count=40):
    rng = np.random.default_rng(seed)
    low = rng.uniform(0, 40, (count, 2))
    return np.hstack([low, low + rng.uniform(5, 30, (count, 2))]), rng.random(count)


@given(TABLE)
@settings(deadline=None)
def test_formats_there_and_back(boxes):
    np.testing.assert_allclose(STAGE.to_corners(STAGE.to_centres(boxes)), boxes, atol=1e-9)


def test_formats_are_those_of_keras():
    boxes, _ = crowd(0)
    theirs = keras.utils.bounding_boxes.convert_format(boxes, "xyxy", "center_xywh")
    np.testing.assert_allclose(STAGE.to_centres(boxes), theirs, atol=1e-4)


@given(TABLE, TABLE)
@settings(deadline=None)
def test_giou_is_symmetric_and_at_most_iou(a, b):
    general = STAGE.giou(a, b)
    assert (general <= STAGE.iou(a, b) + 1e-9).all()
    assert (general >= -1 - 1e-9).all()
    np.testing.assert_allclose(general, STAGE.giou(b, a).T, atol=1e-9)


def test_giou_on_paper():
    general = STAGE.giou(np.array([[1.0, 1, 5, 5]]), np.array([[3.0, 2, 7, 6]]))
    assert general[0, 0] == pytest.approx(6 / 26 - (30 - 26) / 30)  # the box around both is 6 by 5


@pytest.mark.parametrize("seed", range(3))
def test_iou_and_nms_are_the_package_s(seed):
    a, scores = crowd(seed)
    b, _ = crowd(seed + 10, 25)
    np.testing.assert_allclose(STAGE.iou(a, b), B.iou(a, b), atol=1e-9)
    for threshold in (0.1, 0.4, 0.7):
        assert STAGE.nms(a, scores, threshold).tolist() == B.nms(a, scores, threshold).tolist()


def test_soft_nms_lowers_scores_and_drops_what_falls_below_the_least():
    boxes = np.array([[10.0, 10, 30, 40], [15, 10, 35, 40], [42, 10, 60, 40]])
    order, scores = STAGE.soft_nms(boxes, np.array([0.95, 0.9, 0.5]))
    assert order.tolist() == [0, 2, 1]
    np.testing.assert_allclose(scores, [0.95, 0.5, 0.9 * np.exp(-0.72)], atol=1e-9)
    assert STAGE.soft_nms(boxes, np.array([0.95, 0.9, 0.5]), least=0.45)[0].tolist() == [0, 2]
    assert STAGE.soft_nms(boxes, np.array([0.95, 0.9, 0.5]), sigma=1e-6)[0].tolist() == [0, 2]


@pytest.mark.parametrize("seed", range(5))
def test_average_precision_is_that_of_pycocotools(seed):
    detections, truths = B.random_detections(pictures=25, kinds=3, seed=seed)
    official = B.official_scores(detections, truths, 3)
    assert STAGE.coco_scores(detections, truths, 3) == pytest.approx(official, abs=1e-6)


def test_average_precision_on_paper():
    objects = [(np.array([[0.0, 0, 10, 10], [20, 0, 30, 10]]), np.array([0, 0]))]
    boxes = np.array([[0.0, 0, 10, 11], [40, 0, 50, 10], [20, 0, 30, 10]])
    found = [(boxes, np.array([0.9, 0.8, 0.7]), np.zeros(3))]
    curve = STAGE.precision_recall(found, objects, 0)
    assert STAGE.average_precision(*curve) == pytest.approx((51 + 50 * 2 / 3) / 101)
    nothing = [(np.zeros((0, 4)), np.zeros(0), np.zeros(0))]
    assert STAGE.average_precision(*STAGE.precision_recall(nothing, objects, 0)) == 0
    assert STAGE.coco_scores(nothing, objects, 1) == {"AP": 0, "AP50": 0, "AP75": 0}
    with pytest.raises(ValueError, match="zip"):
        STAGE.precision_recall(found, [], 0)
