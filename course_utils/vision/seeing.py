"""Looking into a trained network: where it looked (Grad-CAM), and how large the gradient is in each layer."""

from collections.abc import Callable

import numpy as np

from ..errors import CourseError
from ..quiet import keras

__all__ = ["grad_cam", "gradient_norms", "inside"]


def inside(model: keras.Model, names: list[str]) -> keras.Model:
    """A network that gives the outputs of the named layers, as a list in that order; weights are shared.

    Args:
        model: Functional or built Sequential.
        names: of layers in it.
    Raises: CourseError for a name that is not there.
    """
    return keras.Model(model.input, [model.get_layer(name).output for name in names])


def grad_cam(model: keras.Model, x: np.ndarray, classes: np.ndarray, layer: str) -> np.ndarray:
    """How much each place of a layer spoke for a class: ReLU(Σ_k α_k A_k), α_k the mean gradient of the logit over map A_k.

    R. Selvaraju and others, 2017. Stage 3, "What the network sees".

    Args:
        model: gives logits (samples, classes).
        x: (samples, height, width, channels).
        classes: (samples,) class numbers to ask about.
        layer: name of a convolutional layer, or of one with maps (samples, rows, columns, filters) as output.
    Returns: (samples, rows, columns) float32, at least 0, in the logit's units.
    Raises: CourseError where the layer has no maps or is not there; NotImplementedError for another backend than TensorFlow.
    """
    if len(model.get_layer(layer).output.shape) != 4:
        raise CourseError(f"{layer} has no maps: its output is {model.get_layer(layer).output.shape}")
    tf = _tensorflow("grad_cam")
    both = keras.Model(model.input, [model.get_layer(layer).output, model.output])
    with tf.GradientTape() as tape:
        maps, logits = both(keras.ops.convert_to_tensor(np.asarray(x, "float32")), training=False)
        score = keras.ops.sum(logits * keras.ops.one_hot(np.asarray(classes), logits.shape[-1]))
    slopes = tape.gradient(score, maps)
    weights = keras.ops.mean(slopes, axis=(1, 2), keepdims=True)
    return np.asarray(keras.ops.relu(keras.ops.sum(weights * maps, axis=-1)))


def gradient_norms(model: keras.Model, x: np.ndarray, y: np.ndarray, loss: Callable) -> dict[str, float]:
    """The size of the loss's gradient with respect to each kernel, ‖∂L/∂W‖, by the layer's name, first layer first.

    In training mode: BatchNormalization uses the batch's own mean and variance. Running statistics are put back.

    Args:
        model: built, with one output.
        x, y: a batch.
        loss: function of ``(y, prediction)``; its mean is differentiated.
    Raises: NotImplementedError for another backend than TensorFlow.
    """
    tf = _tensorflow("gradient_norms")
    kept = [np.asarray(value) for value in model.non_trainable_variables]
    kernels = {layer.name: layer.kernel for layer in model.layers if hasattr(layer, "kernel")}

    @tf.function(autograph=False)
    def sizes():
        with tf.GradientTape() as tape:
            value = keras.ops.mean(loss(y, model(x, training=True)))
        slopes = tape.gradient(value, [kernel.value for kernel in kernels.values()])
        return tf.stack([tf.norm(slope) for slope in slopes])

    found = sizes.get_concrete_function()().numpy()
    for variable, value in zip(model.non_trainable_variables, kept, strict=True):
        variable.assign(value)
    return {name: float(size) for name, size in zip(kernels, found, strict=True)}


def _tensorflow(what: str):
    if keras.backend.backend() != "tensorflow":
        raise NotImplementedError(
            f"{what} needs the TensorFlow backend; this is {keras.backend.backend()} (set KERAS_BACKEND=tensorflow)"
        )
    import tensorflow as tf

    return tf
