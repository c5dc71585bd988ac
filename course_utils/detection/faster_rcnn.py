"""A compact Faster R-CNN (Ren and others, 2015): anchors, their targets, proposals, and a second look at each.

Boxes are (x1, y1, x2, y2) in pixels. Everything has a fixed size (so many anchors, so many proposals, so many sampled regions),
so that one graph serves all batches. Stage 4, "Two stages", derives each part.
"""

from collections.abc import Sequence

import numpy as np

from ..errors import CourseError
from ..quiet import keras
from .box_metrics import nms
from .networks import RoIAlign

__all__ = [
    "FasterRCNN",
    "anchor_targets",
    "decode",
    "detect",
    "encode",
    "make_anchors",
    "overlaps",
    "suppress",
    "to_detections",
]

ops = keras.ops
OBJECT, BACKGROUND = 0.6, 0.3  # IoU from which an anchor says object, below which it says background
LARGEST = 2.5  # t_w and t_h are cut off there when boxes are decoded: an untrained network's stay finite


def make_anchors(image_size: int, stride: int, sizes: Sequence[float], ratios: Sequence[float]) -> np.ndarray:
    """Boxes of every size and ratio around the centre of every cell, (cells · sizes · ratios, 4) float32, pixels.

    In the order of cells row by row, then sizes, then ratios; a box may stick out of the image. A box of size s and
    ratio r is s/√r wide and s·√r high: its area is s² whatever the ratio.

    Args:
        image_size: width and height of the image, pixels, a multiple of the stride.
        stride: pixels a cell.
        sizes: square roots of areas, pixels, positive.
        ratios: height over width, positive.
    Raises: CourseError for sizes that do not fit.
    """
    if image_size < 1 or stride < 1 or image_size % stride:
        raise CourseError(f"image_size must be a multiple of stride; got {image_size!r} and {stride!r}")
    sizes, ratios = np.asarray(sizes, dtype="float64"), np.asarray(ratios, dtype="float64")
    if not sizes.size or not ratios.size or min(sizes.min(), ratios.min()) <= 0:
        raise CourseError(f"sizes and ratios must be positive, at least one each; got {sizes} and {ratios}")
    centres = (np.arange(image_size // stride) + 0.5) * stride
    y, x = np.meshgrid(centres, centres, indexing="ij")
    width = (sizes[:, None] / np.sqrt(ratios)).ravel()
    height = (sizes[:, None] * np.sqrt(ratios)).ravel()
    x, y = x.reshape(-1, 1), y.reshape(-1, 1)
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    return boxes.reshape(-1, 4).astype("float32")


def encode(boxes, references):
    """The way from each reference to its box: (…, 4) t_x, t_y, t_w, t_h.

    t_x = (x − x_r) / w_r and t_y likewise for the centres; t_w = log(w / w_r), t_h = log(h / h_r) (Girshick, 2014).

    Args:
        boxes, references: (…, 4) float, of positive width and height; references may have fewer leading axes.
    """
    x, y, w, h = _centres(boxes)
    rx, ry, rw, rh = _centres(references)
    return ops.stack([(x - rx) / rw, (y - ry) / rh, ops.log(w / rw), ops.log(h / rh)], axis=-1)


def decode(steps, references):
    """The boxes that ``encode`` came from, at most e^2.5 times as wide and high as their references: (…, 4) corners.

    Args:
        steps: (…, 4) t_x, t_y, t_w, t_h.
        references: (…, 4) float, of positive width and height; may have fewer leading axes.
    """
    rx, ry, rw, rh = _centres(references)
    x, y = rx + steps[..., 0] * rw, ry + steps[..., 1] * rh
    half_w = rw * ops.exp(ops.minimum(steps[..., 2], LARGEST)) / 2
    half_h = rh * ops.exp(ops.minimum(steps[..., 3], LARGEST)) / 2
    return ops.stack([x - half_w, y - half_h, x + half_w, y + half_h], axis=-1)


def _centres(boxes):
    boxes = ops.convert_to_tensor(boxes)
    w, h = boxes[..., 2] - boxes[..., 0], boxes[..., 3] - boxes[..., 1]
    return boxes[..., 0] + w / 2, boxes[..., 1] + h / 2, w, h


def overlaps(a, b):
    """IoU of every pair, (…, n, m) in [0, 1], of boxes (…, n, 4) and (…, m, 4); 0 where a box has no area."""
    a, b = ops.convert_to_tensor(a)[..., :, None, :], ops.convert_to_tensor(b)[..., None, :, :]
    w = ops.minimum(a[..., 2], b[..., 2]) - ops.maximum(a[..., 0], b[..., 0])
    h = ops.minimum(a[..., 3], b[..., 3]) - ops.maximum(a[..., 1], b[..., 1])
    both = ops.maximum(w, 0) * ops.maximum(h, 0)
    areas = [(box[..., 2] - box[..., 0]) * (box[..., 3] - box[..., 1]) for box in (a, b)]
    return both / ops.maximum(areas[0] + areas[1] - both, 1e-9)


def anchor_targets(anchors, boxes, present):
    """What each anchor should say: labels (batch, anchors) float 1, 0 or −1, and steps (batch, anchors, 4).

    1 (an object) where the IoU with some box reaches 0.6, or where no anchor has more with that box; 0 (background)
    where the IoU with every box is below 0.3; −1 (does not count) in between. The steps lead to the box with the highest
    IoU; they are 0 where the label is not 1.

    Args:
        anchors: (anchors, 4) float.
        boxes: (batch, most, 4) float, padded.
        present: (batch, most) 1 for a box, 0 for padding.
    """
    anchors, present = ops.convert_to_tensor(anchors), ops.cast(present, "float32")
    iou = overlaps(anchors, boxes) * present[:, None, :]  # (batch, anchors, most)
    best = ops.max(iou, axis=-1)
    is_best = ops.logical_and(iou >= ops.max(iou, axis=1, keepdims=True) - 1e-6, iou > 0.05)
    positive = ops.logical_or(best >= OBJECT, ops.any(is_best, axis=-1))
    labels = ops.where(positive, 1.0, ops.where(best < BACKGROUND, 0.0, -1.0))
    matched = _take(boxes, ops.argmax(iou, axis=-1))
    return labels, ops.where(positive[..., None], encode(_never_empty(matched), anchors), 0.0)


def _never_empty(boxes):
    """The boxes, the padding among them one pixel wide and high, so that logarithms stay finite."""
    return ops.concatenate([boxes[..., :2], ops.maximum(boxes[..., 2:], boxes[..., :2] + 1)], axis=-1)


def _take(values, numbers):
    """Rows of each sample by number: values (batch, n, …), numbers (batch, m): (batch, m, …).

    With 32-bit indices: take_along_axis would use 64-bit ones, which TensorFlow comments on at each start.
    """
    batch, count = ops.shape(numbers)[0], values.shape[1]
    rows = ops.cast(numbers, "int32") + count * ops.arange(batch, dtype="int32")[:, None]
    return ops.take(ops.reshape(values, (-1, *values.shape[2:])), rows, axis=0)


def suppress(boxes, threshold: float):
    """Which boxes non-maximum suppression keeps, (batch, n) bool; the boxes come in falling order of their score.

    A box is kept if no box before it that is kept has an IoU above ``threshold`` with it. Repeating that sentence for all
    boxes at once until nothing changes gives what the greedy loop gives: after k rounds the first k verdicts are final.

    Args:
        boxes: (batch, n, 4) float.
        threshold: in [0, 1].
    """
    n = boxes.shape[1]
    earlier = np.tril(np.ones((n, n), dtype=bool), -1)  # [i, j]: j before i
    rivals = ops.cast(ops.logical_and(overlaps(boxes, boxes) > threshold, earlier), "float32")

    def changed(before, kept):
        return ops.any(ops.not_equal(before, kept))

    def again(_, kept):
        return kept, ops.cast(ops.matmul(rivals, kept) < 0.5, "float32")

    first = ops.ones_like(boxes[..., :1])
    _, kept = ops.while_loop(changed, again, (first - 1, first), maximum_iterations=n + 1)
    return kept[..., 0] > 0.5


class FasterRCNN(keras.Model):
    """A detector in two stages that share one backbone, about 190,000 parameters.

    Stage one, the region proposal network, says for each anchor whether it holds an object and how to move it. Stage two
    cuts the best proposals out of the same feature map (RoI align), names them and moves them once more.

    Called with images (batch, size, size, 3) float in [0, 1], it returns what both stages say, by name: "features", "rpn_logits",
    "rpn_steps", "proposals", "probabilities" and "boxes". Its targets are a dictionary: "boxes" (batch, most, 4) float pixels,
    "classes" (batch, most) int from 0, "present" (batch, most) 1 or 0. Its loss is the sum of four, which it also reports one by
    one: rpn_object, rpn_box, head_class and head_box; Keras' own ``fit`` trains it. :func:`detect` uses it.

    Args:
        classes: how many kinds of objects.
        image_size: width and height, pixels, a multiple of 8.
        sizes: of the anchors, as in :func:`make_anchors`.
        candidates: how many anchors, those most like objects, go into the suppression.
        proposals: how many regions of what it keeps stage two looks at.
        sampled: how many of them are trained on, half of them objects at most where there is a choice.
    """

    STRIDE, BINS = 8, 3
    RATIOS = (1.0, 1.6)  # of the anchors, height over width
    FILTERS, HIDDEN_UNITS = (24, 48, 64), 96  # of the backbone's three stages and of the head
    NMS = 0.7  # threshold of the suppression of proposals
    SCALE = (10.0, 10.0, 5.0, 5.0)  # of the head's steps, which are small

    def __init__(self, classes, image_size=64, sizes=(14, 20, 28), candidates=128, proposals=50, sampled=24, **options):
        super().__init__(**options)
        self.settings = {
            "classes": classes, "image_size": image_size, "sizes": tuple(sizes), "candidates": candidates,
            "proposals": proposals, "sampled": sampled,
        }  # fmt: skip
        self.classes, self.image_size = classes, image_size
        self.candidates, self.proposals, self.sampled = candidates, proposals, sampled
        self.anchors = make_anchors(image_size, self.STRIDE, sizes, self.RATIOS)
        layers = keras.layers
        per_cell, depth = len(sizes) * len(self.RATIOS), self.FILTERS[-1]
        self.backbone = keras.Sequential(name="backbone")
        for stage, count in enumerate(self.FILTERS):
            for place in range(1 if stage == 0 else 2):
                self.backbone.add(layers.Conv2D(count, 3, 2 if place == 0 else 1, "same", use_bias=False))
                self.backbone.add(layers.BatchNormalization(momentum=0.9))
                self.backbone.add(layers.ReLU())
        self.rpn = layers.Conv2D(depth, 3, padding="same", activation="relu", name="rpn")
        small = keras.initializers.RandomNormal(stddev=0.01)
        self.rpn_object = layers.Conv2D(per_cell, 1, kernel_initializer=small, name="rpn_object_logits")
        self.rpn_steps = layers.Conv2D(4 * per_cell, 1, kernel_initializer=small, name="rpn_steps")
        self.align = RoIAlign(self.BINS, self.STRIDE)
        self.hidden = layers.Dense(self.HIDDEN_UNITS, activation="relu", name="head")
        self.head_class = layers.Dense(classes + 1, name="head_class_logits")  # class 0 is the background
        self.head_steps = layers.Dense(4, kernel_initializer=small, name="head_steps")
        self.random = keras.random.SeedGenerator(0)
        names = ("rpn_object", "rpn_box", "head_class", "head_box")
        self.trackers = [keras.metrics.Mean(name=name) for name in names]
        cells = (None, image_size // self.STRIDE, image_size // self.STRIDE, depth)
        self.backbone.build((None, image_size, image_size, 3))
        for layer in (self.rpn, self.rpn_object, self.rpn_steps):
            layer.build(cells)
        self.hidden.build((None, None, self.BINS**2 * depth))
        for layer in (self.head_class, self.head_steps):
            layer.build((None, None, self.HIDDEN_UNITS))
        self.built = True

    def get_config(self):
        return self.settings

    def call(self, images, training=False):
        features = self.features(images, training)
        logits, steps = self.first_look(features)
        regions = self.propose(logits, steps)
        found = {"features": features, "rpn_logits": logits, "rpn_steps": steps, "proposals": regions}
        return found | self.second_look(features, regions)

    def features(self, images, training=False):
        """(batch, cells, cells, depth) the backbone's map."""
        return self.backbone(images, training=training)

    def first_look(self, features):
        """The region proposal network: (batch, anchors) logits of "an object", (batch, anchors, 4) steps."""
        shared = self.rpn(features)
        count = len(self.anchors)
        return (ops.reshape(self.rpn_object(shared), (-1, count)), ops.reshape(self.rpn_steps(shared), (-1, count, 4)))

    def propose(self, logits, steps):
        """The best regions after suppression, (batch, proposals, 4); what was suppressed fills up the end."""
        best, numbers = ops.top_k(ops.stop_gradient(logits), self.candidates)
        regions = decode(_take(ops.stop_gradient(steps), numbers), ops.take(self.anchors, numbers, axis=0))
        regions = _never_empty(ops.clip(regions, 0, self.image_size))
        kept = suppress(regions, self.NMS)
        _, order = ops.top_k(ops.where(kept, best, best - 1000.0), self.proposals)
        return ops.stop_gradient(_take(regions, order))

    def second_look(self, features, regions):
        """The head: "probabilities" (batch, regions, 1 + classes), background first, and "boxes" (batch, regions, 4)."""
        logits, steps = self._head(features, regions)
        boxes = ops.clip(decode(steps / ops.array(self.SCALE), regions), 0, self.image_size)
        return {"probabilities": ops.softmax(logits), "boxes": boxes}

    def _head(self, features, regions):
        pooled = self.align(features, regions)
        hidden = self.hidden(ops.reshape(pooled, (-1, regions.shape[1], self.BINS**2 * features.shape[-1])))
        return self.head_class(hidden), self.head_steps(hidden)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """The sum of the four losses; Keras calls it in each training step."""
        present = ops.cast(y["present"], "float32")
        losses = [
            *self._rpn_losses(y_pred["rpn_logits"], y_pred["rpn_steps"], y["boxes"], present),
            *self._head_losses(y_pred["features"], y_pred["proposals"], y["boxes"], y["classes"], present),
        ]
        for tracker, loss in zip(self.trackers, losses, strict=True):
            tracker.update_state(loss)
        return sum(losses)

    def _rpn_losses(self, logits, steps, boxes, present, per_object=3):
        """Of all objects' anchors, and of three times as many of the background, drawn by lot."""
        labels, wanted = anchor_targets(self.anchors, boxes, present)
        positive = ops.cast(labels == 1, "float32")
        lot = keras.random.uniform(ops.shape(labels), seed=self.random)
        background = ops.cast(labels == 0, "float32")
        share = (per_object * ops.sum(positive) + 1) / ops.maximum(ops.sum(background), 1.0)
        drawn = background * ops.cast(lot < share, "float32")
        each = ops.maximum(logits, 0) - logits * positive + ops.log1p(ops.exp(-ops.abs(logits)))
        counted = positive + drawn
        object_loss = ops.sum(each * counted) / ops.maximum(ops.sum(counted), 1.0)
        far = ops.sum(_smooth(5 * (steps - wanted)), axis=-1)
        return object_loss, ops.sum(far * positive) / ops.maximum(ops.sum(positive), 1.0) / 4

    def _head_losses(self, features, regions, boxes, classes, present):
        """Of the regions that were drawn: cross-entropy of their classes, and the steps of those that show an object."""
        regions, kinds, wanted = self._sample(regions, boxes, classes, present)
        logits, steps = self._head(features, regions)
        given = ops.log_softmax(logits) * ops.one_hot(kinds, self.classes + 1, dtype="float32")
        class_loss = -ops.mean(ops.sum(given, axis=-1))
        objects = ops.cast(kinds > 0, "float32")
        far = ops.sum(_smooth(steps - wanted), axis=-1)
        return class_loss, ops.sum(far * objects) / ops.maximum(ops.sum(objects), 1.0) / 4

    def _sample(self, regions, boxes, classes, present):
        """Regions to train the head on, (batch, sampled, 4), their classes (0: background) and steps."""
        regions = ops.concatenate([regions, _never_empty(boxes)], axis=1)  # the true boxes are proposals, too
        iou = overlaps(regions, boxes) * present[:, None, :]
        best, match = ops.max(iou, axis=-1), ops.cast(ops.argmax(iou, axis=-1), "int32")
        lot = keras.random.uniform(ops.shape(best), seed=self.random)
        is_object = best >= 0.5
        order = ops.argsort(ops.argsort(ops.where(is_object, -1 - lot, lot), axis=-1), axis=-1)
        first = ops.logical_and(is_object, order < self.sampled // 2)
        padding = ops.concatenate([ops.ones_like(best[:, : self.proposals]), present], axis=1) < 0.5
        key = ops.where(first, 2 + lot, ops.where(is_object, lot, 1 + lot))
        _, chosen = ops.top_k(ops.where(padding, lot - 1, key), self.sampled)
        regions = ops.stop_gradient(_take(regions, chosen))
        match = _take(match, chosen)
        hit = _take(is_object, chosen)
        kinds = _take(ops.cast(classes, "int32"), match) + 1
        steps = encode(_never_empty(_take(boxes, match)), regions) * ops.array(self.SCALE)
        return regions, ops.where(hit, kinds, 0), ops.stop_gradient(steps)


def _smooth(difference):
    """Smooth L1 (Girshick, 2015): half the square up to 1, then straight."""
    size = ops.abs(difference)
    return ops.where(size < 1, 0.5 * difference**2, size - 0.5)


def detect(
    model: FasterRCNN, images: np.ndarray, batch_size: int = 50
) -> tuple[list[tuple[np.ndarray, np.ndarray, np.ndarray]], np.ndarray]:
    """Detections of each image, as :func:`to_detections` gives them, and the proposals (images, proposals, 4).

    Args:
        model: a trained detector.
        images: (images, size, size, 3) float in [0, 1].
        batch_size: a divisor of the number of images compiles once.
    """
    out = model.predict(np.asarray(images, dtype="float32"), batch_size=batch_size, verbose=0)
    return to_detections(out["probabilities"], out["boxes"]), out["proposals"]


def to_detections(probabilities, boxes) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """What a head says of its regions as lists of detections: for each image boxes (n, 4), scores (n,), classes (n,).

    Every region is a candidate for every class whose probability is 0.05 or more; then each class is thinned out by
    non-maximum suppression with the threshold 0.5.

    Args:
        probabilities: (images, regions, 1 + classes), background first.
        boxes: (images, regions, 4) pixels.
    """
    found = []
    for chances, places in zip(np.asarray(probabilities), np.asarray(boxes), strict=True):
        regions, classes = np.nonzero(chances[:, 1:] >= 0.05)
        scores = chances[regions, classes + 1]
        kept = nms(places[regions], scores, 0.5, classes)
        found.append((places[regions][kept], scores[kept], classes[kept]))
    return found
