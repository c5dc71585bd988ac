"""Boxes in NumPy: IoU, non-maximum suppression, what a detector gets wrong, and the official program of COCO as a reference.

Boxes are corners x1, y1, x2, y2 in pixels, x to the right and y down. Detections of one picture are a triple
(boxes (N, 4), scores (N,), classes (N,)); truths a pair (boxes (M, 4), classes (M,)). Stage 4 derives all of it, and
average precision as well.
"""

from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from typing import NamedTuple

import numpy as np

from ..errors import CourseError

__all__ = ["Errors", "error_kinds", "iou", "nms", "official_scores", "random_detections"]

KINDS = ("correct", "localisation", "confusion", "double", "background")
FOUND, NEAR = 0.5, 0.1  # the IoU of a correct box, and that from which a box means an object at all
Detections = tuple[np.ndarray, np.ndarray, np.ndarray]
Truths = tuple[np.ndarray, np.ndarray]


def iou(boxes_a: np.ndarray, boxes_b: np.ndarray) -> np.ndarray:
    """Intersection over union of every pair of boxes.

    Args:
        boxes_a: (N, 4) float, corners x1, y1, x2, y2 in pixels.
        boxes_b: (M, 4) float, the same.
    Returns: (N, M) float in [0, 1]; 0 where both boxes have no area.
    Raises: CourseError where the last axis is not 4, x2 < x1 or y2 < y1.
    Example: ``iou([[1, 1, 5, 5]], [[3, 2, 7, 6]])`` is ``[[0.2307…]]``: 6 pixels of 26.
    Derived in stage 4, "How much do two boxes agree?".
    """
    a, b = _corners(boxes_a)[:, None], _corners(boxes_b)[None]
    both = _area(np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:]))
    union = _area(a[..., :2], a[..., 2:]) + _area(b[..., :2], b[..., 2:]) - both
    # Rounding may lift the quotient of two equal boxes above 1.
    return np.minimum(np.divide(both, union, out=np.zeros_like(both), where=union > 0), 1.0)


def _area(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return np.maximum(high - low, 0).prod(axis=-1)


def _corners(boxes) -> np.ndarray:
    boxes = np.asarray(boxes, dtype="float64")
    if boxes.ndim != 2 or boxes.shape[-1] != 4:
        raise CourseError(f"boxes must be a table (N, 4), four numbers each; got the shape {boxes.shape}")
    if (boxes[..., 2:] < boxes[..., :2]).any():
        raise CourseError("a box has x2 < x1 or y2 < y1; are these centre, width and height?")
    return boxes


def nms(boxes: np.ndarray, scores: np.ndarray, threshold: float = 0.5, classes: np.ndarray | None = None) -> np.ndarray:
    """The detections that non-maximum suppression keeps: best first, each removes those that overlap it too much.

    Args:
        boxes: (N, 4) corners.
        scores: (N,).
        threshold: a box is removed where its IoU with a better, kept one is above this; 0 to 1.
        classes: (N,) only boxes of the same class remove each other; None: all do.
    Returns: (K,) int64 numbers of the kept, highest score first (ties: the earlier one first).
    Raises: CourseError where lengths differ or the threshold is out of range.
    Derived in stage 4, "One object, one box".
    """
    overlaps, scores = iou(boxes, boxes), np.asarray(scores, dtype="float64")
    classes = np.zeros(len(overlaps), dtype=int) if classes is None else np.asarray(classes)
    if not scores.shape == classes.shape == (len(overlaps),):
        raise CourseError(
            f"one score and class a box are needed; got {len(overlaps)} boxes, scores {scores.shape}, classes {classes.shape}"
        )
    if not 0 <= threshold <= 1:
        raise CourseError(f"the threshold must be 0 to 1; got {threshold!r}")
    order = np.argsort(-scores, kind="stable")
    overlaps[classes[:, None] != classes[None]] = 0
    kept = []
    while len(order):
        best, rest = order[0], order[1:]
        kept.append(best)
        order = rest[overlaps[best, rest] <= threshold]
    return np.array(kept, dtype="int64")


class Errors(NamedTuple):
    """What a detector did right and wrong in pictures.

    Attributes:
        kinds: for each picture (N,) names out of ``KINDS``, one for each detection, in the order given.
        found: for each picture (M,) bool, whether a correct detection found the object.
        counts: kind → detections; ``missed`` → objects that nothing found.
    """

    kinds: list[np.ndarray]
    found: list[np.ndarray]
    counts: dict[str, int]


def error_kinds(detections: Sequence[Detections], truths: Sequence[Truths]) -> Errors:
    """What each detection is: correct, badly placed, of the wrong class, a second one, or nothing at all.

    After D. Hoiem, Y. Chodpathumwan and Q. Dai (2012). From the highest score down, a detection is ``correct`` where it takes the
    object of its class that it overlaps most, of those not yet taken, with an IoU of 0.5 or more. Of the rest: ``double`` where
    it has that IoU with an object of its class; ``confusion`` where it has it with one of another class; ``localisation`` where
    it has at least 0.1 with one of its class; else ``background``.

    Args:
        detections: for each picture boxes (N, 4), scores (N,), classes (N,); leave out those of low score first.
        truths: for each picture boxes (M, 4), classes (M,).
    Raises: CourseError where the numbers of pictures differ.
    """
    if len(detections) != len(truths):
        raise CourseError(f"as many pictures are needed; got {len(detections)} and {len(truths)}")
    kinds, found = [], []
    for (boxes, scores, classes), (true_boxes, true_classes) in zip(detections, truths, strict=True):
        overlaps = iou(np.reshape(boxes, (-1, 4)), np.reshape(true_boxes, (-1, 4)))
        same = np.asarray(classes)[:, None] == np.asarray(true_classes)[None]
        own = np.where(same, overlaps, 0).max(axis=1, initial=0)
        other = np.where(same, 0, overlaps).max(axis=1, initial=0)
        kind = np.full(len(own), "background", dtype=object)
        kind[own >= NEAR] = "localisation"
        kind[(other >= FOUND) & (own < FOUND)] = "confusion"
        kind[own >= FOUND] = "double"
        free = np.ones(overlaps.shape[1], dtype=bool)
        for number in np.argsort(-np.asarray(scores), kind="stable"):
            left = np.where(free & same[number], overlaps[number], -1.0)
            if left.max(initial=-1.0) >= FOUND:
                free[np.argmax(left)] = False
                kind[number] = "correct"
        kinds.append(kind.astype(str))
        found.append(~free)
    names = np.concatenate([np.array([], dtype=str), *kinds])
    counts = {name: int((names == name).sum()) for name in KINDS}
    counts["missed"] = int(sum((~hit).sum() for hit in found))
    return Errors(kinds, found, counts)


def official_scores(detections: Sequence[Detections], truths: Sequence[Truths], kinds: int) -> dict[str, float]:
    """AP, AP50 and AP75 as ``pycocotools`` finds them.

    Args:
        detections: for each picture boxes (N, 4), scores (N,), classes (N,); corners in pixels.
        truths: for each picture boxes (M, 4), classes (M,).
        kinds: number of classes.
    Raises: CourseError where the numbers of pictures differ, or nothing was detected.
    """
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    if len(detections) != len(truths):
        raise CourseError(f"as many pictures are needed; got {len(detections)} and {len(truths)}")
    annotations = [
        {"image_id": number, "category_id": int(label) + 1, "bbox": _sides(box), "iscrowd": 0}
        for number, (boxes, classes) in enumerate(truths)
        for box, label in zip(boxes, classes, strict=True)
    ]
    for number, annotation in enumerate(annotations, 1):
        annotation |= {"id": number, "area": annotation["bbox"][2] * annotation["bbox"][3]}
    found = [
        {"image_id": number, "category_id": int(label) + 1, "bbox": _sides(box), "score": float(score)}
        for number, entry in enumerate(detections)
        for box, score, label in zip(*entry, strict=True)
    ]
    if not found:
        raise CourseError("there is no detection to score")
    with redirect_stdout(StringIO()):  # it prints a table
        truth = COCO()
        truth.dataset = {
            "info": {},
            "images": [{"id": number} for number in range(len(truths))],
            "annotations": annotations,
            "categories": [{"id": number + 1} for number in range(kinds)],
        }
        truth.createIndex()
        scored = COCOeval(truth, truth.loadRes(found), "bbox")
        scored.evaluate()
        scored.accumulate()
        scored.summarize()
    return {name: float(value) for name, value in zip(("AP", "AP50", "AP75"), scored.stats, strict=False)}


def _sides(box) -> list[float]:
    x1, y1, x2, y2 = (float(value) for value in box)
    return [x1, y1, x2 - x1, y2 - y1]


def random_detections(pictures: int = 30, kinds: int = 4, seed: int = 0) -> tuple[list[tuple], list[tuple]]:
    """Detections as a mediocre detector makes them, and the truths: shifted boxes, wrong classes, doubles, pictures without any.

    Args:
        pictures: how many, 1 or more.
        kinds: number of classes, 1 or more.
        seed: 0 or more.
    Returns: detections and truths as :func:`official_scores` takes them.
    Raises: CourseError for a number out of range.
    """
    if pictures < 1 or kinds < 1 or seed < 0:
        raise CourseError(f"pictures and kinds must be 1 or more, seed 0 or more; got {pictures}, {kinds}, {seed}")
    rng = np.random.default_rng(seed)
    detections, truths = [], []
    for _ in range(pictures):
        count = int(rng.integers(0, 6))
        low = rng.uniform(0, 50, (count, 2))
        boxes, classes = np.hstack([low, low + rng.uniform(5, 30, (count, 2))]), rng.integers(0, kinds, count)
        chosen = rng.integers(0, count, rng.integers(0, 10)) if count else np.zeros(0, dtype=int)
        shifted = boxes[chosen] + rng.normal(0, 1.5, (len(chosen), 4))
        shifted[:, 2:] = np.maximum(shifted[:, 2:], shifted[:, :2] + 1)
        named = np.where(rng.random(len(chosen)) < 0.8, classes[chosen], rng.integers(0, kinds, len(chosen)))
        detections.append((shifted, rng.random(len(chosen)), named))
        truths.append((boxes, classes))
    return detections, truths
