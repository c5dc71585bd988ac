"""The classic networks: parameters and multiply-adds as published, outputs as those of ``keras.applications``."""

import gc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import networks
from course_utils.networks.resnet import conv_bn
from course_utils.quiet import keras
from course_utils.vision import classics

MAPS = keras.applications


@pytest.fixture(autouse=True)
def _forget():
    """Big networks refer to themselves in circles; without this they would pile up."""
    yield
    gc.collect()


# Trainable parameters. AlexNet: the Caffe model's count (with two groups); GoogLeNet: the Caffe model's, with both
# auxiliary classifiers and without; ResNet: those of torchvision's models, which have no bias in convolutions.
@pytest.mark.parametrize(
    ("build", "options", "published"),
    [
        ("alexnet", {}, 60_965_224),
        ("alexnet", {"groups": 1}, 62_378_344),
        ("googlenet", {}, 13_378_280),
        ("googlenet", {"auxiliary": False}, 6_998_552),
        ("resnet", {"depth": 18}, 11_689_512),
        ("resnet", {"depth": 34}, 21_797_672),
        ("resnet", {"depth": 50}, 25_557_032),
        pytest.param("resnet", {"depth": 101}, 44_549_160, marks=pytest.mark.slow),
        pytest.param("resnet", {"depth": 152}, 60_192_808, marks=pytest.mark.slow),
        pytest.param("vgg", {"depth": 16}, 138_357_544, marks=pytest.mark.slow),
        pytest.param("vgg", {"depth": 19}, 143_667_240, marks=pytest.mark.slow),
    ],
)
def test_parameters_are_those_published(build, options, published):
    model = getattr(classics if hasattr(classics, build) else networks, build)(**options)
    assert networks.parameters(model) == published
    assert networks.parameters(model, trainable=False) == model.count_params()


def test_googlenet_has_the_size_of_its_papers_table_row_by_row():
    """The table counts 1,024 to a K. Rows 4a to 5b and conv1 do not follow exactly from its own columns of filters."""
    table = {"conv2": 112, "3a": 159, "3b": 380, "4a": 364, "4b": 437, "4c": 463, "4d": 580, "4e": 840, "5a": 1072,
             "5b": 1388, "main": 1000}  # fmt: skip
    found = dict.fromkeys(table, 0)
    for cost in networks.layer_costs(classics.googlenet(auxiliary=False)):
        row = cost.name.split("_")[0]
        found[row] = found.get(row, 0) + cost.parameters
    assert {row: int(found[row] / 1024) for row in ("conv2", "3a", "main")} == {"conv2": 112, "3a": 159, "main": 1000}
    assert round(found["3b"] / 1024) == 380
    for row, said in table.items():
        assert abs(found[row] / 1024 - said) <= 0.08 * said, row


# Table 1 of the ResNet paper, in 10⁹; it cuts 3.66 and 3.86 to 3.6 and 3.8.
@pytest.mark.parametrize(
    ("depth", "paper"),
    [(18, 1.8), (34, 3.6), (50, 3.8), pytest.param(101, 7.6, marks=pytest.mark.slow),
     pytest.param(152, 11.3, marks=pytest.mark.slow)],
)  # fmt: skip
def test_multiply_adds_are_those_of_the_resnet_paper(depth, paper):
    count = networks.multiply_adds(networks.resnet(depth)) / 1e9
    assert paper - 0.05 <= count < paper + 0.1


def test_multiply_adds_against_the_backends_own_profiler():
    if keras.backend.backend() != "tensorflow":
        pytest.skip("the profiler is TensorFlow's")
    import tensorflow as tf
    from tensorflow.python.framework.ops import get_stats_for_node_def

    for model in (classics.small_googlenet(), networks.small_resnet(8, shortcut="C"), classics.small_vgg()):
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
    assert cost.parameters == cost.trainable == kernel * kernel * cin * cout * groups + cout * groups


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


def stirred(model, seed=0):
    """Other numbers in the normalisations and biases than the initial zeros and ones, so that a mix-up shows."""
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        if type(layer).__name__ == "BatchNormalization":
            size = layer.gamma.shape
            weights = (
                rng.uniform(0.5, 1, size),
                rng.normal(0, 0.2, size),
                rng.normal(0, 0.2, size),
                rng.uniform(0.5, 1.5, size),
            )
            layer.set_weights(weights)
        elif len(layer.weights) == 2:
            layer.set_weights([layer.get_weights()[0], rng.normal(0, 0.1, layer.bias.shape)])
    return model


@pytest.mark.parametrize(
    ("build", "name", "depth"),
    [
        ("resnet", "ResNet50", 50),
        pytest.param("resnet", "ResNet101", 101, marks=pytest.mark.slow),
        pytest.param("resnet", "ResNet152", 152, marks=pytest.mark.slow),
        pytest.param("vgg", "VGG16", 16, marks=pytest.mark.slow),
        pytest.param("vgg", "VGG19", 19, marks=pytest.mark.slow),
    ],
)
def test_outputs_are_those_of_keras_applications(build, name, depth):
    theirs = stirred(getattr(MAPS, name)(weights=None, classifier_activation=None))
    ours = getattr(classics if hasattr(classics, build) else networks, build)(depth, softmax=False)
    copied = networks.copy_by_name(theirs, ours)
    assert copied == sum(bool(layer.weights) for layer in theirs.layers)
    x = np.random.default_rng(0).normal(size=(2, 224, 224, 3)).astype("float32")
    wanted, got = np.asarray(theirs(x)), np.asarray(ours(x))
    spread = wanted.std()
    assert spread > 1e-6
    assert np.abs(got - wanted).max() <= 1e-4 * max(spread, np.abs(wanted).max())
    biases = sum(
        layer.bias.shape[0] for layer in theirs.layers if "conv" in layer.name and getattr(layer, "use_bias", 0)
    )
    if build == "resnet":  # the only difference: a bias before each normalisation
        assert theirs.count_params() - ours.count_params() == biases
    else:
        assert theirs.count_params() == ours.count_params()


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
        drawn = classics.small_vgg(16)
    costs, size = networks.layer_costs(drawn), networks.parameters(drawn)
    built = classics.small_vgg(16)  # symbolic calls fill in whatever waits for its numbers: nothing may wait
    assert all(weight._value is None for weight in drawn.weights)
    assert [cost.multiply_adds for cost in costs] == [cost.multiply_adds for cost in networks.layer_costs(built)]
    assert size == networks.parameters(built)
    assert np.array_equal(before(x), wanted)
    assert built(x).shape == (2, 10)


def test_local_response_normalisation_against_the_backends():
    if keras.backend.backend() != "tensorflow":
        pytest.skip("the reference is TensorFlow's")
    import tensorflow as tf

    x = np.random.default_rng(0).normal(0, 20, size=(2, 3, 3, 12)).astype("float32")
    ours = classics.LocalResponseNormalization(5, 1e-2, 0.75, 2.0)(x)
    theirs = tf.nn.local_response_normalization(x, depth_radius=2, bias=2.0, alpha=1e-2, beta=0.75)
    assert np.allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    with pytest.raises(ValueError, match="odd"):
        classics.LocalResponseNormalization(4)
    with pytest.raises(ValueError, match="k must be above 0"):
        classics.LocalResponseNormalization(k=0)


def test_feature_maps_have_the_sizes_of_the_papers():
    resnet = networks.resnet(18)
    assert [resnet.get_layer(f"conv{part}_block2_out").output.shape[1] for part in (2, 3, 4, 5)] == [56, 28, 14, 7]
    alex = classics.alexnet()
    assert alex.get_layer("conv1").output.shape[1:] == (55, 55, 96)
    assert alex.get_layer("pool5").output.shape[1:] == (6, 6, 256)
    google = classics.googlenet()
    assert set(google.output_names if isinstance(google.output, dict) else google.output) >= {"main", "auxiliary1"}
    assert google.get_layer("5b").output.shape[1:] == (7, 7, 1024)
    assert google.get_layer("auxiliary1_pool").output.shape[1:] == (4, 4, 512)


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


def test_inception_puts_four_looks_side_by_side():
    inputs = keras.Input((7, 7, 10))
    model = keras.Model(inputs, classics.inception(inputs, (2, 3, 4, 5, 6, 7), "m"))
    assert model.output_shape == (None, 7, 7, 2 + 4 + 6 + 7)
    x = np.random.default_rng(0).normal(size=(1, 7, 7, 10)).astype("float32")
    first = model.get_layer("m_1x1")
    by_hand = np.maximum(x.reshape(-1, 10) @ first.get_weights()[0][0, 0] + first.get_weights()[1], 0)
    assert np.allclose(np.asarray(model(x))[..., :2].reshape(-1, 2), by_hand, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("build", ["small_alexnet", "small_vgg", "small_googlenet", "small_resnet"])
def test_compact_networks_learn_and_survive_saving(build, tmp_path):
    keras.utils.set_random_seed(0)
    options = {"depth": 8, "filters": 8} if build == "small_resnet" else {}
    model = getattr(classics if hasattr(classics, build) else networks, build)(classes=3, **options)
    y = np.arange(24) % 3
    tint = 2 * np.eye(3)[y][:, None, None]  # the class is the colour
    x = (np.random.default_rng(0).normal(size=(24, 32, 32, 3)) + tint).astype("float32")
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    before = float(model.test_on_batch(x, y))
    for _ in range(15):
        model.train_on_batch(x, y)
    inside = np.asarray(model(x, training=True))
    assert float(np.mean(keras.losses.sparse_categorical_crossentropy(y, inside, from_logits=True))) < 0.8 * before
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert np.allclose(again(x), model(x), atol=1e-5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: classics.vgg(11), "16 or 19; got 11"),
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
