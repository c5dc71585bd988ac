"""The results that ship with stage 6 say what they are made of, hold every claim, and come out again."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from course_utils import datasets
from course_utils.encoders.flickr import Photographs
from course_utils.makers import stage_06
from course_utils.makers.cells import Ledger, cells
from course_utils.makers.files import rounded
from course_utils.stages import ROOT, find
from course_utils.tools.definitions import selected
from course_utils.tools.notebooks import read

FOLDER = ROOT / "data" / "stage_06"
FOUND = json.loads((FOLDER / "first_half.json").read_text(encoding="utf-8"))
RESULTS = FOUND["results"]
AGAIN = json.loads((FOLDER / "second_half.json").read_text(encoding="utf-8"))
SECOND = AGAIN["results"]
FILTERS = ("none", "Gaussian", "median", "wavelet", "total variation", "non-local means")
SWEEP = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)


@pytest.mark.parametrize(("found", "seeds"), [(FOUND, [0, 1, 2, 3, 4]), (AGAIN, [0, 1, 2, 3, 4])])
def test_each_part_was_done_with_seeds_that_differ(found, seeds):
    assert found["seeds"] == seeds
    assert {"python", "keras", "tensorflow", "numpy", "PyWavelets", "scikit-image"} <= set(found["versions"])
    assert found["cpu_seconds"] > 0
    for runs in (found["results"][name] for name in ("claims", *(set(found["results"]) & {"levels", "captions"}))):
        assert len(runs) == len({json.dumps(run) for run in runs}) == len(seeds)


@pytest.mark.parametrize(("half", "measured", "least"), [(0, RESULTS["claims"], 80), (1, SECOND["claims"], 25)])
def test_every_claim_of_the_lesson_holds_for_every_seed(half, measured, least):
    """The claims that are made from the shipped file itself, and those of exercises, are not among the measured ones."""
    assert len(measured[0]) >= least
    assert all(run.keys() == measured[0].keys() for run in measured)
    fails = {what: round(slack, 3) for run in measured for what, slack in run.items() if slack < 0}
    assert fails == {}


@pytest.mark.parametrize(("half", "measured"), [(0, RESULTS["claims"]), (1, SECOND["claims"])])
def test_no_claim_came_since_then(half, measured):
    """The words of claims change, so their number is compared: the notebook prints no more than were measured."""
    section, printed = "", []
    for cell in read(find(6).path).cells:
        if cell.cell_type == "markdown":
            section = next((line[3:] for line in cell.source.splitlines()[::-1] if line.startswith("## ")), section)
        elif section.startswith(stage_06.HALVES[half]) and "nbgrader" not in cell.metadata:
            text = "".join(output.get("text", "") for output in cell.outputs)
            printed += [line for line in text.splitlines() if line.startswith("PASS ")]
    assert len(printed) <= len(measured[0])


def test_from_level_02_on_each_network_is_15_dB_above_the_best_filter():
    for run in RESULTS["levels"]:
        for name in ("residual", "U-shaped"):
            for k, level in enumerate(SWEEP):
                if level >= 0.2:
                    assert run[name][k] - max(run[f][k] for f in FILTERS) >= 1.5


def test_longer_training_helped_with_every_seed_and_level():
    longer = json.loads((FOLDER / "longer.json").read_text(encoding="utf-8"))
    assert longer["seeds"] == [0, 1, 2, 3, 4]
    gained = np.array(longer["results"]["U-shaped"]) - [run["U-shaped"] for run in RESULTS["levels"]]
    assert gained.shape == (5, len(SWEEP))
    assert gained.min() > 0.3


def test_the_ledger_writes_down_what_is_left_over_each_bound():
    ledger = Ledger()
    ledger.equal((1, 2), (1, 2), "same")
    ledger.equal(1, 2, "other")
    ledger.close([1.0, 20.0], [1.0, 20.2], "near", tol=0.05)
    ledger.at_least(0.9, 0.8, "high")
    ledger.at_most(3, 2, "low")
    ledger.better(5, 3, "more", by=1)
    ledger.better(5, 3, "less", lower=True)
    wanted = {"same": 1, "other": -1, "near": 0.04, "high": 0.1, "low": -1, "more": 1, "less": -2}
    assert ledger.slack == pytest.approx(wanted, abs=1e-3)


def source_of(half: int) -> str:
    return "\n".join(source for section, _, source in cells(6) if section.startswith(stage_06.HALVES[half]))


def test_the_lesson_that_is_run_is_that_of_sections_1_to_3_without_exercises():
    assert [heading for section, heading, _ in cells(6) if not section] == [""]  # the set-up cell
    source = source_of(0)
    for name in ("SEED = 0", "def residual", "areas"):
        assert name in source
    assert "def fill" not in source
    assert "labs." not in source


@pytest.mark.slow
def test_seed_1_comes_out_again_for_linear_autoencoders_and_machines():
    """The parts that need no long training: PCA's subspace, the wavelets by hand, and the machine's vibration."""
    wanted = ("1 · Through", "The linear one", "2 · Noise", "Out, without", "Out, with", "A signal in time")
    space, ledger = stage_06.lesson(1, lambda heading: heading.startswith(wanted))
    shipped = RESULTS["vibration"][1]
    found = rounded(space["ratio"])
    for name, value in shipped.items():
        assert found[name] == pytest.approx(value, abs=0.4 if "network" in name else 0.01)
    assert {what for what, slack in ledger.slack.items() if slack < 0} == set()
    assert 12 < len(ledger.slack) < len(RESULTS["claims"][1])
    assert np.isfinite(list(ledger.slack.values())).all()


def test_what_the_prose_says_of_dates_and_captions_holds():
    shorter, longer = (
        json.loads((FOLDER / f"{part}_captions.json").read_text(encoding="utf-8")) for part in ("short", "longer")
    )
    assert shorter["seeds"] == longer["seeds"] == [0, 1, 2, 3, 4]
    for name, floor in (("test", 0.9), ("held out", 0.75)):
        long, short, one = (
            np.array([run[name] for run in runs])
            for runs in (longer["results"]["captions"], shorter["results"]["captions"], SECOND["one vector"])
        )
        assert long.min() >= floor
        assert long.mean() > short.mean()
        assert short.min() > one.max()
    assert min(run["with attention"] for run in SECOND["dates"]) >= 0.95
    assert max(run["without attention"] for run in SECOND["dates"]) <= 0.05
    late = json.loads((FOLDER / "longer_dates.json").read_text(encoding="utf-8"))
    assert late["seeds"] == [0, 1, 2, 3, 4]
    assert sum(run["without attention"] >= 0.95 for run in late["results"]["dates"]) == 4


def test_the_second_half_is_that_of_sections_4_and_5():
    source = source_of(1)
    for name in ("def date_reader", "def train_mouth", "told_by"):
        assert name in source
    assert "labs." not in source
    assert "def residual" not in source


@pytest.mark.slow
def test_the_eye_of_seed_1_comes_out_again():
    wanted = ("4 · From", "Symbols into", "5 · From a picture", "The eye")
    space, ledger = stage_06.lesson(1, lambda heading: heading.startswith(wanted), half=1)
    for name, value in SECOND["eye"][1].items():
        assert space["named"][name] == pytest.approx(value, abs=0.03)
    assert {what for what, slack in ledger.slack.items() if slack < 0} == set()


# --- Photographs ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def photo_functions():
    """What the notebook defines for photographs and needs no network."""
    names = ("PHOTO_SIDE", "MARGIN", "moved", "common_words", "word_shares", "small_photographs")
    return selected(6, names, {"np": np, "Counter": Counter})


def test_a_moved_photograph_is_another_view_of_the_same(photo_functions):
    side, margin = photo_functions["PHOTO_SIDE"], photo_functions["MARGIN"]
    ramp = np.broadcast_to(np.arange(side, dtype="uint8")[None, None, :, None], (40, side, side, 3))
    views = photo_functions["moved"](ramp, np.random.default_rng(0))
    assert views.shape == ramp.shape
    assert views.dtype == np.uint8
    steps = np.diff(views[:, 0, margin:-margin, 0].astype(int), axis=1)
    assert set(np.unique(steps[:, margin:-margin])) == {-1, 1}  # some mirrored, some not
    assert len(np.unique(views[:, 0, side // 2, 0])) > 8  # moved by different amounts


def test_the_words_of_a_photograph_are_shares_of_its_captions(photo_functions):
    two = Photographs((Path("a.jpg"), Path("b.jpg")), (("a dog", "a black dog"), ("snow", "white snow", "a hill")))
    assert photo_functions["common_words"](two, 3) == ["a", "dog", "snow"]
    shares = photo_functions["word_shares"](two, ["a", "dog", "snow"])
    np.testing.assert_allclose(shares, [[1, 1, 0], [1 / 3, 0, 2 / 3]], rtol=1e-6)


def test_captions_are_spread_from_the_best_to_the_worst_and_strange_words_are_named():
    photographs = Photographs(tuple(Path(f"{k}.jpg") for k in range(3)), (("a dog runs",),) * 3)
    said = ["a cat runs", "a dog runs", "snow"]
    rows = stage_06.spread(said, photographs, 3)
    assert [row["said"] for row in rows] == ["a dog runs", "a cat runs", "snow"]
    assert [row["nobody said"] for row in rows] == [[], ["cat"], ["snow"]]
    assert rows[0]["photograph"] == "1.jpg"


def test_what_the_prose_says_of_photographs_holds():
    found = json.loads((FOLDER / "photographs.json").read_text(encoding="utf-8"))
    assert found["cpu_seconds"] > 0
    for one in (dict(zip(found["results"], run, strict=True)) for run in zip(*found["results"].values(), strict=True)):
        test = {name: row["BLEU-4"] for name, row in one["test"].items()}
        assert test["captioner"] > max(test[name] for name in test if name not in ("captioner", "a person"))
        assert one["epochs"] == int(max(one["validation"], key=lambda key: one["validation"][key]["BLEU-4"]))
        assert len(one["captions"]) == 12
        marks = [row["BLEU-4"] for row in one["captions"]]
        assert marks == sorted(marks, reverse=True)
        assert one["eye"]["curve"]["validation"][-1] < one["eye"]["curve"]["validation"][0]


@pytest.mark.slow
def test_the_baselines_of_photographs_come_out_again():
    """Where the photographs are: the two captions that need no network."""
    space, _ = stage_06.lesson(0, lambda heading: False)
    try:
        parts = {split: datasets.load("flickr8k", split=split) for split in ("train", "test")}
    except datasets.DataError:
        pytest.skip("Flickr8k is not in the folder that COURSE_DATA names")
    space = selected(6, ("PHOTO_SIDE", "common_words", "small_photographs"), space)
    views = {name: np.random.default_rng(0).random((len(part), 1, 1, 2)) for name, part in parts.items()}
    table = stage_06.photo_baselines(space, parts, {"learn": views["train"], "test": views["test"]})
    shipped = json.loads((FOLDER / "photographs.json").read_text(encoding="utf-8"))["results"]["test"][0]
    for name in ("commonest caption", "nearest by colours"):
        again = stage_06.bleu(table[name], parts["test"].captions)
        assert again == pytest.approx(shipped[name]["BLEU-4"], abs=1e-3)
