"""The shipped results of stage 8: complete, made by the notebook's own code, and slices of them made again."""

import numpy as np
import pandas as pd
import pytest

from course_utils.makers import stage_08
from course_utils.stages import ROOT

FOLDER = ROOT / "data" / "stage_08"
TABLE, SEEDS = (pd.read_csv(FOLDER / f"{name}.csv") for name in ("ablations", "seeds"))


def test_shipped_results_are_complete():
    assert tuple(TABLE.columns) == ("game", "case", "seed", "steps", "score", "q_start", "true_start", "loss")
    assert list(dict.fromkeys(TABLE.game + ": " + TABLE.case)) == list(stage_08.CASES)
    for (game, _), rows in TABLE.groupby(["game", "case"]):
        assert sorted(rows.seed.unique()) == [0, 1, 2, 3, 4]
        assert set(rows.groupby("seed").steps.max()) == {rows.steps.max()}
        assert rows.steps.max() > 0.95 * stage_08.STEPS[game]


def test_shipped_seeds_are_complete():
    assert tuple(SEEDS.columns) == ("game", "seed", "steps", "score", "cpu_seconds")
    parts = stage_08.seeds.maker.parts
    assert SEEDS.groupby("game").seed.apply(list).to_dict() == {game: [0, 1, 2, 3, 4] for game in parts}


def test_the_readme_names_the_command_and_the_versions():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for word in ("makers stage_08.ablations", "TensorFlow 2.21", "Keras 3.15", "seeds 0 to 4", "CPU s"):
        assert word in text


@pytest.mark.slow
@pytest.mark.parametrize("case", ["full agent", "not Double", "γ = 0.9"])
def test_a_slice_is_made_again(case):
    """The first rounds depend on the last decimals least: scores there agree with the table on any machine."""
    rows = stage_08.taken_apart(f"cartpole: {case}", seed=0, steps=2_100)
    kept = TABLE[(TABLE.game == "cartpole") & (TABLE.case == case) & (TABLE.seed == 0)]
    assert len(rows) >= 1
    for row in rows:
        shipped = kept[kept.steps == row["steps"]].iloc[0]
        assert list(row) == list(TABLE.columns)
        assert float(row["q_start"]) == pytest.approx(shipped.q_start, rel=0.05)
        assert float(row["score"]) == pytest.approx(shipped.score, rel=0.3)
        assert float(row["loss"]) == pytest.approx(shipped.loss, rel=0.1)


@pytest.mark.slow
def test_a_training_ends_as_its_row_says():
    """CartPole by DQN, seed 0: about 15 CPU seconds; how many steps it takes differs from machine to machine."""
    network, steps = stage_08.trained("cartpole", 0)
    assert stage_08.final_score("cartpole", network) == pytest.approx(
        SEEDS[SEEDS.game == "cartpole"].score.min(), rel=0.05
    )
    assert 1_000 < steps <= 100_000


@pytest.mark.slow
def test_a_game_is_written_down_step_by_step():
    """The training of Pong and of the lander can't be made small: the recording is, on CartPole."""
    network = stage_08.notebook()["cartpole_network"]()
    states, actions, rewards = stage_08.recorded(stage_08.cartpoles(1), network, 5, lambda states: states[0])
    assert states.shape == (len(actions), 4)
    assert len(actions) == len(rewards) >= 8
    assert (stage_08.greedy(network)(states) == actions).all()


@pytest.mark.slow
def test_the_agents_definitions_keep_their_laws():
    nb = stage_08.notebook()
    memory = nb["ReplayMemory"](5, (2,))
    for k in range(7):
        memory.add(np.full((1, 2), k), [k % 2], [k], np.full((1, 2), k + 1), [k == 6])
    states, _, rewards, later, ended = memory.batch(np.arange(5))
    assert sorted(rewards) == [2, 3, 4, 5, 6]
    assert np.array_equal(later, states + 1)
    assert np.array_equal(ended, rewards == 6)
    forgets = stage_08.in_order(nb["ReplayMemory"])(5, (2,))
    for k in range(7):
        forgets.add(np.full((1, 2), k), [0], [k], np.full((1, 2), k), [False])
    places, weights = forgets.draw((2,), None)
    assert forgets.batch(places)[2].tolist() == [5, 6]
    assert weights.tolist() == [1, 1]
