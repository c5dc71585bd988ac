"""Pooling regions: each layer against a loop written for the test, against TensorFlow, and by hand."""

import math

import numpy as np
import pytest

from course_utils.detection.networks import RoIAlign, RoIPool, SpatialPyramidPooling


def random_boxes(rng, count, size=48.0):
    corner = rng.uniform(-4, size, (count, 2))
    return np.concatenate([corner, corner + rng.uniform(1, 30, (count, 2))], axis=1).astype("float32")


def pooled_by_loops(features, box, bins, stride):
    left, top, right, bottom = (math.floor(value / stride + 0.5) for value in box)
    rows, columns, channels = features.shape
    n, m = max(bottom - top + 1, 1), max(right - left + 1, 1)
    out = np.zeros((bins, bins, channels))
    for i in range(bins):
        for j in range(bins):
            y = [top + k for k in range(i * n // bins, math.ceil((i + 1) * n / bins)) if 0 <= top + k < rows]
            x = [left + k for k in range(j * m // bins, math.ceil((j + 1) * m / bins)) if 0 <= left + k < columns]
            if y and x:
                out[i, j] = features[np.ix_(y, x)].max(axis=(0, 1))
    return out


@pytest.mark.parametrize("bins", [1, 2, 3, 5])
def test_roi_pooling_is_the_loops(bins):
    rng = np.random.default_rng(bins)
    features = rng.normal(size=(2, 6, 7, 3)).astype("float32")
    boxes = np.stack([random_boxes(rng, 9), random_boxes(rng, 9)])
    layer = np.asarray(RoIPool(bins, 8)(features, boxes))
    assert layer.shape == (2, 9, bins, bins, 3)
    wanted = [[pooled_by_loops(f, box, bins, 8) for box in some] for f, some in zip(features, boxes, strict=True)]
    np.testing.assert_allclose(layer, wanted, atol=1e-6)


def test_roi_pooling_by_hand():
    numbers = np.arange(1.0, 17.0, dtype="float32").reshape(1, 4, 4, 1)
    pooled = np.asarray(RoIPool(2, 1)(numbers, np.array([[[0, 0, 3, 3], [0, 0, 2, 2]]], dtype="float32")))
    assert pooled[0, :, :, :, 0].tolist() == [[[6, 8], [14, 16]], [[6, 7], [10, 11]]]


@pytest.mark.parametrize(("bins", "samples"), [(1, 1), (2, 2), (3, 2), (4, 3)])
def test_roi_align_is_scipys_interpolation(bins, samples):
    from scipy.ndimage import map_coordinates

    rng = np.random.default_rng(bins)
    features = rng.normal(size=(1, 6, 8, 2)).astype("float32")
    boxes = random_boxes(rng, 12)
    layer = np.asarray(RoIAlign(bins, 8, samples)(features, boxes[None]))[0]
    place = (np.arange(bins * samples) + 0.5) / (bins * samples)
    for box, found in zip(boxes, layer, strict=True):
        y = ((box[1] + (box[3] - box[1]) * place) / 8 - 0.5).clip(0, 5)
        x = ((box[0] + (box[2] - box[0]) * place) / 8 - 0.5).clip(0, 7)
        grid = np.meshgrid(y, x, indexing="ij")
        for channel in range(2):
            values = map_coordinates(features[0, ..., channel], grid, order=1, mode="nearest")
            values = values.reshape(bins, samples, bins, samples).mean(axis=(1, 3))
            np.testing.assert_allclose(found[..., channel], values, atol=1e-4)


def test_roi_align_of_one_sample_is_tensorflows_crop_and_resize():
    import tensorflow as tf

    rng = np.random.default_rng(0)
    features = rng.normal(size=(1, 8, 8, 4)).astype("float32")
    box = np.array([10.0, 13.0, 37.0, 50.0], dtype="float32")
    x1, y1, x2, y2 = box
    half_w, half_h = (x2 - x1) / 6, (y2 - y1) / 6  # from the edge to the first of three sample points
    inner = np.array([y1 + half_h, x1 + half_w, y2 - half_h, x2 - half_w]) / 8 - 0.5
    theirs = tf.image.crop_and_resize(features, [inner / 7], [0], (3, 3))
    ours = RoIAlign(3, 8, samples=1)(features, box[None, None])
    np.testing.assert_allclose(ours[0, 0], theirs[0], atol=1e-4)


def test_gradients_reach_the_features():
    import tensorflow as tf

    features = tf.Variable(np.random.default_rng(0).normal(size=(1, 4, 4, 2)).astype("float32"))
    boxes = np.array([[[2.0, 2, 20, 25]]], dtype="float32")
    for layer in (RoIPool(2, 8), RoIAlign(2, 8)):
        with tf.GradientTape() as tape:
            total = tf.reduce_sum(layer(features, boxes))
        slope = tape.gradient(total, features).numpy()
        assert slope.sum() == pytest.approx(8, abs=1e-4)  # 2 × 2 bins, 2 channels, each of weight 1


@pytest.mark.parametrize("size", [(4, 4), (5, 9), (13, 6)])
def test_a_pyramid_has_one_length(size):
    features = np.random.default_rng(0).normal(size=(2, *size, 3)).astype("float32")
    vector = np.asarray(SpatialPyramidPooling((1, 2, 4))(features))
    assert vector.shape == (2, 63)
    np.testing.assert_array_equal(vector[:, :3], features.max(axis=(1, 2)))
    np.testing.assert_array_equal(vector[:, 3:6], features[:, : -(-size[0] // 2), : -(-size[1] // 2)].max(axis=(1, 2)))


def test_layers_can_be_stored():
    for layer in (RoIPool(3, 8), RoIAlign(3, 8, 1), SpatialPyramidPooling((1, 3))):
        again = type(layer).from_config(layer.get_config())
        assert again.get_config() == layer.get_config()
    assert RoIPool(3, 8).compute_output_shape((None, 8, 8, 5), (None, 7, 4)) == (None, 7, 3, 3, 5)
    assert SpatialPyramidPooling((1, 2, 4)).compute_output_shape((None, 8, 8, 5)) == (None, 105)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        RoIPool(0, 8)
    with pytest.raises(ValueError, match="samples"):
        RoIAlign(2, 8, 0)
    with pytest.raises(ValueError, match="levels"):
        SpatialPyramidPooling(())
    with pytest.raises(ValueError, match="features"):
        RoIAlign(2, 8)(np.zeros((1, 4, 4, 1), "float32"), np.zeros((3, 4), "float32"))
    with pytest.raises(ValueError, match="at least 4 rows"):
        SpatialPyramidPooling((1, 2, 4))(np.zeros((1, 3, 8, 1), "float32"))
