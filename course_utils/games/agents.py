"""Small trained agents that ship with the course: ``python -m course_utils.games.agents [cartpole] [catch] [lander]``.

Each is the result of the notebook's own training cell, seed 0, stored as half-precision weights under ``data/stage_08``. The
Pong agent has a program of its own there, since it takes about 40 minutes of CPU time: ``python data/stage_08/make_pong.py``.
"""

import json
import sys

import numpy as np

from ..errors import CourseError
from ..makers.ablations import definitions
from ..quiet import keras
from ..stages import ROOT
from ..training import load_or_train, save_weights

__all__ = ["AGENTS", "FOLDER", "flight", "load", "pong_game", "pong_training"]

FOLDER = ROOT / "data" / "stage_08"
AGENTS = ("cartpole", "catch", "lander")
SEED = 0


def load(name: str, network: keras.Model) -> keras.Model:
    """The network with the weights of a shipped agent in it, checked; where its file is gone, it is trained again (a minute or less).

    Args:
        name: one of ``AGENTS``, or "pong", which takes half an hour where its file is gone.
        network: built, of the shape that stage 8 trains for this game.
    Raises: CourseError for an unknown name, a damaged file, or a network of another shape.
    """
    if name not in (*AGENTS, "pong"):
        raise CourseError(f"there is no agent {name!r}; there are {', '.join(AGENTS)}, pong")
    return load_or_train(network, FOLDER / f"{name}.npz", lambda: _trained(name))


def flight() -> dict[str, np.ndarray]:
    """One landing of the shipped LunarLander agent: ``states`` (steps, 8), ``actions`` (steps,), ``rewards`` (steps,)."""
    with np.load(FOLDER / "flight.npz") as file:
        return {name: file[name] for name in file.files}


def pong_game() -> dict[str, np.ndarray]:
    """One game of the shipped Pong agent: ``positions`` (steps, 8) as ``pong.draw`` takes them, ``actions`` and ``rewards`` (steps,)."""
    with np.load(FOLDER / "pong_game.npz") as file:
        return {name: file[name] for name in file.files}


def pong_training() -> dict:
    """What the training of the shipped Pong agent gave, and how it was made: the parts of ``pong.json``.

    Returns: ``command``, ``seed``, ``machine``, ``versions``; ``curve``, a list of rows with ``steps``, ``cpu_seconds`` of training
        so far, ``loss``, ``mean`` and ``returns`` of 8 games; ``fresh``, {"agent", "random"} → points of 30 games each.
    """
    return json.loads((FOLDER / "pong.json").read_text(encoding="utf-8"))


def _trained(name: str) -> keras.Model:
    """A new agent from the notebook's own training cell."""
    if name == "pong":
        return definitions()["train_small_pong"](SEED)
    return definitions()["train_catch" if name == "catch" else f"solve_{name}"](SEED)[0]


def _fly(network: keras.Model, seed: int) -> dict[str, np.ndarray]:
    from .acting import q_function
    from .full import landers

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
    from .catch import catch_rate
    from .full import landers

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
