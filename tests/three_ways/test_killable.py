"""A training killed in epoch 5 and resumed ends where the uninterrupted one ends; without the backup it does not."""

import subprocess
import sys

import numpy as np
import pytest


@pytest.mark.slow
def test_killed_and_resumed(tmp_path):
    from course_utils.three_ways.killable import train

    whole, weights = train()
    command = [sys.executable, "-m", "course_utils.three_ways.killable", str(tmp_path / "backup")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout.readline().strip() == "in the middle of epoch 5"
        child.kill()
    assert child.returncode != 0
    losses, resumed = train(tmp_path / "backup")
    assert len(whole) == 8
    np.testing.assert_allclose(losses, whole[4:], atol=1e-5)
    for a, b in zip(resumed, weights, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_usage():
    done = subprocess.run([sys.executable, "-m", "course_utils.three_ways.killable"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "usage" in done.stderr
