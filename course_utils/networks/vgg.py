"""VGG-16 and VGG-19 (K. Simonyan, A. Zisserman, 2014), at paper size and compact."""

from ..quiet import keras

layers = keras.layers

__all__ = ["small_vgg", "vgg"]

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
    Raises: ValueError for another depth.
    """
    if depth not in CONVOLUTIONS:
        raise ValueError(f"depth must be 16 or 19; got {depth!r}")
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


def small_vgg(
    depth: int = 16, classes: int = 10, input_shape: tuple[int, int, int] = (32, 32, 3)
) -> keras.Model:
    """VGG for pictures of 32 × 32: the first three blocks with a quarter of the filters; gives logits."""
    return vgg(depth, classes, input_shape, (16, 32, 64), 128, softmax=False)
