"""What ships with stage 7 says what it is made of, and what can be measured again comes out again."""

import json

import numpy as np
import pytest

from course_utils import datasets, training
from course_utils.gans import known, networks, scores
from course_utils.makers import stage_07
from course_utils.quiet import keras
from course_utils.stages import ROOT

FOLDER = ROOT / "data" / "stage_07"
RESULTS = json.loads((FOLDER / "results.json").read_text(encoding="utf-8"))


def test_every_training_was_done_with_five_seeds():
    assert {"python", "keras", "tensorflow", "numpy", "scipy", "scikit-learn"} <= set(RESULTS["versions"])
    for part, measures in (("curves", ("inside", "ks")), ("paintings", ("fréchet", "precision", "recall", "style"))):
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


def test_new_works_by_the_artist_set_the_bar_and_a_distance_may_miss_it():
    bar, five = RESULTS["baselines"]["other real pictures"], RESULTS["paintings"]
    assert bar["precision"] > max(five["precision"])
    assert bar["recall"] > max(five["recall"])
    simple = [RESULTS["baselines"][name]["fréchet"] for name in ("flat colour", "normal in PCA space")]
    assert min(simple) > max(five["fréchet"]) > bar["fréchet"] > min(five["fréchet"])
    assert RESULTS["painter"]["fréchet"] > max(five["fréchet"])


def test_equal_rates_were_worse_than_every_seed_at_half_the_rate():
    equal = RESULTS["equal_rates"]
    assert equal["fréchet"] > max(RESULTS["paintings"]["fréchet"])
    assert (equal["real"] + equal["generated"]) / 2 > 0.9


def test_the_shipped_rings_score_what_the_results_say():
    centres = known.ring_centres(8)
    with np.load(FOLDER / "rings.npz") as rings:
        assert {name.replace("_", " ") for name in rings.files} == set(RESULTS["ring"])
        for name in rings.files:
            points, row = rings[name].astype("float64"), RESULTS["ring"][name.replace("_", " ")]
            covered, good = scores.modes_and_quality(points, centres, 0.45)
            assert good == pytest.approx(row["good"][0], abs=0.04)  # 800 of the 2,000 that were measured
            assert abs(covered - row["covered"][0]) <= 1


@pytest.mark.slow
def test_the_shipped_generator_paints_in_the_style_that_is_ordered():
    """With a judge of another seed than the notebook's, and the notebook's own generator."""
    d = stage_07.notebook(judges=False)
    generator = d["make_generator"](32, 3, 4, d["MASTER_FILTERS"])
    painter = training.load_or_train(generator, FOLDER / "painter.npz", pytest.fail)
    assert (FOLDER / "painter.npz").stat().st_size < 1e6
    keras.utils.set_random_seed(5)
    data = datasets.load("paintings", samples=2000, seed=9)
    judge, _ = networks.picture_judge(32, 3, 4)
    judge.fit(data.x_train, data.y_train, batch_size=64, epochs=8, verbose=0)
    ordered = np.arange(400) % 4
    told = judge.predict(d["paint"](painter, ordered, seed=8), verbose=0).argmax(axis=1)
    assert np.mean(told == ordered) > 0.9
    assert np.mean(told == ordered) == pytest.approx(RESULTS["painter"]["style"], abs=0.06)


# --- Fashion-MNIST --------------------------------------------------------------------------------------------------


def test_the_shipped_clothes_are_of_the_kind_that_was_ordered():
    """By the nearest mean of five real pieces of each kind, a judge that knows next to nothing."""
    assert (FOLDER / "fashion.npz").stat().st_size < 3e5
    with np.load(FOLDER / "fashion.npz") as file:
        pieces = {name: file[name].astype("float64") / 255 for name in file.files}
    assert {name: part.shape for name, part in pieces.items()} == {
        "generated": (100, 28, 28),
        "real": (50, 28, 28),
        "films": (5, 10, 28, 28),
    }
    means = pieces["real"].reshape(10, 5, 784).mean(axis=1)
    apart = np.linalg.norm(pieces["generated"].reshape(100, 1, 784) - means, axis=-1)
    assert np.mean(apart.argmin(axis=1) == np.repeat(np.arange(10), 10)) > 0.4  # one in ten by chance
    varied = pieces["generated"].reshape(10, 10, 784).std(axis=1).mean(axis=1)
    assert varied.min() > 0.02  # no kind is one picture ten times


def test_the_shipped_photographs_are_generated_ones_alone():
    assert (FOLDER / "cifar10.npz").stat().st_size < 5e5
    with np.load(FOLDER / "cifar10.npz") as file:
        assert {name: file[name].shape for name in file.files} == {
            "generated": (100, 32, 32, 3),
            "films": (5, 10, 32, 32, 3),
        }
        varied = file["generated"].reshape(10, 10, -1).std(axis=1).mean(axis=1)
    assert varied.min() > 5  # of 255: no kind is one picture ten times


def test_clothes_and_photographs_were_made_alike():
    clothes, photographs = (
        json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")) for name in ("fashion", "cifar10")
    )
    for key in ("rounds", "filters", "machine"):
        assert clothes[key] == photographs[key]
    for record in (clothes, photographs):
        assert len(record["runs"]["0"]["rows"]) == 20
        assert set(record["runs"]["0"]["nearest"]) == {"generated", "fresh real", "fresh real, blurred"}


def test_blurring_keeps_the_mean_of_each_block():
    pictures = np.random.default_rng(0).random((2, 8, 8, 3))
    flat = stage_07.blurred(pictures)
    assert flat.shape == pictures.shape
    np.testing.assert_allclose(flat[1, 4:, :4, 2], pictures[1, 4:, :4, 2].mean())


def test_what_the_prose_says_of_clothes_holds():
    found = json.loads((FOLDER / "fashion.json").read_text(encoding="utf-8"))
    assert len(found["classes"]) == 10
    assert found["judge"] > 0.85
    base = found["baselines"]
    for run in found["runs"].values():
        rows, last = run["rows"], run["rows"][-1]
        assert [row["rounds"] for row in rows] == [found["rounds"] // 20 * k for k in range(1, 21)]
        assert base["other real pictures"]["fréchet"] < last["fréchet"] < base["normal in PCA space"]["fréchet"]
        assert base["noise"]["fréchet"] > rows[1]["fréchet"] > last["fréchet"]
        taught, near = run["taught"], run["nearest"]
        assert taught["real"] > taught["normal in PCA space"] > taught["generated"]
        assert near["generated"] > near["fresh real"]
        assert run["cpu_seconds"] > 0
