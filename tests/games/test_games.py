"""Catch, the cliff, acting fast and the compiled steps: against gymnasium's checker, brute force and Keras itself."""

import warnings

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import games

SEEDS = st.integers(0, 2**31 - 1)


def test_catch_is_a_proper_environment():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gym.make("course/Catch-v0").unwrapped)


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_one_game_and_many_are_the_same_game(seed):
    one, many = games.Catch(), games.CatchVector(1)
    picture, _ = one.reset(seed=seed)
    assert np.array_equal(picture, many.reset(seed=seed)[0][0])
    for action in np.random.default_rng(seed).integers(3, size=250):
        picture, reward, terminated, truncated, info = one.step(action)
        pictures, rewards, lost, cut, infos = many.step([action])
        assert np.array_equal(picture, pictures[0])
        assert (reward, terminated, truncated, info["landed"]) == (rewards[0], lost[0], cut[0], infos["landed"][0])
        if terminated or truncated:
            break


def test_rewards_endings_and_the_reset_on_the_next_step():
    envs, rng = games.CatchVector(64), np.random.default_rng(0)
    pictures, _ = envs.reset(seed=0)
    just_ended = np.zeros(64, bool)
    for _ in range(450):
        pictures, rewards, terminated, truncated, info = envs.step(rng.integers(3, size=64))
        row = (pictures == 255).reshape(64, -1).argmax(axis=1) // games.COLUMNS
        assert np.array_equal(rewards == -1, terminated)
        assert np.array_equal(info["landed"], rewards != 0)
        assert (row[rewards != 0] == games.ROWS - 1).all()  # paid only when the ball is down
        assert (row[just_ended] == 0).all()
        assert not rewards[just_ended].any()
        assert not (terminated & truncated).any()
        just_ended = terminated | truncated


def test_a_game_nobody_loses_is_cut_off_after_200_steps():
    envs = games.StackFrames(games.CatchVector(20))
    pictures, _ = envs.reset(seed=1)
    for step in range(1, 201):
        pictures, _, terminated, truncated, _ = envs.step(games.foresee(pictures))
        assert not terminated.any()
        assert truncated.all() == (step == 200)


def test_the_ball_moves_as_a_ball_does():
    """Unfolded, its path is straight: rows go up by one, columns by at most two, and the walls mirror it."""
    envs = games.CatchVector(200)
    envs.reset(seed=2)
    before = envs.row.copy(), envs.column.copy(), envs.drift.copy()
    envs.step(np.ones(200, int))
    row, column, drift = before
    free = column + drift
    mirrored = np.where(free < 0, -free, np.where(free > 9, 18 - free, free))
    assert np.array_equal(envs.row, row + 1)
    assert np.array_equal(envs.column, mirrored)
    assert np.array_equal(np.abs(envs.drift), np.abs(drift))
    assert np.array_equal(envs.drift != drift, (free < 0) | (free > 9))


def test_players_by_hand():
    assert games.catch_rate(games.foresee, 100, 400, seed=3) == 1.0
    assert 0.6 < games.catch_rate(games.follow, 100, 400, seed=3) < 0.75
    rng = np.random.default_rng(0)
    assert 0.25 < games.catch_rate(lambda seen: rng.integers(3, size=len(seen)), 100, 400, seed=3) < 0.4


@pytest.mark.parametrize("frames", [1, 3])
def test_stacked_frames_never_reach_into_the_game_before(frames):
    envs, plain = games.StackFrames(games.CatchVector(8), frames), games.CatchVector(8)
    stacked, _ = envs.reset(seed=4)
    pictures, _ = plain.reset(seed=4)
    history, ended = [[picture] for picture in pictures], np.zeros(8, bool)
    for action in np.random.default_rng(4).integers(3, size=(60, 8)):
        for game in range(8):
            wanted = ([history[game][0]] * frames + history[game])[-frames:]
            assert np.array_equal(np.moveaxis(stacked[game], -1, 0), wanted)
        stacked, _, lost, cut, _ = envs.step(action)
        pictures, *_ = plain.step(action)
        for game in range(8):
            history[game] = [pictures[game]] if ended[game] else [*history[game], pictures[game]]
        ended = lost | cut


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: games.CatchVector(0), "at least 1; got 0"),
        (lambda: games.CatchVector(2).step([0]), "each of the 2 games"),
        (lambda: games.CatchVector(1).step([3]), "0, 1 or 2"),
        (lambda: games.StackFrames(games.CatchVector(1), 0), "at least one frame"),
        (lambda: games.StackFrames(games.StackFrames(games.CatchVector(1))), "pictures"),
        (lambda: games.foresee(np.zeros((1, 12, 10, 1), "uint8")), "two frames"),
        (lambda: games.catch_rate(games.follow, 1, 5, 0), "12 steps"),
        (lambda: games.cliff_walk(1), "at least 2 rows"),
        (lambda: games.cliff_walk(fall=0.0), "fall below -1"),
    ],
)
def test_bad_input_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_a_lost_game_has_to_be_reset():
    game = games.Catch()
    game.reset(seed=0)
    ended = False
    while not ended:
        _, _, terminated, truncated, _ = game.step(0)
        ended = terminated or truncated
    with pytest.raises(gym.error.ResetNeeded):
        game.step(0)


def test_cliff_against_gymnasium():
    """gymnasium's own cliff, 4 × 12: the same moves, but a fall there goes back to the start instead of ending."""
    ours, theirs = games.cliff_walk(4, 12, fall=-100.0), gym.make("CliffWalking-v1").unwrapped
    for cell in ours.cells:
        for action in range(4):
            [(_, later, reward, ended)] = theirs.P[cell][action]
            assert ours.reward[cell, action] == reward
            fell = reward == -100
            assert ours.ended[cell, action] == (ended or fell)
            assert fell or ours.next_state[cell, action] == later


def test_fast_q_values_are_the_networks_own():
    from course_utils.quiet import keras

    layers = keras.layers
    states = np.random.default_rng(0).normal(size=(7, 4)).astype("float32")
    chain = keras.Sequential([keras.Input((4,)), layers.Dense(9, "relu"), layers.Dense(5, "tanh"), layers.Dense(3)])
    other = keras.Sequential([keras.Input((4,)), layers.Dense(9, "gelu"), layers.Dense(3)])
    for network in (chain, other):
        assert np.allclose(games.q_function(network)(states), network(states), atol=1e-5)
    frozen, following = games.q_function(chain), games.q_function(other)
    for network in (chain, other):
        network.set_weights([weight + 0.1 for weight in network.get_weights()])
    assert not np.allclose(frozen(states), chain(states), atol=1e-3)  # a copy, as the docstring says
    assert np.allclose(following(states), other(states), atol=1e-5)


def test_play_out_counts_each_game_once():
    def always_left(states):
        return np.zeros(len(states), int)

    played = games.play_out(games.CatchVector, always_left, 30, seed=5, gamma=0.9)
    for game in range(30):  # the same games, one after the other, in a second set of environments
        envs = games.CatchVector(30)
        envs.reset(seed=5)
        total, discounted, discount = 0.0, 0.0, 1.0
        while True:
            _, reward, lost, cut, _ = envs.step(np.zeros(30, int))
            total, discounted = total + reward[game], discounted + discount * reward[game]
            discount *= 0.9
            if lost[game] or cut[game]:
                break
        assert played["returns"][game] == total
        assert played["discounted"][game] == pytest.approx(discounted)


def test_compiled_steps_are_keras_own_steps():
    from course_utils.quiet import keras

    x, y = np.random.default_rng(0).normal(size=(2, 6, 16, 4)).astype("float32")
    models = []
    for _ in range(2):
        keras.utils.set_random_seed(1)
        models.append(keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)]))
    ours, theirs = models
    target = keras.models.clone_model(ours)

    def loss(a, b):
        error = keras.ops.mean((ours(a) - b) ** 2)
        return error, error

    learn = games.compile_steps(loss, ours, keras.optimizers.SGD(0.1), target, copy_every=4)
    reported = learn(x, y)
    theirs.compile(keras.optimizers.SGD(0.1), "mse")
    kept = []
    for step in range(6):
        kept.append(theirs.get_weights())
        assert theirs.train_on_batch(x[step], y[step]) == pytest.approx(reported[step], rel=1e-4)
    for mine, his, copy in zip(ours.get_weights(), theirs.get_weights(), target.get_weights(), strict=True):
        assert np.allclose(mine, his, atol=1e-5)
        assert copy.shape == mine.shape
    assert all(np.allclose(a, b, atol=1e-5) for a, b in zip(target.get_weights(), kept[4], strict=True))
    with pytest.raises(ValueError, match="at least 1; got 0"):
        games.compile_steps(loss, ours, keras.optimizers.SGD(), target, copy_every=0)


def test_the_target_is_renewed_by_the_count_of_all_calls_and_not_of_one():
    """With calls of 3 steps and a copy every 4: before steps 0, 4 and 8, whatever call they fall into."""
    from course_utils.quiet import keras

    keras.utils.set_random_seed(1)
    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    target = keras.models.clone_model(network)

    def loss(x):
        # What the target says is reported, so a renewed target shows; the network's own answer only moves it.
        return keras.ops.mean(network(x)), keras.ops.concatenate([target(x), network(x)])[:, 0]

    learn = games.compile_steps(loss, network, keras.optimizers.SGD(0.1), target, copy_every=4)
    x = np.ones((1, 1, 4), "float32")
    reports = np.concatenate([learn(x.repeat(3, axis=0)) for _ in range(4)])  # 12 steps in 4 calls
    renewed = [step for step, (old, new) in enumerate(reports) if old == new]
    assert renewed == [0, 4, 8]


def test_buttons_play_the_game(monkeypatch):
    from course_utils.games.play import catch_with_buttons

    shown = []  # what display prints depends on whether a shell has been started in this process
    monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data["text/plain"]))
    box = catch_with_buttons(seed=0)
    image, buttons, note = box.children
    first = bytes(image.value)
    for _ in range(400):
        buttons.children[0].click()
    assert image.value != first
    assert "best" in note.value
    assert "Catch, with buttons" in shown[0]
