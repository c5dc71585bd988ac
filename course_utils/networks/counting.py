"""What a network costs: parameters and multiply-adds, counted from its built layers; weights copied by name."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from ..errors import CourseError
from ..quiet import keras

__all__ = ["LayerCost", "blueprint", "copy_by_name", "layer_costs", "multiply_adds", "parameters"]


@dataclass(frozen=True)
class LayerCost:
    """What one layer costs.

    Attributes:
        name: of the layer.
        kind: its class: "Conv2D", "Dense", …
        output: shape of what it gives for one sample, without the batch axis.
        parameters: all its numbers; of a BatchNormalization also the two running statistics.
        multiply_adds: products that are added up for one sample; 0 for layers without a kernel.
    """

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    multiply_adds: int


@contextmanager
def blueprint() -> Iterator[None]:
    """Within it, networks are built with the shapes of their weights and without the numbers.

    Enough to count with, in no memory and hardly any time: VGG-16 would fill half a GiB. Such a network can't be
    called or trained. At the end Keras' session is cleared, so that nobody fills the weights in later; the names of
    layers start to count anew. Networks built before are not touched.
    """
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        keras.utils.clear_session(free_memory=False)


def layer_costs(model: keras.Model) -> list[LayerCost]:
    """The cost of each layer of a built network, in the network's order.

    A kernel is used once at every place of the output, whole: multiply-adds = numbers in the kernel × places. That
    one rule holds for dense layers (one place), convolutions in any number of dimensions, grouped and depthwise
    ones. Additions of biases, normalisation, activation and pooling are left out, as in the ResNet paper.
    Derived in stage 3, "Convolution by hand".

    Args:
        model: Functional or Sequential, with an input of known size.
    Raises: CourseError where the model is not built or a size is unknown; TypeError for a layer with a kernel that the
        rule does not cover (transposed convolution, recurrent layers).
    """
    if not model.built:
        raise CourseError("the model is not built yet; give it an Input of known size")
    return [_cost(layer) for layer in model.layers]


def multiply_adds(model: keras.Model) -> int:
    """Multiply-adds of one sample through the whole network: the sum over :func:`layer_costs`."""
    return sum(cost.multiply_adds for cost in layer_costs(model))


def parameters(model: keras.Model, trainable: bool = True) -> int:
    """How many numbers a network has: those that training changes, or all.

    Args:
        model: built.
        trainable: without BatchNormalization's running means and variances, as papers count. False: with them, as
            ``model.count_params()`` counts.
    """
    weights = model.trainable_weights if trainable else model.weights
    return sum(math.prod(weight.shape) for weight in weights)


def copy_by_name(source: keras.Model, target: keras.Model) -> int:
    """Copy the weights of one network into another whose layers have the same names; how many layers were copied.

    Where the source's convolution has a bias and the target's has none, the BatchNormalization behind it takes the
    bias over: it subtracts its running mean anyway, so the mean becomes ``mean − bias``. That layer has the name of the
    convolution with ``_bn`` for ``_conv``.

    Args:
        source, target: built; every layer of the target with weights has a namesake in the source.
    Raises: CourseError naming the layer that has no namesake, or weights of other shapes.
    """
    copied, owed = 0, {}
    for layer in target.layers:
        if not layer.weights:
            continue
        try:
            weights = source.get_layer(layer.name).get_weights()
        except ValueError:
            raise CourseError(f"the source has no layer named {layer.name!r}") from None
        if len(weights) == 2 and len(layer.weights) == 1:
            owed[layer.name.removesuffix("_conv") + "_bn"] = weights.pop()
        has, needs = [w.shape for w in weights], [tuple(w.shape) for w in layer.weights]
        if has != needs:
            raise CourseError(f"{layer.name}: the source has weights {has}, the target {needs}")
        layer.set_weights(weights)
        copied += 1
    for name, bias in owed.items():
        gamma, beta, mean, variance = target.get_layer(name).get_weights()
        target.get_layer(name).set_weights([gamma, beta, mean - np.asarray(bias), variance])
    return copied


_COVERED = ("Conv1D", "Conv2D", "Conv3D", "DepthwiseConv1D", "DepthwiseConv2D", "Dense")


def _cost(layer) -> LayerCost:
    kind, shape = type(layer).__name__, tuple(getattr(layer.output, "shape", ()))[1:]
    kernel, products = getattr(layer, "kernel", None), 0
    if kind not in _COVERED and (kernel is not None or (layer.weights and not kind.endswith("Normalization"))):
        raise TypeError(f"{layer.name}: no rule for a {kind}; there is one for {', '.join(_COVERED)}")
    if kernel is not None:
        if None in shape:
            raise CourseError(f"{layer.name}: its output {shape} has an unknown size; build with a full Input")
        products = math.prod(kernel.shape) * math.prod(shape[:-1])
    return LayerCost(layer.name, kind, shape, sum(math.prod(weight.shape) for weight in layer.weights), products)
