"""Looking into networks, and the figures of stage 3: what they say, and what they refuse."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from course_utils import networks, plots, training
from course_utils.quiet import keras
from course_utils.vision import classics, seeing
from course_utils.vision import figures as vision_figures

ON_TENSORFLOW = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="needs TensorFlow's gradient")
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


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


class TestFigures:
    def test_pictures_are_drawn_on_one_scale(self):
        figure = plots.pictures([np.zeros((4, 4)), np.ones((4, 4)) * 3], "found", ["a", "b"], columns=2)
        images = [axis.images[0] for axis in figure.axes]
        assert [image.get_clim() for image in images] == [(0, 3), (0, 3)]
        assert [axis.get_title(loc="center") for axis in figure.axes] == ["a", "b"]

    def test_pictures_refuse_labels_that_do_not_agree(self):
        with pytest.raises(ValueError, match="must agree; got 1 and 2"):
            plots.pictures([np.zeros((2, 2))], "t", ["a", "b"])

    def test_heat_lies_over_the_picture(self):
        figure = vision_figures.heat(np.zeros((2, 8, 8, 3)), np.ones((2, 2, 2)), "t")
        assert len(figure.axes) == 4
        assert [len(axis.images) for axis in figure.axes] == [1, 1, 2, 2]
        with pytest.raises(ValueError, match="1 for 2"):
            vision_figures.heat(np.zeros((2, 8, 8, 3)), np.ones((1, 2, 2)), "t")

    def test_an_architecture_has_a_box_for_each_layer(self):
        costs = networks.layer_costs(classics.small_vgg())
        axis = vision_figures.architecture({"VGG": costs}, "t").axes[0]
        assert len(axis.patches) == 7 + 3 + 3  # convolutions, pooling, dense
        with pytest.raises(ValueError, match="at least one network"):
            vision_figures.architecture({}, "t")

    def test_cost_shares_are_shares(self):
        costs = networks.layer_costs(classics.small_vgg())
        figure = vision_figures.cost_shares({"VGG": costs}, "t")
        widths = [bar.get_width() for bar in figure.axes[0].patches]
        dense = sum(c.parameters for c in costs if c.kind == "Dense") / sum(c.parameters for c in costs)
        assert widths == pytest.approx([100 * (1 - dense), 100 * dense])

    def test_a_block_has_its_steps_and_its_shortcut(self):
        steps = ["conv", "+", "ReLU"]
        axis = vision_figures.blocks({"r": (steps, "x")}, "t").axes[0]
        assert [text.get_text() for text in axis.texts if text.get_text()] == ["x", *steps, "x"] or {
            text.get_text() for text in axis.texts
        } >= set(steps)
        with pytest.raises(ValueError, match="needs a step"):
            vision_figures.blocks({"r": (["conv"], "x")}, "t")

    def test_bars_show_the_mean_and_each_seed(self):
        axis = plots.grouped_bars({"a": {"s": [0.2, 0.4]}, "b": {"s": [0.6, 0.8]}}, "t", "accuracy", floor=0.1).axes[0]
        assert [bar.get_height() for bar in axis.patches] == pytest.approx([0.3, 0.7])
        assert sum(len(c.get_offsets()) for c in axis.collections) == 4
        with pytest.raises(ValueError, match="at least one group"):
            plots.grouped_bars({}, "t", "x")

    def test_a_trade_off_names_each_network(self):
        axis = vision_figures.trade_off({"A": (1.0, 0.5, 10), "B": (10.0, 0.6, 20)}, "t", "x", "y").axes[0]
        assert {text.get_text() for text in axis.texts} == {"A", "B"}
        with pytest.raises(ValueError, match="above 0"):
            vision_figures.trade_off({"A": (0, 0.5, 1)}, "t", "x", "y")
