"""AlexNet, VGG and GoogLeNet in Keras, as published and in small."""

import numpy as np

from ..errors import CourseError
from ..quiet import keras

__all__ = [
    "INCEPTION", "LocalResponseNormalization", "alexnet", "googlenet", "inception", "small_alexnet", "small_googlenet",
    "small_vgg", "vgg",
]  # fmt: skip

layers = keras.layers


@keras.saving.register_keras_serializable("course_utils")
class LocalResponseNormalization(layers.Layer):
    """Each value divided by a measure of its neighbours in the channel axis: x / (2 + 0.0001 Σ x²)^0.75.

    The sum goes over five neighbouring channels; the constants are those of AlexNet's section 3.3. No parameters are
    learnt. AlexNet and GoogLeNet have it; VGG (2014) found no use in it, and BatchNormalization (2015) took its place.
    """

    def call(self, x):
        place = np.arange(x.shape[-1])
        near = np.abs(place[:, None] - place) <= 2  # (channels, channels): who is whose neighbour
        around = keras.ops.matmul(x * x, keras.ops.convert_to_tensor(near, x.dtype))
        return x * keras.ops.exp(-0.75 * keras.ops.log(2 + 1e-4 * around))  # three times as fast as **

    def compute_output_shape(self, input_shape):
        return input_shape


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
    padding = "valid" if stride > 1 else "same"
    x = layers.Conv2D(filters[0], kernel, stride, padding, activation="relu", name="conv1")(inputs)
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
    return keras.Model(inputs, layers.Dense(classes, "softmax" if softmax else None, name="fc8")(x), name="alexnet")


def small_alexnet(classes: int = 10, input_shape: tuple[int, int, int] = (32, 32, 3)) -> keras.Model:
    """AlexNet for pictures of 32 × 32: a 5 × 5 kernel at stride 1 in front, a sixth of the filters, one group; gives logits."""
    return alexnet(classes, input_shape, 1, (5, 1), (16, 40, 64, 64, 40), 128, softmax=False)


# Filters of each module: 1×1; 1×1 then 3×3; 1×1 then 5×5; 1×1 after pooling (the paper's table 1).
INCEPTION = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


def inception(x, filters: tuple[int, int, int, int, int, int], name: str):
    """The output of an Inception module: four looks at the same picture, side by side in the channel axis.

    Args:
        x: (batch, height, width, channels).
        filters: as in ``INCEPTION``: 1×1; reduce and 3×3; reduce and 5×5; 1×1 behind the pooling.
        name: put before the layers' names.
    Returns: (batch, height, width, filters[0] + filters[2] + filters[4] + filters[5]). Stage 3, exercise 3.2.
    """
    one, reduce3, three, reduce5, five, pooled = filters
    a = _conv(x, one, 1, f"{name}_1x1")
    b = _conv(_conv(x, reduce3, 1, f"{name}_3x3_reduce"), three, 3, f"{name}_3x3")
    c = _conv(_conv(x, reduce5, 1, f"{name}_5x5_reduce"), five, 5, f"{name}_5x5")
    d = layers.MaxPooling2D(3, 1, "same", name=f"{name}_pool")(x)
    return layers.Concatenate(name=name)([a, b, c, _conv(d, pooled, 1, f"{name}_pool_1x1")])


def googlenet(
    classes: int = 1000, input_shape: tuple[int, int, int] = (224, 224, 3), auxiliary: bool = True, softmax: bool = True
) -> keras.Model:
    """GoogLeNet: nine Inception modules, global average pooling, one dense layer; two more exits for training.

    Stage 3, "Five networks that made history".

    Args:
        classes: of each softmax.
        input_shape: (height, width, channels).
        auxiliary: with the two extra classifiers, behind modules 4a and 4d, whose losses count 0.3 in training.
        softmax: False leaves the logits.
    Returns: a model with the three outputs "main", "auxiliary1" and "auxiliary2", or with "main" alone.
    """
    inputs = keras.Input(input_shape)
    x = _conv(inputs, 64, 7, "conv1", strides=2)
    x = layers.MaxPooling2D(3, 2, "same", name="pool1")(x)
    x = LocalResponseNormalization(name="norm1")(x)
    x = _conv(_conv(x, 64, 1, "conv2_reduce"), 192, 3, "conv2")
    x = LocalResponseNormalization(name="norm2")(x)
    x = layers.MaxPooling2D(3, 2, "same", name="pool2")(x)
    outputs = {}
    activation = "softmax" if softmax else None
    for module, filters in INCEPTION.items():
        if module in ("4a", "5a"):
            x = layers.MaxPooling2D(3, 2, "same", name=f"pool{int(module[0]) - 1}")(x)
        x = inception(x, filters, module)
        if auxiliary and module in ("4a", "4d"):
            name = f"auxiliary{len(outputs) + 1}"
            outputs[name] = _auxiliary_classifier(x, classes, activation, name)
    x = layers.Dropout(0.4, name="dropout")(layers.GlobalAveragePooling2D(name="average")(x))
    outputs["main"] = layers.Dense(classes, activation, name="main")(x)
    return keras.Model(inputs, outputs if auxiliary else outputs["main"], name="googlenet")


def _auxiliary_classifier(x, classes: int, activation: str | None, name: str):
    """An early exit: pooling, 128 filters of 1×1, 1,024 units, classes. It brings gradient to the lower layers."""
    x = layers.AveragePooling2D(5, 3, name=f"{name}_pool")(x)
    x = layers.Flatten(name=f"{name}_flatten")(_conv(x, 128, 1, f"{name}_1x1"))
    x = layers.Dropout(0.7, name=f"{name}_dropout")(layers.Dense(1024, "relu", name=f"{name}_fc")(x))
    return layers.Dense(classes, activation, name=name)(x)


def small_googlenet(classes: int = 10, input_shape: tuple[int, int, int] = (32, 32, 3)) -> keras.Model:
    """GoogLeNet for pictures of 32 × 32: a 3 × 3 convolution, four modules of an eighth of the filters; gives logits."""
    inputs = keras.Input(input_shape)
    x = layers.MaxPooling2D(2, name="pool1")(_conv(inputs, 24, 3, "conv1"))
    for module in ("3a", "3b", "4a", "4e"):
        if module == "4a":
            x = layers.MaxPooling2D(2, name="pool3")(x)
        x = inception(x, tuple(max(width // 8, 4) for width in INCEPTION[module]), module)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    return keras.Model(inputs, layers.Dense(classes, name="main")(x), name="small_googlenet")


def _conv(x, filters: int, kernel: int, name: str, strides: int = 1):
    return layers.Conv2D(filters, kernel, strides, "same", activation="relu", name=name)(x)


CONVOLUTIONS = {16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}  # in each of the five blocks


def vgg(
    depth: int = 16,
    classes: int = 1000,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    filters: tuple[int, ...] = (64, 128, 256, 512, 512),
    units: int = 4096,
    softmax: bool = True,
) -> keras.Model:
    """VGG: nothing but 3 × 3 convolutions and 2 × 2 pooling, then three dense layers.

    Layers have the names of ``keras.applications.VGG16`` and ``VGG19``. Stage 3, "Five networks that made history".

    Args:
        depth: 16 or 19, layers with weights at paper size.
        classes: of the softmax at the end.
        input_shape: (height, width, channels).
        filters: of each block; fewer than five leave the last blocks out.
        units: of the two hidden dense layers.
        softmax: False leaves the logits.
    Raises: CourseError for another depth.
    """
    if depth not in CONVOLUTIONS:
        raise CourseError(f"depth must be 16 or 19; got {depth!r}")
    x = inputs = keras.Input(input_shape)
    for block, (width, count) in enumerate(zip(filters, CONVOLUTIONS[depth], strict=False), start=1):
        for place in range(1, count + 1):
            name = f"block{block}_conv{place}"
            x = layers.Conv2D(width, 3, padding="same", activation="relu", name=name)(x)
        x = layers.MaxPooling2D(2, name=f"block{block}_pool")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(units, "relu", name="fc1")(x)
    x = layers.Dense(units, "relu", name="fc2")(x)
    outputs = layers.Dense(classes, "softmax" if softmax else None, name="predictions")(x)
    return keras.Model(inputs, outputs, name=f"vgg{depth}")


def small_vgg(depth: int = 16, classes: int = 10, input_shape: tuple[int, int, int] = (32, 32, 3)) -> keras.Model:
    """VGG for pictures of 32 × 32: the first three blocks with a quarter of the filters; gives logits."""
    return vgg(depth, classes, input_shape, (16, 32, 64), 128, softmax=False)
