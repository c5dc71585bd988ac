"""What ships with stage 1 holds what its section says, and its networks learn."""

import json
import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from course_utils import datasets
from course_utils.makers import stage_01 as maker
from course_utils.stages import ROOT

FOUND = json.loads((ROOT / "data" / "stage_01" / "mnist.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def stage():
    return maker.notebook()


def test_every_network_was_trained_from_five_starts(stage):
    assert list(FOUND["errors"]) == list(stage["NETWORKS"])
    index = json.loads((ROOT / "data" / "shipped.json").read_text(encoding="utf-8"))
    seeds = {str(seed) for seed in index["stage_01/mnist"]["seeds"]}
    assert all(set(runs) == seeds for runs in [*FOUND["errors"].values(), FOUND["cpu_seconds"]])
    assert len(seeds) == 5
    assert FOUND["epochs"] == maker.EPOCHS
    assert {"python", "keras", "tensorflow", "numpy"} <= set(FOUND["versions"])


def test_the_mistakes_are_those_of_the_first_start():
    table = np.array(FOUND["mistaken"])
    assert table.shape == (10, 10)
    assert table.sum() == 10_000
    assert 1 - np.trace(table) / 10_000 == pytest.approx(FOUND["errors"][maker.TOLD]["0"], abs=5e-5)


@pytest.mark.slow
def test_the_networks_learn_small_digits_in_the_large_ones_place(stage):
    """scikit-learn's digits, each pixel three by three, in the middle of 28 × 28."""
    small = datasets.load("digits")

    def large(x):
        grown = np.kron(x.reshape(-1, 8, 8) * (255 / x.max()), np.ones((1, 3, 3)))
        return np.pad(grown, ((0, 0), (2, 2), (2, 2))).astype("uint8")

    data = SimpleNamespace(
        x_train=large(small.x_train), y_train=small.y_train, x_test=large(small.x_test), y_test=small.y_test
    )
    for name in ("no hidden layer", "800 neurons, dropout"):
        told = stage["digits_told"](*stage["NETWORKS"][name], data, seed=3, epochs=12)
        assert told.shape == data.y_test.shape
        assert np.mean(told == data.y_test) > 0.8, name


@pytest.mark.slow
def test_a_slice_of_the_results_comes_out_again(stage):
    if not maker.copy().is_file() and not Path(os.environ.get("COURSE_DATA", "nowhere"), "mnist").is_dir():
        pytest.skip("MNIST lies neither in KERAS_HOME nor in COURSE_DATA")
    data = maker.load()
    told = stage["digits_told"](*stage["NETWORKS"]["no hidden layer"], data, 0, maker.EPOCHS)
    error = float(np.mean(told != data.y_test))
    assert error == pytest.approx(FOUND["errors"]["no hidden layer"]["0"], abs=0.003)
