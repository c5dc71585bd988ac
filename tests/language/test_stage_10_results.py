"""The results that ship with stage 10 say what they are made of, and a slice of them comes out again."""

import json

import numpy as np
import pytest

from course_utils.language import text
from course_utils.makers.stage_10 import texts
from course_utils.stages import ROOT
from course_utils.tools.definitions import definitions

FOLDER = ROOT / "data" / "stage_10"
FILES = {name: json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")) for name in ("dialogue", "scaling", "floors", "vision", "photographs", "few_labels", "real", "real_zh", "translation")}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_each_file_says_how_it_was_made(name):
    found = FILES[name]
    assert {"what", "command", "cpu_seconds", "machine", "versions"} <= set(found)
    assert found["cpu_seconds"] > 0
    assert "make.py" in found["command"]


MODELS = ("Transformer", "GRU encoder–decoder", "Transformer, encoder–decoder")


def test_the_dialogue_models_were_trained_from_several_seeds():
    seeds = FILES["dialogue"]["seeds"]
    assert [one["seed"] for one in seeds] == [0, 1, 2, 3, 4]
    for one in seeds:
        for name in MODELS:
            assert 1 < one[name]["perplexity"] < 10
            assert 0 <= one[name]["slots"] <= 1
            assert 0 < one[name]["distinct-2"] < 1
    both = [[one[name]["slots"] for one in seeds] for name in MODELS]
    assert min(both[0]) > max(both[1]) + 0.4
    assert sum(slots > max(both[0]) for slots in both[2]) == 4
    assert np.mean(both[2]) > np.mean(both[0])
    sizes = [seeds[0][name]["parameters"] for name in MODELS]
    assert max(sizes) < 1.25 * min(sizes)


def test_smaller_models_come_in_two_widths():
    runs = [(run["width"], run["seed"]) for run in FILES["scaling"]["runs"]]
    assert runs == [(width, seed) for width in (16, 32) for seed in range(5)]


def test_the_floors_come_from_five_seeds():
    assert [one["seed"] for one in FILES["floors"]["seeds"]] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("one", FILES["floors"]["seeds"], ids=lambda one: f"seed {one['seed']}")
def test_what_the_notebook_checks_on_one_seed_holds_on_others(one):
    """With room to spare: the limits of the notebook's checks are wider than these."""
    right, losses = one["2.3 symbols right"], one["3.2 last training loss"]
    assert right["none"] < 0.35
    assert min(right["sinusoidal"], right["learnt"]) > 0.97
    assert losses["before, no warm-up"] < 0.4
    assert losses["after, no warm-up"] > 1.2
    assert losses["after, warm-up"] < losses["after, no warm-up"] - 0.7
    assert one["4.8 weight on the name"] > max(0.2, 6 * one["4.8 an even share"])
    assert one["6.1 neighbours above places far apart"] < 0.2
    errors = one["6.2 squared error"]
    assert errors["Transformer"] < errors["as today"] - 0.13
    assert abs(errors["Transformer"] / errors["HAR"] - 1) < 0.08
    assert min(one["7.1 accuracy, one epoch of pre-training"].values()) > 0.45


def test_vision_and_few_labels_have_five_runs():
    for runs in FILES["vision"]["accuracy"].values():
        assert len(runs) == 5
        assert all(len(run[kind]) == 3 for run in runs for kind in ("as they are", "shuffled"))
    assert len(FILES["few_labels"]["accuracy"]) == 5


def test_the_photographs_have_both_networks_in_three_sizes_and_what_the_places_are_like():
    found = FILES["photographs"]
    assert found["photographs"] == [1000, 10_000, 50_000]
    for name in ("ViT", "CNN"):
        for run in found["accuracy"][name]:
            for kind in ("as they are", "shuffled"):
                small, middle, all_of_them = run[kind]
                assert 0.2 < small < middle < all_of_them < 1
    for run in found["accuracy"]["ViT"]:
        alike = np.array(run["likeness of places"])
        assert alike.shape == (len(found["places"]), 64)
        assert np.abs(alike).max() <= 1
        assert (alike.argmax(axis=1) == found["places"]).all()  # each is like itself, above all


@pytest.mark.parametrize("name", ["real", "real_zh"])
def test_real_dialogues_have_three_runs_and_counting_is_ahead(name):
    runs = FILES[name]["perplexity"]
    assert len(runs) == 3
    assert all(50 < run["n-grams"] < run["Transformer"] - 10 for run in runs)


def test_the_translator_is_ahead_of_both_baselines_and_its_training_is_written_down():
    found = FILES["translation"]
    (one,) = found["seeds"]
    best = max(found["baselines"].values(), key=lambda scores: scores["BLEU"])
    room = one["BLEU, 95 % interval plus or minus"] + best["95 % interval plus or minus"]
    assert one["Transformer"]["BLEU"] > best["BLEU"] + room
    new = max(found["baselines where no right translation stands in training"].values())
    assert one["BLEU where no right translation stands in training"] > new
    assert [point["epoch"] for point in one["curve"]] == list(range(1, len(one["curve"]) + 1))
    assert one["curve"][-1]["perplexity"] < one["curve"][0]["perplexity"] / 5
    assert found["cpu_seconds"] >= one["curve"][-1]["cpu_seconds"]
    assert len(found["shown"]) == 10
    assert all({"English", "right", "Transformer", *found["baselines"]} == set(shown) for shown in found["shown"])


def test_the_translators_weights_fit_its_vocabularies():
    english, chinese = (text.Vocabulary(tuple(FILES["translation"][one].split(" "))) for one in ("english", "chinese"))
    with np.load(FOLDER / "translator.npz", allow_pickle=False) as file:
        shapes = [file[name].shape for name in file.files]
    width = 80
    assert (len(english), width) in shapes
    assert shapes.count((len(chinese), width)) == 1  # read and written with one table
    assert sum(int(np.prod(shape)) for shape in shapes) == FILES["translation"]["seeds"][0]["parameters"]


@pytest.mark.slow
def test_a_slice_comes_out_again():
    """Seed 0: n-grams exactly, a few pictures of the vision experiment nearly."""
    scope = definitions(10, texts.PREPARED)
    rows = scope["x_train"]
    counted = scope["scores"].NGrams(order=4, vocabulary=len(scope["vocabulary"])).fit(row[row > 0] for row in rows)
    logs = counted.log_probabilities(scope["x_test"], scope["y_test"])
    assert np.exp(-logs.mean()) == pytest.approx(FILES["dialogue"]["seeds"][0]["n-grams"]["perplexity"], abs=1e-3)
    again, _ = scope["accuracies"](scope["small_cnn"], 0, sizes=scope["SIZES"][:1])
    assert again["shuffled"][0] == pytest.approx(FILES["vision"]["accuracy"]["CNN"][0]["shuffled"][0], abs=0.03)
