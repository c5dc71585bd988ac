"""What the generative networks of stage 7 use besides Keras' own layers."""

from ..errors import CourseError
from ..quiet import keras

__all__ = ["MinibatchSpread", "picture_judge"]


class MinibatchSpread(keras.layers.Layer):
    """Adds one column: how different the samples of this batch are, so that a discriminator can see a collapse.

    The standard deviation of each feature over the batch, averaged over the features, and the same number for every
    sample. T. Karras and others (2018), after the minibatch features of T. Salimans and others (2016). Stage 7, "Cures".

    Input: (batch, features) float; output: (batch, features + 1).
    """

    def call(self, inputs):
        ops = keras.ops
        spread = ops.mean(ops.sqrt(ops.var(inputs, axis=0) + 1e-8))
        column = ops.broadcast_to(ops.reshape(spread, (1, 1)), (ops.shape(inputs)[0], 1))
        return ops.concatenate([inputs, column], axis=1)


def picture_judge(size: int, channels: int, classes: int) -> tuple[keras.Model, keras.Model]:
    """A small classifier of pictures, and the network that gives its features: what generated pictures are judged with.

    Args:
        size: height and width in pixels, at least 8.
        channels: 1 or 3.
        classes: at least 2.
    Returns: the classifier, compiled, (batch, size, size, channels) float in [0, 1] → logits (batch, classes); and a
        model that shares its layers, → (batch, 32) features, which are what the last layer sees.
    Raises: CourseError for an argument out of range.
    Stage 7, "Measured".
    """
    if size < 8 or channels not in (1, 3) or classes < 2:
        raise CourseError(f"size from 8, channels 1 or 3, classes from 2; got {size}, {channels} and {classes}")
    layers = keras.layers
    classifier = keras.Sequential([keras.Input((size, size, channels))])
    for filters in (16, 32, 64) if size >= 16 else (16, 32):
        classifier.add(layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu"))
    classifier.add(layers.GlobalAveragePooling2D() if size >= 16 else layers.Flatten())
    classifier.add(layers.Dense(32, activation="relu"))
    classifier.add(layers.Dense(classes))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    classifier.compile(keras.optimizers.Adam(2e-3), loss, metrics=["accuracy"])
    return classifier, keras.Model(classifier.inputs[0], classifier.layers[-2].output)
