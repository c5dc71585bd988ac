"""Full-size games where their packages are installed, and the small agents that ship."""

from importlib.util import find_spec

import numpy as np
import pytest

from course_utils import shipped
from course_utils.errors import CourseError
from course_utils.games import agents, full, pong
from course_utils.makers import stage_08
from course_utils.stages import ROOT

needs_ale = pytest.mark.skipif(find_spec("ale_py") is None, reason="ale-py is not installed")
needs_box2d = pytest.mark.skipif(
    find_spec("Box2D") is None or find_spec("pygame") is None, reason="Box2D or pygame is not installed"
)


@needs_ale
def test_pong_is_prepared_as_in_the_paper():
    envs = full.atari(2)
    states, _ = envs.reset(seed=0)
    assert states.shape == (2, 84, 84, 4) == (2, *envs.single_observation_space.shape)
    assert states.dtype == np.uint8 == envs.single_observation_space.dtype
    seen, ended, rng = set(), np.zeros(2, bool), np.random.default_rng(0)
    for _ in range(1_200):
        later, rewards, terminated, truncated, _ = envs.step(rng.integers(6, size=2))
        for game in np.flatnonzero(~ended):  # the stack moves on by one picture, except where a game is set up again
            assert np.array_equal(later[game, ..., :-1], states[game, ..., 1:])
        seen |= set(rewards.tolist())
        states, ended = later, terminated | truncated
    assert seen == {-1.0, 0.0, 1.0} or seen == {-1.0, 0.0}


@needs_ale
def test_frames_go_last_and_nothing_else_changes():
    import ale_py
    import gymnasium

    gymnasium.register_envs(ale_py)
    plain, ours = gymnasium.make_vec("ALE/Pong-v5", num_envs=1), full.atari(1)
    first, _ = plain.reset(seed=3)
    assert np.array_equal(np.moveaxis(first, 1, -1), ours.reset(seed=3)[0])
    for action in (2, 3, 0, 2):
        ahead, behind = (envs.step(np.array([action])) for envs in (plain, ours))
        assert np.array_equal(np.moveaxis(ahead[0], 1, -1), behind[0])
        assert [part.tolist() for part in ahead[1:4]] == [part.tolist() for part in behind[1:4]]


@needs_box2d
def test_landers_have_eight_numbers_and_four_engines():
    envs = full.landers(3)
    assert envs.reset(seed=0)[0].shape == (3, 8)
    assert envs.single_action_space.n == 4


@pytest.mark.parametrize(("make", "package"), [(full.atari, "ale-py"), (full.landers, "box2d")])
def test_a_missing_package_is_named(make, package, monkeypatch):
    monkeypatch.setattr(full, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=f"pip install {package}"):
        make(1)


@pytest.mark.slow
def test_shipped_agents_play_as_well_as_is_said():
    d = stage_08.notebook()
    from course_utils.games.catch import catch_rate

    cartpole = agents.load("cartpole", d["cartpole_network"]())
    assert d["score"](cartpole, 100, 7) >= 475
    catch = agents.load("catch", d["catch_network"]())
    assert catch_rate(d["chosen_by"](catch), 200, 400, 7) >= 0.95
    lander, flown = agents.load("lander", d["lander_network"]()), shipped("stage_08/flight").arrays
    assert np.array_equal(np.asarray(lander(flown["states"])).argmax(axis=1), flown["actions"])
    assert flown["rewards"].sum() >= 200
    if find_spec("Box2D") and find_spec("pygame"):
        assert d["score"](lander, 100, 7, full.landers) >= 200


def test_agents_are_refused_where_they_do_not_fit():
    from course_utils.quiet import keras

    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    with pytest.raises(ValueError, match="no agent 'chess'"):
        agents.load("chess", network)
    with pytest.raises(ValueError, match="weights of the shapes"):
        agents.load("cartpole", network)


@pytest.mark.parametrize(("name", "part"), [("lander", "agents"), ("pong", "pong")])
def test_an_agent_whose_file_is_gone_is_named_with_the_command_that_makes_it(name, part, tmp_path, monkeypatch):
    monkeypatch.setattr(agents, "FOLDER", tmp_path)
    command = f"python -m course_utils.makers stage_08.{part}"
    with pytest.raises(CourseError, match=f"data/stage_08/{name}.npz is not there.*{command}$"):
        agents.load(name, None)
    assert command in (ROOT / "data" / "stage_08" / "README.md").read_text(encoding="utf-8")


def test_the_shipped_pong_agent_is_the_one_that_was_measured():
    record, game = shipped("stage_08/pong"), shipped("stage_08/pong_game").arrays
    steps, seconds = ([row[key] for row in record["curve"]] for key in ("steps", "cpu_seconds"))
    assert steps == sorted(steps)
    assert seconds == sorted(seconds)
    for row in record["curve"]:
        assert row["mean"] == pytest.approx(np.mean(row["returns"]))
        assert len(row["returns"]) == 8
    assert {name: len(returns) for name, returns in record["fresh"].items()} == {"agent": 30, "random": 30}
    assert np.mean(record["fresh"]["agent"]) > np.mean(record["fresh"]["random"]) + 1
    ends = np.flatnonzero(game["rewards"])
    assert max((game["rewards"][ends] == side).sum() for side in (1, -1)) == 21  # a whole game
    network = agents.load("pong", stage_08.notebook()["small_pong_network"]())
    drawn = pong.draw(game["positions"])
    stacks = np.stack([np.concatenate([drawn[:1], drawn[:-1]]), drawn], axis=-1)
    again = np.asarray(network(stacks)).argmax(axis=1)
    assert (again == game["actions"]).mean() >= 0.75


@needs_ale
@pytest.mark.slow
def test_the_shipped_pong_agent_is_above_chance():
    d = stage_08.notebook()
    network = agents.load("pong", d["small_pong_network"]())
    assert d["score"](network, 8, 5, pong.courts) > np.mean(shipped("stage_08/pong")["fresh"]["random"]) + 0.5
