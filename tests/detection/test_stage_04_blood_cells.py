"""The results on blood cells that ship with stage 4 hold together, and the trained detectors' boxes score as the notebook says."""

import json

import numpy as np
import pytest

from course_utils.detection import box_metrics
from course_utils.stages import ROOT

FOLDER = ROOT / "data" / "stage_04"
FOUND = json.loads((FOLDER / "blood_cells.json").read_text(encoding="utf-8"))


def test_each_detector_has_three_runs_and_says_what_made_them():
    assert {"what", "command", "versions", "machine"} <= set(FOUND)
    assert set(FOUND["results"]) == {"Faster R-CNN", "YOLO"}
    for runs in FOUND["results"].values():
        assert sorted(runs) == ["0", "1", "2"]
        assert len({run["AP"] for run in runs.values()}) == 3  # three trainings, not one three times
        for run in runs.values():
            assert 0 < run["AP"] < run["AP50"] < 1
            assert run["cpu_seconds"] > 0


@pytest.mark.parametrize("number", range(3))
def test_the_pictures_and_their_boxes_fit_together(number):
    shown = np.load(FOLDER / "blood_cells.npz")
    assert shown["images"].shape == (3, 128, 128, 3)
    for name in ("truth", "Faster R-CNN", "YOLO"):
        found, classes = shown[f"{name}_boxes_{number}"], shown[f"{name}_classes_{number}"]
        assert len(found) == len(classes) > 0
        assert found.min() >= 0
        assert found.max() <= 128
        assert set(classes) <= {0, 1, 2}
    overlaps = box_metrics.iou(shown[f"Faster R-CNN_boxes_{number}"], shown[f"truth_boxes_{number}"])
    assert (overlaps.max(axis=1) > 0.5).mean() > 0.5  # most of what it finds is something that people marked
