"""What ships with stage 7 says what it is made of, and what can be measured again comes out again."""

import json

import numpy as np
import pytest

from course_utils.datasets import known
from course_utils.metrics import generated
from course_utils.stages import ROOT

FOLDER = ROOT / "data" / "stage_07"
RESULTS = json.loads((FOLDER / "results.json").read_text(encoding="utf-8"))


def test_every_training_was_done_with_five_seeds():
    assert {"python", "keras", "tensorflow", "numpy", "scipy", "scikit-learn"} <= set(RESULTS["versions"])
    for part, measures in (
        ("curves", ("inside", "ks")),
        ("paintings", ("fréchet", "precision", "recall", "style")),
    ):
        assert [len(RESULTS[part][name]) for name in measures] == [5] * len(measures)
        assert RESULTS[part]["cpu_seconds"] > 0
    for seeds in RESULTS["ring"].values():
        assert len(seeds["covered"]) == len(seeds["good"]) == 5
        assert set(seeds["covered"]) <= set(range(9))


def test_what_the_stage_promises_holds_for_the_weakest_seed():
    assert min(RESULTS["curves"]["inside"]) >= 0.95
    assert max(RESULTS["curves"]["ks"]) <= 0.15
    assert max(RESULTS["ring"]["naive"]["covered"]) <= 6
    for cured in ("equal rates", "label smoothing", "minibatch statistics"):
        assert min(RESULTS["ring"][cured]["covered"]) == 8
        assert min(RESULTS["ring"][cured]["good"]) >= 0.9
    assert min(RESULTS["paintings"]["style"]) >= 0.9


def test_training_longer_was_no_better():
    longer = RESULTS["longer"]
    assert longer["fréchet"] > max(RESULTS["paintings"]["fréchet"])
    assert (longer["real"] + longer["generated"]) / 2 > 0.9


def test_the_shipped_rings_score_what_the_results_say():
    centres = known.ring_centres(8)
    with np.load(FOLDER / "rings.npz") as rings:
        assert {name.replace("_", " ") for name in rings.files} == set(RESULTS["ring"])
        for name in rings.files:
            points, row = rings[name].astype("float64"), RESULTS["ring"][name.replace("_", " ")]
            good = generated.good_samples(points, centres, 0.45).mean()
            assert good == pytest.approx(row["good"][0], abs=0.04)  # 800 of the 2,000 that were measured
            assert abs(generated.modes_covered(points, centres, 0.45) - row["covered"][0]) <= 1
