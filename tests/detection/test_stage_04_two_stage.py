"""The results that ship with stage 4's section 4: five seeds, what they claim, and a slice of them comes out again."""

import json
import subprocess
import sys

import pytest

from course_utils.stages import ROOT

FOLDER = ROOT / "data" / "stage_04"
SHIPPED = json.loads((FOLDER / "two_stage.json").read_text(encoding="utf-8"))


def test_five_seeds_above_the_floors_with_room():
    runs = SHIPPED["seeds"]
    assert list(runs) == ["0", "1", "2", "3", "4"]
    assert min(run["scores"]["AP50"] for run in runs.values()) >= 0.84
    assert min(run["recall"]["50"] for run in runs.values()) >= 0.97
    assert {"what", "command", "machine", "versions", "parameters"} <= set(SHIPPED)
    for run in runs.values():
        assert run["scores"]["AP"] < run["scores"]["AP50"]
        assert list(run["recall"].values()) == sorted(run["recall"].values())


def test_recall_of_selective_search_comes_out_again():
    """A slice: the first 60 of the 300 scenes; they are near the shipped mean."""
    from course_utils.detection import proposals, scenes
    from course_utils.makers.stage_04 import taught

    test, alike = scenes.compose(300, split="test")[:60], taught()["alike"]
    searched = [proposals.selective_search(image, alike) for image in test.images]
    for count, recall in SHIPPED["selective_search_recall"].items():
        assert proposals.recall(searched, test.truths(), int(count)) == pytest.approx(recall, abs=0.08)


@pytest.mark.slow
def test_a_short_training_is_on_its_way(tmp_path):
    """A slice: seed 0 on an eighth of the scenes, from the shipped script's own function."""
    code = (
        "import sys, json; import course_utils.makers.stage_04 as m\n"
        "train, test = m.scenes.compose(500, seed=1), m.scenes.compose(100, split='test')\n"
        "model = m.faster_rcnn.FasterRCNN(8)\n"
        "json.dump(m.train_two_stage(model, train, test, m.searched(test.images), 0), open(sys.argv[2], 'w'))"
    )
    file = tmp_path / "slice.json"
    subprocess.run([sys.executable, "-c", code, str(FOLDER), str(file)], check=True, capture_output=True, timeout=300)
    found, shipped = json.loads(file.read_text()), SHIPPED["seeds"]["0"]
    assert found["recall"]["50"] >= 0.85
    assert 0.25 <= found["scores"]["AP50"] <= shipped["scores"]["AP50"] + 0.02
