"""Networks that stages share: the classics of image classification, readable on one screen each, and what they cost.

One file a family: :mod:`.alexnet`, :mod:`.vgg`, :mod:`.googlenet`, :mod:`.resnet`; :mod:`.counting` counts parameters and
multiply-adds. Stage 3 derives them. Importing this package imports Keras.
"""

from .alexnet import LocalResponseNormalization, alexnet, small_alexnet
from .counting import LayerCost, copy_by_name, layer_costs, multiply_adds, parameters
from .googlenet import INCEPTION, googlenet, inception, small_googlenet
from .resnet import (
    BLOCKS,
    basic_block,
    bottleneck_block,
    preactivation_block,
    resnet,
    shortcut_path,
    small_resnet,
)
from .seeing import grad_cam, gradient_norms, inside
from .vgg import small_vgg, vgg

__all__ = [
    "BLOCKS",
    "INCEPTION",
    "LayerCost",
    "LocalResponseNormalization",
    "alexnet",
    "basic_block",
    "bottleneck_block",
    "copy_by_name",
    "googlenet",
    "grad_cam",
    "gradient_norms",
    "inception",
    "inside",
    "layer_costs",
    "multiply_adds",
    "parameters",
    "preactivation_block",
    "resnet",
    "shortcut_path",
    "small_alexnet",
    "small_googlenet",
    "small_resnet",
    "small_vgg",
    "vgg",
]
