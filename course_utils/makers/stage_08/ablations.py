"""Stage 8's agents taken apart over five seeds: ``python -m course_utils.games.ablations ["GAME: CASE" …]``.

The classes and functions are taken out of the notebook itself, so what is measured is the code a learner reads. Each
case changes the full agent in one place. Results go to ``data/stage_08/ablations.csv``, one row an evaluation.
"""

import csv
import functools
import sys
import time
from pathlib import Path

import numpy as np

from ...errors import CourseError
from ...stages import ROOT

__all__ = ["CASES", "FOLDER", "definitions", "load", "load_seeds", "run", "run_seeds"]

FOLDER = ROOT / "data" / "stage_08"
NAMES = (
    "ReplayMemory", "PrioritisedMemory", "of_actions", "td_targets", "make_learner", "train_dqn", "huber", "CARTPOLE", "CATCH",
    "cartpole_network", "score", "solve_cartpole", "catches", "catch_network", "CATCH_STEPS", "chosen_by", "train_catch",
    "lander_network", "LANDER", "solve_lander", "SMALL_PONG", "small_pong_network", "train_small_pong",
    "GAMES", "LONGEST", "play_games", "advantages", "reinforce",
)  # fmt: skip
COLUMNS = ("game", "case", "seed", "steps", "score", "q_start", "true_start", "loss")
SEED_COLUMNS = ("game", "seed", "steps", "score", "cpu_seconds")
STEPS = {"cartpole": 57_344, "catch": 40_960}
TRAINED = ("cartpole", "catch", "reinforce", "lander")  # "reinforce" is CartPole again, by section 9
EVERY = {"cartpole": 2_048, "catch": 2_048}

#: (game, case) → what differs from the full agent. "network" and "memory_kind" are not settings but parts.
CASES = {
    ("cartpole", "full agent"): {},
    ("cartpole", "memory of 256"): {"memory": 256, "warm_up": 256},
    ("cartpole", "no memory"): {"memory": 256, "warm_up": 256, "batch_size": 2, "memory_kind": "InOrder"},
    ("cartpole", "no target network"): {"copy_every": 1},
    ("cartpole", "copied every 10"): {"copy_every": 10},
    ("cartpole", "small, slow steps"): {"copy_every": 64, "learning_rate": 5e-4},
    ("cartpole", "not Double"): {"double": False},
    ("cartpole", "ε is 0 at once"): {"epsilon": (0.0, 0.0, 1)},
    ("cartpole", "ε stays at 0.5"): {"epsilon": (0.5, 0.5, 1)},
    ("cartpole", "γ = 0.9"): {"gamma": 0.9},
    ("cartpole", "γ = 0.999"): {"gamma": 0.999},
    ("catch", "full agent"): {},
    ("catch", "one frame"): {"network": {"frames": 1}},
    ("catch", "not dueling"): {"network": {"dueling": False}},
    ("catch", "not prioritised"): {"memory_kind": "ReplayMemory"},
}


@functools.cache
def definitions() -> dict:
    """The names that stage 8's notebook defines for its agents: classes, functions and settings.

    Raises: LookupError naming what the notebook does not define (any more).
    """
    from ... import games, live
    from ...games import full, pong
    from ...quiet import keras
    from ...tools.definitions import selected

    space = {"np": np, "keras": keras, "ops": keras.ops, "games": games, "full": full, "pong": pong, "live": live}
    return selected(8, NAMES, space)


def run(game: str, case: str, seed: int, steps: int | None = None) -> list[dict]:
    """The evaluations of one training run, in order, as rows of the table.

    Args:
        game, case: a key of ``CASES``.
        seed: for network, games and exploration, 0 or more.
        steps: how many steps to play; without it, as the shipped results (57,344 of CartPole, 40,960 of Catch).
    Returns: a row about each 2,000 steps: ``score`` is the mean return of 20 fresh
        greedy CartPole games, or the share of balls caught in 50 × 240 fresh greedy steps of Catch; ``q_start`` the
        network's mean best Q-value of the first states, ``true_start`` the mean discounted return from there (CartPole
        only); ``loss`` the mean absolute TD error of the last round.
    Raises: CourseError for an unknown case.
    """
    if (game, case) not in CASES:
        raise CourseError(f"no case {case!r} of {game!r}; there are " + "; ".join(f"{g}: {c}" for g, c in CASES))
    from ...games.acting import cartpoles
    from ...quiet import keras

    d, change = definitions(), dict(CASES[game, case])
    network, kind = change.pop("network", {}), change.pop("memory_kind", None)
    settings = d["CARTPOLE" if game == "cartpole" else "CATCH"] | change
    keras.utils.set_random_seed(seed)
    if game == "cartpole":
        online, envs, evaluate = d["cartpole_network"](), cartpoles(8), _cartpole_score
        kind = kind or "ReplayMemory"
    else:
        frames = network.get("frames", 2)
        online, envs, evaluate = d["catch_network"](**network), d["catches"](32, frames), _catch_score
        kind = kind or "PrioritisedMemory"
    space = envs.single_observation_space
    new_memory = _in_order(d["ReplayMemory"]) if kind == "InOrder" else d[kind]
    memory, rows = new_memory(settings["memory"], space.shape, space.dtype), []

    def watch(played, loss):
        if played >= EVERY[game] * (len(rows) + 1):
            measured = evaluate(d, online, settings["gamma"], seed=100_000 + played)
            rows.append({"game": game, "case": case, "seed": seed, "steps": played, "loss": float(loss)} | measured)

    d["train_dqn"](envs, online, memory, settings, steps or STEPS[game], seed, watch)
    return rows


def run_seeds(game: str, seeds=range(5)) -> list[dict]:
    """How the notebook's own training ends, a row a seed.

    Args:
        game: "cartpole", "catch", "reinforce": CartPole by policy gradient, or "lander": LunarLander, which needs Box2D and pygame.
        seeds: which, 0 or more each.
    Returns: rows of ``game``, ``seed``, ``steps`` played, ``score`` (mean return of 100 fresh greedy games of CartPole
        or LunarLander; share of the balls caught in 200 × 400 fresh greedy steps of Catch), ``cpu_seconds`` of the training.
    """
    from ...games.catch import catch_rate
    from ...games.full import landers

    d, rows = definitions(), []
    for seed in seeds:
        began = time.process_time()
        if game == "cartpole":
            network, curve = d["solve_cartpole"](seed)
            steps, spent = int(curve[-1, 0]), time.process_time() - began
            score = d["score"](network, 100, seed=999)
        elif game == "reinforce":
            network, curve = d["reinforce"](seed)
            steps, spent = int(curve.sum() * d["GAMES"]), time.process_time() - began
            score = d["score"](network, 100, seed=777)
        elif game == "lander":
            network, curve = d["solve_lander"](seed)
            steps, spent = int(curve[-1, 0]), time.process_time() - began
            score = d["score"](network, 100, 999, landers)
        else:
            network, _ = d["train_catch"](seed)
            steps, spent = d["CATCH_STEPS"], time.process_time() - began
            score = catch_rate(d["chosen_by"](network), 200, 400, seed=99)
        rows.append(dict(zip(SEED_COLUMNS, (game, seed, steps, round(score, 4), round(spent, 1)), strict=True)))
        print(rows[-1], flush=True)
    return rows


def load_seeds():
    """The shipped rows of :func:`run_seeds` as a pandas data frame."""
    import pandas as pd

    return pd.read_csv(FOLDER / "seeds.csv")


def load():
    """The shipped results as a pandas data frame with the columns of :func:`run`'s rows.

    Raises: FileNotFoundError with the command that makes them.
    """
    import pandas as pd

    path = FOLDER / "ablations.csv"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not there; make it with: python -m course_utils.games.ablations")
    return pd.read_csv(path)


def _in_order(replay: type) -> type:
    """A memory that forgets at once: a round learns from its own transitions, oldest first, each of them once."""

    class InOrder(replay):
        def draw(self, shape, rng):
            newest = (self.cursor - int(np.prod(shape)) + np.arange(int(np.prod(shape)))) % self.capacity
            return newest.reshape(shape), np.ones(shape, "float32")

    return InOrder


def _cartpole_score(d, online, gamma, seed):
    from ...games.acting import cartpoles, play_out, q_function

    q = q_function(online)
    played = play_out(cartpoles, lambda states: q(states).argmax(axis=1), 20, seed, gamma)
    return {
        "score": played["returns"].mean(),
        "q_start": q(played["first_states"]).max(axis=1).mean(),
        "true_start": played["discounted"].mean(),
    }


def _catch_score(d, online, gamma, seed):
    from ...games.acting import q_function
    from ...games.catch import catch_rate

    q = q_function(online)
    frames = online.input_shape[-1]
    rate = catch_rate(lambda states: q(states).argmax(axis=1), 50, 240, seed, frames)
    return {"score": rate, "q_start": np.nan, "true_start": np.nan}


def main(wanted: list[str], seeds=range(5)) -> None:
    """Run the cases named (all, without a name) and put their rows into the table, in place of older ones.

    The names "seeds cartpole", "seeds catch", "seeds reinforce" and "seeds lander" stand for :func:`run_seeds`.
    """
    path = FOLDER / "seeds.csv"
    for name in [name for name in wanted if name.startswith("seeds ")]:
        game, rows = name.removeprefix("seeds "), []
        if game not in TRAINED:
            raise SystemExit(f"no game {game}; there are: {', '.join(TRAINED)}")
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as file:
                rows = [row for row in csv.DictReader(file) if row["game"] != game]
        rows += run_seeds(game, seeds)
        FOLDER.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, SEED_COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(sorted(rows, key=lambda row: (TRAINED.index(row["game"]), int(row["seed"]))))
    if wanted and not (wanted := [name for name in wanted if not name.startswith("seeds ")]):
        return
    named = {f"{game}: {case}": (game, case) for game, case in CASES}
    unknown = set(wanted) - set(named)
    if unknown:
        raise SystemExit(f"no case {', '.join(sorted(unknown))}; there are: " + "; ".join(named))
    path = FOLDER / "ablations.csv"
    for game, case in [named[name] for name in wanted or named]:
        began, rows = time.process_time(), []
        for seed in seeds:
            rows += run(game, case, seed)
        kept = []
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as file:
                kept = [row for row in csv.DictReader(file) if (row["game"], row["case"]) != (game, case)]
        _write(path, kept + rows)
        last = np.mean([row["score"] for row in rows if row["steps"] > 0.8 * STEPS[game]])
        print(
            f"{game}, {case}: score over the last fifth {last:.3g}; {time.process_time() - began:.0f} CPU s", flush=True
        )


def _write(path: Path, rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    order = {key: place for place, key in enumerate(CASES)}
    rows = sorted(rows, key=lambda r: (order.get((r["game"], r["case"]), len(order)), int(r["seed"]), int(r["steps"])))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow(
                {name: f"{row[name]:.5g}" if isinstance(row[name], float) else row[name] for name in COLUMNS}
            )


if __name__ == "__main__":
    main(sys.argv[1:])
