"""A network against its namesake in ``keras.applications``: the same weights, the same outputs."""

import numpy as np

from course_utils import networks
from course_utils.quiet import keras


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


def assert_same_outputs(ours, name: str) -> keras.Model:
    """``ours`` gives the logits of ``keras.applications``' network of that name, which is returned, with the same weights."""
    theirs = stirred(getattr(keras.applications, name)(weights=None, classifier_activation=None))
    copied = networks.copy_by_name(theirs, ours)
    assert copied == sum(bool(layer.weights) for layer in theirs.layers)
    x = np.random.default_rng(0).normal(size=(2, 224, 224, 3)).astype("float32")
    wanted, got = np.asarray(theirs(x)), np.asarray(ours(x))
    spread = wanted.std()
    assert spread > 1e-6
    assert np.abs(got - wanted).max() <= 1e-4 * max(spread, np.abs(wanted).max())
    return theirs


def assert_learns_and_survives_saving(model, path) -> None:
    """Fifteen steps on three classes, told apart by colour, lower the loss; saved and loaded it gives the same logits."""
    y = np.arange(24) % 3
    tint = 2 * np.eye(3)[y][:, None, None]  # the class is the colour
    x = (np.random.default_rng(0).normal(size=(24, 32, 32, 3)) + tint).astype("float32")
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    before = float(model.test_on_batch(x, y))
    for _ in range(15):
        model.train_on_batch(x, y)
    inside = np.asarray(model(x, training=True))
    assert float(np.mean(keras.losses.sparse_categorical_crossentropy(y, inside, from_logits=True))) < 0.8 * before
    model.save(path)
    again = keras.models.load_model(path)
    assert np.allclose(again(x), model(x), atol=1e-5)
