"""Stage 3: what its notebook defines is what the package has, and what ships with it is what the code makes."""

import json
import os

import numpy as np
import pytest

from course_utils import datasets, networks
from course_utils.makers.stage_03 import pictures, real
from course_utils.quiet import keras
from course_utils.stages import ROOT
from course_utils.tools.definitions import selected
from course_utils.vision import classics

SHIPPED = ROOT / "data" / "stage_03"
RESULTS = ("degradation", "rates", "great_depth", "copies", "shortcuts", "side_by_side", "regularisation", "transfer")


def definitions(*names: str) -> dict:
    """The functions of these names, taken out of the notebook."""
    return selected(3, names, {"np": np, "keras": keras, "layers": keras.layers, "ops": keras.ops})


def same_outputs(mine: keras.Model, theirs: keras.Model) -> None:
    """Two networks with the same numbers in the same places of the graph give the same outputs."""
    rng = np.random.default_rng(0)
    weights = [rng.normal(0.1, 0.3, weight.shape) for weight in theirs.weights]
    assert [w.shape for w in mine.weights] == [w.shape for w in theirs.weights]
    for model in (mine, theirs):
        model.set_weights([np.abs(w) if w.ndim == 1 else w for w in weights])
    x = rng.normal(size=(3, *theirs.input_shape[1:])).astype("float32")
    wanted = np.asarray(theirs(x))
    assert np.allclose(np.asarray(mine(x)), wanted, atol=1e-4 * np.abs(wanted).max())


@pytest.mark.parametrize("shortcut", ["A", "B", "C"])
@pytest.mark.parametrize("residual", [True, False])
@pytest.mark.parametrize("strides", [1, 2])
def test_the_notebooks_block_is_the_packages(shortcut, residual, strides):
    notebook = definitions("conv_bn", "shortcut_path", "basic_block")
    inputs = keras.Input((6, 6, 4))
    filters = 4 * strides
    mine = keras.Model(inputs, notebook["basic_block"](inputs, filters, strides, shortcut, residual))
    same_outputs(mine, keras.Model(inputs, networks.basic_block(inputs, filters, strides, shortcut, residual)))


@pytest.mark.parametrize("residual", [True, False])
def test_the_notebooks_tower_is_the_packages_small_resnet(residual):
    notebook = definitions("conv_bn", "shortcut_path", "basic_block", "tower")
    kind = "residual" if residual else "plain"
    same_outputs(notebook["tower"](14, residual), networks.small_resnet(14, 10, (8, 8, 1), 8, "A", kind))


def test_the_exercises_solutions_are_the_packages_blocks():
    notebook = definitions("inception_module", "my_bottleneck", "updated_unit")
    inputs = keras.Input((6, 6, 8))
    for strides in (1, 2):
        mine = keras.Model(inputs, notebook["my_bottleneck"](inputs, 2, strides))
        theirs = keras.Model(inputs, networks.bottleneck_block(inputs, 2, strides))
        assert sorted(tuple(w.shape) for w in mine.weights) == sorted(tuple(w.shape) for w in theirs.weights)
    filters = (2, 3, 4, 5, 6, 7)
    assert (
        keras.Model(inputs, notebook["inception_module"](inputs, filters)).count_params()
        == keras.Model(inputs, classics.inception(inputs, filters, "m")).count_params()
    )
    mine = keras.Model(inputs, notebook["updated_unit"](inputs, 8))
    for layer in mine.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.epsilon = 1e-5
    same_outputs(mine, keras.Model(inputs, networks.preactivation_block(inputs, 8)))


@pytest.mark.parametrize("name", RESULTS)
def test_a_shipped_result_says_how_it_was_made(name):
    record = json.loads((SHIPPED / f"{name}.json").read_text(encoding="utf-8"))
    assert record["command"] == f"python data/stage_03/make.py {name}"
    assert len(record["seeds"]) >= 5
    assert len(set(record["seeds"])) == len(record["seeds"])
    assert set(record["versions"]) == {"python", "keras", "tensorflow", "numpy"}
    assert record["cpu_seconds"] > 0
    for runs in record["results"].values():
        assert len(runs) == len(record["seeds"])


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind", "depth"), [("plain 20", "plain", 20), ("residual 20", "residual", 20)])
def test_a_slice_of_the_degradation_runs_comes_out_again(name, kind, depth):
    """The first losses differ by a tenth and more from one kind of processor to another; where a run ends, no more than seeds do."""
    shipped = json.loads((SHIPPED / "degradation.json").read_text(encoding="utf-8"))["results"][name]
    again = pictures.train_on_digits(pictures.digit_network(kind, depth), 1)
    ends = [run["loss"][-1] for run in shipped]
    assert min(ends) / 2 <= again["loss"][-1] <= 2 * max(ends)
    assert again["error"][-1] == pytest.approx(shipped[1]["error"][-1], abs=0.05)


@pytest.mark.slow
def test_a_slice_of_the_slower_rates_comes_out_again():
    shipped = json.loads((SHIPPED / "rates.json").read_text(encoding="utf-8"))["results"]["plain 20 at 0.01"]
    again = pictures.train_on_digits(pictures.digit_network("plain", 20, rate=0.01), 1)
    assert again["batch_error"] == pytest.approx(shipped[1]["batch_error"], abs=0.05)


def one_seed(name, series, limit, monkeypatch):
    """A shipped result's first seed, made again for one of its series."""
    monkeypatch.setattr(pictures, limit, {series: getattr(pictures, limit)[series]})
    shipped = json.loads((SHIPPED / f"{name}.json").read_text(encoding="utf-8"))["results"][series]
    return next(getattr(pictures, name)([0]))["results"][series][0], shipped[0]


@pytest.mark.slow
def test_a_slice_of_side_by_side_comes_out_again(monkeypatch):
    """Another machine adds in another order, and training magnifies that: hence the tolerance."""
    again, shipped = one_seed("side_by_side", "VGG-16", "COMPACT", monkeypatch)
    assert again["accuracy"] == pytest.approx(shipped["accuracy"], abs=0.05)
    assert again["training_accuracy"] == pytest.approx(shipped["training_accuracy"], abs=0.05)


@pytest.mark.slow
def test_a_slice_of_regularisation_comes_out_again(monkeypatch):
    again, shipped = one_seed("regularisation", "turning", "FACTORS", monkeypatch)
    assert again["accuracy"] == pytest.approx(shipped["accuracy"], abs=0.12)


def test_transfer_has_all_label_counts_for_every_seed():
    record = json.loads((SHIPPED / "transfer.json").read_text(encoding="utf-8"))["results"]
    assert list(record) == ["frozen", "fine-tuned at once", "frozen, then fine-tuned", "from scratch"]
    assert all(np.shape(rows) == (5, 5) for rows in record.values())


def test_transfer_is_made_from_what_the_notebook_says():
    x, y, x_test, y_test = pictures.frame(100, pictures.NEW)
    assert x.shape == (100, 32, 32, 3)
    assert x_test.shape == (1000, 32, 32, 3)
    assert set(y_test) == {0, 1, 2, 3}
    assert np.bincount(y[pictures.few(y, 5, 0)]).tolist() == [5, 5, 5, 5]


def test_turning_gives_each_of_eight_positions():
    turned = definitions("turned")["turned"]
    picture = np.arange(16.0).reshape(1, 4, 4, 1)
    seen = {turned(np.repeat(picture, 1, 0), np.random.default_rng(seed)).tobytes() for seed in range(60)}
    wanted = {np.rot90(p, k, (1, 2)).tobytes() for p in (picture, picture[:, :, ::-1]) for k in range(4)}
    assert seen == wanted


# --- real data


def read_shipped(name: str) -> dict:
    return json.loads((SHIPPED / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["cifar", "fields", "scenes"])
def test_a_result_on_real_data_says_how_it_was_made(name):
    record = read_shipped(name)
    assert record["command"].startswith(f"COURSE_DATA=FOLDER python data/stage_03/make_{name}.py")
    assert {"python", "keras", "tensorflow", "numpy"} <= set(record["versions"])
    assert record["machine"].startswith("two CPU cores")
    assert record["seeds"]


def test_the_four_networks_on_cifar_saw_the_same():
    record = read_shipped("cifar")
    fast, slow = record["rounds_at_rate"].values()
    assert record["command"].endswith(f"make_cifar.py {fast} {slow}")
    names = {"plain 20", "residual 20", "plain 56", "residual 56"}
    for part in ("training_error", "test_error", "cpu_seconds", "parameters"):
        assert set(record[part]) == names
    assert {len(errors) for errors in record["training_error"].values()} == {fast + slow}
    assert all(str(fast + slow) in errors for errors in record["test_error"].values())
    for depth in ("20", "56"):
        assert record["parameters"][f"plain {depth}"] == record["parameters"][f"residual {depth}"]


def on_disk(name: str):
    """Skips a test where the mirror folder lacks this data set."""
    return pytest.mark.skipif(
        not os.path.isdir(os.path.join(os.environ.get("COURSE_DATA", "no folder"), name)),
        reason=f"COURSE_DATA holds no {name} folder",
    )


@pytest.mark.slow
@on_disk("cifar10")
def test_the_first_round_on_cifar_comes_out_again():
    cifar = datasets.load("cifar10")
    mean = cifar.x_train.mean(0, dtype="float64").astype("float32")
    x, y = real.pictures_of(0, cifar.x_train, cifar.y_train, mean)
    assert x.shape == (real.STEPS * real.BATCH, 32, 32, 3)
    seen = real.cifar_network("residual 20").fit(x, y, real.BATCH, shuffle=False, verbose=0).history["accuracy"][0]
    assert 1 - seen == pytest.approx(read_shipped("cifar")["training_error"]["residual 20"][0], abs=0.03)


@pytest.mark.slow
@on_disk("crop_sits")
def test_the_network_in_time_on_real_fields_comes_out_again():
    accuracy = read_shipped("fields")["test_accuracy"]["1-D network"]
    again = real.network_in_time()(seed=0)
    assert again == pytest.approx(np.mean(accuracy), abs=0.08)


def test_every_model_was_asked_about_the_same_scenes():
    record = read_shipped("scenes")
    tables = dict(record["confusions"])
    runs = tables.pop("ResNet-20")
    assert sorted(map(int, runs)) == record["seeds"]
    assert set(record["cpu_seconds"]) == set(runs)
    were = {tuple(np.sum(table, axis=1)) for table in (*tables.values(), *runs.values())}
    assert len(were) == 1
    assert sum(were.pop()) == 1400


def test_colours_are_counted():
    picture = np.zeros((1, 2, 2, 3))
    picture[0, 0, 0] = 1.0, 0.5, 0.1
    found = real.colours(picture)[0].reshape(16, 3)
    assert found.sum(axis=0).tolist() == [1, 1, 1]
    assert [found[:, channel].nonzero()[0].tolist() for channel in range(3)] == [[0, 15], [0, 8], [0, 1]]
    assert found[0].tolist() == [0.75] * 3


@pytest.mark.slow
@on_disk("rsscn7")
def test_the_linear_models_of_scenes_come_out_again():
    again = np.array(real.linear_confusions(datasets.load("rsscn7"), lambda x: x.mean((1, 2))))
    shipped = np.array(read_shipped("scenes")["confusions"]["mean colour, linear"])
    assert np.trace(again) == pytest.approx(np.trace(shipped), abs=10)


def test_rounds_of_cifar_are_different_pictures_each_time_moved_anew():
    y = np.arange(real.PARTS * real.STEPS * real.BATCH + 3)
    x = np.broadcast_to(y[:, None, None, None] % 250, (len(y), 6, 6, 1)).astype("uint8")
    rounds = [real.pictures_of(number, x, y, np.float32(0)) for number in range(real.PARTS + 1)]
    seen = np.concatenate([labels for _, labels in rounds[: real.PARTS]])
    assert len(np.unique(seen)) == len(seen) == len(y) - 3
    assert not np.array_equal(rounds[0][1], rounds[real.PARTS][1])
    again = real.pictures_of(1, x, y, np.float32(0))
    np.testing.assert_array_equal(rounds[1][0], again[0])
    for seen, labels in rounds[:2]:
        assert (np.isclose(seen[:, 3, 3, 0] * 64, labels % 250) | (seen[:, 3, 3, 0] == 0)).all()
