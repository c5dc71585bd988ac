"""Claims print one line with what was measured, or raise with it; shipped results say that they are."""

import configparser
import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils import check, shipped, stages
from course_utils.check import ClaimError
from course_utils.stages import ROOT


class Tensor:
    """As PyTorch's: NumPy refuses it until it is off the graph."""

    def __init__(self, values):
        self.values = values

    def detach(self):
        return self

    def cpu(self):
        return self.values

    def __array__(self, *_, **__):
        raise RuntimeError("call detach() first")


@pytest.mark.parametrize(
    ("claim", "line"),
    [
        (lambda: check.equal(3, 3, "layers"), "PASS layers: 3"),
        (lambda: check.equal(69632, 69632, "weights"), "PASS weights: 69,632"),
        (lambda: check.equal(np.int64(69632), 69632, "weights"), "PASS weights: 69,632"),
        (lambda: check.equal((2, 3), (2, 3), "shape"), "PASS shape: (2, 3)"),
        (lambda: check.equal("relu", "relu", "name"), "PASS name: relu"),
        (lambda: check.equal(True, True, "found"), "PASS found: True"),
        (lambda: check.equal(np.arange(3), [0, 1, 2], "order"), "PASS order: [0, 1, 2]"),
        (lambda: check.equal(np.ones((3, 4)), np.ones((3, 4)), "all"), "PASS all: an array of shape (3, 4)"),
        (lambda: check.equal([1, [2, 3]], [1, [2, 3]], "nest"), "PASS nest: [1, [2, 3]]"),
        (lambda: check.equal({"a": 1}, {"a": 1}, "counts"), "PASS counts: {'a': 1}"),
        (lambda: check.equal(None, None, "nothing"), "PASS nothing: None"),
        (lambda: check.equal(Tensor(np.ones(2)), [1, 1], "tensor"), "PASS tensor: [1, 1]"),
        (lambda: check.close(1.000001, 1, "sum"), "PASS sum within 1e-05 (1 against 1)"),
        (lambda: check.close(0.25, 0.25, "slope", tol=1e-3), "PASS slope within 0.001 (0.25 against 0.25)"),
        (lambda: check.close(1e6 + 5, 1e6, "large"), "PASS large within 1e-05 (1,000,005 against 1,000,000)"),
        (
            lambda: check.close(Tensor(np.ones(2)), np.ones(2), "tensor"),
            "PASS tensor within 1e-05 (shape (2,), largest difference 0)",
        ),
        (lambda: check.close(1 + 1j, 1 + 1j, "complex"), "PASS complex within 1e-05 (shape (), largest difference 0)"),
        (lambda: check.at_least(0.97123, 0.97, "test accuracy"), "PASS test accuracy 0.971, at least 0.97"),
        (lambda: check.at_least(np.array([0.97]), 0.97, "it"), "PASS it 0.97, at least 0.97"),
        (lambda: check.at_least(1234.5, 1000, "steps"), "PASS steps 1,234, at least 1000"),
        (lambda: check.at_most(0.1, 0.1, "loss"), "PASS loss 0.1, at most 0.1"),
        (lambda: check.at_most(-3.2e-9, 0.1, "gap"), "PASS gap -3.2e-09, at most 0.1"),
        (lambda: check.better(0.9, 0.8, "two layers above none"), "PASS two layers above none (0.9 against 0.8)"),
        (lambda: check.better(0.9, 0.8, "deep", by=0.05), "PASS deep by more than 0.05 (0.9 against 0.8)"),
        (lambda: check.better(0.1, 0.2, "loss below", lower=True), "PASS loss below (0.1 against 0.2)"),
    ],
)
def test_what_holds_prints_one_line_with_the_measurement(claim, line, capsys):
    assert claim() is None
    assert capsys.readouterr().out == line + "\n"


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (lambda: check.equal(4, 3, "layers"), "layers: 3 is claimed, 4 was found"),
        (lambda: check.equal((2, 3), (2, 4), "shape"), "(2, 3) was found"),
        (lambda: check.equal("1", 1, "kind"), "1 was found"),
        (lambda: check.equal(None, 0, "nothing"), "None was found"),
        (lambda: check.equal([1, 2], [[1, 2]], "axes"), "[1, 2] was found"),
        (lambda: check.equal([1, [2, 3]], [1, [2, 4]], "nest"), "[1, [2, 3]] was found"),
        (lambda: check.equal(np.zeros(9), np.ones(9), "array"), "an array of shape (9,) was found"),
        (lambda: check.equal(float("nan"), float("nan"), "nan"), "nan was found"),
        (lambda: check.close(1.1, 1.0, "sum"), "largest difference is 0.1. Look at: what was changed"),
        (lambda: check.close(1e6 + 20, 1e6, "large"), "largest difference is 2e-05"),
        (lambda: check.close([1.0], [[1.0]], "axes"), "shapes differ, (1,) and (1, 1)"),
        (lambda: check.close(np.nan, np.nan, "sum"), "not finite"),
        (lambda: check.close(np.inf, np.inf, "sum"), "not finite"),
        (lambda: check.at_least(0.9699, 0.97, "accuracy"), "accuracy: at least 0.97 is claimed, 0.9699 was measured"),
        (lambda: check.at_least(np.nan, 0.97, "accuracy"), "nan was measured"),
        (lambda: check.at_least(np.inf, 0.97, "accuracy"), "inf was measured"),
        (lambda: check.at_least([1, 1], 0.97, "accuracy"), "one number is needed here; got an array of shape (2,)"),
        (lambda: check.at_most(0.11, 0.1, "loss"), "0.11 was measured"),
        (lambda: check.at_most(-np.inf, 0.1, "loss"), "-inf was measured"),
        (lambda: check.at_most(np.nan, 0.1, "loss"), "nan was measured"),
        (lambda: check.better(0.8, 0.8, "deep above flat"), "0.8 against 0.8 was measured"),
        (lambda: check.better(0.84, 0.8, "deep above flat", by=0.05), "0.84 against 0.8 was measured"),
        (lambda: check.better(0.3, 0.2, "loss below", lower=True), "0.3 against 0.2 was measured"),
        (lambda: check.better(np.inf, 0.2, "it"), "inf against 0.2"),
        (lambda: check.better(0.3, np.nan, "it"), "against nan"),
    ],
)
def test_what_does_not_hold_raises_with_the_measurement(claim, said, capsys):
    with pytest.raises(ClaimError, match=re.escape(said)) as caught:
        claim()
    assert capsys.readouterr().out == ""
    (line,) = caught.value._render_traceback_()
    assert line.startswith("DOES NOT HOLD ")
    assert "\n" not in line


def test_a_claim_on_a_shipped_result_says_so(capsys):
    results = shipped("stage_04/two_stage")
    said = capsys.readouterr().out
    assert said.startswith("SHIPPED stage_04/two_stage: ")
    assert "seeds 0 to 4" in said
    assert "two CPU cores" in said
    check.at_least(0.9, 0.8, "AP50", source=results)
    check.better(0.9, 0.8, "AP50 above", source=results)
    check.equal(3, 3, "seeds", source=results)
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["SHIPPED"] * 3
    with pytest.raises(ValueError, match="source must be what shipped"):
        check.at_least(0.9, 0.8, "AP50", source={"AP50": 0.9})


def test_every_shipped_result_is_in_the_index_and_there(capsys):
    index = json.loads((ROOT / "data" / "shipped.json").read_text(encoding="utf-8"))
    for name, entry in index.items():
        assert set(entry) == {"what", "seeds", "date", "machine", "command"}
        assert len(entry["what"]) < 90
        assert any((ROOT / "data" / f"{name}.{ending}").is_file() for ending in ("json", "npz", "csv")), name
        assert shipped(name) is not None
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(index)
    assert max(map(len, lines)) < 170
    files = {path.relative_to(ROOT / "data").with_suffix("").as_posix() for path in ROOT.glob("data/stage_*/*.json")}
    files -= {"stage_10/grammar"}  # what a generator reads, no result
    assert files == {name for name in index if (ROOT / "data" / f"{name}.json").is_file()}


def test_arrays_and_tables_come_with_a_result():
    assert set(shipped("stage_07/rings").arrays) >= {"naive", "WGAN-GP"}
    assert list(shipped("stage_08/ablations").table)[:3] == ["game", "case", "seed"]
    with pytest.raises(ValueError, match=r"there is no data/stage_07/rings\.csv"):
        _ = shipped("stage_07/rings").table
    with pytest.raises(ValueError, match=r"there is no data/stage_04/two_stage\.npz"):
        _ = shipped("stage_04/two_stage").arrays


@pytest.mark.parametrize(
    ("name", "said"),
    [("stage_04/three_stage", "stage_04/two_stage"), ("nothing", "stage_01/mnist"), (4, "stage_01/mnist")],
)
def test_an_unknown_result_is_refused_with_those_there_are(name, said):
    with pytest.raises(ValueError, match=f"there is no shipped result {name!r}; there are .*{said}"):
        shipped(name)


def test_a_damaged_result_says_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(stages, "ROOT", tmp_path)
    with pytest.raises(ValueError, match=r"data/shipped\.json can't be read"):
        shipped("stage_04/two_stage")
    (tmp_path / "data" / "shipped.json").write_text('{"stage_04')
    with pytest.raises(ValueError, match=r"data/shipped\.json is damaged"):
        shipped("stage_04/two_stage")


def masks():
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "tests" / "nbval.ini", encoding="utf-8")
    return [(section["regex"], section["replace"]) for section in parser.values() if "regex" in section]


def masked(line):
    for regex, replace in masks():
        line = re.sub(regex, replace, line)
    return line


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("PASS accuracy 0.991, at least 0.97", "PASS accuracy 0.98, at least 0.97"),
        ("PASS 2 layers 1,234, at most 2000", "PASS 2 layers 3.1e-09, at most 2000"),
        ("PASS slope within 1e-05 (0.25 against 0.25)", "PASS slope within 1e-05 (-0.2 against 1.2e-07)"),
        (
            "PASS all within 0.1 (shape (3, 4), largest difference 0)",
            "PASS all within 0.1 (shape (3, 4), largest difference 2e-08)",
        ),
        (
            "SHIPPED stored and measured within 0.1 (0.5 against 0.51)",
            "SHIPPED stored and measured within 0.1 (0.5 against 0.5)",
        ),
        (
            "SHIPPED all within 0.1 (shape (3, 4), largest difference 0)",
            "SHIPPED all within 0.1 (shape (3, 4), largest difference 2e-08)",
        ),
        ("SHIPPED ours above the best (0.9 against 0.8)", "SHIPPED ours above the best (0.91 against 0.8)"),
    ],
)
def test_nbval_masks_what_was_measured(one, other):
    assert masked(one) == masked(other) != one


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("PASS accuracy 0.991, at least 0.97", "PASS accuracy 0.991, at least 0.96"),
        ("PASS 2 layers 0.5, at most 0.6", "PASS 3 layers 0.5, at most 0.6"),
        ("PASS deep by more than 0.05 (0.9 against 0.8)", "PASS deep by more than 0.04 (0.9 against 0.8)"),
        (
            "PASS all within 0.1 (shape (3, 4), largest difference 0)",
            "PASS all within 0.1 (shape (3, 5), largest difference 0)",
        ),
        ("SHIPPED AP50 0.9, at least 0.8", "SHIPPED AP50 0.91, at least 0.8"),
        ("SHIPPED AP50 0.9, at least 0.8", "PASS AP50 0.9, at least 0.8"),
        ("PASS layers: 3", "PASS layers: 4"),
    ],
)
def test_nbval_compares_the_rest(one, other):
    assert masked(one) != masked(other)


@pytest.mark.parametrize("tol", [0, -1, float("nan")])
def test_a_tolerance_has_to_be_positive(tol):
    with pytest.raises(ValueError, match="tol must be positive; got"):
        check.close(1, 1, "it", tol=tol)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_at_least_and_at_most_agree_with_the_order_of_numbers(value, bound):
    for claim, holds in ((check.at_least, value >= bound), (check.at_most, value <= bound)):
        if holds:
            claim(value, bound, "it")
        else:
            with pytest.raises(ClaimError):
                claim(value, bound, "it")
