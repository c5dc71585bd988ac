"""Boxes and what detectors are scored by: IoU, suppression, average precision, kinds of error.

Boxes are corners x1, y1, x2, y2 in pixels, x to the right and y down. Detections of one picture are a triple
(boxes (N, 4), scores (N,), classes (N,)); truths a pair (boxes (M, 4), classes (M,)). Stage 4 derives all of it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..errors import CourseError

__all__ = [
    "COCO_THRESHOLDS",
    "KINDS",
    "average_precision",
    "error_kinds",
    "giou",
    "iou",
    "mean_average_precision",
    "nms",
    "precision_recall",
    "soft_nms",
    "to_centres",
    "to_corners",
]

COCO_THRESHOLDS = np.arange(0.5, 0.96, 0.05)
KINDS = ("correct", "localisation", "confusion", "double", "background")
Detections = tuple[np.ndarray, np.ndarray, np.ndarray]
Truths = tuple[np.ndarray, np.ndarray]


def to_centres(boxes: np.ndarray) -> np.ndarray:
    """The same boxes as centre x, centre y, width, height.

    Args:
        boxes: (…, 4) corners.
    Raises: CourseError where the last axis is not 4 or x2 < x1 or y2 < y1.
    """
    boxes = _corners(boxes)
    low, high = boxes[..., :2], boxes[..., 2:]
    return np.concatenate([(low + high) / 2, high - low], axis=-1)


def to_corners(boxes: np.ndarray) -> np.ndarray:
    """The same boxes as corners x1, y1, x2, y2.

    Args:
        boxes: (…, 4) centre x, centre y, width, height.
    Raises: CourseError where the last axis is not 4 or a width or height is negative.
    """
    boxes = _four(boxes)
    centre, size = boxes[..., :2], boxes[..., 2:]
    if (size < 0).any():
        raise CourseError("widths and heights must be 0 or more; are these corners x1, y1, x2, y2?")
    return np.concatenate([centre - size / 2, centre + size / 2], axis=-1)


def iou(boxes_a: np.ndarray, boxes_b: np.ndarray) -> np.ndarray:
    """Intersection over union of every pair of boxes.

    Args:
        boxes_a: (N, 4) float, corners x1, y1, x2, y2 in pixels.
        boxes_b: (M, 4) float, the same.
    Returns: (N, M) float in [0, 1]; 0 where both boxes have no area.
    Raises: CourseError where the last axis is not 4, x2 < x1 or y2 < y1.
    Derived in stage 4, "How much do two boxes agree?".
    """
    return _pairs(boxes_a, boxes_b)[0]


def giou(boxes_a: np.ndarray, boxes_b: np.ndarray) -> np.ndarray:
    """Generalised IoU of every pair: IoU less the empty part of the smallest box around both (Rezatofighi et al., 2019).

    Args and errors as in :func:`iou`.
    Returns: (N, M) float in [-1, 1]; unlike IoU it says how far apart two boxes are that do not touch.
    Derived in stage 4, "How much do two boxes agree?".
    """
    overlap, union, hull = _pairs(boxes_a, boxes_b)
    return overlap - np.divide(hull - union, hull, out=np.zeros_like(hull), where=hull > 0)


def _pairs(boxes_a, boxes_b) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """IoU, area of the union and of the smallest box around both, of every pair."""
    a, b = _corners(boxes_a, 2)[:, None], _corners(boxes_b, 2)[None]
    both = _area(np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:]))
    union = _area(a[..., :2], a[..., 2:]) + _area(b[..., :2], b[..., 2:]) - both
    hull = _area(np.minimum(a[..., :2], b[..., :2]), np.maximum(a[..., 2:], b[..., 2:]))
    # Rounding may lift the quotient of two equal boxes above 1.
    return np.minimum(np.divide(both, union, out=np.zeros_like(both), where=union > 0), 1.0), union, hull


def _area(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return np.maximum(high - low, 0).prod(axis=-1)


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
    boxes, scores, classes = _scored(boxes, scores, classes, threshold)
    order = np.argsort(-scores, kind="stable")
    overlaps = iou(boxes, boxes)
    overlaps[classes[:, None] != classes[None]] = 0
    kept = []
    while len(order):
        best, rest = order[0], order[1:]
        kept.append(best)
        order = rest[overlaps[best, rest] <= threshold]
    return np.array(kept, dtype="int64")


def soft_nms(
    boxes: np.ndarray, scores: np.ndarray, sigma: float = 0.5, least: float = 0.001
) -> tuple[np.ndarray, np.ndarray]:
    """Soft suppression (Bodla et al., 2017): a box that overlaps a better one loses score instead of being removed.

    Each time the best of the rest is taken, the scores of the others are multiplied by exp(-IoU² / sigma).

    Args:
        boxes: (N, 4) corners, of one class.
        scores: (N,), 0 or more.
        sigma: how mild it is, above 0.
        least: boxes whose score falls below it are dropped.
    Returns: (K,) int64 numbers in the order taken, and (K,) their new scores.
    Raises: CourseError where lengths differ or sigma is not positive.
    Derived in stage 4, "One object, one box".
    """
    boxes, scores, _ = _scored(boxes, scores, None, 0.5)
    if sigma <= 0:
        raise CourseError(f"sigma must be above 0; got {sigma!r}")
    overlaps, scores = iou(boxes, boxes), scores.copy()
    left, kept, found = np.arange(len(boxes)), [], []
    while len(left := left[scores[left] >= least]):
        best = left[np.argmax(scores[left])]
        kept.append(best)
        found.append(scores[best])
        left = left[left != best]
        scores[left] *= np.exp(-(overlaps[best, left] ** 2) / sigma)
    return np.array(kept, dtype="int64"), np.array(found, dtype="float64")


class Ranked(NamedTuple):
    """The detections of one class in all pictures, best first: precision and recall down to each of them.

    Attributes:
        scores: (N,) falling.
        hit: (N,) bool, whether it found an object that no better one had found.
        precision: (N,) part of the detections so far that hit.
        recall: (N,) part of the objects found so far.
    """

    scores: np.ndarray
    hit: np.ndarray
    precision: np.ndarray
    recall: np.ndarray


def precision_recall(
    detections: Sequence[Detections], truths: Sequence[Truths], label: int, threshold: float = 0.5
) -> Ranked:
    """Precision and recall of one class as more and more detections are taken, best first.

    In each picture, from the highest score down, a detection hits the object of its class that it overlaps most, of those
    not yet found, if their IoU is at least the threshold. Only the best 100 of a picture and class count, as in COCO.

    Args:
        detections: for each picture boxes (N, 4), scores (N,), classes (N,).
        truths: for each picture boxes (M, 4), classes (M,).
        label: number of the class.
        threshold: IoU from which a box counts as found, above 0 to 1.
    Raises: CourseError where the numbers of pictures differ or there is no object of the class.
    Derived in stage 4, "Average precision".
    """
    if len(detections) != len(truths):
        raise CourseError(f"as many pictures are needed; got {len(detections)} and {len(truths)}")
    if not 0 < threshold <= 1:
        raise CourseError(f"the threshold must be above 0, at most 1; got {threshold!r}")
    scores, hits, objects = [], [], 0
    for (boxes, values, classes), (true_boxes, true_classes) in zip(detections, truths, strict=True):
        wanted = np.asarray(true_boxes, dtype="float64").reshape(-1, 4)[np.asarray(true_classes) == label]
        chosen = np.flatnonzero(np.asarray(classes) == label)
        chosen = chosen[np.argsort(-np.asarray(values)[chosen], kind="stable")][:100]
        found = np.asarray(boxes, dtype="float64").reshape(-1, 4)[chosen]
        objects += len(wanted)
        scores.append(np.asarray(values, dtype="float64")[chosen])
        hits.append(_matched(iou(found, wanted), threshold) >= 0)
    if not objects:
        raise CourseError(f"no picture shows an object of class {label}")
    scores, hits = np.concatenate(scores), np.concatenate(hits)
    order = np.argsort(-scores, kind="stable")
    scores, hits = scores[order], hits[order]
    found = np.cumsum(hits)
    return Ranked(scores, hits, found / np.arange(1, len(hits) + 1), found / objects)


def _matched(overlaps: np.ndarray, threshold: float) -> np.ndarray:
    """For each row (detections, best first) the column of the truth that it takes, -1 for none."""
    free, taken = np.ones(overlaps.shape[1], dtype=bool), np.full(len(overlaps), -1)
    for row, values in enumerate(overlaps):
        values = np.where(free, values, -1.0)
        if values.size and values.max() >= min(threshold, 1 - 1e-10):
            taken[row] = np.argmax(values)
            free[taken[row]] = False
    return taken


def average_precision(
    detections: Sequence[Detections], truths: Sequence[Truths], label: int, threshold: float = 0.5, points: str = "coco"
) -> float:
    """Average precision of one class: the area under its precision–recall curve, precision made falling first.

    Args:
        detections, truths, label, threshold: as in :func:`precision_recall`.
        points: "coco": mean precision at recall 0, 0.01, …, 1; "voc": the exact area (Pascal VOC since 2010);
            "voc2007": at recall 0, 0.1, …, 1.
    Returns: 0 to 1.
    Raises: CourseError as there, or for other points.
    Derived in stage 4, "Average precision".
    """
    if points not in ("coco", "voc", "voc2007"):
        raise CourseError(f"points must be 'coco', 'voc' or 'voc2007'; got {points!r}")
    ranked = precision_recall(detections, truths, label, threshold)
    if not len(ranked.hit):
        return 0.0
    best = np.maximum.accumulate(ranked.precision[::-1])[::-1]  # the best precision at this recall or more
    if points == "voc":
        return float(np.sum(best * np.diff(ranked.recall, prepend=0.0)))
    # COCO's program compares as the numbers come; the eleven points are met by 3 hits of 10 although 0.3 rounds down.
    at = np.linspace(0, 1, 101) if points == "coco" else np.linspace(0, 1, 11) - 1e-9
    places = np.searchsorted(ranked.recall, at, side="left")
    return float(np.mean(np.append(best, 0.0)[places]))


def mean_average_precision(
    detections: Sequence[Detections], truths: Sequence[Truths], classes: int
) -> dict[str, float]:
    """COCO's three scores, means over the classes that occur: ``AP`` (IoU 0.50 to 0.95), ``AP50``, ``AP75``.

    Args:
        detections, truths: as in :func:`precision_recall`.
        classes: how many there are.
    Raises: CourseError as there, or without any object.
    Derived in stage 4, "Average precision".
    """
    there = set(np.concatenate([np.asarray(c, dtype=int).reshape(-1) for _, c in truths]).tolist())
    labels = [label for label in range(classes) if label in there]
    if not labels:
        raise CourseError("no picture shows an object")
    table = np.array(
        [[average_precision(detections, truths, label, t) for t in COCO_THRESHOLDS] for label in labels]
    ).mean(axis=0)
    return {"AP": float(table.mean()), "AP50": float(table[0]), "AP75": float(table[5])}


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


def error_kinds(
    detections: Sequence[Detections], truths: Sequence[Truths], threshold: float = 0.5, near: float = 0.1
) -> Errors:
    """What each detection is: correct, badly placed, of the wrong class, a second one, or nothing at all.

    After D. Hoiem, Y. Chodpathumwan and Q. Dai (2012). ``correct``: takes an object of its class as in
    :func:`precision_recall`. Of the rest, by the greatest IoU with any object: ``double`` where it is at least the threshold and the class
    right; ``confusion`` where the class is wrong; ``localisation`` where IoU is at least ``near`` with an object of its
    class; else ``background``.

    Args:
        detections, truths: as in :func:`precision_recall`; leave out those of low score first.
        threshold: IoU of a correct box.
        near: IoU from which a box means an object at all.
    Raises: CourseError where the numbers of pictures differ.
    """
    if len(detections) != len(truths):
        raise CourseError(f"as many pictures are needed; got {len(detections)} and {len(truths)}")
    all_kinds, all_found = [], []
    for (boxes, scores, classes), (true_boxes, true_classes) in zip(detections, truths, strict=True):
        overlaps = iou(np.reshape(boxes, (-1, 4)), np.reshape(true_boxes, (-1, 4)))
        same = np.asarray(classes)[:, None] == np.asarray(true_classes)[None]
        order = np.argsort(-np.asarray(scores), kind="stable")
        taken = np.full(len(order), -1)
        taken[order] = _matched(np.where(same, overlaps, -1.0)[order], threshold)
        kinds = np.full(len(order), "background", dtype=object)
        if overlaps.shape[1]:
            own, other = np.where(same, overlaps, 0).max(axis=1), np.where(same, 0, overlaps).max(axis=1)
            kinds[(own >= near)] = "localisation"
            kinds[(own >= threshold)] = "double"
            kinds[(other >= threshold) & (own < threshold)] = "confusion"
        kinds[taken >= 0] = "correct"
        all_kinds.append(kinds.astype(str))
        all_found.append(np.isin(np.arange(len(true_boxes)), taken))
    every = np.concatenate(all_kinds) if all_kinds else np.array([], dtype=str)
    counts = {kind: int((every == kind).sum()) for kind in KINDS}
    counts["missed"] = int(sum((~found).sum() for found in all_found))
    return Errors(all_kinds, all_found, counts)


def _four(boxes) -> np.ndarray:
    boxes = np.asarray(boxes, dtype="float64")
    if not boxes.ndim or boxes.shape[-1] != 4:
        raise CourseError(f"boxes need four numbers along the last axis; got the shape {boxes.shape}")
    return boxes


def _corners(boxes, axes: int | None = None) -> np.ndarray:
    boxes = _four(boxes)
    if axes and boxes.ndim != axes:
        raise CourseError(f"boxes must be a table (N, 4); got the shape {boxes.shape}")
    if (boxes[..., 2:] < boxes[..., :2]).any():
        raise CourseError("a box has x2 < x1 or y2 < y1; are these centre, width and height? to_corners converts them")
    return boxes


def _scored(boxes, scores, classes, threshold) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    boxes, scores = _corners(boxes, 2), np.asarray(scores, dtype="float64")
    classes = np.zeros(len(boxes), dtype=int) if classes is None else np.asarray(classes)
    if scores.shape != (len(boxes),) or classes.shape != scores.shape:
        raise CourseError(
            f"one score and class a box are needed; got {len(boxes)} boxes, scores {scores.shape}, classes {classes.shape}"
        )
    if not 0 <= threshold <= 1:
        raise CourseError(f"the threshold must be 0 to 1; got {threshold!r}")
    return boxes, scores, classes
