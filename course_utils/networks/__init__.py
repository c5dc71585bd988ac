"""Networks that stages share: the residual family, and what a network costs. Importing this package imports Keras."""

from .counting import LayerCost, blueprint, copy_by_name, layer_costs, multiply_adds, parameters
from .residual import BLOCKS, basic_block, bottleneck_block, preactivation_block, resnet, shortcut_path, small_resnet

__all__ = [
    "BLOCKS", "LayerCost", "basic_block", "blueprint", "bottleneck_block", "copy_by_name", "layer_costs", "multiply_adds",
    "parameters", "preactivation_block", "resnet", "shortcut_path", "small_resnet",
]  # fmt: skip
