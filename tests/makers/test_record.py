"""The makers' frame, on a small maker in a temporary folder: what made a result, merging, whole files, the index."""

import json

import numpy as np
import pytest

from course_utils.errors import CourseError
from course_utils.makers import files
from course_utils.makers.record import Maker


def named(function):
    """The function as if it stood in a stage's module."""
    function.__module__ = "course_utils.makers.stage_03.small"
    return function


@named
def squares(seeds):
    """Squares of seeds. One for each seed, under two names."""
    for seed in seeds:
        yield {"seed": seed, "results": {"square": [seed**2], "pair": [[seed, seed]]}, "last": seed}


@named
def in_parts(seeds, parts):
    """Two parts."""
    for part in parts:
        yield {part: {str(seed): seed for seed in seeds}, f"{part}.npz": {"x": np.arange(3)}}


@named
def table(seeds, parts):
    """Rows."""
    for game in parts:
        for seed in seeds:
            yield [{"game": game, "seed": seed, "steps": step, "score": f"{seed + step:.3g}"} for step in (1, 2)]


SQUARES = Maker(squares, seeds=(0, 1), aligned="results", packages=("scipy",))


def read(folder, name):
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def test_a_file_says_what_made_it(tmp_path):
    SQUARES.run(data=tmp_path)
    found = read(tmp_path, "stage_03/squares")
    assert list(found)[:7] == ["what", "command", "seeds", "date", "machine", "versions", "cpu_seconds"]
    assert found["what"] == "Squares of seeds. One for each seed, under two names."
    assert found["command"] == "python -m course_utils.makers stage_03.squares"
    assert set(found["versions"]) == {"python", "keras", "tensorflow", "numpy", "scipy"}
    assert found["cpu_seconds"] == 0
    assert found["results"] == {"square": [0, 1], "pair": [[0, 0], [1, 1]]}
    entry = read(tmp_path, "shipped")["stage_03/squares"]
    assert entry["what"] == "Squares of seeds"
    assert entry["seeds"] == found["seeds"] == [0, 1]
    assert [entry[key] for key in ("date", "machine", "command")] == [
        found[key] for key in ("date", "machine", "command")
    ]


def test_new_seeds_come_to_those_that_are_there_in_their_order(tmp_path):
    for seeds in ((3,), (1, 5), (3,)):
        SQUARES.run(seeds, data=tmp_path)
    found = read(tmp_path, "stage_03/squares")
    assert found["seeds"] == [1, 3, 5]
    assert found["results"] == {"square": [1, 9, 25], "pair": [[1, 1], [3, 3], [5, 5]]}
    assert found["last"] == 3
    SQUARES.run(data=tmp_path)  # nothing named: all is made anew
    assert read(tmp_path, "stage_03/squares")["results"]["square"] == [0, 1]


def test_other_seeds_of_a_seed_that_is_made_again_stay(tmp_path):
    SQUARES.run(data=tmp_path)
    path = tmp_path / "stage_03" / "squares.json"
    path.write_text(path.read_text(encoding="utf-8").replace("[0, 1]", "[7, 8]"), encoding="utf-8")
    SQUARES.run([1], data=tmp_path)
    assert read(tmp_path, "stage_03/squares")["results"]["square"] == [7, 1]


def test_parts_that_are_not_named_stay_and_arrays_lie_beside(tmp_path):
    maker = Maker(in_parts, seeds=(0, 1), parts=("first", "second"))
    maker.run(data=tmp_path)
    maker.run(seeds=[4], parts=["second"], data=tmp_path)
    found = read(tmp_path, "stage_03/in_parts")
    assert found["first"] == {"0": 0, "1": 1}
    assert found["second"] == {"0": 0, "1": 1, "4": 4}
    with np.load(tmp_path / "stage_03" / "first.npz") as arrays:
        assert arrays["x"].tolist() == [0, 1, 2]


def test_the_index_keeps_its_words_and_the_date_of_files_beside(tmp_path):
    words = {"what": "as the course says it", "seeds": [9], "date": "2000-01-01", "machine": "old", "command": "old"}
    (tmp_path / "shipped.json").write_text(json.dumps({"stage_03/in_parts": words, "stage_03/first": words}))
    Maker(in_parts, seeds=(0,), parts=("first",)).run(data=tmp_path)
    index = read(tmp_path, "shipped")
    assert index["stage_03/in_parts"]["what"] == index["stage_03/first"]["what"] == words["what"]
    assert [index[name]["seeds"] for name in index] == [[0], [9]]
    assert index["stage_03/first"]["date"] > "2020"
    assert (tmp_path / "shipped.json").read_text(encoding="utf-8").count("\n") == 4  # one line an entry


def test_rows_of_a_table_take_the_place_of_their_own_run(tmp_path):
    maker = Maker(table, seeds=(0, 1), parts=("chess", "go"), keys=("game", "seed"))
    maker.run(data=tmp_path)
    path = tmp_path / "stage_03" / "table.csv"
    first = path.read_text(encoding="utf-8")
    assert first.splitlines()[:3] == ["game,seed,steps,score", "chess,0,1,1", "chess,0,2,2"]
    path.write_text(first.replace("chess,0,2,2", "chess,0,2,wrong"), encoding="utf-8")
    maker.run([0], ["chess"], data=tmp_path)
    assert path.read_text(encoding="utf-8") == first
    maker.run([2], ["chess"], data=tmp_path)
    assert [line[:7] for line in path.read_text(encoding="utf-8").splitlines()[5:8]] == [
        "chess,2",
        "chess,2",
        "go,0,1,",
    ]


def test_what_does_not_exist_is_refused_before_anything_is_made(tmp_path):
    parts = Maker(in_parts, seeds=(0,), parts=("first",))
    with pytest.raises(CourseError, match=r"stage_03.in_parts has no part third; there are first"):
        parts.run(parts=["third"], data=tmp_path)
    with pytest.raises(CourseError, match="a seed is a whole number from 0 on; got -1"):
        parts.run(seeds=[-1], data=tmp_path)
    with pytest.raises(CourseError, match="has no parts to choose from"):
        SQUARES.run(parts=["first"], data=tmp_path)
    with pytest.raises(CourseError, match="has no seeds to choose from"):
        Maker(named(lambda: iter(()))).run(seeds=[1], data=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_breaks_leaves_whole_files(tmp_path, monkeypatch):
    SQUARES.run(data=tmp_path)
    path = tmp_path / "stage_03" / "squares.json"
    before = path.read_text(encoding="utf-8")

    def broken(*_):
        raise OSError("no space left")

    monkeypatch.setattr(files.os, "replace", broken)
    with pytest.raises(OSError, match="no space"):
        files.write(path, "half of it")
    assert path.read_text(encoding="utf-8") == before


def test_weights_of_a_model_are_stored_and_come_back(tmp_path):
    from course_utils import training
    from course_utils.quiet import keras

    model = files.halved(keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)]))
    weights = [weight.copy() for weight in model.get_weights()]
    files.store(tmp_path / "small.npz", model)
    model.set_weights([0 * weight for weight in weights])
    training.load_or_train(model, tmp_path / "small.npz", pytest.fail)
    assert all((a == b).all() for a, b in zip(model.get_weights(), weights, strict=True))
    assert [path.name for path in tmp_path.iterdir()] == ["small.npz"]


def test_dictionaries_and_rows_are_merged_by_key_and_by_seed():
    old = {"runs": {"10": 1, "2": 2}, "rows": [{"seed": 1, "a": 1}, {"seed": 0, "a": 0}], "list": [1, 2], "kept": 5}
    new = {"runs": {"3": 3}, "rows": [{"seed": 1, "b": 2}], "list": [3]}
    both = files.merged(old, new)
    assert list(both["runs"]) == ["2", "3", "10"]
    assert both["rows"] == [{"seed": 0, "a": 0}, {"seed": 1, "a": 1, "b": 2}]
    assert (both["list"], both["kept"]) == ([3], 5)
    wide = files.merged([{"seed": 0, "width": 32}], [{"seed": 1, "width": 16}, {"seed": 0, "width": 16}])
    assert [(row["width"], row["seed"]) for row in wide] == [(16, 0), (16, 1), (32, 0)]


def test_numbers_are_rounded_and_become_plain():
    found = files.rounded(
        {"a": np.float32(0.123456), 1: [np.float64(0.0123456)], "n": 3, "array": np.ones((1, 2))}, 4, 6
    )
    assert found == {"a": 0.1235, "1": [0.012346], "n": 3, "array": [[1.0, 1.0]]}
    assert type(found["a"]) is float


def test_a_list_of_numbers_is_one_line_and_the_text_reads_back():
    content = {"a": [1, 2.5, -3], "b": [[1, 2], [3, 4]], "c": ["x [1, 2]", "y"], "d": {"e": []}}
    written = files.text(content)
    assert json.loads(written) == content
    assert '"a": [1, 2.5, -3]' in written
    assert "[3, 4]" in written


@pytest.mark.parametrize("seeds", [[0, 1], {"0": {"a": 1}}, [{"seed": 0, "a": 1}]])
def test_what_made_a_file_is_told_apart_from_what_it_holds(tmp_path, seeds):
    path = tmp_path / "one.json"
    content = {"what": "w", "command": "c", "versions": {}, "machine": "m", "seeds": seeds, "cpu_seconds": 7, "left": 1}
    path.write_text(json.dumps(content))
    body, spent = files.read(path)
    assert spent == 7
    assert body == {"left": 1} | ({} if seeds == [0, 1] else {"seeds": seeds})
    path.write_text(json.dumps({"cpu_seconds": {"0": 3}}))
    assert files.read(path) == ({"cpu_seconds": {"0": 3}}, 0)
