"""Slices of shipped results that come out again; the other stages' slices lie with the tests of their results.

Where a training can't be made small, what it starts from or how it is scored is compared instead, as each test says.
"""

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest

from course_utils.stages import ROOT, find
from course_utils.tools.notebooks import read


def shipped(name: str) -> dict:
    return json.loads((ROOT / "data" / f"{name}.json").read_text(encoding="utf-8"))


def on_disk(name: str):
    """Skips a test where the folder COURSE_DATA lacks this data set."""
    there = Path(os.environ.get("COURSE_DATA", "no folder"), name).is_dir()
    return pytest.mark.skipif(not there, reason=f"COURSE_DATA holds no {name} folder")


def code(stage: int) -> str:
    return "\n".join(cell.source for cell in read(find(stage).path).cells if cell.cell_type == "code")


# --- stage 2 ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_one_split_of_the_flights_comes_out_again():
    from course_utils.makers import stage_02

    record, again = shipped("stage_02/late_flights"), stage_02.losses(4, starts=[0], turns=[0])
    flights = np.array(again["flights"])
    days = flights > 0
    assert days.sum() == 70
    assert (flights[days] == np.array(record["flights"])[days]).all()
    for name, room in (("logistic regression", 1e-3), ("gradient boosting", 3e-3)):
        means = [np.array(one["losses"][name])[days].sum() / flights.sum() for one in (again, record)]
        assert means[0] == pytest.approx(means[1], abs=room)
    (mine,), runs = (
        again["losses"]["network"],
        np.array(record["losses"]["network"])[:, days].sum(axis=1) / flights.sum(),
    )
    assert np.sum(mine) / flights.sum() == pytest.approx(runs.mean(), abs=0.006)


@pytest.mark.slow
def test_all_flights_are_those_of_the_table():
    """Five splits of all flights take minutes; they are the same function, and the flights of each day are counted."""
    from course_utils.three_ways.flights import load

    assert np.bincount(load(1)["day"]).tolist() == shipped("stage_02/all_flights")["flights"]


# --- stage 3 ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_shortcut_comes_out_again():
    from course_utils.makers.stage_03 import pictures

    runs = shipped("stage_03/shortcuts")["results"]["B"]
    again = pictures.train_on_digits(pictures.digit_network("residual", 20, "B"), 1)
    assert set(runs[1]) <= set(again)
    assert again["val_error"][-1] == pytest.approx(np.mean([run["val_error"][-1] for run in runs]), abs=0.05)


@pytest.mark.slow
def test_blocks_begin_as_copies():
    """110 layers take minutes: with 8, a network whose blocks begin as copies starts from another loss than its twin."""
    from course_utils.makers.stage_03 import pictures

    model, (curves,) = pictures.digit_network("residual", 8), shipped("stage_03/copies")["results"].values()
    copies, plain = (pictures.train_on_digits(model, 0, copies=flag) for flag in (True, False))
    assert len(curves) == 5
    assert set(copies) == set(curves[0])
    assert copies["loss"][0] != plain["loss"][0]
    assert max(copies["error"][-1], plain["error"][-1]) < 0.2


@pytest.mark.slow
def test_frozen_features_come_out_again():
    """The source network and the linear layer on it, with the fewest labels: fine-tuning is left out."""
    from course_utils import networks, training
    from course_utils.makers.stage_03 import pictures

    x_old, y_old, _, _ = pictures.frame()
    x, y, x_test, y_test = pictures.frame(1000, pictures.NEW, seed=5)
    shape = {"depth": 14, "filters": 8, "shortcut": "B"}
    source = training.reinitialise(pictures.compiled(networks.small_resnet, shape, 12 * -(-len(x_old) // 32)), 0)
    source.fit(x_old, y_old, batch_size=32, epochs=12, verbose=0)
    chosen = pictures.few(y, pictures.LABELS[0], 0)
    _, accuracy = pictures.frozen(source, x[chosen], y[chosen], x_test, y_test)
    runs = [row[0] for row in shipped("stage_03/transfer")["results"]["frozen"]]
    assert min(runs) - 0.1 <= accuracy <= max(runs) + 0.1


@pytest.mark.slow
@on_disk("jhmdb")
def test_one_frame_of_real_films_comes_out_again():
    from course_utils.makers.stage_03 import films

    again = films.trained_accuracy("one frame", films.loaded("jhmdb", 0), films.EPOCHS["jhmdb"], 0)
    runs = shipped("stage_03/jhmdb")["test_accuracy"]["one frame"].values()
    assert min(runs) - 0.06 <= again <= max(runs) + 0.06


# --- stage 4 ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@on_disk("bccd")
def test_the_blood_cells_are_those_that_ship():
    """Both trainings take two minutes a seed: here the pictures and their true boxes, which need none."""
    from course_utils import datasets
    from course_utils.detection import folders
    from course_utils.makers import stage_04

    images, *truth = folders.as_scenes(datasets.load("bccd")["test"], stage_04.SIZE, stage_04.MOST)
    assert f"{len(images)} test pictures" in shipped("stage_04/blood_cells")["what"]
    real = [(boxes[mask], classes[mask]) for boxes, classes, mask in zip(*truth, strict=True)]
    again = stage_04.first_pictures(images, real, {})
    with np.load(ROOT / "data" / "stage_04" / "blood_cells.npz") as arrays:
        for name, array in again.items():
            np.testing.assert_allclose(array, arrays[name], atol=1)


# --- stage 6 ---------------------------------------------------------------------------------------------------------


def test_trainings_of_other_lengths_are_as_much_longer_as_is_said():
    """Captions after four and ten epochs, forty epochs of dates, 150 of a denoiser: each takes minutes, so the lengths."""
    from course_utils.makers import stage_06

    source = code(6)
    assert f"EPOCHS = pick(quick={stage_06.SHORT}," in source
    epochs = int(re.search(r"DATE_EPOCHS, BATCH = (\d+),", source)[1])
    assert stage_06.LONG_DATES / epochs == 8
    assert "DENOISER_EPOCHS = pick(quick=30," in source
    assert stage_06.EPOCHS / 30 == 5
    for text, name in (
        (stage_06.longer_dates.__doc__, "40 epochs"),
        (stage_06.longer.__doc__, "150 epochs instead of 30"),
    ):
        assert name in text


def test_sentences_are_scored_like_by_the_library():
    from course_utils.makers import stage_06

    references = [("a dog runs in the snow", "the dog runs"), ("a man on a red bench", "a man sits")]
    assert stage_06.bleu(["a dog runs in the snow", "a man on a red bench"], references) == pytest.approx(1)
    assert 0 < stage_06.sentence_bleu("a dog in snow", references[0]) < 0.5
    assert stage_06.sentence_bleu("nothing", references[0]) == 0


# --- stage 7 ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_game_on_the_ring_comes_out_again(monkeypatch):
    from course_utils.makers import stage_07

    nb = stage_07.notebook(judges=False)
    monkeypatch.setitem(nb, "RECIPES", {"equal rates": nb["RECIPES"]["equal rates"]})
    monkeypatch.setattr(stage_07, "notebook", lambda: nb)
    found = stage_07.ring([0])
    assert found["ring"]["equal rates"]["covered"] == shipped("stage_07/results")["ring"]["equal rates"]["covered"][:1]
    assert found["ring"]["equal rates"]["good"][0] == pytest.approx(0.95, abs=0.06)
    assert found["rings.npz"]["equal_rates"].shape == (800, 2)


@pytest.mark.slow
def test_what_a_real_run_keeps_is_measured_class_by_class():
    """The full-size recipe takes ten minutes and more: here how its pictures are scored, with a judge that knows the class."""
    from types import SimpleNamespace

    from course_utils.makers import stage_07

    pictures = np.repeat(np.eye(10), 20, axis=0) + 0.01 * np.random.default_rng(0).normal(size=(200, 10))
    judge = SimpleNamespace(predict=lambda x, **_: x)
    classes = np.repeat(np.arange(10), 20)
    found = stage_07.by_class(pictures, classes, judge, judge, (pictures, classes))
    assert found == {"right": [1.0] * 10, "variety": [1.0] * 10}
    assert set(found) == set(shipped("stage_07/fashion")["runs"]["0"]["by_class"])


# --- stage 10 --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_models_of_dialogues_have_the_parameters_that_are_written_down():
    """A language model takes a minute and more a seed: here the networks before their training."""
    from course_utils.makers.stage_10 import texts

    nb, (first, *_) = texts.notebook(), shipped("stage_10/dialogue")["seeds"]
    size = len(nb["vocabulary"])
    models = {
        "Transformer": nb["gpt"](size),
        "GRU encoder–decoder": texts.recurrent(size, nb["LENGTH"], texts.REPLY),
        "Transformer, encoder–decoder": texts.halves(size, nb["LENGTH"], texts.REPLY),
    }
    assert list(models) == list(texts.MODELS)
    assert {name: model.count_params() for name, model in models.items()} == {n: first[n]["parameters"] for n in models}
    smaller = {run["width"]: run["parameters"] for run in shipped("stage_10/scaling")["runs"]}
    assert {width: nb["gpt"](size, width=width).count_params() for width in texts.WIDTHS} == smaller


@pytest.mark.slow
def test_what_needs_no_training_of_the_floors_comes_out_again():
    from course_utils.makers.stage_10 import texts

    for one in shipped("stage_10/floors")["seeds"]:
        for name, error in texts.notebook()["baselines"].items():
            assert error == pytest.approx(one["6.2 squared error"][name], abs=2e-4)


@pytest.mark.slow
@on_disk("cifar10")
def test_the_networks_for_photographs_have_their_parameters():
    """Six thousand steps take minutes: here the networks before their training."""
    from course_utils import datasets
    from course_utils.makers.stage_10 import pictures

    nb = pictures.with_photographs(datasets.load("cifar10"), (100,), 10)
    runs = shipped("stage_10/photographs")["accuracy"]
    for name, build in (("ViT", nb["vit"]), ("CNN", nb["small_cnn"])):
        assert build().count_params() == runs[name][0]["parameters"]
