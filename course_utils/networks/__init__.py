"""Networks that stages share, readable on one screen each. Importing this package imports Keras."""

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
    "attention_over_time",
    "c3d",
    "cnn_attention",
    "cnn_lstm",
    "frame_cnn",
    "mean_of_frames",
    "one_frame",
    "small_c3d",
]
