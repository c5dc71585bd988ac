"""Parts of detectors: RoI pooling, RoI align and the spatial pyramid; and what each term of a loss pulls at.

Boxes are (x1, y1, x2, y2) in pixels of the image; ``stride`` is how many pixels of the image one cell of the feature map
stands for. Stage 4 works each of them by hand; all of YOLO stands in the notebook.
"""

import math

import numpy as np

from ..errors import CourseError
from ..quiet import keras

__all__ = ["RoIAlign", "RoIPool", "SpatialPyramidPooling", "term_gradients"]

ops = keras.ops


class _RegionLayer(keras.layers.Layer):
    """What the two have in common: arguments, their checks, and the shape that comes out."""

    def __init__(self, bins: int, stride: int, **options):
        super().__init__(**options)
        if bins < 1 or stride < 1:
            raise CourseError(f"bins and stride must be at least 1; got {bins!r} and {stride!r}")
        self.bins, self.stride = bins, stride

    def compute_output_shape(self, features_shape, boxes_shape):
        return (boxes_shape[0], boxes_shape[1], self.bins, self.bins, features_shape[-1])

    def get_config(self):
        return super().get_config() | {"bins": self.bins, "stride": self.stride}

    @staticmethod
    def _checked(features, boxes) -> None:
        if len(features.shape) != 4 or len(boxes.shape) != 3 or boxes.shape[-1] != 4:
            raise CourseError(
                "features (batch, rows, columns, channels) and boxes (batch, regions, 4) are needed; "
                f"got {tuple(features.shape)} and {tuple(boxes.shape)}"
            )


class RoIPool(_RegionLayer):
    """The maximum of each of ``bins`` × ``bins`` parts of each region (Girshick, 2015).

    Called with features (batch, rows, columns, channels) and boxes (batch, regions, 4); returns (batch, regions, bins, bins,
    channels). The region is rounded to whole cells, first and last included, and bin i holds the cells from
    floor(i·n/bins) to ceil((i + 1)·n/bins) of its n cells, so that bins may share a cell. A bin outside the map is 0. No
    gradient flows to the boxes.

    Args:
        bins: parts in each direction, at least 1.
        stride: pixels a cell, at least 1.
    Raises: CourseError for other shapes, or numbers below 1.
    """

    def call(self, features, boxes):
        self._checked(features, boxes)
        rows, columns = features.shape[1:3]
        down = self._members(boxes[..., 1], boxes[..., 3], rows)  # (batch, regions, bins, rows)
        across = self._members(boxes[..., 0], boxes[..., 2], columns)
        features = ops.expand_dims(features, 1)
        lowest = ops.cast(-1e9, features.dtype)
        pooled = []
        for i in range(self.bins):
            inside = down[:, :, i, :, None, None]
            strip = ops.max(ops.where(inside, features, lowest), axis=2)  # (batch, regions, columns, channels)
            for j in range(self.bins):
                inside = across[:, :, j, :, None]
                pooled.append(ops.max(ops.where(inside, strip, lowest), axis=2))
        pooled = ops.stack(pooled, axis=2)
        pooled = ops.where(pooled > lowest / 2, pooled, ops.zeros_like(pooled))
        return ops.reshape(
            pooled, (-1, boxes.shape[1] or ops.shape(boxes)[1], self.bins, self.bins, features.shape[-1])
        )

    def _members(self, low, high, cells):
        """(batch, regions, bins, cells) bool: which cells of an axis lie in which bin."""
        first = ops.floor(low / self.stride + 0.5)
        count = ops.maximum(ops.floor(high / self.stride + 0.5) - first + 1, 1)[..., None]
        numbers = ops.arange(self.bins, dtype=low.dtype)
        start = first[..., None] + ops.floor(numbers * count / self.bins)
        end = first[..., None] + ops.ceil((numbers + 1) * count / self.bins)
        cell = ops.arange(cells, dtype=low.dtype)
        return ops.logical_and(cell >= start[..., None], cell < end[..., None])


class RoIAlign(_RegionLayer):
    """The mean of sample points in each of ``bins`` × ``bins`` parts of each region, without rounding (He and others, 2017).

    Called as :class:`RoIPool`. Each part holds ``samples`` × ``samples`` points, evenly spaced; the value at a point is
    interpolated between the four cells whose centres surround it (the centre of cell i is at (i + 0.5) · stride pixels),
    and beyond the outermost centres is that of the nearest cell. Interpolation is linear, and separate for rows and
    columns: the layer is two matrix products for each region, which suits maps of up to some dozen cells a side.

    Args:
        bins: parts in each direction, at least 1.
        stride: pixels a cell, at least 1.
        samples: points a part in each direction, at least 1.
    Raises: CourseError for other shapes, or numbers below 1.
    """

    def __init__(self, bins: int, stride: int, samples: int = 2, **options):
        super().__init__(bins, stride, **options)
        if samples < 1:
            raise CourseError(f"samples must be at least 1; got {samples!r}")
        self.samples = samples

    def call(self, features, boxes):
        self._checked(features, boxes)
        rows, columns, channels = features.shape[1:]
        regions = boxes.shape[1] or ops.shape(boxes)[1]
        down = self._weights(boxes[..., 1], boxes[..., 3], rows)  # (batch, regions, bins, rows)
        across = self._weights(boxes[..., 0], boxes[..., 2], columns)
        down = ops.reshape(down, (-1, regions * self.bins, rows))
        strips = ops.matmul(down, ops.reshape(features, (-1, rows, columns * channels)))
        strips = ops.reshape(strips, (-1, regions, self.bins, columns, channels))
        return ops.matmul(ops.expand_dims(across, 2), strips)

    def _weights(self, low, high, cells):
        """(batch, regions, bins, cells): how much each cell of an axis counts in each bin; a bin's weights sum to 1."""
        points = (ops.arange(self.bins * self.samples, dtype=low.dtype) + 0.5) / (self.bins * self.samples)
        at = low[..., None] + (high - low)[..., None] * points  # pixels
        at = ops.clip(at / self.stride - 0.5, 0, cells - 1)  # cells
        weight = ops.maximum(1 - ops.abs(at[..., None] - ops.arange(cells, dtype=low.dtype)), 0)
        shape = (-1, low.shape[1] or ops.shape(low)[1], self.bins, self.samples, cells)
        return ops.mean(ops.reshape(weight, shape), axis=3)

    def get_config(self):
        return super().get_config() | {"samples": self.samples}


class SpatialPyramidPooling(keras.layers.Layer):
    """A vector of one length from a feature map of any size: maxima over grids of several sizes (He and others, 2014).

    Called with (batch, rows, columns, channels), rows and columns known and at least as many as the finest grid; returns
    (batch, channels · Σ level²), level after level, row after row.

    Args:
        levels: cells a side of each grid, each at least 1; (1, 2, 4) makes 21 numbers a channel.
    Raises: CourseError for a map that is too small or whose size is not known.
    """

    def __init__(self, levels: tuple[int, ...], **options):
        super().__init__(**options)
        if not levels or min(levels) < 1:
            raise CourseError(f"levels must be whole numbers of at least 1; got {levels!r}")
        self.levels = tuple(levels)

    def call(self, features):
        rows, columns = features.shape[1:3]
        if rows is None or columns is None or min(rows, columns) < max(self.levels):
            raise CourseError(
                f"a pyramid of {self.levels} needs at least {max(self.levels)} rows and columns; got {rows} and {columns}"
            )
        parts = []
        for level in self.levels:
            for top, bottom in _parts(rows, level):
                for left, right in _parts(columns, level):
                    parts.append(ops.max(features[:, top:bottom, left:right], axis=(1, 2)))
        return ops.concatenate(parts, axis=-1)

    def compute_output_shape(self, shape):
        return (shape[0], shape[-1] * sum(level**2 for level in self.levels))

    def get_config(self):
        return super().get_config() | {"levels": self.levels}


def _parts(cells: int, level: int) -> list[tuple[int, int]]:
    return [(math.floor(i * cells / level), math.ceil((i + 1) * cells / level)) for i in range(level)]


def term_gradients(terms, truth: np.ndarray, predictions: np.ndarray) -> dict[str, np.ndarray]:
    """The gradient of each term of a loss with respect to what the network says.

    Args:
        terms: function of ``(truth, predictions)`` that returns name → (scenes,), as the notebook's ``yolo_terms``.
        truth, predictions: its arguments.
    Returns: name → array of the shape of ``predictions``.
    Raises: NotImplementedError for another backend than TensorFlow.
    """
    if keras.backend.backend() != "tensorflow":
        raise NotImplementedError(f"term_gradients needs the TensorFlow backend; this is {keras.backend.backend()}")
    import tensorflow as tf

    predictions = tf.constant(predictions)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(predictions)
        sums = {name: tf.reduce_sum(value) for name, value in terms(truth, predictions).items()}
    slopes = {name: tape.gradient(value, predictions) for name, value in sums.items()}
    return {name: np.zeros(predictions.shape) if slope is None else np.asarray(slope) for name, slope in slopes.items()}
