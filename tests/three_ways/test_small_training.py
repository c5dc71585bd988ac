"""One small training: a step written out gives the losses of fit, so do two devices, a killed run ends where the whole one ends."""

import json
import subprocess
import sys

import keras
import numpy as np
import pytest

from course_utils.stages import ROOT
from course_utils.three_ways import small_training

PROGRAM = [sys.executable, "-m", "course_utils.three_ways.small_training"]
OWN_STEPS, JAX_DEVICES = (
    json.loads((ROOT / "data" / "stage_02" / f"{name}.json").read_text(encoding="utf-8"))
    for name in ("own_steps", "two_devices_jax")
)


def test_own_step_fit_and_all_that_ships_are_the_same_training():
    here = small_training.own_step()
    assert here["own"][-1] < here["own"][0]
    curves = [losses for run in (here, *OWN_STEPS["runs"]) for losses in (run["fit"], run["own"])]
    for losses in (*curves, JAX_DEVICES["one"], JAX_DEVICES["two"]):
        assert len(losses) == small_training.EPOCHS
        np.testing.assert_allclose(losses, here["fit"], atol=1e-6)


@pytest.mark.slow
def test_two_devices_and_one_give_the_same_losses():
    done = subprocess.run([*PROGRAM, "two_devices"], capture_output=True, text=True, check=True)
    runs = json.loads(done.stdout)
    assert runs["devices"] == 2
    for losses in (runs["one"], runs["two"]):
        assert len(losses) == small_training.EPOCHS
        np.testing.assert_allclose(losses, JAX_DEVICES["one"], atol=1e-5)


@pytest.mark.slow
def test_killed_and_resumed_ends_where_the_uninterrupted_run_ends(tmp_path):
    whole, weights = small_training.fit(epochs=8)
    backup = str(tmp_path / "backup")
    with subprocess.Popen(
        [*PROGRAM, "killable", backup], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        assert child.stdout.readline().strip() == "in the middle of epoch 5"
        child.kill()
    assert child.returncode != 0
    losses, resumed = small_training.fit(epochs=8, callbacks=[keras.callbacks.BackupAndRestore(backup)])
    assert len(whole) == 8
    np.testing.assert_allclose(losses, whole[4:], atol=1e-5)
    for a, b in zip(resumed, weights, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_the_shipped_results_say_how_they_were_made():
    assert {"what", "command", "runs"} == set(OWN_STEPS)
    assert [run["backend"] for run in OWN_STEPS["runs"]] == ["jax", "torch"]
    assert all({"version", "keras", "python", "seconds"} <= set(run) for run in OWN_STEPS["runs"])
    assert {"command", "python", "jax", "keras", "backend", "devices"} <= set(JAX_DEVICES)
    for record in (OWN_STEPS, JAX_DEVICES):
        assert "course_utils.three_ways.small_training" in record["command"]


def test_another_backend_is_refused(monkeypatch, capsys):
    monkeypatch.setattr(keras.config, "backend", lambda: "numpy")
    with pytest.raises(ValueError, match="KERAS_BACKEND says 'numpy'"):
        small_training.own_step()
    assert small_training.main(["own_step"]) == 2
    assert "tensorflow, torch, jax" in capsys.readouterr().err
    monkeypatch.setenv("KERAS_BACKEND", "numpy")
    assert small_training.main(["two_devices"]) == 2
    assert "got 'numpy'" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["killable"], ["own_step", "folder"], ["three_devices"]])
def test_usage(arguments, capsys):
    assert small_training.main(arguments) == 2
    assert "usage" in capsys.readouterr().err
