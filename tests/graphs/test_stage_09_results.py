"""The results that ship with stage 9: of all runs, by an independent library, and the first of them come out again."""

import json
import os

import numpy as np
import pytest

from course_utils.graphs import social
from course_utils.stages import ROOT
from course_utils.tools.definitions import definitions

MIRROR = os.environ.get("COURSE_DATA", "")
SHIPPED = ROOT / "data" / "stage_09"


def test_the_independent_librarys_layer_is_the_formula():
    kernel = np.sin(np.arange(34 * 4)).reshape(34, 4)
    looped = social.karate_club().adjacency() + np.eye(34)
    half = np.diag(looped.sum(axis=0) ** -0.5)
    output = json.loads((SHIPPED / "jraph_layer.json").read_text(encoding="utf-8"))["output"]
    np.testing.assert_allclose(output, half @ looped @ half @ kernel, atol=1e-6)


def test_the_shipped_results_are_of_all_runs_and_reach_the_goal():
    record = json.loads((SHIPPED / "full_size.json").read_text(encoding="utf-8"))
    accuracy = record["test_accuracy"]
    methods = ("GCN", "MLP", "SGC", "label propagation", "majority")
    assert sorted(accuracy) == sorted(f"{data}, {name}" for data in ("Cora", "Facebook pages") for name in methods)
    for name, values in accuracy.items():
        assert all(0 < value < 1 for value in values)
        if name.startswith("Facebook"):
            assert len(values) == 5
    assert len(accuracy["Cora, GCN"]) == len(accuracy["Cora, MLP"]) == 10
    assert np.mean(accuracy["Cora, GCN"]) >= 0.81
    assert "course_utils.makers stage_09.full_size" in record["command"]
    assert record["cpu_seconds"] > 0
    assert {"python", "keras", "tensorflow", "numpy", "scipy"} <= set(record["versions"])


@pytest.mark.slow
@pytest.mark.skipif(
    not os.path.isdir(os.path.join(MIRROR, "planetoid")), reason="COURSE_DATA holds no planetoid folder"
)
def test_the_first_shipped_run_on_cora_comes_out_again():
    scope = definitions(9)
    cora = social.cora()
    ties = scope["normalised_ties"](cora.edges, cora.nodes)
    inputs = (cora.features, scope["full_batch"].sparse_tensor(ties))
    outputs = scope["full_batch"].fit_seeds(lambda: scope["GCN"](16, 7), inputs, cora.labels, [cora.splits], epochs=200)
    shipped = json.loads((SHIPPED / "full_size.json").read_text(encoding="utf-8"))["test_accuracy"]["Cora, GCN"]
    assert abs(scope["test_scores"](outputs, cora.labels, [cora.splits])[0] - shipped[0]) <= 0.015


@pytest.mark.slow
@pytest.mark.skipif(
    not os.path.isdir(os.path.join(MIRROR, "planetoid")), reason="COURSE_DATA holds no planetoid folder"
)
def test_the_shipped_accuracy_of_sgc_on_cora_comes_out_again():
    cora = social.cora()
    shipped = json.loads((SHIPPED / "full_size.json").read_text(encoding="utf-8"))["test_accuracy"]["Cora, SGC"]
    np.testing.assert_allclose(definitions(9)["smoothed_scores"](cora, [cora.splits]), shipped, atol=0.005)
