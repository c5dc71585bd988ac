"""Two virtual devices give the loss of one; the shipped result of the other backend is the same training."""

import json
import subprocess
import sys

import numpy as np
import pytest

from course_utils.stages import ROOT
from course_utils.three_ways.two_devices import EPOCHS

SHIPPED = json.loads((ROOT / "data" / "stage_02" / "two_devices_jax.json").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_two_devices_one_device_and_the_shipped_result_agree():
    done = subprocess.run(
        [sys.executable, "-m", "course_utils.three_ways.two_devices"], capture_output=True, text=True, check=True
    )
    runs = json.loads(done.stdout)
    assert runs["devices"] == 2
    for losses in (runs["one"], runs["two"], SHIPPED["one"], SHIPPED["two"]):
        assert len(losses) == EPOCHS
        np.testing.assert_allclose(losses, runs["one"], atol=1e-4)


def test_the_shipped_result_says_how_it_was_made():
    assert {"command", "python", "jax", "keras", "backend", "devices"} <= set(SHIPPED)
    assert SHIPPED["one"][-1] < SHIPPED["one"][0]


def test_another_backend_is_refused(monkeypatch, capsys):
    from course_utils.three_ways.two_devices import main

    monkeypatch.setenv("KERAS_BACKEND", "numpy")
    assert main() == 2
    assert "got 'numpy'" in capsys.readouterr().err
