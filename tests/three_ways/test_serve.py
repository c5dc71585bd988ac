"""Serving a model on a CSV: good rows are answered as the model answers, bad ones are named."""

import numpy as np
import pytest

from course_utils.quiet import keras
from course_utils.three_ways.serve import main, read_rows

KINDS = {"distance": "float32", "dest": "string"}


def write(tmp_path, text):
    file = tmp_path / "rows.csv"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def model_file(tmp_path_factory):
    """A model that can be worked out by hand: sigmoid(distance), and 0.5 more in the logit for LAX."""
    distance = keras.Input((1,), name="distance")
    dest = keras.Input((1,), name="dest", dtype="string")
    code = keras.layers.StringLookup(vocabulary=["LAX"])(dest)  # 0: another airport
    z = keras.ops.nan_to_num(distance) + 0.5 * keras.ops.cast(code, "float32")
    file = tmp_path_factory.mktemp("model") / "by_hand.keras"
    keras.Model({"distance": distance, "dest": dest}, keras.ops.sigmoid(z)).save(file)
    return file


def test_rows_good_and_bad(tmp_path):
    good, bad = read_rows(write(tmp_path, "dest,distance,more\nLAX,1.5,x\nORD,far,x\n,,\nLAX,inf,x\nLAX\n"), KINDS)
    assert good[1] == {"distance": 1.5, "dest": "LAX"}
    assert good[3]["dest"] == ""
    assert np.isnan(good[3]["distance"])
    assert bad == {
        2: "distance must be a number; got 'far'",
        4: "distance must be finite; got 'inf'",
        5: "distance is missing: the row is too short",
    }


@pytest.mark.parametrize(
    ("text", "said"), [("dest\nLAX\n", "no column 'distance'"), ("dest,distance\n", "no rows"), ("", "no column")]
)
def test_files_that_are_no_use(tmp_path, text, said):
    with pytest.raises(ValueError, match=said):
        read_rows(write(tmp_path, text), KINDS)


def test_answers_are_the_models(model_file, tmp_path, capsys):
    file = write(tmp_path, "dest,distance\nLAX,1\nORD,far\nXYZ,-2\n")
    assert main([str(model_file), str(file)]) == 1
    out, err = capsys.readouterr()
    head, *lines = out.split()
    assert head == "row,probability"
    answers = {int(row): float(p) for row, p in (line.split(",") for line in lines)}
    assert answers == pytest.approx({1: 1 / (1 + np.exp(-1.5)), 3: 1 / (1 + np.exp(2))}, abs=1e-5)
    assert err.strip() == "row 2 not answered: distance must be a number; got 'far'"


def test_all_good_is_zero_and_none_good_is_one(model_file, tmp_path, capsys):
    assert main([str(model_file), str(write(tmp_path, "dest,distance\nLAX,1\n"))]) == 0
    assert main([str(model_file), str(write(tmp_path, "dest,distance\nLAX,x\n"))]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "row,probability"


def test_nothing_to_serve(model_file, tmp_path, capsys):
    assert main([]) == 2
    assert main([str(model_file), str(tmp_path / "none.csv")]) == 2
    assert main([str(tmp_path / "none.keras"), str(write(tmp_path, "dest\n"))]) == 2
    assert "usage" in capsys.readouterr().err
