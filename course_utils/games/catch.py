"""Catch: a small arcade game of pixels as a gymnasium environment, alone and many at a time.

A ball falls one row a step and drifts sideways by -2 to 2 columns, bouncing off the walls; a paddle three pixels
wide waits in the bottom row. A catch gives +1 and a new ball; a miss gives -1 and ends the game. The picture shows
where the ball is and not how fast it drifts, so one picture is not a Markov state and two are. Every ball can be
caught. Stage 8, "A game from its picture", plays it.
"""

from collections.abc import Callable

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, VectorEnv

from ..errors import CourseError

__all__ = ["ACTIONS", "COLUMNS", "ROWS", "Catch", "CatchVector", "StackFrames", "catch_rate", "follow", "foresee"]

ROWS, COLUMNS = 12, 10  # pixels of the picture
ACTIONS = ("left", "stay", "right")
BALL, PADDLE = 255, 150
MAX_STEPS = 200  # then the game is cut off, unlost
_MAX_DRIFT = 2


class CatchVector(VectorEnv):
    """Many games of Catch that step together as arrays; a lost game is reset on the *next* step.

    Observations: (num_envs, 12, 10) uint8 pictures. Actions: 0 left, 1 stay, 2 right. Rewards: +1 a catch, -1 a
    miss, else 0; float32. ``terminated`` after a miss, ``truncated`` after 200 steps. The ``info`` of a step has
    ``landed``, (num_envs,) bool: a ball came down in this step.

    Args:
        num_envs: how many games.
    Raises: CourseError for a number below 1.
    """

    metadata = {"autoreset_mode": AutoresetMode.NEXT_STEP}  # noqa: RUF012

    def __init__(self, num_envs: int = 1):
        if num_envs < 1:
            raise CourseError(f"num_envs must be at least 1; got {num_envs}")
        self.num_envs = num_envs
        self.single_observation_space = spaces.Box(0, 255, (ROWS, COLUMNS), np.uint8)
        self.single_action_space = spaces.Discrete(len(ACTIONS))
        self.observation_space = gymnasium.vector.utils.batch_space(self.single_observation_space, num_envs)
        self.action_space = gymnasium.vector.utils.batch_space(self.single_action_space, num_envs)
        self._over = np.ones(num_envs, bool)
        self.row, self.column, self.drift, self.paddle, self.steps = np.zeros((5, num_envs), int)

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        """The first pictures of ``num_envs`` new games, and an empty info."""
        super().reset(seed=seed)
        self._begin(np.ones(self.num_envs, bool))
        return self._pictures(), {}

    def step(self, actions):
        """Pictures, rewards, terminated, truncated, info after one action in each game."""
        actions = np.asarray(actions)
        if actions.shape != (self.num_envs,) or not np.isin(actions, (0, 1, 2)).all():
            raise CourseError(f"one action (0, 1 or 2) for each of the {self.num_envs} games; got {actions!r}")
        over = self._over.copy()  # these games ended one step ago: this step resets them
        playing = ~over
        self.steps += playing
        self.paddle = np.where(playing, np.clip(self.paddle + actions - 1, 1, COLUMNS - 2), self.paddle)
        above = playing & (self.row < ROWS - 1)
        self._throw(playing & ~above)  # the last ball has landed and was caught: a new one
        self._fall(above)
        landed = above & (self.row == ROWS - 1)
        caught = landed & (np.abs(self.column - self.paddle) <= 1)
        terminated = landed & ~caught
        truncated = playing & ~terminated & (self.steps >= MAX_STEPS)
        rewards = caught.astype("float32") - terminated
        self._begin(over)
        self._over = terminated | truncated
        return self._pictures(), rewards, terminated, truncated, {"landed": landed}

    def _begin(self, which):
        self._throw(which)
        self.paddle[which] = self.np_random.integers(1, COLUMNS - 1, which.sum())
        self.steps[which] = 0
        self._over &= ~which

    def _throw(self, which):
        count = which.sum()
        self.row[which] = 0
        self.column[which] = self.np_random.integers(COLUMNS, size=count)
        self.drift[which] = self.np_random.integers(-_MAX_DRIFT, _MAX_DRIFT + 1, count)

    def _fall(self, which):
        self.row[which] += 1
        column = self.column + self.drift
        bounced = (column < 0) | (column > COLUMNS - 1)
        column = np.where(column < 0, -column, np.where(column > COLUMNS - 1, 2 * (COLUMNS - 1) - column, column))
        self.column[which] = column[which]
        self.drift[which & bounced] *= -1

    def _pictures(self):
        pictures = np.zeros((self.num_envs, ROWS, COLUMNS), np.uint8)
        games = np.arange(self.num_envs)
        for shift in (-1, 0, 1):
            pictures[games, ROWS - 1, self.paddle + shift] = PADDLE
        pictures[games, self.row, self.column] = BALL
        return pictures


class Catch(gymnasium.Env):
    """One game of Catch: the same as :class:`CatchVector`, without the automatic reset.

    Observation: a (12, 10) uint8 picture. Actions 0 left, 1 stay, 2 right. Reward +1 a catch, -1 a miss.
    ``terminated`` after a miss, ``truncated`` after 200 steps.
    """

    def __init__(self):
        self.observation_space = spaces.Box(0, 255, (ROWS, COLUMNS), np.uint8)
        self.action_space = spaces.Discrete(len(ACTIONS))
        self._games = CatchVector(1)

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        """The first picture of a new game, and an empty info."""
        super().reset(seed=seed)
        self._games.np_random = self.np_random
        pictures, _ = self._games.reset()
        return pictures[0], {}

    def step(self, action):
        """Picture, reward, terminated, truncated, info after one action."""
        if self._games._over[0]:
            raise gymnasium.error.ResetNeeded("the game is over: call reset() before step()")
        pictures, rewards, terminated, truncated, info = self._games.step(np.array([action]))
        info = {"landed": bool(info["landed"][0])}
        return pictures[0], float(rewards[0]), bool(terminated[0]), bool(truncated[0]), info


class StackFrames(gymnasium.vector.VectorWrapper):
    """Games whose observation is the last ``frames`` pictures, as (num_envs, rows, columns, frames), newest last.

    A new game begins with its first picture repeated.

    Args:
        env: many games whose observations are (num_envs, rows, columns).
        frames: at least 1.
    Raises: CourseError for fewer than one frame, or games that do not show pictures.
    """

    def __init__(self, env: VectorEnv, frames: int = 2):
        super().__init__(env)
        shape = env.single_observation_space.shape
        if frames < 1 or len(shape) != 2:
            raise CourseError(f"needs pictures (rows, columns) and at least one frame; got {shape}, {frames}")
        self.frames = frames
        self.single_observation_space = spaces.Box(0, 255, (*shape, frames), np.uint8)
        self.observation_space = gymnasium.vector.utils.batch_space(self.single_observation_space, env.num_envs)
        self._fresh = np.ones(env.num_envs, bool)

    def reset(self, *, seed=None, options=None):
        """The first picture of each game, repeated, and the games' info."""
        pictures, info = self.env.reset(seed=seed, options=options)
        self._stack = np.repeat(pictures[..., None], self.frames, axis=-1)
        self._fresh[:] = False
        return self._stack.copy(), info

    def step(self, actions):
        """As the games' own step, with the stacked pictures."""
        pictures, rewards, terminated, truncated, info = self.env.step(actions)
        self._stack = np.concatenate([self._stack[..., 1:], pictures[..., None]], axis=-1)
        self._stack[self._fresh] = pictures[self._fresh][..., None]
        self._fresh = terminated | truncated
        return self._stack.copy(), rewards, terminated, truncated, info


def catch_rate(choose: Callable, games: int, steps: int, seed: int, frames: int = 2) -> float:
    """The share of balls that a player catches, 0 to 1, in so many games of so many steps each; lost games begin again.

    Args:
        choose: pictures (games, 12, 10, frames) uint8 → actions (games,), 0 to 2.
        games: how many at once, at least 1.
        steps: how many, at least 12: the time a ball needs to come down.
        seed: for the games.
        frames: how many pictures the player sees.
    Raises: CourseError for fewer steps.
    """
    if steps < ROWS:
        raise CourseError(f"a ball needs {ROWS} steps to come down; got {steps}")
    envs = StackFrames(CatchVector(games), frames)
    pictures, _ = envs.reset(seed=seed)
    caught = missed = 0
    for _ in range(steps):
        pictures, rewards, *_ = envs.step(choose(pictures))
        caught, missed = caught + (rewards > 0).sum(), missed + (rewards < 0).sum()
    return float(caught / (caught + missed))


def follow(pictures: np.ndarray) -> np.ndarray:
    """Actions of a simple player by hand, who keeps the paddle under the ball: (games,) int, 0 to 2.

    Args:
        pictures: (games, 12, 10, frames) uint8 as :class:`StackFrames` gives them; only the newest is looked at.
    """
    _, column, paddle = _read(pictures[..., -1])
    return np.sign(column - paddle) + 1


def foresee(pictures: np.ndarray) -> np.ndarray:
    """Actions of a perfect player by hand, who works out where the ball will land: (games,) int, 0 to 2.

    Args:
        pictures: (games, 12, 10, frames) uint8, at least two frames.
    Raises: CourseError for fewer than two frames: the drift can't be seen in one.
    """
    if pictures.shape[-1] < 2:
        raise CourseError(f"two frames are needed to see the drift; got {pictures.shape[-1]}")
    row, column, paddle = _read(pictures[..., -1])
    row_before, column_before, _ = _read(pictures[..., -2])
    games = np.arange(len(pictures))
    # Try each drift from where the ball was: the one that leads to where it is now. Two may (no drift, or a bounce
    # back to the same column): then the smaller one, tried last, is right on all steps but the bounce itself.
    goal = column.copy()
    for drift in sorted(range(-_MAX_DRIFT, _MAX_DRIFT + 1), key=abs, reverse=True):
        here, speed = _glide(column_before, np.full(len(games), drift), 1)
        fits = (row == row_before + 1) & (here == column)
        goal = np.where(fits, _glide(here, speed, ROWS - 1 - row)[0], goal)
    return np.sign(goal - paddle) + 1


def _glide(column, drift, steps):
    """Where a ball is after so many steps, and its drift then: walking on an unfolded, mirrored floor."""
    period = 2 * (COLUMNS - 1)
    unfolded = (column + drift * steps) % period
    turned = unfolded > COLUMNS - 1
    # On a wall the next step decides; going on from the unfolded place gives the same as mirroring each bounce.
    return np.where(turned, period - unfolded, unfolded), np.where(turned, -drift, drift)


def _read(pictures):
    """Row and column of the ball and middle of the paddle, each (games,) int, read from (games, 12, 10) pictures."""
    ball = (pictures == BALL).reshape(len(pictures), -1).argmax(axis=1)
    row, column = ball // COLUMNS, ball % COLUMNS
    columns = np.arange(COLUMNS)
    bottom = pictures[:, -1] == PADDLE
    # A ball that has been caught hides a pixel of the paddle; put it back before taking the middle.
    bottom[(row == ROWS - 1) & bottom.any(axis=1)] |= columns == column[(row == ROWS - 1) & bottom.any(axis=1), None]
    paddle = np.round((bottom * columns).sum(axis=1) / np.maximum(bottom.sum(axis=1), 1)).astype(int)
    return row, column, paddle
