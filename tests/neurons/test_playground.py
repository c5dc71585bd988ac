"""The playground without a screen: settings, engine, messages, thread, and the widget's side of the conversation."""

import itertools
import json
import random
import threading
import time
from dataclasses import asdict

import numpy as np
import pytest

from course_utils.neurons import points
from course_utils.neurons.playground import messages, network, widget
from course_utils.neurons.playground.engine import FINE, GRID, Engine, plane
from course_utils.neurons.playground.settings import Settings
from course_utils.neurons.playground.still import still
from course_utils.neurons.playground.widget import playground
from course_utils.neurons.playground.worker import Worker
from course_utils.quiet import keras


def make(**settings) -> Engine:
    return Engine(Settings(**settings))


SMALL = Settings(samples=40, hidden=(2,))


@pytest.fixture(scope="module")
def compiled() -> list[Engine]:
    """Two engines whose networks for SMALL are compiled once for all tests."""
    engines = [Engine(SMALL), Engine(SMALL)]
    for engine in engines:
        engine.compile()
    return engines


@pytest.fixture
def small(compiled) -> Engine:
    """An engine at epoch 0 of SMALL."""
    return back(compiled[0])


def back(engine: Engine, **settings) -> Engine:
    engine.change(**asdict(SMALL) | settings)
    engine.restart()
    return engine


def until(condition, seconds: float = 20.0) -> None:
    """Wait for something that another thread does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.002)


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "playground"]


# ---- Settings


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (
            {"data": "moons"},
            ValueError,
            "data must be one of circle, xor, gauss, spiral, plane, multi_gauss; got 'moons'",
        ),
        ({"noise": 0.6}, ValueError, "noise must be a number from 0 to 0.5; got 0.6"),
        ({"noise": float("nan")}, ValueError, "got nan"),
        ({"noise": "much"}, TypeError, "noise must be a number"),
        ({"train_share": 1}, ValueError, "from 0.1 to 0.9; got 1"),
        ({"samples": 19}, ValueError, "whole number from 20 to 1000; got 19"),
        ({"samples": 50.5}, ValueError, "whole number"),
        ({"samples": True}, TypeError, "whole number"),
        ({"features": ()}, ValueError, "at least one feature"),
        ({"features": ("x1", "x1")}, ValueError, "only once"),
        ({"features": ("x3",)}, ValueError, r"no feature 'x3'; the features are x1, x2, x1\^2"),
        ({"hidden": (4, 4, 4, 4, 4)}, ValueError, "up to 4 layer sizes from 1 to 8"),
        ({"hidden": (9,)}, ValueError, r"got \(9,\)"),
        ({"hidden": (0,)}, ValueError, "from 1 to 8"),
        ({"hidden": 8}, TypeError, "as in"),
        ({"activation": "gelu"}, ValueError, "relu, tanh, sigmoid, linear"),
        ({"regularisation": "L2"}, ValueError, "none, l1, l2"),
        ({"optimizer": "rmsprop"}, ValueError, "sgd, adam"),
        ({"learning_rate": 0}, ValueError, "learning_rate must be"),
        ({"batch_size": 0}, ValueError, "from 1 to 100"),
        ({"epochs_per_redraw": 51}, ValueError, "from 1 to 50"),
        ({"weights_seed": -1}, ValueError, "weights_seed"),
    ],
)
def test_settings_refuse_what_will_not_do(wrong, error, said):
    with pytest.raises(error, match=said):
        Settings(**wrong)


def test_settings_keep_the_diagrams_order_and_plain_numbers():
    chosen = Settings(features=["sin(x2)", "x1"], hidden=[np.int64(3)], samples=np.int32(40), noise=0)
    assert chosen.features == ("x1", "sin(x2)")
    assert json.loads(json.dumps([chosen.hidden, chosen.samples, chosen.noise])) == [[3], 40, 0.0]


# ---- Engine


def scatter(engine: Engine) -> None:
    """Weights and biases as training might leave them."""
    model, rng = engine._network.model, np.random.default_rng(0)
    model.set_weights([rng.normal(0, 0.5, weights.shape) for weights in model.get_weights()])


def forward(weights: list[np.ndarray], x: np.ndarray, activation) -> list[np.ndarray]:
    """Every layer's activations by hand; the last one through a sigmoid."""
    layers = []
    for number in range(0, len(weights), 2):
        x = x.astype("float64") @ weights[number] + weights[number + 1]
        x = 1 / (1 + np.exp(-x)) if number == len(weights) - 2 else activation(x)
        layers.append(x)
    return layers


@pytest.mark.parametrize(
    ("hidden", "features"), [((), ("x1", "x2")), ((3,), ("x1*x2",)), ((4, 2, 3, 1), ("x1", "x1^2", "sin(x2)"))]
)
def test_pictures_are_what_the_weights_say(hidden, features):
    engine = make(hidden=hidden, features=features, samples=60)
    scatter(engine)
    seen = engine.look()
    sizes = [len(features), *hidden, 1]
    shapes = [shape for a, b in itertools.pairwise(sizes) for shape in ((a, b), (b,))]
    assert [weights.shape for weights in seen.weights] == shapes
    assert seen.output.shape == (FINE, FINE)
    assert seen.neurons.shape == (sum(hidden), GRID, GRID)
    *layers, output = forward(seen.weights, points.features(plane(FINE), features), np.tanh)
    np.testing.assert_allclose(seen.output, output.reshape(FINE, FINE), atol=1e-5)
    by_hand = [column.reshape(FINE, FINE)[::2, ::2] for layer in layers for column in layer.T]
    np.testing.assert_allclose(seen.neurons, np.array(by_hand).reshape(-1, GRID, GRID), atol=1e-5)


def test_the_plane_begins_at_the_upper_left():
    x1, x2 = plane(4).reshape(4, 4, 2).transpose(2, 0, 1)
    assert (x1[0] == [-4.5, -1.5, 1.5, 4.5]).all()
    assert (x2[:, 0] == [4.5, 1.5, -1.5, -4.5]).all()


@pytest.mark.parametrize("data", ["xor", "plane"])
def test_losses_and_accuracies_are_those_of_keras(data):
    engine = make(data=data, samples=100, train_share=0.7)
    scatter(engine)
    seen = engine.look()
    x, y, train = engine.points()
    assert train == 70
    predicted = engine._network.model(points.features(x, ("x1", "x2"))).numpy()
    for part, loss in zip((slice(train), slice(train, None)), seen.losses, strict=True):
        oracle = keras.losses.binary_crossentropy if data == "xor" else keras.losses.mean_squared_error
        expected = np.mean(oracle(y[part, None], predicted[part]))
        assert loss == pytest.approx(expected, rel=1e-4)
    if data == "plane":
        assert seen.accuracies is None
    else:
        right = (predicted[:, 0] > 0.5) == y
        assert seen.accuracies == pytest.approx((right[:train].mean(), right[train:].mean()))


def test_it_learns():
    engine = make(data="circle", noise=0.0, samples=300, features=("x1^2", "x2^2"), hidden=())
    before = engine.look()
    engine.train(60)
    after = engine.look()
    assert after.losses[0] < before.losses[0] / 3
    assert min(after.accuracies) >= 0.97
    assert after.epoch == 60
    assert after.history[:, 0].tolist() == [0, 60]
    np.testing.assert_allclose(after.history[:, 1:], [before.losses, after.losses], rtol=1e-6)


def test_portions_make_no_difference(small):
    small.change(batch_size=7)
    small.train(3)
    whole = small.look().weights
    small.restart()
    portions = 0
    while small.epoch < 3:
        small._step_seconds = 1.0  # so that two seconds are two steps, however fast the machine is
        small.train(1, seconds=2.0)
        portions += 1
    small._step_seconds = 2e-4
    assert portions == 6  # three steps an epoch
    for one, other in zip(whole, small.look().weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_an_epoch_is_every_training_sample_once():
    engine = make(samples=50, batch_size=8)
    order, bounds = engine._plan(3, 1000)
    assert engine.epoch == 3
    assert (np.diff(bounds) <= 8).all()
    learnt = np.concatenate([order[begin:end] for begin, end in bounds]).reshape(3, 25)
    assert (np.sort(learnt) == np.arange(25)).all()
    assert (learnt[0] != learnt[1]).any()


def test_a_portion_stays_within_its_time_whatever_the_epoch_takes():
    engine = make(samples=1000, train_share=0.9, batch_size=1)
    engine._step_seconds = 0.001
    _, bounds = engine._plan(50, int(0.04 / engine._step_seconds))
    assert len(bounds) == 40
    assert engine.epoch == 0


def test_the_compiled_steps_are_those_of_plain_keras(small, monkeypatch):
    monkeypatch.setattr(network, "_TENSORFLOW", False)
    plain = Engine(SMALL)
    for engine in (small, plain):
        engine.change(regularisation="l2", regularisation_rate=0.01)
        engine.train(2)
    for one, other in zip(small.look().weights, plain.look().weights, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_the_penalty_pulls_on_the_weights_alone():
    engine = make(samples=60, batch_size=100, hidden=(2,), optimizer="sgd", learning_rate=0.1)
    start, after = engine.look().weights, {}
    for kind in ("none", "l1", "l2"):
        engine.change(regularisation=kind, regularisation_rate=0.05)
        engine.restart()
        engine.train(1)  # one step: the batch is larger than the data
        after[kind] = engine.look().weights
    for number, first in enumerate(start):
        for kind, pull in (("l1", np.sign(first)), ("l2", 2 * first)):
            expected = after["none"][number] - (0.1 * 0.05 * pull if number % 2 == 0 else 0.0)
            np.testing.assert_allclose(after[kind][number], expected, atol=1e-6)


def test_the_same_seed_the_same_network_and_nothing_else_touched():
    random.seed(1), np.random.seed(1), keras.utils.set_random_seed(1)  # noqa: NPY002 what a notebook may have done
    before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    expected = keras.random.normal((3,)).numpy()
    keras.utils.set_random_seed(1)
    runs = []
    for seed in (0, 0, 1):
        engine = make(samples=40, hidden=(2,), weights_seed=seed)
        runs.append(np.concatenate([weights.ravel() for weights in engine.look().weights]))
    engine.train(2)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before  # noqa: NPY002
    np.testing.assert_array_equal(keras.random.normal((3,)).numpy(), expected)
    np.testing.assert_array_equal(runs[0], runs[1])
    assert np.abs(runs[0] - runs[2]).max() > 0.1


def test_what_can_change_on_the_way_keeps_the_training(small):
    small.train(3)
    before = small.look()
    small.change(learning_rate=0.1, regularisation="l1", batch_size=3, epochs_per_redraw=5)
    after = small.look()
    assert after.epoch == 3
    assert len(after.history) == len(before.history)
    np.testing.assert_array_equal(after.weights[0], before.weights[0])
    assert float(small._network.model.optimizer.learning_rate) == pytest.approx(0.1)


@pytest.mark.parametrize(
    "change",
    [
        {"data": "gauss"},
        {"noise": 0.3},
        {"train_share": 0.8},
        {"samples": 80},
        {"features": ("x1", "x2", "x1*x2")},
        {"hidden": (4,)},
        {"activation": "relu"},
        {"optimizer": "sgd"},
        {"data_seed": 1},
        {"weights_seed": 1},
        {"data": "plane"},
    ],
)
def test_all_else_starts_again_as_if_it_had_always_been_so(small, change):
    small.train(2)
    small.look()
    small.change(**change)
    seen, expected = small.look(), Engine(small.settings).look()
    assert seen.epoch == 0
    np.testing.assert_array_equal(seen.history, expected.history)
    np.testing.assert_array_equal(seen.output, expected.output)
    for one, other in zip(small.points(), Engine(small.settings).points(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_optimiser_forgets_when_the_training_starts_again(small):
    outputs = []
    for _ in range(2):
        small.train(3)
        outputs.append(small.look().output)
        small.restart()
    np.testing.assert_array_equal(*outputs)


def test_a_refused_change_changes_nothing(small):
    small.train(1)
    with pytest.raises(ValueError, match="noise"):
        small.change(data="gauss", noise=2)
    assert small.settings == SMALL
    assert small.epoch == 1


def test_a_long_history_is_thinned_and_keeps_its_ends(small):
    for step in range(1500):
        small._note((float(step), 1.0, 2.0))
    small.epoch = 1500
    epochs = small.look().history[:, 0]
    assert 300 <= len(epochs) <= 600
    assert (np.diff(epochs) > 0).all()
    assert epochs[[0, -1]].tolist() == [0, 1500]


def test_weights_without_bounds_are_noticed():
    engine = make(data="multi_gauss", features=("x1^2",), activation="relu", optimizer="sgd", learning_rate=10)
    engine.train(20)
    seen = engine.look()
    assert not seen.finite
    content, buffers = messages.picture(seen, engine.settings, 1)
    assert json.loads(json.dumps(content, allow_nan=False))["finite"] is False
    assert len(buffers[0]) == FINE * FINE
    engine.restart()
    assert still(engine, 5).startswith(b"\x89PNG")


# ---- Messages


def test_a_picture_reads_back_from_its_bytes():
    engine = make(samples=60, hidden=(3, 2))
    seen = engine.look()
    content, buffers = messages.picture(seen, engine.settings, 7)
    output, neurons, ranges, weights, history = buffers
    assert content["number"] == 7
    assert content["epoch"] == 0
    np.testing.assert_allclose(np.frombuffer(output, "uint8") / 255, seen.output.ravel(), atol=0.5001 / 255)
    shown = np.frombuffer(neurons, "uint8").reshape(5, GRID, GRID) / 255 * 2 - 1
    np.testing.assert_allclose(shown, seen.neurons, atol=1.001 / 255)
    assert np.frombuffer(ranges, "<f4").reshape(5, 2).tolist() == [[-1, 1]] * 5
    np.testing.assert_array_equal(
        np.frombuffer(weights, "<f4"), np.concatenate([array.ravel() for array in seen.weights])
    )
    np.testing.assert_array_equal(np.frombuffer(history, "<f4").reshape(-1, 3), seen.history)


def test_ranges_fit_the_activation():
    pictures = np.array([[[-3.0, 1.0]], [[0.0, 0.0]]])
    assert messages.neuron_ranges(pictures, "sigmoid").tolist() == [[0, 1], [0, 1]]
    assert messages.neuron_ranges(pictures, "linear").tolist() == [[-3, 3], [-1e-6, 1e-6]]
    assert messages.neuron_ranges(pictures[:0], "relu").shape == (0, 2)


def test_bytes_of_values_outside_and_of_none():
    values = np.array([[[-2.0, -1.0, 0.0, 1.0, 9.0, np.nan, np.inf, -np.inf]]])
    shown = messages._bytes(values, np.array([[-1.0, 1.0]]))
    assert list(shown) == [0, 0, 128, 255, 255, 128, 255, 0]


def test_state_and_about_hold_what_the_screen_needs():
    engine = make(data="plane", samples=40, train_share=0.75)
    content, (buffer,) = messages.state(engine, True, "hello")
    rows = np.frombuffer(buffer, "<f4").reshape(40, 3)
    x, y = points.plane(40, 0.1, 0)
    np.testing.assert_array_equal(rows, np.column_stack([x, y]))
    assert (content["train"], content["playing"], content["note"], content["classifies"]) == (30, True, "hello", False)
    assert json.loads(json.dumps(content))["settings"]["data"] == "plane"
    about, (pictures, samples) = messages.about()
    json.dumps(about)
    assert len(pictures) == 7 * GRID * GRID
    assert np.frombuffer(samples, "<f4").reshape(6, -1, 3).shape[1] == messages.SAMPLE_POINTS


# ---- The thread


class Counter:
    """A player that counts."""

    def __init__(self):
        self.playing, self.obeyed, self.prepared, self.sent, self.ends = False, [], 0, [], []
        self.worker = Worker(self, patience=0.2)

    def obey(self, commands):
        for command in commands:
            if command == "fail":
                raise RuntimeError("broken")
            self.obeyed.append(command)
            self.playing = {"play": True, "pause": False}.get(command, self.playing)

    def prepare(self):
        self.prepared += 1
        return self.prepared

    def deliver(self, redraw):
        self.sent.append((self.worker.number(), redraw))

    def stopped(self, error):
        self.ends.append(error)


def test_commands_are_obeyed_in_order_and_the_thread_ends():
    player = Counter()
    for command in range(50):
        player.worker.post(command)
    until(lambda: len(player.obeyed) == 50 and not threads())
    assert player.obeyed == list(range(50))
    assert player.prepared == 0
    player.worker.post("again")
    until(lambda: player.obeyed[-1] == "again" and not threads())


def test_the_next_redraw_waits_until_the_last_is_painted():
    player = Counter()
    player.worker._patience = 60
    player.worker.post("play")
    for number in range(1, 6):
        until(lambda number=number: len(player.sent) == number)
        time.sleep(0.02)
        assert len(player.sent) == number
        assert player.prepared <= number + 1  # the next one is ready, and no more than that
        player.worker.painted(number)
    player.worker.post("pause")
    until(lambda: not threads())
    assert not player.ends


def test_it_stops_when_nothing_is_painted_any_more():
    player = Counter()
    player.worker.post("play")
    until(lambda: not threads())
    assert player.ends == [None]
    assert not player.playing
    assert len(player.sent) == 1


def test_an_error_ends_the_playing_and_is_told():
    player = Counter()
    player.worker.post("play")
    player.worker.post("fail")
    until(lambda: player.ends and not threads())
    assert "broken" in str(player.ends[0])
    assert not player.playing


def test_closing_ends_the_thread_at_once():
    player = Counter()
    player.worker._patience = 60
    player.worker.post("play")
    until(lambda: player.sent)
    player.worker.close()
    assert not threads()
    player.worker.post("play")
    assert not threads()


# ---- The widget


class Page:
    """The browser's side: notes what is sent, and says what a screen would."""

    def __init__(self, engine: Engine, paints: bool = True):
        self.heard, self.paints = [], paints
        self.widget = widget.Playground(engine)
        self.widget.send = self.hear
        self.say("hello")
        until(lambda: self.kinds("picture"))

    def hear(self, content, buffers):
        json.dumps(content, allow_nan=False)
        self.heard.append(content)
        if self.paints and content["kind"] == "picture":
            self.say("painted", number=content["number"])

    def say(self, kind, **more):
        self.widget._handle_custom_msg({"kind": kind, **more}, [])

    def kinds(self, kind) -> list[dict]:
        return [content for content in self.heard if content["kind"] == kind]

    @property
    def state(self) -> dict:
        return self.kinds("state")[-1]

    @property
    def epoch(self) -> int:
        return self.kinds("picture")[-1]["epoch"]


@pytest.fixture
def page(compiled):
    pages = []

    def opened(paints=True, **settings) -> Page:
        pages.append(Page(back(compiled[len(pages)], **settings), paints))
        return pages[-1]

    yield opened
    for each in pages:
        each.widget.close()
    assert not threads()


def test_hello_is_answered_with_everything_in_order(page):
    opened = page()
    assert [content["kind"] for content in opened.heard] == ["about", "state", "picture"]
    assert opened.state["playing"] is False
    assert opened.epoch == 0
    until(lambda: not threads())


def test_play_pause_step_reset_and_new_data(page):
    opened = page()
    opened.say("play")
    until(lambda: opened.epoch >= 5)
    assert opened.state["playing"]
    opened.say("pause")
    until(lambda: not threads())
    assert not opened.state["playing"]
    epoch = opened.epoch
    opened.say("step")
    until(lambda: opened.epoch == epoch + 1 and not threads())
    opened.say("reset")
    until(lambda: opened.epoch == 0 and not threads())
    assert opened.state["settings"]["weights_seed"] == 1
    opened.say("new data")
    until(lambda: opened.state["settings"]["data_seed"] == 1 and not threads())


def test_a_change_while_it_plays_goes_on_playing(page):
    opened = page()
    opened.say("play")
    until(lambda: opened.epoch >= 2)
    opened.say("set", changes={"data": "gauss", "hidden": [3, 2], "learning_rate": 0.03})
    until(lambda: opened.state["settings"]["hidden"] == (3, 2) and opened.epoch >= 2)
    assert opened.state["playing"]
    assert opened.state["settings"]["data"] == "gauss"


def test_a_refused_value_is_explained_and_the_controls_go_back(page):
    opened = page()
    for wrong, said in (({"noise": 3}, "noise must be"), ({"colour": 1}, "colour")):
        opened.say("set", changes=wrong)
        until(lambda said=said: said in opened.state["note"])
        assert opened.state["settings"]["noise"] == 0.1
    opened.say("dance")
    until(lambda: "no command 'dance'" in opened.state["note"])
    opened.say("step")
    until(lambda: opened.state["note"] == "" and opened.epoch == 1)


def test_weights_without_bounds_stop_the_playing(page):
    opened = page(data="multi_gauss", features=("x1^2",), activation="relu", optimizer="sgd", learning_rate=10)
    opened.say("play")
    until(lambda: "lower learning rate" in opened.state["note"] and not threads())
    assert not opened.state["playing"]
    assert opened.kinds("picture")[-1]["finite"] is False


def test_an_error_in_the_thread_is_shown(page, monkeypatch):
    opened = page()
    monkeypatch.setattr(Engine, "train", lambda *_: 1 / 0)
    opened.say("play")
    until(lambda: "ZeroDivisionError" in opened.state["note"] and not threads())
    assert not opened.state["playing"]


def test_one_plays_at_a_time(page):
    first, second = page(), page()
    first.say("play")
    until(lambda: first.epoch >= 1)
    second.say("play")
    until(lambda: second.epoch >= 1 and not first.state["playing"])
    assert second.state["playing"]
    assert len(threads()) == 1


def test_a_view_that_goes_away_stops_it(page):
    opened = page()
    opened.say("hello")
    opened.say("play")
    until(lambda: opened.epoch >= 1)
    opened.say("bye")
    time.sleep(0.05)
    assert opened.state["playing"]  # there is another view
    opened.say("bye")
    until(lambda: not threads())
    assert not opened.state["playing"]


def test_a_slow_page_is_sent_one_picture_at_a_time(page):
    opened = page(paints=False)
    opened.say("play")
    until(lambda: len(opened.kinds("picture")) == 2)  # that of hello, and that of play
    time.sleep(0.3)
    assert len(opened.kinds("picture")) == 2
    opened.say("painted", number=2)
    until(lambda: len(opened.kinds("picture")) == 3)


def shown(monkeypatch, **arguments) -> tuple[widget.Playground, str, bytes]:
    caught = []
    monkeypatch.setattr(widget, "show", lambda *what: caught.append(what))
    assert playground(samples=40, hidden=(2,), still_epochs=2, **arguments) is None
    return caught[0]


def test_playground_shows_a_widget_with_a_picture_in_its_place(monkeypatch):
    live, text, png = shown(monkeypatch)
    assert text == "The playground, live in Jupyter; here as it stands after 2 epochs."
    assert png.startswith(b"\x89PNG")
    assert live._engine.epoch == 0
    assert not threads()
    live.close()


@pytest.mark.slow
def test_the_still_is_the_same_each_time_and_leaves_the_engine_at_the_start():
    engine = make(hidden=(3,), samples=60)
    start = engine.look()
    png = still(engine, 5)
    np.testing.assert_array_equal(engine.look().output, start.output)
    assert still(engine, 5) == still(make(hidden=(3,), samples=60), 5) == png


def test_a_new_playground_stops_those_before(monkeypatch, page):
    opened = page()
    opened.say("play")
    until(lambda: opened.epoch >= 1)
    monkeypatch.setattr(widget, "still", lambda *_: b"")
    forgotten, _, _ = shown(monkeypatch)  # shown on no page
    until(lambda: not threads())
    assert not opened.state["playing"]
    last, _, _ = shown(monkeypatch)
    assert forgotten.comm is None
    assert opened.widget.comm is not None
    last.close()


@pytest.mark.parametrize("epochs", [0, 1001, 2.0, True])
def test_playground_refuses_other_numbers_of_epochs(epochs):
    with pytest.raises((ValueError, TypeError), match=r"still_epochs must be .*from 1 to 1000; got"):
        playground(samples=40, hidden=(), still_epochs=epochs)


def test_playground_refuses_what_settings_refuse():
    with pytest.raises(ValueError, match="data must be one of circle"):
        playground(data="moons")
