"""The compiled loop does what Keras does; fresh weights and optimisers are fresh."""

import re
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest

from course_utils.errors import CourseError
from course_utils.stages import ROOT

pytestmark = pytest.mark.slow  # Keras has to start

RNG = np.random.default_rng(0)
X = RNG.normal(size=(96, 3)).astype("float32")
Y = (X[:, :1] * X[:, 1:2] > 0).astype("float32")


@pytest.fixture(scope="module")
def keras():
    from course_utils.quiet import keras

    return keras


def network(keras, optimizer=None, loss="binary_crossentropy", dropout=0.0, seed=1):
    keras.utils.set_random_seed(seed)
    layers = [keras.layers.Dense(8, "tanh", kernel_regularizer="l2"), keras.layers.BatchNormalization()]
    layers += [keras.layers.Dropout(dropout)] * bool(dropout) + [keras.layers.Dense(1, "sigmoid")]
    model = keras.Sequential([keras.Input((3,)), *layers])
    model.compile(optimizer or keras.optimizers.Adam(0.02), loss)
    return model


@pytest.mark.parametrize("name", ["SGD", "Adam", "RMSprop"])
def test_an_epoch_equals_train_on_batch_over_the_same_order(keras, name):
    from course_utils.training import fit_compiled

    def optimizer():
        return getattr(keras.optimizers, name)(0.02)

    ours, theirs = network(keras, optimizer()), network(keras, optimizer())
    curves = fit_compiled(ours, X, Y, epochs=3, batch_size=16, seed=5, validation_data=(X[:32], Y[:32]))
    rng = np.random.default_rng(5)
    for epoch in range(3):
        for batch in rng.permutation(96).reshape(-1, 16):
            theirs.train_on_batch(X[batch], Y[batch])
        for prefix, x, y in (("", X, Y), ("val_", X[:32], Y[:32])):
            loss = float(np.mean(keras.losses.binary_crossentropy(y, theirs(x, training=False))))
            assert curves[prefix + "loss"][epoch] == pytest.approx(loss, abs=1e-5)
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_metrics_and_reports_on_the_way(keras):
    from course_utils.training import fit_compiled

    seen = []
    model = network(keras)
    curves = fit_compiled(
        model,
        X,
        Y.ravel(),  # (samples,) will do for one output
        epochs=45,
        metrics={"accuracy": keras.metrics.binary_accuracy},
        on_epochs=lambda done, so_far: seen.append((done, len(so_far["loss"]))),
    )
    assert set(curves) == {"loss", "accuracy"}
    assert curves["loss"].shape == (45,)
    assert curves["loss"][-1] < 0.5 * curves["loss"][0]
    accuracy = np.mean((model(X).numpy() > 0.5) == Y)
    assert curves["accuracy"][-1] == pytest.approx(accuracy, abs=1e-6)
    assert [done for done, count in seen] == [count for done, count in seen]
    assert seen[-1][0] == 45
    assert 15 <= len(seen) <= 25


def test_the_graph_is_kept_for_any_number_of_samples_and_made_anew_for_other_kinds_of_data(keras):
    from course_utils.training import fit_compiled

    model = network(keras)
    fit_compiled(model, X, Y, epochs=1)
    graph = model._course_epochs[1]
    fit_compiled(model, X, Y, epochs=2, batch_size=8)
    assert model._course_epochs[1] is graph
    fit_compiled(model, X[:64], Y[:64], epochs=1)
    assert model._course_epochs[1] is graph
    fit_compiled(model, X, Y.astype("int64"), epochs=1)
    assert model._course_epochs[1] is not graph
    one_hot = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, "softmax")])
    one_hot.compile("sgd", "sparse_categorical_crossentropy")
    fit_compiled(one_hot, X, Y.ravel().astype(int), epochs=1)
    fit_compiled(one_hot, X, Y.astype(int), epochs=1)  # targets of another shape


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"epochs": 0}, "epochs must be at least 1 and batch_size 1 to 96; got 0 and 32"),
        ({"batch_size": 97}, "got 2 and 97"),
        ({"y": Y[:5]}, "the training data need as many targets as inputs, at least one; got 5 and 96"),
        ({"x": X[:0], "y": Y[:0]}, "got 0 and 0"),
        ({"x": np.full_like(X, np.nan)}, "the training inputs hold values that are not finite"),
        ({"y": np.full_like(Y, np.inf)}, "the training targets hold values that are not finite"),
        ({"validation_data": (X, Y[:1])}, "the validation data need as many targets"),
    ],
)
def test_bad_input_is_named(keras, change, said):
    from course_utils.training import fit_compiled

    with pytest.raises(ValueError, match=re.escape(said)):
        fit_compiled(**({"model": network(keras), "x": X, "y": Y, "epochs": 2} | change))


def test_without_measuring_the_training_is_the_same(keras):
    from course_utils.training import fit_compiled

    weights = []
    for measure in (True, False):
        keras.utils.set_random_seed(3)
        model = network(keras)
        curves = fit_compiled(model, X, Y, epochs=3, batch_size=16, seed=5, measure=measure)
        assert set(curves) == ({"loss"} if measure else set())
        weights.append(model.get_weights())
    for a, b in zip(*weights, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
    for wanted in ({"validation_data": (X, Y)}, {"metrics": {"accuracy": keras.metrics.binary_accuracy}}):
        with pytest.raises(ValueError, match="measure=False measures nothing"):
            fit_compiled(model, X, Y, epochs=1, measure=False, **wanted)


def test_models_that_are_not_compiled_or_built_are_refused(keras):
    from course_utils.training import fit_compiled, gradients, reinitialise

    bare = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="compile the model first"):
        fit_compiled(bare, X, Y, epochs=1)
    unbuilt = keras.Sequential([keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="not built yet"):
        reinitialise(unbuilt, 0)
    with pytest.raises(ValueError, match="not built yet"):
        gradients(unbuilt, X, Y, keras.losses.mean_squared_error)
    with pytest.raises(ValueError, match="got 5 and 96"):
        gradients(bare, X, Y[:5], keras.losses.mean_squared_error)


@pytest.mark.parametrize("name", ["SGD", "Adam", "RMSprop", "Nadam", "Adagrad"])
def test_reinitialised_is_as_fresh(keras, name):
    """A trained model made anew learns as a model just built does: weights, optimiser and dropout included."""
    from course_utils.training import fit_compiled, reinitialise

    def optimizer():
        return getattr(keras.optimizers, name)(0.02)

    used = network(keras, optimizer(), dropout=0.3)
    fit_compiled(used, X, Y, epochs=4)
    once = fit_compiled(reinitialise(used, 9), X, Y, epochs=4)["loss"]
    fit_compiled(used, X, Y, epochs=4)
    again = fit_compiled(reinitialise(used, 9), X, Y, epochs=4)["loss"]
    np.testing.assert_allclose(once, again, atol=1e-6)

    reinitialise(used, 9)
    weights = used.get_weights()
    fresh = network(keras, optimizer())  # no dropout, so that only weights and optimiser matter
    plain = network(keras, optimizer())
    fit_compiled(plain, X, Y, epochs=4)
    reinitialise(plain, 9)
    plain.set_weights(weights)
    fresh.set_weights(weights)
    np.testing.assert_allclose(
        fit_compiled(plain, X, Y, epochs=4)["loss"], fit_compiled(fresh, X, Y, epochs=4)["loss"], atol=1e-6
    )
    assert float(plain.optimizer.learning_rate) == pytest.approx(0.02)


def test_other_seeds_give_other_weights(keras):
    from course_utils.training import reinitialise

    model = network(keras)
    first = reinitialise(model, 1).get_weights()[0].copy()
    assert not np.allclose(first, reinitialise(model, 2).get_weights()[0])
    np.testing.assert_array_equal(first, reinitialise(model, 1).get_weights()[0])


def test_gradients_agree_with_differences(keras):
    from course_utils.training import gradients

    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((3,), dtype="float64"),
            keras.layers.Dense(4, "tanh", dtype="float64"),
            keras.layers.Dense(1, dtype="float64"),
        ]
    )
    x, y, loss = X[:8].astype("float64"), Y[:8].astype("float64"), keras.losses.mean_squared_error
    found = gradients(model, x, y, loss)
    assert [part.shape for part in found] == [(3, 4), (4,), (4, 1), (1,)]
    weights = model.get_weights()
    for place, part in enumerate(found):
        for index in np.ndindex(part.shape):
            sides = []
            for step in (1e-5, -1e-5):
                moved = [array.copy() for array in weights]
                moved[place][index] += step
                model.set_weights(moved)
                sides.append(float(np.mean(loss(y, model(x)))))
            assert part[index] == pytest.approx((sides[0] - sides[1]) / 2e-5, abs=1e-8)


def test_the_bar_over_epochs(keras, monkeypatch):
    from course_utils import training

    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: bundles.append(data["text/plain"]))
    network(keras).fit(X, Y, epochs=3, verbose=0, callbacks=[training.Progress("Learning")])
    assert bundles == ["Learning: 3 epochs"]


class Events:
    """IPython's list of what to call after a cell, and the end of a cell."""

    def __init__(self):
        self.called = []

    def register(self, event, function):
        assert event == "post_run_cell"
        self.called.append(function)

    def unregister(self, event, function):
        self.called.remove(function)

    def end_of_cell(self, error):
        for function in [*self.called]:
            function(SimpleNamespace(error_in_exec=error))


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("a shape")])
def test_a_fit_that_is_interrupted_closes_its_bar(keras, monkeypatch, error):
    from course_utils import live, training

    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                raise error

    left, events = [], Events()
    monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(events=events))
    monkeypatch.setattr(live, "show", lambda *arguments: None)
    monkeypatch.setattr(live.Bar, "__exit__", lambda bar, kind, *rest: left.append(kind))
    bar = training.Progress("Learning")
    with pytest.raises(type(error)):
        network(keras).fit(X, Y, epochs=3, verbose=0, callbacks=[bar, Stop()])
    events.end_of_cell(error)
    assert left == [type(error)]
    assert events.called == []
    network(keras).fit(X, Y, epochs=3, verbose=0, callbacks=[bar])  # and may be used again
    events.end_of_cell(None)
    assert left == [type(error), None]


@pytest.fixture
def never():
    def train():
        raise AssertionError("trained although the weights are there")

    return train


def test_weights_are_trained_once_and_then_loaded(keras, tmp_path, never):
    from course_utils.training import load_or_train

    trained, first, second = (network(keras, seed=seed) for seed in (1, 2, 3))
    path = tmp_path / "new" / "net.npz"
    assert load_or_train(first, path, lambda: trained) is first
    load_or_train(second, path, never)
    for wanted, one, other in zip(*(model.get_weights() for model in (trained, first, second)), strict=True):
        np.testing.assert_allclose(one, wanted, rtol=1e-3, atol=1e-3)
        np.testing.assert_array_equal(one, other)
    assert [file.name for file in path.parent.iterdir()] == ["net.npz"]


def test_a_name_is_below_the_courses_data(keras, tmp_path, monkeypatch, never):
    from course_utils import training

    monkeypatch.setattr(training, "ROOT", tmp_path)
    model = network(keras)
    training.load_or_train(model, "stage_99/net.npz", lambda: model)
    assert (tmp_path / "data" / "stage_99" / "net.npz").is_file()
    training.load_or_train(model, "stage_99/net.npz", never)


@pytest.mark.parametrize("value", [65_505.0, -70_000.0, np.inf, np.nan])
def test_a_weight_beyond_half_precision_is_refused_and_nothing_is_written(keras, tmp_path, value):
    from course_utils.training import save_weights

    model = network(keras)
    weights = model.get_weights()
    weights[1][0] = value
    model.set_weights(weights)
    with pytest.raises(
        CourseError, match=r"bias has a weight of magnitude .*; half precision holds finite ones up to 65,504"
    ):
        save_weights(model, tmp_path / "net.npz")
    assert list(tmp_path.iterdir()) == []
    weights[1][0] = 65_504
    model.set_weights(weights)
    save_weights(model, tmp_path / "net.npz")
    with np.load(tmp_path / "net.npz") as file:
        assert np.isfinite(file["weight_1"]).all()


@pytest.mark.parametrize("harm", ["a bit", "half", "the end", "nothing left"])
def test_damaged_weights_are_refused_and_stay_where_they_are(keras, tmp_path, never, harm):
    from course_utils.training import load_or_train, save_weights

    path = tmp_path / "net.npz"
    save_weights(network(keras), path)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as pack:
        first = pack.infolist()[0]
    if harm == "a bit":
        data[first.header_offset + 70] ^= 1  # in the first array's bytes
    data = {"half": data[: len(data) // 2], "the end": data[:-10], "nothing left": b""}.get(harm, data)
    path.write_bytes(data)
    model = network(keras, seed=2)
    before = model.get_weights()
    with pytest.raises(
        CourseError, match=r"net\.npz does not hold stored weights, or is damaged .* Delete it, .* git checkout"
    ):
        load_or_train(model, path, never)
    assert path.read_bytes() == data
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_every_flipped_bit_in_an_array_is_noticed(keras, tmp_path, never):
    from course_utils.training import load_or_train, save_weights

    path = tmp_path / "net.npz"
    save_weights(network(keras), path)
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as pack:
        member = pack.infolist()[0]
    begin = (
        member.header_offset
        + 30
        + len(member.filename)
        + int.from_bytes(whole[member.header_offset + 28 :][:2], "little")
    )
    for place in range(begin, begin + member.compress_size, 7):
        data = bytearray(whole)
        data[place] ^= 1 << place % 8
        path.write_bytes(data)
        with pytest.raises(CourseError, match="is damaged"):
            load_or_train(network(keras, seed=2), path, never)


def test_what_would_be_unpickled_is_not_read(keras, tmp_path, never):
    from course_utils.training import load_or_train

    path = tmp_path / "net.npz"
    np.savez(path, weight_0=np.array([print], dtype=object))
    with pytest.raises(CourseError, match="allow_pickle=False"):
        load_or_train(network(keras), path, never)


@pytest.mark.parametrize("arrays", [{"kernel": np.ones((3, 8))}, {"weight_1": np.ones(3)}])
def test_arrays_that_are_not_stored_weights_are_refused(keras, tmp_path, never, arrays):
    from course_utils.training import load_or_train

    np.savez(tmp_path / "net.npz", **arrays)
    with pytest.raises(CourseError, match="does not hold stored weights"):
        load_or_train(network(keras), tmp_path / "net.npz", never)


def test_weights_of_another_shape_are_an_error(keras, tmp_path, never):
    from course_utils.training import load_or_train, save_weights

    save_weights(network(keras), tmp_path / "net.npz")
    other = keras.Sequential([keras.Input((5,)), keras.layers.Dense(2)])
    with pytest.raises(ValueError, match=r"net\.npz holds weights of the shapes .* the model has \[\(5, 2\), \(2,\)\]"):
        load_or_train(other, tmp_path / "net.npz", never)


SHIPPED = [path for path in sorted((ROOT / "data").glob("*/*.npz")) if "weight_0" in np.load(path).files]


def test_weights_ship_with_three_stages():
    assert {path.parent.name for path in SHIPPED} >= {"stage_07", "stage_08", "stage_10"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_ships_is_whole_and_finite(path):
    with np.load(path, allow_pickle=False) as file:
        assert all(np.isfinite(file[name]).all() for name in file.files)  # reading compares each array's checksum


def test_gradients_of_a_linear_network_are_those_worked_out_on_paper(keras):
    from course_utils.training import gradients

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.set_weights([np.array([[1.0], [2.0]]), np.array([0.5])])
    x, y = np.array([[1.0, 0.0], [0.0, 1.0]], "float32"), np.array([[0.5], [2.0]], "float32")
    # errors 1.0 and 0.5; the mean of squares has the gradient 2 × error × x / 2
    kernel, bias = gradients(model, x, y, keras.losses.mean_squared_error)
    assert kernel.tolist() == [[1.0], [0.5]]
    assert bias.tolist() == [1.5]
