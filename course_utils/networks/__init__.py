"""Networks that stages share, readable on one screen each: the classics of image classification, networks for clips, and what they cost.

One file a family: :mod:`.alexnet`, :mod:`.vgg`, :mod:`.googlenet`, :mod:`.resnet`, :mod:`.video`; :mod:`.counting` counts parameters and
multiply-adds. Stage 3 derives them. Stage 4's detectors are modules of their own, :mod:`.roi`, :mod:`.faster_rcnn` and :mod:`.yolo`. Importing this package imports Keras.
"""

from .alexnet import LocalResponseNormalization, alexnet, small_alexnet
from .counting import LayerCost, blueprint, copy_by_name, layer_costs, multiply_adds, parameters
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
from .video import (
    attention_over_time,
    c3d,
    cnn_attention,
    cnn_lstm,
    frame_cnn,
    mean_of_frames,
    one_frame,
    small_c3d,
)

__all__ = [
    "BLOCKS",
    "INCEPTION",
    "LayerCost",
    "LocalResponseNormalization",
    "alexnet",
    "attention_over_time",
    "basic_block",
    "blueprint",
    "bottleneck_block",
    "c3d",
    "cnn_attention",
    "cnn_lstm",
    "copy_by_name",
    "frame_cnn",
    "googlenet",
    "grad_cam",
    "gradient_norms",
    "inception",
    "inside",
    "layer_costs",
    "mean_of_frames",
    "multiply_adds",
    "one_frame",
    "parameters",
    "preactivation_block",
    "resnet",
    "shortcut_path",
    "small_alexnet",
    "small_c3d",
    "small_googlenet",
    "small_resnet",
    "small_vgg",
    "vgg",
]
