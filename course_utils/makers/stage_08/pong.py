"""Makes pong.npz, pong_game.npz and pong.json: ``python data/stage_08/make_pong.py`` (about 40 minutes of CPU time; needs ale-py).

The notebook's own small Pong agent, seed 0, trained on pictures of the court. On the way, about every 30,000 steps, it plays eight
fresh games without exploring. The network that did best there is kept, and files are written each time, so that a run can be
stopped. At the end the stored network plays thirty other games, a player who presses at random as many, and one game is
written down as positions of ball and paddles (no pictures of the game are stored). ``make_pong.py measure`` does the end alone.
"""

import json
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

from course_utils.games import agents, pong
from course_utils.games.acting import play_out, q_function
from course_utils.makers.stage_08 import ablations
from course_utils.stages import ROOT
from course_utils.training import save_weights

HERE = ROOT / "data" / "stage_08"
SEED, EVERY, STEPS, FRESH = 0, 30_720, 600_000, 30


def points(choose, games: int, seed: int) -> list[int]:
    """Points won minus points lost, -21 to 21, of whole games."""
    return [int(score) for score in play_out(pong.courts, choose, games, seed)["returns"]]


def greedy(network):
    """The network's player, who doesn't explore."""
    q = q_function(network)
    return lambda states: q(states).argmax(axis=1)


def train(steps: int, folder: Path = HERE) -> None:
    """Train, and write the curve and the best network so far."""
    began, spent_playing, curve, losses = time.process_time(), 0.0, [], []

    def watch(network, played, loss):
        nonlocal spent_playing
        losses.append(float(loss))
        seconds = time.process_time() - began - spent_playing
        print(f"{played} steps, {seconds:.0f} CPU s, loss {loss:.4f}", flush=True)
        if played < EVERY * (len(curve) + 1):
            return
        before = time.process_time()
        returns = points(greedy(network), 8, seed=100_000 + played)
        spent_playing += time.process_time() - before
        best = max((row["mean"] for row in curve), default=-22)
        row = {"steps": played, "cpu_seconds": round(seconds), "mean": float(np.mean(returns)), "returns": returns}
        curve.append(row | {"loss": round(float(np.mean(losses[-20:])), 5)})
        print(curve[-1], f"{spent_playing:.0f} CPU s of evaluation", flush=True)
        if curve[-1]["mean"] >= best:
            save_weights(network, folder / "pong.npz")
        write({"curve": curve}, folder)

    ablations.definitions()["train_small_pong"](SEED, steps, watch)


def measure(folder: Path = HERE) -> None:
    """Fresh games of the stored network and of a random player, and one game written down."""
    network, rng = (agents.load("pong", ablations.definitions()["small_pong_network"]()), np.random.default_rng(0))
    fresh = {
        "agent": points(greedy(network), FRESH, seed=999),
        "random": points(lambda states: rng.integers(3, size=len(states)), FRESH, seed=999),
    }
    print({name: np.mean(returns) for name, returns in fresh.items()}, flush=True)
    write({"fresh": fresh}, folder)
    np.savez_compressed(folder / "pong_game.npz", **written_down(network, seed=7))


def positions_on(screens: np.ndarray) -> np.ndarray:
    """Where ball and paddles are, (n, 8) int16, as ``pong.draw`` takes them.

    Args:
        screens: (n, 210, 160) uint8 grey screens of Pong.
    """
    positions = np.full((len(screens), 8), pong.MISSING, "int16")
    for place, screen in enumerate(screens):
        court = screen[pong.ROWS]
        ball = np.argwhere(court == pong.BALL)
        if len(ball):
            positions[place, :4] = (*ball.min(axis=0)[::-1], *(ball.max(axis=0)[::-1] + 1))
        for side, ((first, end), grey) in enumerate(zip(pong.PADDLES, (pong.LEFT, pong.RIGHT), strict=True)):
            rows = np.flatnonzero((court[:, first:end] == grey).any(axis=1))
            if len(rows):
                positions[place, 4 + 2 * side : 6 + 2 * side] = rows[0], rows[-1] + 1
    return positions


def written_down(network, seed: int) -> dict[str, np.ndarray]:
    """One game of the network: ``positions`` (steps, 8) as ``pong.draw`` takes them, ``actions`` and ``rewards``, (steps,)."""
    envs, choose, log, over = pong.courts(1), greedy(network), [], False
    states, _ = envs.reset(seed=seed)
    while not over:
        positions, actions = positions_on(envs.env.screens[:, 0])[0], choose(states)
        states, rewards, terminated, truncated, _ = envs.step(actions)
        log.append((positions, actions[0], rewards[0]))
        over = bool(terminated[0] or truncated[0])
    positions, actions, rewards = (np.array(part) for part in zip(*log, strict=True))
    return {"positions": positions, "actions": actions.astype("int8"), "rewards": rewards.astype("int8")}


def write(news: dict, folder: Path) -> None:
    """What is known so far, with what made it."""
    path = folder / "pong.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    record = {
        "what": "Pong, points won minus lost in whole games without exploration: curve, 8 games each, cpu_seconds of training only; "
        "fresh, 30 games of the stored network and of a random player",
        "command": "python data/stage_08/make_pong.py",
        "seed": SEED,
        "machine": "two CPU cores, shared; one was used",
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("keras", "tensorflow", "numpy", "gymnasium", "ale-py")},
        **{part: known[part] for part in ("curve", "fresh") if part in known},
        **news,
    }
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    if sys.argv[1:] != ["measure"]:
        train(STEPS)
    measure()
