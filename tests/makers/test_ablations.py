"""The shipped results of stage 8: complete, made by the notebook's own code, and a slice of them made again."""

import numpy as np
import pytest

from course_utils.makers.stage_08 import ablations


def test_shipped_results_are_complete():
    table = ablations.load()
    assert tuple(table.columns) == ablations.COLUMNS
    assert set(zip(table.game, table.case, strict=True)) == set(ablations.CASES)
    for (game, _), rows in table.groupby(["game", "case"]):
        assert sorted(rows.seed.unique()) == [0, 1, 2, 3, 4]
        assert set(rows.groupby("seed").steps.max()) == {rows.steps.max()}
        assert rows.steps.max() > 0.95 * ablations.STEPS[game]


def test_shipped_seeds_are_complete():
    table = ablations.load_seeds()
    assert tuple(table.columns) == ablations.SEED_COLUMNS
    assert table.groupby("game").seed.apply(list).to_dict() == {
        "cartpole": [0, 1, 2, 3, 4],
        "catch": [0, 1, 2, 3, 4],
        "reinforce": [0, 1, 2, 3, 4],
        "lander": [0, 1, 2, 3, 4],
    }


def test_the_readme_names_the_command_and_the_versions():
    text = (ablations.FOLDER / "README.md").read_text(encoding="utf-8")
    for word in ("python -m course_utils.makers.ablations", "TensorFlow 2.21", "Keras 3.15", "seeds 0 to 4", "CPU s"):
        assert word in text


def test_an_unknown_case_is_refused():
    with pytest.raises(ValueError, match="no case 'without luck'"):
        ablations.run("cartpole", "without luck", 0)
    with pytest.raises(SystemExit, match="no case cartpole: without luck"):
        ablations.main(["cartpole: without luck"])
    with pytest.raises(SystemExit, match="no game chess"):
        ablations.main(["seeds chess"])


@pytest.mark.slow
@pytest.mark.parametrize("case", ["full agent", "not Double", "γ = 0.9"])
def test_a_slice_is_made_again(case):
    """The first rounds depend on the last decimals least: scores there agree with the table on any machine."""
    rows = ablations.run("cartpole", case, seed=0, steps=2_100)
    table = ablations.load()
    kept = table[(table.game == "cartpole") & (table.case == case) & (table.seed == 0)]
    assert len(rows) >= 1
    for row in rows:
        shipped = kept[kept.steps == row["steps"]].iloc[0]
        assert row["q_start"] == pytest.approx(shipped.q_start, rel=0.05)
        assert row["score"] == pytest.approx(shipped.score, rel=0.3)
        assert row["loss"] == pytest.approx(shipped.loss, rel=0.1)


@pytest.mark.slow
def test_the_agents_definitions_keep_their_laws():
    d = ablations.definitions()
    memory = d["ReplayMemory"](5, (2,))
    for k in range(7):
        memory.add(np.full((1, 2), k), [k % 2], [k], np.full((1, 2), k + 1), [k == 6])
    states, _, rewards, later, ended = memory.batch(np.arange(5))
    assert sorted(rewards) == [2, 3, 4, 5, 6]
    assert np.array_equal(later, states + 1)
    assert np.array_equal(ended, rewards == 6)
