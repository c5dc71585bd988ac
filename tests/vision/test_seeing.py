"""Looking into networks: where they looked, how large their gradients are, what a layer gives."""

import numpy as np
import pytest

from course_utils import networks, training
from course_utils.quiet import keras
from course_utils.vision import classics, seeing

ON_TENSORFLOW = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="needs TensorFlow's gradient")
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@pytest.fixture(scope="module")
def net():
    keras.utils.set_random_seed(0)
    return networks.small_resnet(8, 4, (12, 12, 3), 4)


X = np.random.default_rng(0).normal(size=(6, 12, 12, 3)).astype("float32")
Y = np.arange(6) % 4


@ON_TENSORFLOW
def test_grad_cam_is_the_formula_where_average_pooling_ends_the_network(net):
    layer = "conv4_block1_out"
    maps = np.asarray(keras.Model(net.input, net.get_layer(layer).output)(X))
    weights = net.get_layer("predictions").get_weights()[0][:, Y].T
    formula = np.maximum(np.einsum("nijk,nk->nij", maps, weights) / maps[0, ..., 0].size, 0)
    assert np.allclose(seeing.grad_cam(net, X, Y, layer), formula, atol=1e-6)


@ON_TENSORFLOW
def test_grad_cam_by_differences_where_dense_layers_end_the_network():
    keras.utils.set_random_seed(1)
    net = classics.alexnet(3, (31, 31, 1), 1, (3, 1), (2, 3, 3, 3, 2), 5, softmax=False)
    layer, classes = net.get_layer("conv4"), np.array([2])
    x = np.random.default_rng(1).normal(size=(1, 31, 31, 1)).astype("float32")
    maps = np.asarray(keras.Model(net.input, layer.output)(x)).astype("float64")
    above = keras.Model(net.get_layer("conv5").input, net.output)
    slopes = np.empty(maps.shape[-1])
    for k in range(maps.shape[-1]):
        moved = []
        for sign in (1, -1):
            changed = maps.copy()
            changed[..., k] += sign * 1e-3
            moved.append(float(np.asarray(above(changed.astype("float32")))[0, classes[0]]))
        slopes[k] = (moved[0] - moved[1]) / 2e-3 / maps[0, ..., 0].size  # moving all places: the sum of the slopes
    formula = np.maximum((maps * slopes).sum(-1), 0)
    assert np.allclose(seeing.grad_cam(net, x, classes, "conv4"), formula, atol=0.05 * formula.max() + 1e-9)


@ON_TENSORFLOW
def test_gradient_norms_are_those_of_the_gradients_and_leave_the_network_alone(net):
    before = [np.asarray(value) for value in net.variables]
    sizes = seeing.gradient_norms(net, X, Y, LOSS)
    assert next(iter(sizes)) == "conv1_conv"
    assert list(sizes)[-1] == "predictions"
    assert all(np.array_equal(a, b) for a, b in zip(before, net.variables, strict=True))
    inputs = keras.Input((5,))
    dense = keras.Model(inputs, keras.layers.Dense(3, name="d")(inputs))
    x = X.reshape(6, -1)[:, :5]
    wanted = training.gradients(dense, x, Y % 3, LOSS)[0]
    assert seeing.gradient_norms(dense, x, Y % 3, LOSS)["d"] == pytest.approx(np.linalg.norm(wanted), rel=1e-5)


@ON_TENSORFLOW
def test_grad_cam_refuses_a_layer_without_maps(net):
    with pytest.raises(ValueError, match="has no maps"):
        seeing.grad_cam(net, X, Y, "predictions")


def test_inside_gives_the_layers_asked_for(net):
    first, last = seeing.inside(net, ["conv1_relu", "avg_pool"])(X)
    assert first.shape == (6, 12, 12, 4)
    assert last.shape == (6, 16)
    with pytest.raises(ValueError, match="No such layer"):
        seeing.inside(net, ["nothing"])
