"""The R-CNN results that ship with stage 4: what they are made of, what they say, and a slice of them comes out again."""

import json
import subprocess
import sys

import pytest

from course_utils.stages import ROOT

FOLDER = ROOT / "data" / "stage_04"
SHIPPED = json.loads((FOLDER / "crops.json").read_text(encoding="utf-8"))


def test_each_number_of_scenes_has_its_seeds():
    assert {"what", "command", "machine", "versions"} <= set(SHIPPED)
    assert list(SHIPPED["scenes"]) == ["350", "4000"]
    for made in SHIPPED["scenes"].values():
        scores = [run["scores"] for run in made["seeds"].values()]
        assert len({score["AP"] for score in scores}) == len(scores) >= 2
        for score in scores:
            assert 0 < score["AP"] < score["AP50"] < 1
    few, all_of_them = SHIPPED["scenes"].values()
    assert all_of_them["crops"] > 10 * few["crops"]


@pytest.mark.slow
def test_a_training_on_few_scenes_comes_out_again(tmp_path):
    """A slice: seed 0 on the crops of 350 scenes, from the shipped script's own function, on a third of the test scenes."""
    code = (
        "import sys, json, numpy as np; sys.path.insert(0, sys.argv[1]); import make_crops as m\n"
        "space, train, test = m.taught(), m.scenes(4000, seed=1)[:350], m.scenes(300, split='test')[:100]\n"
        "boxes = [np.resize(m.proposals.selective_search(image)[:50], (50, 4)) for image in test.images]\n"
        "found = m.one_seed(space, space['crops_from'](train), test, boxes, 0)\n"
        "json.dump(found, open(sys.argv[2], 'w'))"
    )
    file = tmp_path / "slice.json"
    subprocess.run(
        [sys.executable, "-c", code, str(FOLDER), str(file)], check=True, capture_output=True, timeout=300
    )
    found, stored = json.loads(file.read_text()), SHIPPED["scenes"]["350"]["seeds"]
    reached = [run["scores"]["AP50"] for run in stored.values()]
    assert min(reached) - 0.1 <= found["scores"]["AP50"] <= max(reached) + 0.1
