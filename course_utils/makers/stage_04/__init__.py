"""What makes the results that ship with stage 4. The measures and all of YOLO are the notebook's own code."""

from ...tools.definitions import selected

__all__ = ["taught"]

NAMES = {
    "to_centres", "to_corners", "area", "iou", "giou", "nms", "soft_nms", "match", "precision_recall", "average_precision",
    "coco_scores", "CLASSES", "alike", "CELL_PIXELS", "GRID", "BOXES", "KINDS", "cell_targets", "overlap_of", "yolo_terms",
    "compact_yolo", "WEIGHTS", "yolo_loss", "fit_yolo", "decode_cells", "with_score",
}  # fmt: skip


def taught() -> dict:
    """Stage 4's functions and constants by name, taken out of its notebook anew."""
    import numpy as np

    from ... import training
    from ...detection import scenes
    from ...quiet import keras

    scope = {"np": np, "keras": keras, "layers": keras.layers, "ops": keras.ops, "training": training, "scenes": scenes}
    return selected(4, NAMES, scope)
