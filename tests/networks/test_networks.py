"""The ResNet family as published, with the outputs of ``keras.applications``; counting, blueprints, copying by name."""

import gc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras_reference import assert_learns_and_survives_saving, assert_same_outputs

from course_utils import networks
from course_utils.networks.residual import conv_bn
from course_utils.quiet import keras


@pytest.fixture(autouse=True)
def _forget():
    """Big networks refer to themselves in circles; without this they would pile up."""
    yield
    gc.collect()


# Trainable parameters of torchvision's models, which have no bias in convolutions.
@pytest.mark.parametrize(
    ("depth", "published"),
    [
        (18, 11_689_512),
        (34, 21_797_672),
        (50, 25_557_032),
        pytest.param(101, 44_549_160, marks=pytest.mark.slow),
        pytest.param(152, 60_192_808, marks=pytest.mark.slow),
    ],
)
def test_parameters_are_those_published(depth, published):
    model = networks.resnet(depth)
    assert networks.parameters(model) == published
    assert networks.parameters(model, trainable=False) == model.count_params()


# Table 1 of the ResNet paper, in 10⁹; it cuts 3.66 and 3.86 to 3.6 and 3.8.
@pytest.mark.parametrize(
    ("depth", "paper"),
    [(18, 1.8), (34, 3.6), (50, 3.8), pytest.param(101, 7.6, marks=pytest.mark.slow),
     pytest.param(152, 11.3, marks=pytest.mark.slow)],
)  # fmt: skip
def test_multiply_adds_are_those_of_the_resnet_paper(depth, paper):
    count = networks.multiply_adds(networks.resnet(depth)) / 1e9
    assert paper - 0.05 <= count < paper + 0.1


def dense_behind_convolution():
    return keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            keras.layers.Conv2D(8, 5, padding="same"),
            keras.layers.Flatten(),
            keras.layers.Dense(6),
        ]
    )


def test_multiply_adds_against_the_backends_own_profiler():
    if keras.backend.backend() != "tensorflow":
        pytest.skip("the profiler is TensorFlow's")
    import tensorflow as tf
    from tensorflow.python.framework.ops import get_stats_for_node_def

    for model in (networks.small_resnet(8, shortcut="C"), dense_behind_convolution()):
        function = tf.function(lambda x, model=model: model(x)).get_concrete_function(tf.ones((1, 32, 32, 3)))
        operations = 0
        for operation in function.graph.get_operations():
            if operation.type in ("Conv2D", "MatMul"):
                with function.graph.as_default():
                    operations += get_stats_for_node_def(function.graph, operation.node_def, "flops").value or 0
        assert operations == 2 * networks.multiply_adds(model)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(5, 9), st.integers(1, 3), st.integers(1, 2), st.integers(1, 2), st.sampled_from(["valid", "same"]),
    st.integers(1, 2), st.integers(1, 3),
)  # fmt: skip
def test_multiply_adds_of_a_convolution_by_counting_each_product(size, kernel, strides, groups, padding, cin, cout):
    inputs = keras.Input((size, size, cin * groups))
    layer = keras.layers.Conv2D(cout * groups, kernel, strides, padding, groups=groups)
    model = keras.Model(inputs, layer(inputs))
    count = 0
    for _row in range(model.output_shape[1]):
        for _column in range(model.output_shape[2]):
            for _filter in range(cout * groups):
                for _place in range(kernel * kernel):
                    for _channel in range(cin):
                        count += 1
    cost = networks.layer_costs(model)[-1]
    assert (cost.multiply_adds, cost.kind, cost.output) == (count, "Conv2D", model.output_shape[1:])
    assert cost.parameters == kernel * kernel * cin * cout * groups + cout * groups


def test_multiply_adds_in_three_dimensions_and_depthwise():
    inputs = keras.Input((4, 6, 6, 2))
    model = keras.Model(inputs, keras.layers.Conv3D(5, 3, padding="same")(inputs))
    assert networks.multiply_adds(model) == 4 * 6 * 6 * 27 * 2 * 5
    inputs = keras.Input((6, 6, 4))
    model = keras.Model(inputs, keras.layers.DepthwiseConv2D(3, padding="same")(inputs))
    assert networks.multiply_adds(model) == 6 * 6 * 9 * 4


def test_counting_refuses_what_it_has_no_rule_for():
    inputs = keras.Input((6, 6, 4))
    with pytest.raises(TypeError, match="Conv2DTranspose"):
        networks.multiply_adds(keras.Model(inputs, keras.layers.Conv2DTranspose(3, 3)(inputs)))
    steps = keras.Input((6, 4))
    with pytest.raises(TypeError, match="LSTM"):
        networks.multiply_adds(keras.Model(steps, keras.layers.LSTM(3)(steps)))
    inputs = keras.Input((None, None, 3))
    with pytest.raises(ValueError, match="unknown size"):
        networks.multiply_adds(keras.Model(inputs, keras.layers.Conv2D(3, 3)(inputs)))
    with pytest.raises(ValueError, match="not built"):
        networks.layer_costs(keras.Sequential([keras.layers.Dense(3)]))


@pytest.mark.parametrize(
    ("name", "depth"),
    [
        ("ResNet50", 50),
        pytest.param("ResNet101", 101, marks=pytest.mark.slow),
        pytest.param("ResNet152", 152, marks=pytest.mark.slow),
    ],
)
def test_outputs_are_those_of_keras_applications(name, depth):
    ours = networks.resnet(depth, softmax=False)
    theirs = assert_same_outputs(ours, name)
    convolutions = [layer for layer in theirs.layers if "conv" in layer.name and getattr(layer, "use_bias", False)]
    biases = sum(layer.bias.shape[0] for layer in convolutions)
    assert (
        theirs.count_params() - ours.count_params() == biases
    )  # the only difference: a bias before each normalisation


def test_copying_says_what_does_not_fit():
    source = networks.small_resnet(8)
    with pytest.raises(ValueError, match="no layer named 'conv2_block2_1_conv'"):
        networks.copy_by_name(source, networks.small_resnet(14))
    with pytest.raises(ValueError, match=r"conv1_conv: the source has weights"):
        networks.copy_by_name(source, networks.small_resnet(8, filters=8))


def test_a_blueprint_counts_as_the_built_network_does_and_leaves_others_alone():
    before = networks.small_resnet(8, filters=8)
    x = np.random.default_rng(0).normal(size=(2, 32, 32, 3)).astype("float32")
    wanted = np.asarray(before(x))
    with networks.blueprint():
        drawn = networks.small_resnet(14)
    costs, size = networks.layer_costs(drawn), networks.parameters(drawn)
    built = networks.small_resnet(14)  # symbolic calls fill in whatever waits for its numbers: nothing may wait
    assert all(weight._value is None for weight in drawn.weights)
    assert [cost.multiply_adds for cost in costs] == [cost.multiply_adds for cost in networks.layer_costs(built)]
    assert size == networks.parameters(built)
    assert np.array_equal(before(x), wanted)
    assert built(x).shape == (2, 10)


def test_feature_maps_have_the_sizes_of_the_paper():
    resnet = networks.resnet(18)
    assert [resnet.get_layer(f"conv{part}_block2_out").output.shape[1] for part in (2, 3, 4, 5)] == [56, 28, 14, 7]


@pytest.mark.parametrize("block", [networks.basic_block, networks.bottleneck_block])
def test_a_block_whose_last_scale_is_zero_is_the_identity(block):
    inputs = keras.Input((6, 6, 16))
    model = keras.Model(inputs, block(inputs, 16 if block is networks.basic_block else 4))
    last = [layer for layer in model.layers if type(layer).__name__ == "BatchNormalization"][-1]
    last.gamma.assign(np.zeros(16))
    x = np.abs(np.random.default_rng(0).normal(size=(2, 6, 6, 16))).astype("float32")
    assert np.array_equal(model(x), x)


@pytest.mark.parametrize("kind", ["residual", "plain", "preactivation"])
def test_small_resnets_have_the_depth_and_shape_they_say(kind):
    model = networks.small_resnet(20, classes=7, input_shape=(16, 16, 1), filters=4, kind=kind, shortcut="B")
    with_weights = [cost for cost in networks.layer_costs(model) if cost.multiply_adds and "_0_conv" not in cost.name]
    assert len(with_weights) == 20
    assert model.output_shape == (None, 7)
    assert sum(type(layer).__name__ == "Add" for layer in model.layers) == (0 if kind == "plain" else 9)


def test_shortcuts_cost_what_the_paper_says():
    """A none, B one 1×1 convolution where the shape changes, C one in each block."""
    count = {kind: networks.parameters(networks.small_resnet(20, filters=16, shortcut=kind)) for kind in "ABC"}
    projections = 16 * 32 + 2 * 32 + 32 * 64 + 2 * 64
    assert count["B"] - count["A"] == projections
    assert count["C"] - count["B"] == 3 * (16 * 16 + 2 * 16) + 2 * (32 * 32 + 2 * 32) + 2 * (64 * 64 + 2 * 64)


def test_the_zero_padding_shortcut_keeps_every_second_pixel_and_adds_empty_channels():
    inputs = keras.Input((4, 4, 3))
    x = np.random.default_rng(0).normal(size=(2, 4, 4, 3)).astype("float32")
    padded = np.asarray(keras.Model(inputs, networks.shortcut_path(inputs, 5, 2, "A"))(x))
    assert np.array_equal(padded[..., :3], x[:, ::2, ::2])
    assert not padded[..., 3:].any()


def test_bottleneck_and_two_layer_block_cost_what_the_course_says():
    def kernels(block, filters):
        inputs = keras.Input((8, 8, 256))
        return sum(c.multiply_adds for c in networks.layer_costs(keras.Model(inputs, block(inputs, filters)))) // 64

    assert kernels(networks.bottleneck_block, 64) == 69_632
    assert kernels(networks.basic_block, 256) == 1_179_648


@pytest.mark.slow
def test_the_small_resnet_learns_and_survives_saving(tmp_path):
    keras.utils.set_random_seed(0)
    assert_learns_and_survives_saving(networks.small_resnet(8, 3, filters=8), tmp_path / "model.keras")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: networks.resnet(20), "18, 34, 50, 101, 152; got 20"),
        (lambda: networks.resnet(18, shortcut="D"), "'A', 'B' or 'C'; got 'D'"),
        (lambda: networks.small_resnet(21), "6n . 2: 8, 14, 20, …; got 21"),
        (lambda: networks.small_resnet(20, kind="deep"), "'plain' or 'preactivation'; got 'deep'"),
        (lambda: networks.shortcut_path(keras.Input((4, 4, 8)), 4, 1, "A"), "from 8 to 4"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_conv_bn_has_no_bias():
    inputs = keras.Input((4, 4, 3))
    model = keras.Model(inputs, conv_bn(inputs, 5, 3))
    assert networks.parameters(model) == 27 * 5 + 10
