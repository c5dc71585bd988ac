"""Compiled games do the steps that they say, and their gradients are right."""

import numpy as np
import pytest

from course_utils.gans import networks as gan
from course_utils.gans.players import Player, compile_game, input_gradient
from course_utils.quiet import keras

ops = keras.ops


def line(inputs=2, outputs=1):
    return keras.Sequential([keras.Input((inputs,)), keras.layers.Dense(outputs)])


def test_a_game_is_alternating_gradient_descent():
    """Two players on a bilinear loss, against the same steps in NumPy; the second sees the first one's new weights."""
    a, b = line(1), line(1)
    a.set_weights([np.float32([[1.0]]), np.float32([0.0])])
    b.set_weights([np.float32([[0.5]]), np.float32([0.0])])

    def of_a(x):
        value = ops.mean(a(x) * b(x))
        return value, ops.stack([value, ops.mean(x)])

    def of_b(x):
        value = -ops.mean(a(x) * b(x))
        return value, ops.stack([value])

    rate = 0.1
    players = {"a": Player(of_a, a, keras.optimizers.SGD(rate)), "b": Player(of_b, b, keras.optimizers.SGD(rate))}
    play = compile_game(players)
    x = np.ones((3, 1, 4, 1), "float32")
    reports = play(a=(x,), b=(x,))
    wa, ba, wb, bb, seen = 1.0, 0.0, 0.5, 0.0, []
    for _ in range(3):
        seen.append((wa + ba) * (wb + bb))
        push = wb + bb
        wa, ba = wa - rate * push, ba - rate * push
        push = -(wa + ba)
        wb, bb = wb - rate * push, bb - rate * push
    np.testing.assert_allclose(reports["a"][:, 0], seen, rtol=1e-5)
    assert reports["a"].shape == (3, 2)
    assert reports["b"].shape == (3, 1)
    np.testing.assert_allclose(np.ravel(a.get_weights()[0]), wa, rtol=1e-5)
    np.testing.assert_allclose(np.ravel(b.get_weights()[0]), wb, rtol=1e-5)


def test_several_steps_in_a_round_and_more_rounds_later():
    model = line()

    def loss(x):
        value = ops.mean(model(x) ** 2)
        return value, ops.stack([value])

    play = compile_game({"only": Player(loss, model, keras.optimizers.SGD(0.01))})
    kernel = model.get_weights()[0].astype("float64")
    x = np.random.default_rng(0).normal(size=(2, 3, 5, 2)).astype("float32")
    bias = np.zeros(1)
    for batch in x.reshape(6, 5, 2):
        out = batch @ kernel + bias
        kernel, bias = kernel - 0.02 * batch.T @ out / 5, bias - 0.02 * out.mean(axis=0)
    assert play(only=(x,))["only"].shape == (2, 1)
    np.testing.assert_allclose(model.get_weights()[0], kernel, rtol=1e-4)
    assert play(only=(np.concatenate([x, x]),))["only"].shape == (4, 1)


def test_the_average_follows_the_original():
    model = line()
    copy = keras.models.clone_model(model)
    start = [np.full_like(w, 0.3) for w in model.get_weights()]
    copy.set_weights(start)

    def loss(x):
        value = ops.mean(model(x))
        return value, ops.stack([value])

    play = compile_game({"only": Player(loss, model, keras.optimizers.SGD(0.1))}, average=(copy, model), decay=0.8)
    x = np.ones((1, 1, 4, 2), "float32")
    wanted = start
    for _ in range(3):
        play(only=(x,))
        wanted = [0.8 * w + 0.2 * new for w, new in zip(wanted, model.get_weights(), strict=True)]
    for w, got in zip(wanted, copy.get_weights(), strict=True):
        np.testing.assert_allclose(got, w, rtol=1e-5)


def test_games_that_do_not_fit_are_refused():
    model = line()
    player = Player(lambda x: (ops.mean(model(x)), ops.zeros(1)), model, keras.optimizers.SGD(0.1))
    with pytest.raises(ValueError, match="at least one player"):
        compile_game({})
    with pytest.raises(ValueError, match="same weights"):
        compile_game({"a": player}, average=(line(3), model))
    play = compile_game({"a": player})
    x = np.ones((2, 1, 4, 2), "float32")
    for arrays, said in (
        ({"b": (x,)}, "arrays for"),
        ({"a": (x[0, 0],)}, r"\(rounds, steps, batch, …\)"),
        ({"a": ()}, "are needed"),
        ({"a": (x, x[:1])}, "same number of rounds"),
        ({"a": (x, np.ones((2, 2, 4, 2)))}, "steps in a round"),
    ):
        with pytest.raises(ValueError, match=said):
            play(**arrays)


def test_input_gradient_against_the_formula_and_differences():
    x = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")
    np.testing.assert_allclose(input_gradient(lambda v: ops.sum(v**3, axis=1), x), 3 * x**2, rtol=1e-5)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(1)])
    found = np.asarray(input_gradient(model, x))
    step = 1e-2
    for k in range(3):
        move = np.eye(3, dtype="float32")[k] * step
        slope = (np.asarray(model(x + move)) - np.asarray(model(x - move)))[:, 0] / (2 * step)
        np.testing.assert_allclose(found[:, k], slope, atol=2e-3)


def test_a_penalty_on_the_input_gradient_can_be_trained():
    """The penalty (|gradient| - 1)² alone makes a line's slope 1."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])

    def loss(x):
        size = ops.sqrt(ops.sum(input_gradient(model, x) ** 2, axis=1) + 1e-12)
        value = ops.mean((size - 1) ** 2)
        return value, ops.stack([value])

    play = compile_game({"only": Player(loss, model, keras.optimizers.SGD(0.1))})
    play(only=(np.ones((100, 1, 4, 2), "float32"),))
    assert np.linalg.norm(model.get_weights()[0]) == pytest.approx(1, abs=1e-3)


def test_minibatch_spread_says_how_different_the_samples_are():
    x = np.random.default_rng(1).normal(size=(32, 5)).astype("float32")
    out = np.asarray(gan.MinibatchSpread()(x))
    np.testing.assert_allclose(out[:, :5], x)
    np.testing.assert_allclose(out[:, 5], x.std(axis=0).mean(), rtol=1e-5)
    assert np.asarray(gan.MinibatchSpread()(np.ones((4, 5), "float32")))[:, 5] == pytest.approx(0, abs=1e-3)
    model = keras.Sequential([keras.Input((5,)), gan.MinibatchSpread(), keras.layers.Dense(1)])
    assert model.layers[1].get_weights()[0].shape == (6, 1)
    assert keras.models.clone_model(model).count_params() == model.count_params()


def test_judges():
    classifier, features = gan.picture_judge(16, 3, 4)
    x = np.random.default_rng(0).random((5, 16, 16, 3)).astype("float32")
    assert classifier(x).shape == (5, 4)
    assert features(x).shape == (5, 32)
    kernel, bias = classifier.layers[-1].get_weights()
    np.testing.assert_allclose(np.asarray(features(x)) @ kernel + bias, classifier(x), atol=1e-4)
    with pytest.raises(ValueError, match="size from 8"):
        gan.picture_judge(4, 3, 4)
