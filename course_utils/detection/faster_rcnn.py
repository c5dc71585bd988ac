"""A compact Faster R-CNN (Ren and others, 2015): anchors, their targets, proposals, and a second look at each.

Boxes are (x1, y1, x2, y2) in pixels. Everything has a fixed size (so many anchors, so many proposals, so many sampled regions),
so that one graph serves all batches. Stage 4, "Two stages", derives each part.
"""

from collections.abc import Sequence

import numpy as np

from ..errors import CourseError
from ..quiet import keras
from ..training import Progress
from .boxes import nms
from .roi import RoIAlign

__all__ = [
    "FasterRCNN",
    "anchor_targets",
    "decode",
    "detect",
    "encode",
    "fit",
    "make_anchors",
    "overlaps",
    "suppress",
    "to_detections",
]

ops = keras.ops


def make_anchors(image_size: int, stride: int, sizes: Sequence[float], ratios: Sequence[float] = (1.0,)) -> np.ndarray:
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


def decode(steps, references, largest: float = 2.5):
    """The boxes that ``encode`` came from: (…, 4) corners.

    Args:
        steps: (…, 4) t_x, t_y, t_w, t_h.
        references: (…, 4) float, of positive width and height; may have fewer leading axes.
        largest: t_w and t_h are cut off above it, so that an untrained network's boxes stay finite.
    """
    rx, ry, rw, rh = _centres(references)
    x, y = rx + steps[..., 0] * rw, ry + steps[..., 1] * rh
    half_w = rw * ops.exp(ops.minimum(steps[..., 2], largest)) / 2
    half_h = rh * ops.exp(ops.minimum(steps[..., 3], largest)) / 2
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


def anchor_targets(anchors, boxes, present, high: float = 0.6, low: float = 0.3):
    """What each anchor should say: labels (batch, anchors) float 1, 0 or −1, and steps (batch, anchors, 4).

    1 (an object) where the IoU with some box reaches ``high``, or where no anchor has more with that box; 0 (background)
    where the IoU with every box is below ``low``; −1 (does not count) in between. The steps lead to the box with the highest
    IoU; they mean nothing where the label is not 1.

    Args:
        anchors: (anchors, 4) float.
        boxes: (batch, most, 4) float, padded.
        present: (batch, most) 1 for a box, 0 for padding.
        high, low: in (0, 1).
    """
    anchors, present = ops.convert_to_tensor(anchors), ops.cast(present, "float32")
    iou = overlaps(anchors, boxes) * present[:, None, :]  # (batch, anchors, most)
    best = ops.max(iou, axis=-1)
    is_best = ops.logical_and(iou >= ops.max(iou, axis=1, keepdims=True) - 1e-6, iou > 0.05)
    positive = ops.logical_or(best >= high, ops.any(is_best, axis=-1))
    labels = ops.where(positive, 1.0, ops.where(best < low, 0.0, -1.0))
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

    Called with a dictionary: "images" (batch, size, size, 3) float in [0, 1]; and for training also "boxes" (batch, most, 4)
    float pixels, "classes" (batch, most) int from 0, "present" (batch, most) 1 or 0. It adds its four losses by itself, and reports
    them as rpn_object, rpn_box, head_class and head_box; :func:`fit` trains it, :func:`detect` uses it.

    Args:
        classes: how many kinds of objects.
        image_size: width and height, pixels, a multiple of 8.
        sizes, ratios: of the anchors, as in :func:`make_anchors`.
        filters: of the backbone's three stages.
        hidden_units: of the second stage's head.
        proposals: how many regions stage two looks at.
        sampled: how many of them are trained on, half of them objects at most where there is a choice.
    """

    STRIDE, BINS = 8, 3
    NMS = 0.7  # threshold of the suppression of proposals
    SCALE = (10.0, 10.0, 5.0, 5.0)  # of the head's steps, which are small

    def __init__(self, classes, image_size=64, sizes=(14, 20, 28), ratios=(1.0, 1.6), filters=(24, 48, 64),
                 hidden_units=96, proposals=50, sampled=24, **options):  # fmt: skip
        super().__init__(**options)
        self.settings = {
            "classes": classes, "image_size": image_size, "sizes": tuple(sizes), "ratios": tuple(ratios),
            "filters": tuple(filters), "hidden_units": hidden_units, "proposals": proposals, "sampled": sampled,
        }  # fmt: skip
        self.classes, self.image_size = classes, image_size
        self.proposals, self.sampled = proposals, sampled
        self.anchors = make_anchors(image_size, self.STRIDE, sizes, ratios)
        # How many anchors go into the suppression: 128 for 50 proposals.
        self.candidates = min(proposals * 128 // 50, len(self.anchors))
        layers = keras.layers
        per_cell = len(sizes) * len(ratios)
        self.backbone = keras.Sequential(name="backbone")
        for stage, count in enumerate(filters):
            for place in range(1 if stage == 0 else 2):
                self.backbone.add(layers.Conv2D(count, 3, 2 if place == 0 else 1, "same", use_bias=False))
                self.backbone.add(layers.BatchNormalization(momentum=0.9))
                self.backbone.add(layers.ReLU())
        self.rpn = layers.Conv2D(filters[-1], 3, padding="same", activation="relu", name="rpn")
        small = keras.initializers.RandomNormal(stddev=0.01)
        self.rpn_object = layers.Conv2D(per_cell, 1, kernel_initializer=small, name="rpn_object_logits")
        self.rpn_steps = layers.Conv2D(4 * per_cell, 1, kernel_initializer=small, name="rpn_steps")
        self.align = RoIAlign(self.BINS, self.STRIDE)
        self.hidden = layers.Dense(hidden_units, activation="relu", name="head")
        self.head_class = layers.Dense(classes + 1, name="head_class_logits")  # class 0 is the background
        self.head_steps = layers.Dense(4, kernel_initializer=small, name="head_steps")
        self.random = keras.random.SeedGenerator(0)
        names = ("rpn_object", "rpn_box", "head_class", "head_box")
        self.trackers = [keras.metrics.Mean(name=name) for name in names]
        self.build()

    def get_config(self):
        return self.settings

    def build(self, shapes=None):
        pixels, cells = self.image_size, self.image_size // self.STRIDE
        depth = self.settings["filters"][-1]
        self.backbone.build((None, pixels, pixels, 3))
        self.rpn.build((None, cells, cells, depth))
        self.rpn_object.build((None, cells, cells, depth))
        self.rpn_steps.build((None, cells, cells, depth))
        self.hidden.build((None, None, self.BINS**2 * depth))
        self.head_class.build((None, None, self.settings["hidden_units"]))
        self.head_steps.build((None, None, self.settings["hidden_units"]))
        self.built = True

    def call(self, inputs, training=False):
        features = self.features(inputs["images"], training)
        logits, steps = self.first_look(features)
        regions, scores = self.propose(logits, steps)
        if "boxes" in inputs:
            found = {name: inputs[name] for name in ("boxes", "classes", "present")}
            self._add_losses(features, logits, steps, regions, **found)
        return self.second_look(features, regions) | {"proposals": regions, "proposal_scores": scores}

    def features(self, images, training=False):
        """(batch, cells, cells, depth) the backbone's map."""
        return self.backbone(images, training=training)

    def first_look(self, features):
        """The region proposal network: (batch, anchors) logits of "an object", (batch, anchors, 4) steps."""
        shared = self.rpn(features)
        count = len(self.anchors)
        return (ops.reshape(self.rpn_object(shared), (-1, count)), ops.reshape(self.rpn_steps(shared), (-1, count, 4)))

    def propose(self, logits, steps):
        """The best regions after suppression, (batch, proposals, 4), and their logits; what was suppressed fills up the end."""
        best, numbers = ops.top_k(ops.stop_gradient(logits), self.candidates)
        regions = decode(_take(ops.stop_gradient(steps), numbers), ops.take(self.anchors, numbers, axis=0))
        regions = _never_empty(ops.clip(regions, 0, self.image_size))
        kept = suppress(regions, self.NMS)
        scores, order = ops.top_k(ops.where(kept, best, best - 1000.0), self.proposals)
        return ops.stop_gradient(_take(regions, order)), scores

    def second_look(self, features, regions):
        """The head: "probabilities" (batch, regions, 1 + classes), background first, and "boxes" (batch, regions, 4)."""
        logits, steps = self._head(features, regions)
        boxes = ops.clip(decode(steps / ops.array(self.SCALE), regions), 0, self.image_size)
        return {"probabilities": ops.softmax(logits), "boxes": boxes}

    def _head(self, features, regions):
        pooled = self.align(features, regions)
        hidden = self.hidden(ops.reshape(pooled, (-1, regions.shape[1], self.BINS**2 * features.shape[-1])))
        return self.head_class(hidden), self.head_steps(hidden)

    def _add_losses(self, features, logits, steps, regions, boxes, classes, present):
        present = ops.cast(present, "float32")
        labels, wanted = anchor_targets(self.anchors, boxes, present)
        losses = [*self._rpn_losses(logits, steps, labels, wanted)]
        regions, kinds, wanted = self._sample(regions, boxes, classes, present)
        kind_logits, moves = self._head(features, regions)
        said = ops.log_softmax(kind_logits) * ops.one_hot(kinds, self.classes + 1, dtype="float32")
        losses.append(-ops.mean(ops.sum(said, axis=-1)))
        found = ops.cast(kinds > 0, "float32")
        far = ops.sum(_smooth(moves - wanted), axis=-1)
        losses.append(ops.sum(far * found) / ops.maximum(ops.sum(found), 1.0) / 4)
        for tracker, loss in zip(self.trackers, losses, strict=True):
            self.add_loss(loss)
            tracker.update_state(loss)

    def _rpn_losses(self, logits, steps, labels, wanted, per_object=3):
        """Of all objects' anchors, and of three times as many of the background, drawn by lot."""
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


def fit(
    model: FasterRCNN,
    images: np.ndarray,
    boxes: np.ndarray,
    classes: np.ndarray,
    present: np.ndarray,
    epochs: int = 7,
    batch_size: int = 16,
    learning_rate: float = 0.003,
) -> dict[str, list[float]]:
    """Train both stages at once, and return the mean of each loss over each epoch.

    Adam; the rate rises over the first tenth of the steps and falls to zero along a cosine. A second call on the same model (after
    :func:`course_utils.training.reinitialise`) uses the compiled step of the first.

    Args:
        model: the detector.
        images: (scenes, size, size, 3) float in [0, 1].
        boxes, classes, present: (scenes, most, 4) pixels, (scenes, most) int, (scenes, most) bool.
        epochs, batch_size: at least 1; a last, smaller batch is left out.
        learning_rate: the highest, positive.
    Raises: CourseError for sizes that do not fit.
    """
    size, most = model.image_size, np.shape(boxes)[1] if np.ndim(boxes) == 3 else 0
    scenes = len(images)
    if np.shape(images)[1:] != (size, size, 3):
        raise CourseError(f"images must be (scenes, {size}, {size}, 3); got {np.shape(images)}")
    if np.shape(boxes) != (scenes, most, 4) or not np.shape(classes) == np.shape(present) == (scenes, most):
        raise CourseError(
            "boxes (scenes, most, 4), classes and present (scenes, most) are needed; "
            f"got {np.shape(boxes)}, {np.shape(classes)} and {np.shape(present)}"
        )
    if epochs < 1 or not 1 <= batch_size <= scenes or not learning_rate > 0:
        raise CourseError(
            f"epochs must be at least 1, batch_size 1 to {scenes}, learning_rate positive; "
            f"got {epochs!r}, {batch_size!r} and {learning_rate!r}"
        )
    scenes = scenes // batch_size * batch_size
    steps = scenes // batch_size * epochs
    if getattr(model, "optimizer", None) is None:
        rate = keras.optimizers.schedules.CosineDecay(
            1e-5, max(1, steps - steps // 10), warmup_target=learning_rate, warmup_steps=max(1, steps // 10)
        )
        model.compile(optimizer=keras.optimizers.Adam(rate, clipnorm=5.0), jit_compile=False)
    data = {
        "images": np.asarray(images[:scenes], dtype="float32"),
        "boxes": np.asarray(boxes[:scenes], dtype="float32"),
        "classes": np.asarray(classes[:scenes], dtype="int32"),
        "present": np.asarray(present[:scenes], dtype="float32"),
    }
    bar = [Progress("Training the detector")]
    return model.fit(data, batch_size=batch_size, epochs=epochs, verbose=0, callbacks=bar).history


def detect(
    model: FasterRCNN, images: np.ndarray, least: float = 0.05, threshold: float = 0.5, batch_size: int = 50
) -> tuple[list[tuple[np.ndarray, np.ndarray, np.ndarray]], np.ndarray]:
    """Detections of each image, as :mod:`course_utils.detection.boxes` takes them, and the proposals (images, proposals, 4).

    Args:
        model: a trained detector.
        images: (images, size, size, 3) float in [0, 1].
        least, threshold: as in :func:`to_detections`.
        batch_size: a divisor of the number of images compiles once.
    """
    out = model.predict({"images": np.asarray(images, dtype="float32")}, batch_size=batch_size, verbose=0)
    return to_detections(out["probabilities"], out["boxes"], least, threshold), out["proposals"]


def to_detections(
    probabilities, boxes, least: float = 0.05, threshold: float = 0.5
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """What a head says of its regions as lists of detections: for each image boxes (n, 4), scores (n,), classes (n,).

    Every region is a candidate for every class; then each class is thinned out by non-maximum suppression.

    Args:
        probabilities: (images, regions, 1 + classes), background first.
        boxes: (images, regions, 4) pixels.
        least: candidates with a lower probability are left out.
        threshold: of the suppression.
    """
    found = []
    for chances, places in zip(np.asarray(probabilities), np.asarray(boxes), strict=True):
        regions, classes = np.nonzero(chances[:, 1:] >= least)
        scores = chances[regions, classes + 1]
        kept = nms(places[regions], scores, threshold, classes)
        found.append((places[regions][kept], scores[kept], classes[kept]))
    return found
