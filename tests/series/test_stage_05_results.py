"""The results that ship with stage 5 say what they are made of, and slices of them come out again."""

import json

import numpy as np
import pytest

from course_utils.makers import stage_05
from course_utils.stages import ROOT

FOLDER = ROOT / "data" / "stage_05"
FOUND = json.loads((FOLDER / "forecasts.json").read_text(encoding="utf-8"))


def test_each_group_holds_five_starts_and_says_what_it_cost():
    assert {"what", "command", "seeds", "versions", "machine"} <= set(FOUND)
    assert FOUND["seeds"] == [0, 1, 2, 3, 4]
    groups = {name for name, value in FOUND.items() if isinstance(value, dict)} - {"versions"}
    assert groups == {"networks", "lengths", "columns", "walk", "markets"}
    for group in groups:
        assert FOUND[group]["cpu_seconds"] > 0
    for group in ("networks", "columns"):
        for errors in FOUND[group]["errors"].values():
            assert len(errors) == 5
            assert len(set(errors)) == 5  # five starts, not one five times
    assert np.shape(FOUND["lengths"]["errors"]) == (5, len(FOUND["lengths"]["lengths"]))
    assert np.shape(FOUND["walk"]["errors"]) == (5, 19)
    assert FOUND["walk"]["years"] == list(range(2000, 2019))


def test_the_same_training_stands_twice_in_the_file_with_the_same_errors():
    """The GRU with two columns on 22 days belongs to three groups, trained anew for each."""
    gru = FOUND["networks"]["errors"]["GRU"]
    place = FOUND["lengths"]["lengths"].index(22)
    assert [row[place] for row in FOUND["lengths"]["errors"]] == pytest.approx(gru, rel=0.02)
    assert FOUND["columns"]["errors"]["+ returns"] == pytest.approx(gru, rel=0.02)


@pytest.mark.slow
def test_a_convolution_comes_out_again():
    nb = stage_05.notebook()
    error = stage_05.error(nb["convolutional"](), stage_05.windows(nb["inputs"], 22), seed=0)
    assert error == pytest.approx(FOUND["networks"]["errors"]["convolution"][0], rel=0.1)


@pytest.mark.slow
def test_a_short_window_comes_out_again():
    place = FOUND["lengths"]["lengths"].index(2)
    error = stage_05.error(stage_05.gru(2, 2), stage_05.windows(stage_05.notebook()["inputs"], 2), seed=1)
    assert error == pytest.approx(FOUND["lengths"]["errors"][1][place], rel=0.1)


@pytest.mark.slow
def test_a_year_of_walking_forward_comes_out_again():
    walk_one = stage_05.notebook()["walk_one"]
    assert walk_one(stage_05.gru(22, 2), 2003, seed=2) == pytest.approx(FOUND["walk"]["errors"][2][3], rel=0.1)


@pytest.mark.slow
def test_another_market_comes_out_again(monkeypatch):
    monkeypatch.setattr(stage_05, "MARKETS", ("nasdaq",))
    for name, (share,) in stage_05.markets([1])["errors"].items():
        assert share == pytest.approx(FOUND["markets"]["errors"][name][1], rel=0.1)
