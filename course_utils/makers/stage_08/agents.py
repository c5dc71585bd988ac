"""Small trained agents that ship with the course: ``python -m course_utils.makers.agents [cartpole] [catch] [lander]``.

Each is the result of the notebook's own training cell, seed 0, stored as half-precision weights under ``data/stage_08``. The
Pong agent has a program of its own there, since it takes about 40 minutes of CPU time: ``python data/stage_08/make_pong.py``.
"""

import sys

import numpy as np

from ...games.agents import FOLDER, load
from ...quiet import keras
from ...training import save_weights
from .ablations import definitions

__all__ = ["AGENTS"]

AGENTS = ("cartpole", "catch", "lander")
SEED = 0


def _trained(name: str) -> keras.Model:
    """A new agent from the notebook's own training cell."""
    if name == "pong":
        return definitions()["train_small_pong"](SEED)
    return definitions()["train_catch" if name == "catch" else f"solve_{name}"](SEED)[0]


def _fly(network: keras.Model, seed: int) -> dict[str, np.ndarray]:
    from ...games.acting import q_function
    from ...games.full import landers

    q, envs, log, over = q_function(network), landers(1), [], False
    states, _ = envs.reset(seed=seed)
    while not over:
        actions = q(states).argmax(axis=1)
        later, rewards, terminated, truncated, _ = envs.step(actions)
        log.append((states[0], actions[0], rewards[0]))
        states, over = later, bool(terminated[0] or truncated[0])
    names = ("states", "actions", "rewards")
    return {name: np.array(part) for name, part in zip(names, zip(*log, strict=True), strict=True)}


def main(names: list[str]) -> None:
    """Train the agents named (all, without a name) and store them."""
    from ...games.catch import catch_rate
    from ...games.full import landers

    if unknown := set(names) - set(AGENTS):
        raise SystemExit(f"no agent {', '.join(sorted(unknown))}; there are: {', '.join(AGENTS)}")
    d = definitions()
    for name in names or AGENTS:
        network = _trained(name)
        save_weights(network, FOLDER / f"{name}.npz")
        load(name, network)  # as stored
        if name == "catch":
            print(f"catch: {catch_rate(d['chosen_by'](network), 200, 400, seed=99):.3f} of the balls")
        elif name == "cartpole":
            print(f"cartpole: mean return {d['score'](network, 100, 999):.0f}")
        else:
            print(f"lander: mean return {d['score'](network, 100, 999, landers):.0f}")
            np.savez_compressed(FOLDER / "flight.npz", **_fly(network, seed=999))


if __name__ == "__main__":
    main(sys.argv[1:])
