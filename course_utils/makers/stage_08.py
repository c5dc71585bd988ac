"""Stage 8: agents taken apart, five seeds of each training, and the trained agents that ship. All code is the notebook's own."""

import time
from functools import cache

import numpy as np

from .. import games, live
from ..games import agents as shipped_agents
from ..games import full
from ..games import pong as court
from ..games.acting import cartpoles, play_out, q_function
from ..games.catch import catch_rate
from ..live import Timer
from ..quiet import keras
from ..tools.definitions import selected
from .files import halved
from .record import maker

NAMES = (
    "ReplayMemory", "PrioritisedMemory", "of_actions", "td_targets", "make_learner", "train_dqn", "huber", "CARTPOLE", "CATCH",
    "cartpole_network", "score", "solve_cartpole", "catches", "catch_network", "CATCH_STEPS", "chosen_by", "train_catch",
    "lander_network", "LANDER", "solve_lander", "SMALL_PONG", "small_pong_network", "train_small_pong",
    "GAMES", "LONGEST", "play_games", "advantages", "reinforce",
)  # fmt: skip


@cache
def notebook() -> dict:
    """The names that stage 8's notebook defines for its agents: classes, functions and settings."""
    scope = {"np": np, "keras": keras, "ops": keras.ops, "games": games, "full": full, "pong": court, "live": live}
    return selected(8, NAMES, scope)


def greedy(network):
    """The network's player, who doesn't explore: states to actions."""
    q = q_function(network)
    return lambda states: q(states).argmax(axis=1)


# --- one change at a time -----------------------------------------------------------------------------------------------

STEPS = {"cartpole": 57_344, "catch": 40_960}
EVERY = 2_048  # steps between two evaluations

#: "game: case" → what differs from the full agent. "network" and "memory_kind" are not settings but parts.
CASES = {
    "cartpole: full agent": {},
    "cartpole: memory of 256": {"memory": 256, "warm_up": 256},
    "cartpole: no memory": {"memory": 256, "warm_up": 256, "batch_size": 2, "memory_kind": "InOrder"},
    "cartpole: no target network": {"copy_every": 1},
    "cartpole: copied every 10": {"copy_every": 10},
    "cartpole: small, slow steps": {"copy_every": 64, "learning_rate": 5e-4},
    "cartpole: not Double": {"double": False},
    "cartpole: ε is 0 at once": {"epsilon": (0.0, 0.0, 1)},
    "cartpole: ε stays at 0.5": {"epsilon": (0.5, 0.5, 1)},
    "cartpole: γ = 0.9": {"gamma": 0.9},
    "cartpole: γ = 0.999": {"gamma": 0.999},
    "catch: full agent": {},
    "catch: one frame": {"network": {"frames": 1}},
    "catch: not dueling": {"network": {"dueling": False}},
    "catch: not prioritised": {"memory_kind": "ReplayMemory"},
}


def in_order(replay: type) -> type:
    """A memory that forgets at once: a round learns from its own transitions, oldest first, each of them once."""

    class InOrder(replay):
        def draw(self, shape, rng):
            newest = (self.cursor - int(np.prod(shape)) + np.arange(int(np.prod(shape)))) % self.capacity
            return newest.reshape(shape), np.ones(shape, "float32")

    return InOrder


def cartpole_score(online, gamma, seed) -> dict:
    q = q_function(online)
    played = play_out(cartpoles, greedy(online), 20, seed, gamma)
    q_start = q(played["first_states"]).max(axis=1).mean()
    return {"score": played["returns"].mean(), "q_start": q_start, "true_start": played["discounted"].mean()}


def catch_score(online, _gamma, seed) -> dict:
    rate = catch_rate(greedy(online), 50, 240, seed, online.input_shape[-1])
    return {"score": rate, "q_start": np.nan, "true_start": np.nan}


def taken_apart(name: str, seed: int, steps: int | None = None) -> list[dict]:
    """The evaluations of one training run, in order, as rows of the table.

    Args:
        name: a key of ``CASES``.
        seed: for network, games and exploration.
        steps: how many steps to play; without it, as the shipped results.
    """
    nb, change = notebook(), dict(CASES[name])
    network, kind = change.pop("network", {}), change.pop("memory_kind", None)
    game, case = name.split(": ")
    settings = nb["CARTPOLE" if game == "cartpole" else "CATCH"] | change
    keras.utils.set_random_seed(seed)
    if game == "cartpole":
        online, envs, evaluate = nb["cartpole_network"](), cartpoles(8), cartpole_score
        kind = kind or "ReplayMemory"
    else:
        online, envs, evaluate = (
            nb["catch_network"](**network),
            nb["catches"](32, network.get("frames", 2)),
            catch_score,
        )
        kind = kind or "PrioritisedMemory"
    space = envs.single_observation_space
    new_memory = in_order(nb["ReplayMemory"]) if kind == "InOrder" else nb[kind]
    memory, rows = new_memory(settings["memory"], space.shape, space.dtype), []

    def watch(played, loss):
        if played >= EVERY * (len(rows) + 1):
            measured = evaluate(online, settings["gamma"], seed=100_000 + played) | {"loss": loss}
            told = {key: f"{value:.5g}" for key, value in measured.items()}
            rows.append({"game": game, "case": case, "seed": seed, "steps": played} | told)

    nb["train_dqn"](envs, online, memory, settings, steps or STEPS[game], seed, watch)
    return rows


@maker(seeds=range(5), parts=CASES, keys=("game", "case", "seed"), packages=("gymnasium",))
def ablations(seeds, parts):
    """Agents taken apart, one change at a time. A row about each 2,000 steps: score, the mean return of 20 fresh greedy CartPole games, or the share
    of balls caught in 50 × 240 fresh greedy steps of Catch; q_start, the network's mean best Q-value of the first states; true_start,
    the mean discounted return from there (CartPole only); loss, the mean absolute TD error of the last round.
    """
    for name in parts:
        for seed in seeds:
            yield taken_apart(name, seed)


# --- how the notebook's own trainings end ----------------------------------------------------------------------------------


def trained(game: str, seed: int) -> tuple:
    """The notebook's own training of an agent: the network, and the steps that were played."""
    nb = notebook()
    if game == "catch":
        return nb["train_catch"](seed)[0], nb["CATCH_STEPS"]
    network, curve = nb["reinforce" if game == "reinforce" else f"solve_{game}"](seed)
    return network, int(curve.sum() * nb["GAMES"] if game == "reinforce" else curve[-1, 0])


def final_score(game: str, network) -> float:
    """Mean return of 100 fresh greedy games; of Catch the share of the balls caught in 200 × 400 fresh greedy steps."""
    nb = notebook()
    if game == "catch":
        return catch_rate(nb["chosen_by"](network), 200, 400, seed=99)
    makes = (full.landers,) if game == "lander" else ()
    return nb["score"](network, 100, 777 if game == "reinforce" else 999, *makes)


@maker(
    seeds=range(5), parts=("cartpole", "catch", "reinforce", "lander"), keys=("game", "seed"), packages=("gymnasium",)
)
def seeds(seeds, parts):
    """How the notebook's own trainings end. A row a seed: steps played, score, CPU seconds of the training. The game "reinforce" is CartPole by
    policy gradient; "lander" needs the packages Box2D and pygame.
    """
    for game in parts:
        for seed in seeds:
            with Timer() as timer:
                network, steps = trained(game, seed)
            score = round(float(final_score(game, network)), 4)
            yield [{"game": game, "seed": seed, "steps": steps, "score": score, "cpu_seconds": round(timer.seconds, 1)}]


# --- the agents that ship -----------------------------------------------------------------------------------------------


def recorded(envs, network, seed: int, look) -> tuple[np.ndarray, ...]:
    """One game of the network, step by step: what ``look`` sees in the states, actions, rewards."""
    choose, log, over = greedy(network), [], False
    states, _ = envs.reset(seed=seed)
    while not over:
        seen, actions = look(states), choose(states)
        states, rewards, terminated, truncated, _ = envs.step(actions)
        log.append((seen, actions[0], rewards[0]))
        over = bool(terminated[0] or truncated[0])
    return tuple(np.array(part) for part in zip(*log, strict=True))


@maker(parts=("cartpole", "catch", "lander"), packages=("gymnasium",))
def agents(parts):
    """The small agents that ship, trained from seed 0. Half-precision weights; of the lander also one landing, flight.npz (it needs the packages
    Box2D and pygame).
    """
    for name in parts:
        network = halved(trained(name, seed=0)[0])
        print(f"{name}: {final_score(name, network):.3f}")
        files = {f"{name}.npz": network}
        if name == "lander":
            states, actions, rewards = recorded(full.landers(1), network, 999, lambda states: states[0])
            files["flight.npz"] = {"states": states, "actions": actions, "rewards": rewards}
        yield files


PONG_STEPS, BETWEEN, FRESH = 600_000, 30_720, 30


def points(choose, number: int, seed: int) -> list[int]:
    """Points won minus points lost, -21 to 21, of whole games of Pong."""
    return [int(score) for score in play_out(court.courts, choose, number, seed)["returns"]]


def positions_on(screens: np.ndarray) -> np.ndarray:
    """Where ball and paddles are, (n, 8) int16, as ``pong.draw`` takes them.

    Args:
        screens: (n, 210, 160) uint8 grey screens of Pong.
    """
    positions = np.full((len(screens), 8), court.MISSING, "int16")
    for place, screen in enumerate(screens):
        picture = screen[court.ROWS]
        ball = np.argwhere(picture == court.BALL)
        if len(ball):
            positions[place, :4] = (*ball.min(axis=0)[::-1], *(ball.max(axis=0)[::-1] + 1))
        for side, ((first, end), grey) in enumerate(zip(court.PADDLES, (court.LEFT, court.RIGHT), strict=True)):
            rows = np.flatnonzero((picture[:, first:end] == grey).any(axis=1))
            if len(rows):
                positions[place, 4 + 2 * side : 6 + 2 * side] = rows[0], rows[-1] + 1
    return positions


def pong_training(steps: int = PONG_STEPS) -> tuple:
    """The notebook's training, from seed 0: the network that did best on the way, and how it went."""
    began, spent_playing, curve, losses, best = time.process_time(), 0.0, [], [], None

    def watch(network, played, loss):
        nonlocal spent_playing, best
        losses.append(float(loss))
        if played < BETWEEN * (len(curve) + 1):
            return
        seconds = time.process_time() - began - spent_playing
        with Timer() as timer:
            returns = points(greedy(network), 8, seed=100_000 + played)
        spent_playing += timer.seconds
        mean, recent = float(np.mean(returns)), round(float(np.mean(losses[-20:])), 5)
        if best is None or mean >= max(row["mean"] for row in curve):
            best = network.get_weights()
        curve.append({"steps": played, "cpu_seconds": round(seconds), "mean": mean, "returns": returns, "loss": recent})
        print(curve[-1], flush=True)

    notebook()["train_small_pong"](0, steps, watch)
    network = notebook()["small_pong_network"]()
    network.set_weights(best)
    return halved(network), curve


@maker(parts=("training", "games"), packages=("gymnasium", "ale-py"))
def pong(parts):
    """Pong from its picture, a training and its games. Points won minus lost in whole games without exploration. Curve: 8 games each, CPU seconds of
    training only; the network that did best there is kept. Fresh: 30 games of that network and of a random player. One of its games
    is written down as positions of ball and paddles, pong_game.npz.
    """
    network, rng = None, np.random.default_rng(0)
    if "training" in parts:
        network, curve = pong_training()
        yield {"pong.npz": network, "curve": curve}
    if "games" in parts:
        network = network or shipped_agents.load("pong", notebook()["small_pong_network"]())
        players = {"agent": greedy(network), "random": lambda states: rng.integers(3, size=len(states))}
        fresh = {name: points(choose, FRESH, seed=999) for name, choose in players.items()}
        envs = court.courts(1)
        log = recorded(envs, network, 7, lambda _states: positions_on(envs.env.screens[:, 0])[0])
        positions, actions, rewards = log[0], log[1].astype("int8"), log[2].astype("int8")
        yield {"fresh": fresh, "pong_game.npz": {"positions": positions, "actions": actions, "rewards": rewards}}
