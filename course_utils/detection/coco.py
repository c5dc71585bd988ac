"""The official program of the COCO benchmark, as the reference for average precision, and random detections to try it on."""

from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO

import numpy as np

from ..errors import CourseError

__all__ = ["official_scores", "random_detections"]


def official_scores(detections: Sequence[tuple], truths: Sequence[tuple], kinds: int) -> dict[str, float]:
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
