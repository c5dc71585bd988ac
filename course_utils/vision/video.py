"""Networks for clips: C3D at paper size and compact, CNN + LSTM, CNN + attention over time, and two baselines.

A clip is (frames, height, width, channels). All of them give probabilities.
"""

import numpy as np

from ..errors import CourseError
from ..quiet import keras

layers, ops = keras.layers, keras.ops

__all__ = [
    "attention_over_time", "c3d", "cnn_attention", "cnn_lstm", "frame_cnn", "mean_of_frames", "one_frame", "small_c3d",
]  # fmt: skip

CLIP = (8, 24, 24, 1)  # what the compact networks are made for
Shape = tuple[int, int, int, int]


def c3d(classes: int = 487, input_shape: Shape = (16, 112, 112, 3)) -> keras.Model:
    """C3D (D. Tran and others, 2015), at the paper's size: 3 × 3 × 3 kernels throughout.

    Eight convolutions, five poolings, of which the first leaves time alone, two dense layers of 4,096. As in the
    authors' own network the last pooling rounds up (7 × 7 becomes 4 × 4), for which one row and one column of zeros is
    added. 487 classes are those of Sports-1M, on which it was trained. Stage 3, "C3D".

    Args:
        classes: of the softmax.
        input_shape: (frames, height, width, channels).
    """
    x = inputs = keras.Input(input_shape)
    for block, (filters, count) in enumerate(((64, 1), (128, 1), (256, 2), (512, 2), (512, 2)), start=1):
        for place in "ab"[:count]:
            name = f"conv{block}{place if count > 1 else ''}"
            x = layers.Conv3D(filters, 3, padding="same", activation="relu", name=name)(x)
        if block == 5:
            x = layers.ZeroPadding3D(((0, 0), (0, 1), (0, 1)), name="pad5")(x)
        x = layers.MaxPooling3D((1, 2, 2) if block == 1 else 2, name=f"pool{block}")(x)
    x = layers.Flatten(name="flatten")(x)
    for name in ("fc6", "fc7"):
        x = layers.Dense(4096, "relu", name=name)(x)
        x = layers.Dropout(0.5, name=f"{name}_dropout")(x)
    return keras.Model(inputs, layers.Dense(classes, "softmax", name="fc8")(x), name="c3d")


def small_c3d(classes: int = 11, input_shape: Shape = CLIP) -> keras.Model:
    """C3D for clips of 8 × 24 × 24: blocks of 16, 24 and 32 filters, one dense layer of 64; the first pooling leaves time alone."""
    x = inputs = keras.Input(input_shape)
    for block, width in enumerate((16, 24, 32), start=1):
        x = layers.Conv3D(width, 3, padding="same", activation="relu", name=f"conv{block}")(x)
        x = layers.MaxPooling3D((1, 2, 2) if block == 1 else 2, name=f"pool{block}")(x)
    x = layers.Dense(64, "relu", name="features")(layers.Flatten(name="flatten")(x))
    return _classifier(inputs, x, classes, "small_c3d")


def frame_cnn(input_shape: tuple[int, int, int] = CLIP[1:]) -> keras.Model:
    """A small 2-D network from one picture (height, width, channels) to 64 features."""
    x = inputs = keras.Input(input_shape)
    for width, kernel in ((16, 5), (32, 3), (48, 3)):
        x = layers.Conv2D(width, kernel, strides=2, padding="same", activation="relu")(x)
    x = layers.Dense(64, "relu")(layers.Flatten()(x))
    return keras.Model(inputs, x, name="frame_cnn")


def one_frame(classes: int = 11, input_shape: Shape = CLIP) -> keras.Model:
    """The baseline that looks at the middle frame alone."""
    inputs = keras.Input(input_shape)
    x = frame_cnn(input_shape[1:])(inputs[:, input_shape[0] // 2])
    return _classifier(inputs, x, classes, "one_frame")


def mean_of_frames(classes: int = 11, input_shape: Shape = CLIP) -> keras.Model:
    """The baseline that sees all frames but not their order: the mean of their features."""
    inputs = keras.Input(input_shape)
    return _classifier(inputs, ops.mean(_features(inputs), axis=1), classes, "mean_of_frames")


def cnn_lstm(classes: int = 11, input_shape: Shape = CLIP) -> keras.Model:
    """One 2-D network for every frame, then an LSTM that reads the features in order (J. Donahue and others, 2015)."""
    inputs = keras.Input(input_shape)
    return _classifier(inputs, layers.LSTM(64, name="lstm")(_features(inputs)), classes, "cnn_lstm")


def cnn_attention(classes: int = 11, input_shape: Shape = CLIP, order: bool = True) -> keras.Model:
    """One 2-D network for every frame, then attention over time: weighted means of the frames, the weights learnt.

    Each frame's features are joined with how they differ from the frame before (0 for the first): that is how the
    network comes to know the order. Each of four heads asks its own question of every frame, turns the scores into
    weights by a softmax over time, and takes the weighted mean. :func:`attention_over_time` gives the weights.

    Args:
        classes: of the softmax.
        input_shape: (frames, height, width, channels).
        order: False leaves the differences out; then the frames can be shuffled without a change.
    """
    inputs = keras.Input(input_shape)
    x = _features(inputs)  # (batch, frames, features)
    if order:
        steps = ops.pad(x[:, 1:] - x[:, :-1], ((0, 0), (1, 0), (0, 0)))
        x = layers.Dense(64, "relu", name="moments")(ops.concatenate([x, steps], axis=2))
    scores = layers.Dense(4, name="scores")(layers.Dense(32, "tanh", name="questions")(x))
    weights = layers.Softmax(axis=1, name="weights")(scores)  # (batch, frames, heads)
    means = ops.einsum("bth,btf->bhf", weights, x)  # (batch, heads, features)
    return _classifier(inputs, layers.Flatten()(means), classes, "cnn_attention")


def attention_over_time(model: keras.Model, clips: np.ndarray) -> np.ndarray:
    """How much each frame counts for each head of a :func:`cnn_attention` network.

    Args:
        model: from :func:`cnn_attention`.
        clips: (samples, frames, height, width, channels), as the network takes them.
    Returns: (samples, frames, heads) float32, at least 0, with sum 1 over the frames.
    Raises: CourseError for a network without a layer called "weights".
    """
    if "weights" not in [layer.name for layer in model.layers]:
        raise CourseError(f"{model.name} has no attention weights; make it with cnn_attention")
    inner = keras.Model(model.input, model.get_layer("weights").output)
    parts = [clips[first : first + 200] for first in range(0, len(clips), 200)]
    return np.concatenate([np.asarray(ops.convert_to_numpy(inner(part))) for part in parts])


def _features(clips):
    """(batch, frames, features) of (batch, frames, height, width, channels): the same small network on each frame."""
    _, frames, *picture = clips.shape
    network = frame_cnn(tuple(picture))
    every = network(ops.reshape(clips, (-1, *picture)))  # (batch × frames, features)
    return ops.reshape(every, (-1, frames, every.shape[-1]))


def _classifier(inputs, x, classes: int, name: str) -> keras.Model:
    x = layers.Dropout(0.3, name="dropout")(x)
    return keras.Model(inputs, layers.Dense(classes, "softmax", name="answer")(x), name=name)
