"""The ResNet family (K. He, X. Zhang, S. Ren, J. Sun, 2015 and 2016): 18 to 152 layers, and the 6n + 2 layers for small pictures.

Written out and explained in stage 3, "ResNet in depth"; stages that use these networks take them from here.
"""

from functools import partial

from ..errors import CourseError
from ..quiet import keras

layers = keras.layers

__all__ = [
    *("BLOCKS", "basic_block", "bottleneck_block", "preactivation_block", "resnet", "shortcut_path", "small_resnet")
]

# Depth to the number of blocks in conv2_x … conv5_x; 18 and 34 have basic blocks, the others bottlenecks.
BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


def conv_bn(x, filters: int, kernel: int, strides: int = 1, relu: bool = True, name: str | None = None):
    """Convolution without bias, BatchNormalization, and ReLU where ``relu`` is True. Stage 3, "ResNet in depth"."""
    return _bn_relu(_conv(x, filters, kernel, strides, name and f"{name}_conv"), name, relu)


def shortcut_path(x, filters: int, strides: int, kind: str, name: str | None = None):
    """What is added at the end of a block: x itself, or x brought to the new shape.

    Args:
        x: (batch, height, width, channels), the block's input.
        filters, strides: the block's channels and stride; where they leave the shape as it is, A and B give x.
        kind: "A" (every ``strides``-th pixel, the new channels filled with zeros: no parameters), "B" (a 1×1 convolution
            where the shape changes) or "C" (a 1×1 convolution in every block).
    Raises: CourseError for another kind, or where "A" would have to take channels away.
    """
    if kind not in ("A", "B", "C"):
        raise CourseError(f"shortcut must be 'A', 'B' or 'C'; got {kind!r}")
    changes = strides > 1 or x.shape[-1] != filters
    if kind == "C" or (kind == "B" and changes):
        return conv_bn(x, filters, 1, strides, relu=False, name=name and f"{name}_0")
    if not changes:
        return x
    if filters < x.shape[-1]:
        raise CourseError(f"shortcut 'A' can only add channels; this block goes from {x.shape[-1]} to {filters}")
    return keras.ops.pad(x[:, ::strides, ::strides], [(0, 0), (0, 0), (0, 0), (0, filters - x.shape[-1])])


def basic_block(x, filters: int, strides: int = 1, shortcut: str = "B", residual: bool = True, name: str | None = None):
    """Two 3×3 convolutions and the shortcut: ReLU(F(x) + x). Stage 3, "ResNet in depth".

    Args:
        x: (batch, height, width, channels).
        filters: channels of the result.
        strides: of the first convolution; 2 halves height and width.
        shortcut: "A", "B" or "C", see :func:`shortcut_path`.
        residual: False leaves the addition out: the plain block.
        name: put before the layers' names.
    """
    y = conv_bn(x, filters, 3, strides, name=name and f"{name}_1")
    y = conv_bn(y, filters, 3, relu=False, name=name and f"{name}_2")
    if residual:
        y = layers.Add(name=name and f"{name}_add")([shortcut_path(x, filters, strides, shortcut, name), y])
    return layers.ReLU(name=name and f"{name}_out")(y)


def bottleneck_block(x, filters: int, strides: int = 1, shortcut: str = "B", name: str | None = None):
    """1×1 down to ``filters``, 3×3, 1×1 up to 4 × ``filters``, and the shortcut. Stage 3, "ResNet in depth".

    The stride is in the first 1×1 convolution, as in the paper and in ``keras.applications.ResNet50`` (others put it in the 3×3
    one, "v1.5"). The arguments are those of :func:`basic_block`.
    """
    y = conv_bn(x, filters, 1, strides, name=name and f"{name}_1")
    y = conv_bn(y, filters, 3, name=name and f"{name}_2")
    y = conv_bn(y, 4 * filters, 1, relu=False, name=name and f"{name}_3")
    y = layers.Add(name=name and f"{name}_add")([shortcut_path(x, 4 * filters, strides, shortcut, name), y])
    return layers.ReLU(name=name and f"{name}_out")(y)


def preactivation_block(x, filters: int, strides: int = 1, shortcut: str = "B", name: str | None = None):
    """The updated unit (He and others, 2016): BatchNormalization and ReLU before each convolution, nothing after the sum.

    Where the shape changes, the shortcut starts behind the first ReLU, as in the paper. The arguments are those of
    :func:`basic_block`; a network of such blocks needs one more BatchNormalization and ReLU at its end.
    """
    changes = strides > 1 or x.shape[-1] != filters
    before = _bn_relu(x, name and f"{name}_1")
    y = _conv(before, filters, 3, strides, name and f"{name}_1_conv")
    y = _conv(_bn_relu(y, name and f"{name}_2"), filters, 3, 1, name and f"{name}_2_conv")
    path = shortcut_path(before if changes else x, filters, strides, shortcut, name)
    return layers.Add(name=name and f"{name}_add")([path, y])


def resnet(
    depth: int = 50,
    classes: int = 1000,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    shortcut: str = "B",
    softmax: bool = True,
) -> keras.Model:
    """ResNet at paper size: conv1, conv2_x … conv5_x, global average pooling, one dense layer.

    Layers have the names of ``keras.applications.ResNet50``, which has a superfluous bias in each convolution and is
    otherwise the same network.

    Args:
        depth: 18, 34, 50, 101 or 152.
        classes: of the softmax at the end.
        input_shape: (height, width, channels).
        shortcut: "A", "B" or "C", see :func:`shortcut_path`.
        softmax: False leaves the logits.
    Raises: CourseError for another depth or shortcut.
    """
    if depth not in BLOCKS:
        raise CourseError(f"depth must be one of {', '.join(map(str, BLOCKS))}; got {depth!r}")
    block = bottleneck_block if depth >= 50 else basic_block
    inputs = keras.Input(input_shape)
    x = layers.ZeroPadding2D(3, name="conv1_pad")(inputs)
    x = layers.Conv2D(64, 7, 2, use_bias=False, kernel_initializer="he_normal", name="conv1_conv")(x)
    x = layers.ReLU(name="conv1_relu")(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="conv1_bn")(x))
    x = layers.MaxPooling2D(3, 2, name="pool1_pool")(layers.ZeroPadding2D(1, name="pool1_pad")(x))
    for part, count in enumerate(BLOCKS[depth], start=2):
        for place in range(1, count + 1):
            strides = 2 if place == 1 and part > 2 else 1
            x = block(x, 64 * 2 ** (part - 2), strides, shortcut, name=f"conv{part}_block{place}")
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    outputs = layers.Dense(classes, "softmax" if softmax else None, name="predictions")(x)
    return keras.Model(inputs, outputs, name=f"resnet{depth}")


def small_resnet(
    depth: int = 20,
    classes: int = 10,
    input_shape: tuple[int, int, int] = (32, 32, 3),
    filters: int = 16,
    shortcut: str = "A",
    kind: str = "residual",
) -> keras.Model:
    """The 6n + 2 layers that the paper used on CIFAR-10: a 3×3 convolution, three parts of n blocks, average, dense; logits.

    Args:
        depth: 6n + 2: 8, 14, 20, …, 110.
        classes: how many logits.
        input_shape: (height, width, channels), at least 4 pixels each way.
        filters: of the first part; the second has twice, the third four times as many.
        shortcut: "A" (as the paper has it here), "B" or "C".
        kind: "residual", "plain" (without the additions) or "preactivation".
    Raises: CourseError for another depth or kind.
    """
    if depth < 8 or depth % 6 != 2:
        raise CourseError(f"depth must be 6n + 2: 8, 14, 20, …; got {depth!r}")
    if kind not in ("residual", "plain", "preactivation"):
        raise CourseError(f"kind must be 'residual', 'plain' or 'preactivation'; got {kind!r}")
    updated = kind == "preactivation"
    block = preactivation_block if updated else partial(basic_block, residual=kind == "residual")
    inputs = keras.Input(input_shape)
    x = _conv(inputs, filters, 3, 1, "conv1_conv") if updated else conv_bn(inputs, filters, 3, name="conv1")
    for part in range(3):
        for place in range(1, (depth - 2) // 6 + 1):
            strides = 2 if part and place == 1 else 1
            x = block(x, filters * 2**part, strides, shortcut, name=f"conv{part + 2}_block{place}")
    if updated:
        x = _bn_relu(x, "last")
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    return keras.Model(inputs, layers.Dense(classes, name="predictions")(x), name=f"{kind}{depth}")


def _bn_relu(x, name: str | None, relu: bool = True):
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name and f"{name}_bn")(x)
    return layers.ReLU(name=name and f"{name}_relu")(x) if relu else x


def _conv(x, filters: int, kernel: int, strides: int, name: str | None):
    options = {"use_bias": False, "kernel_initializer": "he_normal", "name": name}
    return layers.Conv2D(filters, kernel, strides, "same", **options)(x)
