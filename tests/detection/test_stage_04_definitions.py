"""What stage 4 teaches and what the package holds are the same: the definitions are taken out of the notebook and compared."""

import keras
import numpy as np
import pytest

from course_utils.detection import boxes as B
from course_utils.detection import coco, yolo
from course_utils.detection.scenes import CLASSES, scenes
from course_utils.stages import find
from course_utils.tools.definitions import selected

WANTED = {
    "to_centres", "to_corners", "area", "iou", "giou", "nms", "soft_nms", "match", "precision_recall",
    "average_precision", "coco_scores", "cell_targets", "overlap_of", "yolo_terms", "decode_cells",
}  # fmt: skip


@pytest.fixture(scope="module")
def taught():
    """The notebook's own functions, by name."""
    if not find(4).exists:
        pytest.skip("stage 4's notebook is not there")
    space = {"np": np, "keras": keras, "ops": keras.ops, "GRID": 8, "BOXES": 2, "KINDS": len(CLASSES)}
    return selected(4, WANTED, space)


def crowd(seed, count=40):
    rng = np.random.default_rng(seed)
    low = rng.uniform(0, 40, (count, 2))
    return np.hstack([low, low + rng.uniform(5, 30, (count, 2))]), rng.random(count)


@pytest.mark.parametrize("seed", range(3))
def test_boxes(taught, seed):
    a, scores = crowd(seed)
    b, _ = crowd(seed + 10, 25)
    np.testing.assert_allclose(taught["to_centres"](a), B.to_centres(a))
    np.testing.assert_allclose(taught["to_corners"](B.to_centres(a)), a)
    np.testing.assert_allclose(taught["iou"](a, b), B.iou(a, b), atol=1e-9)
    np.testing.assert_allclose(taught["giou"](a, b), B.giou(a, b), atol=1e-9)
    assert taught["nms"](a, scores, 0.4).tolist() == B.nms(a, scores, 0.4).tolist()
    for ours, theirs in zip(taught["soft_nms"](a, scores), B.soft_nms(a, scores), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_average_precision(taught, seed):
    detections, truths = coco.random_detections(20, 3, seed)
    ours, theirs = (taught["coco_scores"](detections, truths, 3), B.mean_average_precision(detections, truths, 3))
    assert ours == pytest.approx(theirs, abs=1e-9)


def test_yolo(taught):
    some = scenes(12, seed=5)
    truth = yolo.targets(some.boxes, some.classes, some.mask, len(CLASSES))
    np.testing.assert_allclose([taught["cell_targets"](*entry) for entry in some.truths()], truth, atol=1e-6)
    said = np.random.default_rng(0).uniform(0, 1, (12, 8, 8, 18)).astype("float32")
    ours, theirs = taught["yolo_terms"](truth, said), yolo.loss_terms(truth, said)
    for name in yolo.TERMS:
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-5)
    for entry, picture in zip(yolo.decode(said, len(CLASSES), least=0.4), said, strict=True):
        mine = taught["decode_cells"](picture, 0.4)
        order, own = np.lexsort((mine[2], mine[1])), np.lexsort((entry[2], entry[1]))
        for a, b in zip(mine, entry, strict=True):
            np.testing.assert_allclose(a[order], b[own], atol=1e-4)
