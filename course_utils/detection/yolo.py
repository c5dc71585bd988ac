"""YOLO (Redmon and others, 2016): the network at paper size, a compact one, its targets, its loss and what it says.

Each cell of a grid says ``boxes`` times (x, y, √w, √h, confidence) and once a probability for each class: x and y from the cell's
own corner in cells, width and height as parts of the picture. Stage 4, "One stage", derives each part.
"""

import numpy as np

from ..errors import CourseError
from ..quiet import keras
from ..training import Progress
from .boxes import nms

__all__ = [
    "TERMS",
    "YoloLoss",
    "compact_yolo",
    "decode",
    "detect",
    "fit",
    "loss_terms",
    "targets",
    "term_gradients",
    "yolo_v1",
]

ops, layers = keras.ops, keras.layers
TERMS = {"place": 5.0, "size": 5.0, "object": 1.0, "no object": 0.5, "class": 1.0}  # the paper's weights


def targets(
    boxes: np.ndarray, classes: np.ndarray, mask: np.ndarray, kinds: int, grid: int = 8, size: int = 64
) -> np.ndarray:
    """What each cell should say: the cell that holds an object's centre answers for it.

    Args:
        boxes: (scenes, most, 4) corners in pixels.
        classes: (scenes, most) whole numbers below ``kinds``.
        mask: (scenes, most) bool, whether there is an object.
        kinds: number of classes.
        grid: cells, each way.
        size: of the picture, pixels, each way.
    Returns: (scenes, grid, grid, 5 + kinds) float32: is there an object, x, y in the cell (0 to 1), w, h as parts of the
        picture, the class as one-hot. Of two centres in one cell the larger object is kept.
    Raises: CourseError where shapes differ or a centre lies outside the picture.
    """
    boxes, mask = np.asarray(boxes, dtype="float32"), np.asarray(mask, dtype=bool)
    if boxes.ndim != 3 or boxes.shape[2] != 4 or not boxes.shape[:2] == np.shape(classes) == mask.shape:
        raise CourseError(
            "boxes (scenes, most, 4), classes and mask (scenes, most) are needed; "
            f"got {boxes.shape}, {np.shape(classes)} and {mask.shape}"
        )
    scene, place = np.nonzero(mask)
    found, label = boxes[scene, place] / size, np.asarray(classes)[scene, place]
    centre, sides = (found[:, :2] + found[:, 2:]) / 2, found[:, 2:] - found[:, :2]
    if ((centre < 0) | (centre > 1)).any() or (label < 0).any() or (label >= kinds).any():
        raise CourseError(f"a centre outside the picture of {size} pixels, or a class outside 0 to {kinds - 1}")
    order = np.argsort(sides.prod(axis=1), kind="stable")  # the largest is written last, and stays
    scene, label, centre, sides = scene[order], label[order], centre[order], sides[order]
    column, row = np.minimum((centre * grid).astype(int), grid - 1).T
    said = np.zeros((len(boxes), grid, grid, 5 + kinds), dtype="float32")
    inside = centre * grid - np.stack([column, row], axis=1)
    said[scene, row, column, :] = np.concatenate(
        [np.ones((len(scene), 1)), inside, sides, np.eye(kinds)[label]], axis=1
    )
    return said


def loss_terms(truth, said, boxes: int = 2) -> dict:
    """The five parts of YOLO's loss, unweighted: name → (scenes,) sums over the cells.

    In a cell with an object the box of the greatest IoU is responsible: it alone pays for place, size and object; all other boxes of all
    cells pay for any confidence; cells with an object pay for the class.

    Args:
        truth: (scenes, grid, grid, 5 + kinds) from :func:`targets`.
        said: (scenes, grid, grid, 5·boxes + kinds), all in [0, 1].
        boxes: how many boxes a cell proposes.
    """
    grid = truth.shape[1]
    there = truth[..., 0]  # (scenes, grid, grid)
    xy, wh = truth[..., None, 1:3], truth[..., None, 3:5]  # (scenes, grid, grid, 1, 2)
    box = ops.reshape(said[..., : 5 * boxes], (-1, grid, grid, boxes, 5))
    place, root, confidence = box[..., 0:2], box[..., 2:4], box[..., 4]
    overlap = ops.stop_gradient(_overlap(place / grid, ops.square(root), xy / grid, wh))
    best = ops.one_hot(ops.argmax(overlap, axis=-1), boxes)
    responsible = best * there[..., None]  # (scenes, grid, grid, boxes)

    def total(values):
        return ops.sum(values, axis=tuple(range(1, len(values.shape))))

    return {
        "place": total(responsible[..., None] * ops.square(place - xy)),
        "size": total(responsible[..., None] * ops.square(root - ops.sqrt(wh))),
        "object": total(responsible * ops.square(confidence - overlap)),
        "no object": total((1 - responsible) * ops.square(confidence)),
        "class": total(there[..., None] * ops.square(said[..., 5 * boxes :] - truth[..., 5:])),
    }


def _overlap(centre_a, size_a, centre_b, size_b):
    """IoU of boxes given by centre and size."""
    low = ops.maximum(centre_a - size_a / 2, centre_b - size_b / 2)
    high = ops.minimum(centre_a + size_a / 2, centre_b + size_b / 2)
    both = ops.prod(ops.maximum(high - low, 0.0), axis=-1)
    return both / (ops.prod(size_a, axis=-1) + ops.prod(size_b, axis=-1) - both + 1e-9)


@keras.saving.register_keras_serializable("course")  # training.reinitialise copies the model with its loss
class YoloLoss(keras.losses.Loss):
    """YOLO's loss, a sum over the cells; the weights of its terms can be changed without compiling again.

    Args:
        boxes: how many boxes a cell proposes.
    Attributes:
        weights: (5,) variable, one for each of ``TERMS``.
    """

    def __init__(self, boxes: int = 2):
        super().__init__(name="yolo_loss")
        self.boxes = boxes
        self.weights = keras.Variable(list(TERMS.values()), trainable=False, dtype="float32")

    def get_config(self):
        return {"boxes": self.boxes}

    def call(self, y_true, y_pred):
        terms = ops.stack(list(loss_terms(y_true, y_pred, self.boxes).values()), axis=-1)
        return ops.sum(terms * self.weights, axis=-1)


def compact_yolo(kinds: int, size: int = 64, boxes: int = 2, filters: int = 24) -> keras.Model:
    """A YOLO for small pictures: six convolutions with batch normalisation, and a grid of an eighth of the picture's size.

    Args:
        kinds: number of classes.
        size: of the picture, a multiple of 8.
        boxes: how many a cell proposes.
        filters: of the first two convolutions; later ones have two and four times as many.
    Returns: a model from (scenes, size, size, 3) in [0, 1] to (scenes, size / 8, size / 8, 5·boxes + kinds) in [0, 1].
    Raises: CourseError for a size that is no multiple of 8.
    """
    if size % 8:
        raise CourseError(f"size must be a multiple of 8; got {size!r}")
    inputs = x = keras.Input((size, size, 3))
    x = _convolution(_convolution(x, filters, strides=2), filters)  # (32, 32, 24)
    x = layers.MaxPooling2D()(x)
    x = _convolution(_convolution(x, 2 * filters), 2 * filters)  # (16, 16, 48)
    x = layers.MaxPooling2D()(x)
    x = _convolution(_convolution(x, 4 * filters), 4 * filters)  # (8, 8, 96)
    x = layers.Conv2D(5 * boxes + kinds, 1)(x)  # one dense layer for each cell, the same for all
    numbers = layers.Activation("sigmoid", name="boxes")(x[..., : 5 * boxes])
    names = layers.Softmax(name="classes")(x[..., 5 * boxes :])
    return keras.Model(inputs, layers.Concatenate(name="cells")([numbers, names]), name="compact_yolo")


def _convolution(x, filters: int, strides: int = 1):
    x = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(x)
    return layers.LeakyReLU(negative_slope=0.1)(layers.BatchNormalization(momentum=0.9)(x))


def yolo_v1(kinds: int = 20, grid: int = 7, boxes: int = 2) -> keras.Model:
    """YOLO as published: 448×448 pixels, 24 convolutions and two dense layers.

    Args:
        kinds: number of classes; Pascal VOC has 20.
        grid: cells, each way.
        boxes: how many a cell proposes.
    Returns: a model from (scenes, 448, 448, 3) to (scenes, grid, grid, 5·boxes + kinds), linear at the end.
    Source: J. Redmon, S. Divvala, R. Girshick and A. Farhadi, 2016, figure 3.
    """
    blocks = [
        [(64, 7, 2), "pool"],
        [(192, 3, 1), "pool"],
        [(128, 1, 1), (256, 3, 1), (256, 1, 1), (512, 3, 1), "pool"],
        [(256, 1, 1), (512, 3, 1)] * 4 + [(512, 1, 1), (1024, 3, 1), "pool"],
        [(512, 1, 1), (1024, 3, 1)] * 2 + [(1024, 3, 1), (1024, 3, 2)],
        [(1024, 3, 1)] * 2,
    ]
    inputs = x = keras.Input((448, 448, 3))
    for step in (step for block in blocks for step in block):
        if step == "pool":
            x = layers.MaxPooling2D()(x)
        else:
            filters, kernel, strides = step
            x = layers.Conv2D(filters, kernel, strides=strides, padding="same")(x)
            x = layers.LeakyReLU(negative_slope=0.1)(x)
    x = layers.LeakyReLU(negative_slope=0.1)(layers.Dense(4096)(layers.Flatten()(x)))
    x = layers.Dense(grid * grid * (5 * boxes + kinds))(layers.Dropout(0.5)(x))
    return keras.Model(inputs, layers.Reshape((grid, grid, 5 * boxes + kinds))(x), name="yolo_v1")


def fit(model: keras.Model, images, boxes, classes, mask, epochs: int = 7, batch_size: int = 16,
        learning_rate: float = 0.003, weights: dict[str, float] | None = None) -> dict[str, list[float]]:  # fmt: skip
    """Train a compact YOLO, and return the mean loss over each epoch.

    Adam; the rate rises over the first tenth of the steps and falls to zero along a cosine. A second call on the same model (after
    :func:`course_utils.training.reinitialise`) uses the compiled step of the first.

    Args:
        model: from :func:`compact_yolo`.
        images: (scenes, size, size, 3) float in [0, 1].
        boxes, classes, mask: as in :func:`targets`.
        epochs, batch_size: at least 1.
        learning_rate: the highest, positive.
        weights: of some of the loss's terms, by their names in ``TERMS``. The others keep the paper's, but for "size", which
            weighs ``grid`` times more, as if widths and heights were counted in cells like x and y.
    Raises: CourseError for an unknown term or sizes that do not fit.
    """
    unknown = set(weights or {}) - set(TERMS)
    if unknown or epochs < 1 or batch_size < 1 or not learning_rate > 0:
        raise CourseError(
            f"the terms are {list(TERMS)}; epochs and batch_size must be 1 or more, learning_rate positive; "
            f"got {sorted(unknown)}, {epochs!r}, {batch_size!r} and {learning_rate!r}"
        )
    _, size, _, _ = model.input_shape
    grid, numbers = model.output_shape[1], model.output_shape[3]
    if np.shape(images)[1:] != (size, size, 3):
        raise CourseError(f"images must be (scenes, {size}, {size}, 3); got {np.shape(images)}")
    kinds = model.get_layer("classes").output.shape[-1]
    said = targets(boxes, classes, mask, kinds, grid, size)
    if getattr(model, "optimizer", None) is None:
        steps = -(-len(images) // batch_size) * epochs
        rise = max(1, steps // 10)
        rate = keras.optimizers.schedules.CosineDecay(
            1e-5, max(1, steps - rise), warmup_target=learning_rate, warmup_steps=rise
        )
        model.compile(keras.optimizers.Adam(rate, clipnorm=5.0), YoloLoss((numbers - kinds) // 5), jit_compile=False)
    chosen = TERMS | {"size": grid * TERMS["size"]} | (weights or {})
    model.loss.weights.assign([chosen[name] for name in TERMS])
    bar = [Progress("Training YOLO")]
    return model.fit(images, said, batch_size=batch_size, epochs=epochs, verbose=0, callbacks=bar).history


def decode(said, kinds: int, size: int = 64, least: float = 0.05, threshold: float = 0.5):
    """What the cells say as lists of detections: for each picture boxes (n, 4), scores (n,), classes (n,).

    A box's score for a class is its confidence times the cell's probability of that class; then each class is thinned out by
    non-maximum suppression.

    Args:
        said: (scenes, grid, grid, 5·boxes + kinds).
        kinds: number of classes.
        size: of the picture, pixels.
        least: candidates of a lower score are left out.
        threshold: of the suppression.
    """
    said = np.asarray(said)
    count, grid, boxes = len(said), said.shape[1], (said.shape[3] - kinds) // 5
    box = said[..., : 5 * boxes].reshape(count, grid, grid, boxes, 5)
    corner = np.stack(np.meshgrid(np.arange(grid), np.arange(grid)), axis=-1)[
        :, :, None
    ]  # (grid, grid, 1, 2): column, row
    centre, half = (box[..., 0:2] + corner) * size / grid, box[..., 2:4] ** 2 * size / 2
    places = np.concatenate([centre - half, centre + half], axis=-1).clip(0, size).reshape(count, -1, 4)
    scores = (box[..., 4:5] * said[..., None, 5 * boxes :]).reshape(count, -1, kinds)
    found = []
    for place, score in zip(places, scores, strict=True):
        number, label = np.nonzero(score >= least)
        kept = nms(place[number], score[number, label], threshold, label)
        found.append((place[number][kept], score[number, label][kept], label[kept]))
    return found


def detect(model: keras.Model, images, kinds: int, least: float = 0.05, threshold: float = 0.5, batch_size: int = 50):
    """Detections of each image, as :mod:`course_utils.detection.boxes` takes them.

    Args:
        model: a trained detector.
        images: (scenes, size, size, 3) float in [0, 1].
        kinds, least, threshold: as in :func:`decode`.
        batch_size: a divisor of the number of images compiles once.
    """
    said = model.predict(np.asarray(images, dtype="float32"), batch_size=batch_size, verbose=0)
    return decode(said, kinds, model.input_shape[1], least, threshold)


def term_gradients(terms, truth: np.ndarray, said: np.ndarray) -> dict[str, np.ndarray]:
    """The gradient of each term of a loss with respect to what the network says.

    Args:
        terms: function of ``(truth, said)`` that returns name → (scenes,), as :func:`loss_terms`.
        truth, said: its arguments.
    Returns: name → array of the shape of ``said``.
    Raises: NotImplementedError for another backend than TensorFlow.
    """
    if keras.backend.backend() != "tensorflow":
        raise NotImplementedError(f"term_gradients needs the TensorFlow backend; this is {keras.backend.backend()}")
    import tensorflow as tf

    said = tf.constant(said)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(said)
        sums = {name: tf.reduce_sum(value) for name, value in terms(truth, said).items()}
    found = {name: tape.gradient(value, said) for name, value in sums.items()}
    return {name: np.zeros(said.shape) if slope is None else np.asarray(slope) for name, slope in found.items()}
