"""A step written out gives the losses of fit; the shipped results of the other backends are the same training."""

import json

import keras
import numpy as np
import pytest

from course_utils.stages import ROOT
from course_utils.three_ways import own_step

SHIPPED = json.loads((ROOT / "data" / "stage_02" / "own_steps.json").read_text(encoding="utf-8"))


def test_own_step_fit_and_the_shipped_results_agree():
    here = own_step.train()
    assert here["own"][-1] < here["own"][0]
    for run in (here, *SHIPPED["runs"]):
        for losses in (run["fit"], run["own"]):
            assert len(losses) == own_step.EPOCHS
            np.testing.assert_allclose(losses, here["fit"], atol=1e-4)


def test_the_shipped_results_say_how_they_were_made():
    assert {"what", "command", "runs"} == set(SHIPPED)
    assert [run["backend"] for run in SHIPPED["runs"]] == ["jax", "torch"]
    assert all({"version", "keras", "python", "seconds"} <= set(run) for run in SHIPPED["runs"])


def test_another_backend_is_refused(monkeypatch, capsys):
    monkeypatch.setattr(keras.config, "backend", lambda: "numpy")
    with pytest.raises(ValueError, match="KERAS_BACKEND says 'numpy'"):
        own_step.train()
    assert own_step.main() == 2
    assert "tensorflow, torch, jax" in capsys.readouterr().err
