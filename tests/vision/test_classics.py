"""AlexNet, VGG and GoogLeNet: parameters as published, outputs as those of ``keras.applications``, what is new in each."""

import gc

import numpy as np
import pytest
from keras_reference import assert_learns_and_survives_saving, assert_same_outputs

from course_utils import networks
from course_utils.quiet import keras
from course_utils.vision import classics


@pytest.fixture(autouse=True)
def _forget():
    """Big networks refer to themselves in circles; without this they would pile up."""
    yield
    gc.collect()


# Trainable parameters. AlexNet: the Caffe model's count (with two groups); GoogLeNet: the Caffe model's, with both
# auxiliary classifiers and without.
@pytest.mark.parametrize(
    ("build", "options", "published"),
    [
        (classics.alexnet, {}, 60_965_224),
        (classics.alexnet, {"groups": 1}, 62_378_344),
        (classics.googlenet, {}, 13_378_280),
        (classics.googlenet, {"auxiliary": False}, 6_998_552),
        pytest.param(classics.vgg, {"depth": 16}, 138_357_544, marks=pytest.mark.slow),
        pytest.param(classics.vgg, {"depth": 19}, 143_667_240, marks=pytest.mark.slow),
    ],
)
def test_parameters_are_those_published(build, options, published):
    assert networks.parameters(build(**options)) == published


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


@pytest.mark.slow
@pytest.mark.parametrize(("name", "depth"), [("VGG16", 16), ("VGG19", 19)])
def test_outputs_are_those_of_keras_applications(name, depth):
    ours = classics.vgg(depth, softmax=False)
    theirs = assert_same_outputs(ours, name)
    assert theirs.count_params() == ours.count_params()


def test_local_response_normalisation_against_the_backends():
    if keras.backend.backend() != "tensorflow":
        pytest.skip("the reference is TensorFlow's")
    import tensorflow as tf

    x = np.random.default_rng(0).normal(0, 200, size=(2, 3, 3, 12)).astype("float32")
    ours = classics.LocalResponseNormalization()(x)
    theirs = tf.nn.local_response_normalization(x, depth_radius=2, bias=2.0, alpha=1e-4, beta=0.75)
    assert np.allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    assert np.abs(np.asarray(ours) * 2**0.75 / x).min() < 0.1  # the neighbours count


def test_feature_maps_have_the_sizes_of_the_papers():
    alex = classics.alexnet()
    assert alex.get_layer("conv1").output.shape[1:] == (55, 55, 96)
    assert alex.get_layer("pool5").output.shape[1:] == (6, 6, 256)
    google = classics.googlenet()
    assert set(google.output_names if isinstance(google.output, dict) else google.output) >= {"main", "auxiliary1"}
    assert google.get_layer("5b").output.shape[1:] == (7, 7, 1024)
    assert google.get_layer("auxiliary1_pool").output.shape[1:] == (4, 4, 512)


def test_inception_puts_four_looks_side_by_side():
    inputs = keras.Input((7, 7, 10))
    model = keras.Model(inputs, classics.inception(inputs, (2, 3, 4, 5, 6, 7), "m"))
    assert model.output_shape == (None, 7, 7, 2 + 4 + 6 + 7)
    x = np.random.default_rng(0).normal(size=(1, 7, 7, 10)).astype("float32")
    first = model.get_layer("m_1x1")
    by_hand = np.maximum(x.reshape(-1, 10) @ first.get_weights()[0][0, 0] + first.get_weights()[1], 0)
    assert np.allclose(np.asarray(model(x))[..., :2].reshape(-1, 2), by_hand, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("build", [classics.small_alexnet, classics.small_vgg, classics.small_googlenet])
def test_compact_networks_learn_and_survive_saving(build, tmp_path):
    keras.utils.set_random_seed(0)
    assert_learns_and_survives_saving(build(classes=3), tmp_path / "model.keras")


@pytest.mark.parametrize("build", [classics.small_alexnet, classics.small_vgg, classics.small_googlenet])
def test_a_compact_networks_blueprint_counts_as_the_built_network_does(build):
    with networks.blueprint():
        drawn = build()
    costs = [cost.multiply_adds for cost in networks.layer_costs(drawn)]
    assert costs == [cost.multiply_adds for cost in networks.layer_costs(build())]


def test_vgg_has_two_depths():
    with pytest.raises(ValueError, match="16 or 19; got 11"):
        classics.vgg(11)
