"""Where could an object be? Windows at regular places, selective search, and what a list of proposals is worth.

Boxes are corners x1, y1, x2, y2 in pixels, float64. Stage 4, "Two stages", uses all of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import CourseError
from .box_metrics import iou
from .networks import RoIAlign

__all__ = [
    "Region",
    "label_proposals",
    "merge_regions",
    "recall",
    "segment",
    "selective_search",
    "sliding_windows",
    "warp",
]

SCALES = (10.0, 40.0, 120.0)  # of selective search's segmentations
BINS = 12  # of each channel's colour histogram
DIRECTIONS = 8  # of each channel's texture histogram


@dataclass(frozen=True, eq=False)
class Region:
    """A connected part of an image.

    Attributes:
        box: (4,) the smallest box around it, pixels.
        size: its pixels.
        colour: (36,) share of its pixels in each of twelve bins of red, green and blue; sums to 1.
        texture: (24,) share of its gradients in each of eight directions of red, green and blue; sums to 1.
    """

    box: np.ndarray
    size: int
    colour: np.ndarray
    texture: np.ndarray

    def joined(self, other: "Region") -> "Region":
        """Both as one region; no pixel is looked at again."""
        low, high = np.minimum(self.box[:2], other.box[:2]), np.maximum(self.box[2:], other.box[2:])
        size = self.size + other.size
        share = self.size / size
        return Region(
            np.concatenate([low, high]),
            size,
            share * self.colour + (1 - share) * other.colour,
            share * self.texture + (1 - share) * other.texture,
        )


def segment(image: np.ndarray, scale: float) -> tuple[np.ndarray, list[Region], set[tuple[int, int]]]:
    """An image cut into regions of similar colour (Felzenszwalb and Huttenlocher, 2004).

    Args:
        image: (height, width, 3) float in [0, 1].
        scale: larger makes larger regions, positive.
    Returns: (height, width) int the number of each pixel's region; the regions; pairs (i, j), i < j, of neighbours.
    Raises: CourseError for another shape, values outside [0, 1], or a scale that is not positive.
    """
    from skimage.segmentation import felzenszwalb

    image = np.asarray(image, dtype="float64")
    if image.ndim != 3 or image.shape[-1] != 3 or not (image.min() >= 0 and image.max() <= 1):
        raise CourseError(f"an image (height, width, 3) in [0, 1] is needed; got the shape {image.shape}")
    if not scale > 0:
        raise CourseError(f"scale must be positive; got {scale!r}")
    labels = felzenszwalb(image, scale=scale, sigma=0.5, min_size=12)
    count = labels.max() + 1
    flat, size = labels.ravel(), np.bincount(labels.ravel())
    colour = _histograms(flat, (image.reshape(-1, 3) * BINS).astype(int).clip(0, BINS - 1), BINS, 1.0, count)
    down, right = np.gradient(image, axis=(0, 1))
    turn = (np.arctan2(down, right) / (2 * np.pi) % 1 * DIRECTIONS).astype(int) % DIRECTIONS
    strength = np.hypot(down, right).reshape(-1, 3) + 1e-6
    texture = _histograms(flat, turn.reshape(-1, 3), DIRECTIONS, strength, count)
    regions = []
    y, x = np.divmod(np.arange(flat.size), labels.shape[1])
    order = np.argsort(flat, kind="stable")
    for number, pixels in enumerate(np.split(order, np.cumsum(size)[:-1])):
        box = np.array([x[pixels].min(), y[pixels].min(), x[pixels].max() + 1, y[pixels].max() + 1], float)
        regions.append(Region(box, int(size[number]), colour[number], texture[number]))
    beside = np.concatenate(
        [
            np.stack([labels[:, :-1].ravel(), labels[:, 1:].ravel()], 1),
            np.stack([labels[:-1].ravel(), labels[1:].ravel()], 1),
        ]
    )
    beside = np.sort(beside[beside[:, 0] != beside[:, 1]], axis=1)
    return labels, regions, set(map(tuple, np.unique(beside, axis=0).tolist()))


def _histograms(flat, bins, count, weight, regions) -> np.ndarray:
    """(regions, 3 · count) shares of a region's weight that fall into each bin of each channel."""
    weight = np.broadcast_to(weight, bins.shape)
    places = (flat[:, None] * 3 + np.arange(3)) * count + bins
    table = np.bincount(places.ravel(), weight.ravel(), regions * 3 * count).reshape(regions, -1)
    return table / table.sum(axis=1, keepdims=True)


def merge_regions(
    regions: Sequence[Region],
    neighbours: set[tuple[int, int]],
    area: int,
    alike: Callable[[Region, Region, int], float],
) -> tuple[list[Region], list[tuple[int, int]]]:
    """Join the two most similar neighbours, again and again, until one region is left.

    Args:
        regions: at the start.
        neighbours: pairs (i, j) of regions that touch.
        area: of the whole image, pixels.
        alike: how similar two regions are, given the image's area as well; the highest is joined first.
    Returns: all regions, the first ones and then each that came about, in this order; and the pair that was joined for
        each of the latter.
    """
    regions = list(regions)
    scores = {pair: alike(regions[pair[0]], regions[pair[1]], area) for pair in sorted(neighbours)}
    joined = []
    while scores:
        a, b = max(scores, key=scores.get)
        new = len(regions)
        regions.append(regions[a].joined(regions[b]))
        joined.append((a, b))
        touching = {i for pair in scores if a in pair or b in pair for i in pair} - {a, b}
        scores = {pair: score for pair, score in scores.items() if a not in pair and b not in pair}
        for other in sorted(touching):
            scores[other, new] = alike(regions[other], regions[new], area)
    return regions, joined


def selective_search(image: np.ndarray, alike: Callable[[Region, Region, int], float]) -> np.ndarray:
    """Proposals of selective search (Uijlings and others, 2013), (proposals, 4), the most promising first.

    The image is segmented at three scales, and every region that comes about on the way to a single one proposes its box. Order as
    in the paper: its place in the hierarchy, counted from the whole image down, times a random number, so that large
    regions come early but not all of them first. Equal boxes count once; boxes under 6 pixels a side are left out.

    Args:
        image: (height, width, 3) float in [0, 1].
        alike: how similar two regions are, as in :func:`merge_regions`; stage 4 derives the paper's.
    Raises: CourseError as in :func:`segment`.
    """
    rng = np.random.default_rng(0)
    boxes, ranks = [], []
    for scale in SCALES:
        labels, regions, neighbours = segment(image, scale)
        found, _ = merge_regions(regions, neighbours, labels.size, alike)
        boxes += [region.box for region in found]
        ranks.append(np.arange(len(found), 0, -1) * rng.random(len(found)))
    boxes = np.array(boxes)[np.argsort(np.concatenate(ranks), kind="stable")]
    boxes = boxes[((boxes[:, 2:] - boxes[:, :2]) >= 6).all(axis=1)]
    _, first = np.unique(boxes, axis=0, return_index=True)
    return boxes[np.sort(first)]


def sliding_windows(size: int, sides: Sequence[float], step: float, ratios: Sequence[float]) -> np.ndarray:
    """Windows at regular places, (windows, 4), all inside the image.

    Args:
        size: width and height of the image, pixels.
        sides: square roots of the windows' areas, pixels.
        step: between neighbouring windows, as a share of the window's side, positive.
        ratios: height over width, positive.
    Raises: CourseError for numbers out of range.
    """
    if size < 1 or not step > 0 or min(sides) <= 0 or min(ratios) <= 0:
        raise CourseError(f"size, sides, step and ratios must be positive; got {size}, {sides}, {step}, {ratios}")
    boxes = []
    for side in sides:
        for ratio in ratios:
            w, h = side / ratio**0.5, side * ratio**0.5
            if max(w, h) > size:
                continue
            columns = np.linspace(0, size - w, 1 + round((size - w) / (step * w)))
            rows = np.linspace(0, size - h, 1 + round((size - h) / (step * h)))
            x, y = (grid.ravel() for grid in np.meshgrid(columns, rows))
            boxes.append(np.stack([x, y, x + w, y + h], axis=1))
    if not boxes:
        raise CourseError(f"no window of sides {list(sides)} fits into {size} pixels")
    return np.concatenate(boxes)


def recall(
    proposals: Sequence[np.ndarray], truths: Sequence[tuple[np.ndarray, np.ndarray]], count: int | None = None
) -> float:
    """Share of the objects for which one of an image's first ``count`` proposals has an IoU of at least 0.5.

    Args:
        proposals: (proposals, 4) for each image, the most promising first.
        truths: for each image its boxes (objects, 4) and their classes.
        count: how many proposals of an image are looked at; None for all.
    Raises: CourseError where the lengths differ or there is no object.
    """
    if len(proposals) != len(truths):
        raise CourseError(f"as many lists of proposals as images are needed; got {len(proposals)} and {len(truths)}")
    found = []
    for boxes, (wanted, _) in zip(proposals, truths, strict=True):
        if len(wanted):
            best = iou(np.asarray(boxes)[:count], wanted).max(axis=0, initial=0.0)
            found.append(best >= 0.5)
    if not found:
        raise CourseError("there is no object in any image, so recall means nothing")
    return float(np.concatenate(found).mean())


def label_proposals(boxes: np.ndarray, truth: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """What each proposal shows: (boxes,) int64 its class, or −1 for background, or −2 in between; (boxes, 4) the object.

    It shows the object with which its IoU is highest, and at least 0.5; background where every IoU is below 0.3.

    Args:
        boxes: (boxes, 4) proposals.
        truth: boxes (objects, 4) and classes (objects,) of the image, at least one.
    Raises: CourseError without an object.
    """
    wanted, classes = truth
    if not len(wanted):
        raise CourseError("an object is needed; the image shows none")
    table = iou(boxes, wanted)
    nearest, best = table.argmax(axis=1), table.max(axis=1)
    labels = np.where(best >= 0.5, np.asarray(classes)[nearest], np.where(best < 0.3, -1, -2))
    return labels.astype("int64"), np.asarray(wanted, dtype="float64")[nearest]


def warp(image: np.ndarray, boxes: np.ndarray, size: int) -> np.ndarray:
    """Each box of an image, stretched to ``size`` × ``size`` pixels: (boxes, size, size, channels) float32.

    Interpolated linearly between the centres of pixels; beyond the outermost centres the nearest pixel counts.

    Args:
        image: (height, width, channels).
        boxes: (boxes, 4), of positive width and height.
        size: at least 1.
    Raises: CourseError for other shapes or empty boxes.
    """
    image, boxes = np.asarray(image, dtype="float32"), np.asarray(boxes, dtype="float32")
    if image.ndim != 3 or boxes.ndim != 2 or boxes.shape[1] != 4 or size < 1:
        raise CourseError(
            f"image (height, width, channels), boxes (n, 4) and a size are needed; got {image.shape}, {boxes.shape}, {size}"
        )
    if not (boxes[:, 2:] > boxes[:, :2]).all():
        raise CourseError("each box must have a positive width and height")
    # One sample in the middle of each pixel of the crop.
    return np.asarray(RoIAlign(size, stride=1, samples=1)(image[None], boxes[None]))[0]
