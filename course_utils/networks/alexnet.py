"""AlexNet (A. Krizhevsky, I. Sutskever, G. Hinton, 2012), at paper size and compact."""

import numpy as np

from ..quiet import keras

layers = keras.layers

__all__ = ["LocalResponseNormalization", "alexnet", "small_alexnet"]


@keras.saving.register_keras_serializable("course_utils")
class LocalResponseNormalization(layers.Layer):
    """Each value divided by a measure of its neighbours in the channel axis: x / (k + α Σ x²)^β.

    The sum goes over ``size`` neighbouring channels. No parameters are learnt. AlexNet and GoogLeNet have it; VGG
    (2014) found no use in it, and BatchNormalization (2015) took its place.

    Args:
        size: neighbours together with the channel itself, odd.
        alpha, beta, k: α, β and k of AlexNet's section 3.3; k above 0.
    """

    def __init__(self, size: int = 5, alpha: float = 1e-4, beta: float = 0.75, k: float = 2.0, **options):
        super().__init__(**options)
        if size < 1 or size % 2 == 0:
            raise ValueError(f"size must be odd and at least 1; got {size}")
        if k <= 0:
            raise ValueError(f"k must be above 0, or a channel of zeros would be divided by 0; got {k}")
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def call(self, x):
        place = np.arange(x.shape[-1])
        near = (
            np.abs(place[:, None] - place) <= self.size // 2
        )  # (channels, channels): who is whose neighbour
        around = keras.ops.matmul(x * x, keras.ops.convert_to_tensor(near, x.dtype))
        return x * keras.ops.exp(
            -self.beta * keras.ops.log(self.k + self.alpha * around)
        )  # three times as fast as **

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        own = {"size": self.size, "alpha": self.alpha, "beta": self.beta, "k": self.k}
        return {**super().get_config(), **own}


def alexnet(
    classes: int = 1000,
    input_shape: tuple[int, int, int] = (227, 227, 3),
    groups: int = 2,
    stem: tuple[int, int] = (11, 4),
    filters: tuple[int, ...] = (96, 256, 384, 384, 256),
    units: int = 4096,
    softmax: bool = True,
) -> keras.Model:
    """AlexNet: five convolutions, three dense layers, ReLU, dropout, local response normalisation.

    The paper says 224 pixels; with its 11 × 11 kernel at stride 4 and no padding only 227 give its 55 × 55 map.
    Stage 3, "Five networks that made history".

    Args:
        classes: of the softmax at the end.
        input_shape: (height, width, channels).
        groups: 2, as on the paper's two GPUs: convolutions 2, 4 and 5 see half the channels each. 1: all of them.
        stem: kernel size and stride of the first convolution.
        filters: of the five convolutions, each divisible by ``groups``.
        units: of the two hidden dense layers.
        softmax: False leaves the logits.
    """
    kernel, stride = stem
    conv = {"padding": "same", "activation": "relu"}
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(
        filters[0], kernel, stride, "valid" if stride > 1 else "same", activation="relu", name="conv1"
    )(inputs)
    x = LocalResponseNormalization(name="norm1")(x)
    x = layers.MaxPooling2D(3, 2, name="pool1")(x)
    x = layers.Conv2D(filters[1], 5, groups=groups, name="conv2", **conv)(x)
    x = LocalResponseNormalization(name="norm2")(x)
    x = layers.MaxPooling2D(3, 2, name="pool2")(x)
    x = layers.Conv2D(filters[2], 3, name="conv3", **conv)(x)
    x = layers.Conv2D(filters[3], 3, groups=groups, name="conv4", **conv)(x)
    x = layers.Conv2D(filters[4], 3, groups=groups, name="conv5", **conv)(x)
    x = layers.MaxPooling2D(3, 2, name="pool5")(x)
    x = layers.Flatten(name="flatten")(x)
    for place in (6, 7):
        x = layers.Dense(units, "relu", name=f"fc{place}")(x)
        x = layers.Dropout(0.5, name=f"dropout{place}")(x)
    return keras.Model(
        inputs, layers.Dense(classes, "softmax" if softmax else None, name="fc8")(x), name="alexnet"
    )


def small_alexnet(classes: int = 10, input_shape: tuple[int, int, int] = (32, 32, 3)) -> keras.Model:
    """AlexNet for pictures of 32 × 32: a 5 × 5 kernel at stride 1 in front, a sixth of the filters, one group; gives logits."""
    return alexnet(classes, input_shape, 1, (5, 1), (16, 40, 64, 64, 40), 128, softmax=False)
