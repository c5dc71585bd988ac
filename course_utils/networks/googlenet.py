"""GoogLeNet (C. Szegedy and others, 2014) with its auxiliary classifiers, at paper size and compact."""

from ..quiet import keras

layers = keras.layers

__all__ = ["INCEPTION", "googlenet", "inception", "small_googlenet"]

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
    Returns: (batch, height, width, filters[0] + filters[2] + filters[4] + filters[5]). Stage 3, exercise 3.5.
    """
    one, reduce3, three, reduce5, five, pooled = filters
    a = _conv(x, one, 1, f"{name}_1x1")
    b = _conv(_conv(x, reduce3, 1, f"{name}_3x3_reduce"), three, 3, f"{name}_3x3")
    c = _conv(_conv(x, reduce5, 1, f"{name}_5x5_reduce"), five, 5, f"{name}_5x5")
    d = layers.MaxPooling2D(3, 1, "same", name=f"{name}_pool")(x)
    return layers.Concatenate(name=name)([a, b, c, _conv(d, pooled, 1, f"{name}_pool_1x1")])


def googlenet(
    classes: int = 1000,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    auxiliary: bool = True,
    softmax: bool = True,
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
    from .alexnet import LocalResponseNormalization

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
            outputs[name] = auxiliary_classifier(x, classes, activation, name)
    x = layers.Dropout(0.4, name="dropout")(layers.GlobalAveragePooling2D(name="average")(x))
    outputs["main"] = layers.Dense(classes, activation, name="main")(x)
    return keras.Model(inputs, outputs if auxiliary else outputs["main"], name="googlenet")


def auxiliary_classifier(x, classes: int, activation: str | None, name: str):
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
