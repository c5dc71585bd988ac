"""Pong seen small enough for one CPU core, where ale-py is installed; and pictures of its court drawn from positions, anywhere."""

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.vector import VectorEnv

from ..errors import CourseError
from .catch import StackFrames
from .full import ale_games

__all__ = ["ACTIONS", "BALL", "LEFT", "MISSING", "PADDLES", "RIGHT", "ROWS", "courts", "draw"]

ACTIONS = ("stay", "up", "down")
MISSING = -1  # where a position would stand, and the thing is not to be seen

ROWS = slice(34, 194)  # of the screen: the court, 160 × 160 pixels, without score and walls
LEFT, RIGHT, BALL = 148, 147, 236  # grey values on the screen
PADDLES = ((16, 20), (140, 144))  # columns of the court, from and to

_BUTTONS = np.array((0, 2, 3))  # what ale-py calls NOOP, RIGHT and LEFT: the paddle stays, goes up, goes down
_GROUND = 87
_CONTRAST = 4  # so that a ball that fills a quarter of its cell is bright


def courts(number: int, a_point_ends: bool = False) -> VectorEnv:
    """So many games of Pong that step together: 3 actions, the last two pictures of the court, 40 × 20 cells each.

    The games are those of :func:`course_utils.games.full.atari`: actions held for 4 frames, the brighter of the last two
    frames, up to 30 idle steps at the start, and ale-py's sticky actions. Only what is seen and pressed differs: the picture
    is the court alone, averaged to cells of 4 × 8 pixels, with its ground at 0; the actions are those of ``ACTIONS``.

    Args:
        number: how many, at least 1.
        a_point_ends: True where each point, won or lost, ends an episode, as suits learning: what was before it has no
            bearing on what follows. The games themselves go on to 21 either way.
    Returns: a ``VectorEnv`` whose states are (number, 40, 20, 2) uint8, newest last. The step after a game's end sets it up again.
    Raises: ImportError saying what to install where ale-py is missing.
    """
    games = StackFrames(_Courts(ale_games(number, "Pong", img_height=210, img_width=160, stack_num=1)))
    return _PointsEnd(games) if a_point_ends else games


def draw(positions: np.ndarray) -> np.ndarray:
    """Pictures of the court as :func:`courts` shows them, drawn from where things are.

    Args:
        positions: (n, 8) pixels of the court, 0 to 160, x to the right and y down: the ball's left, top, right and bottom edge, top and
            bottom of the left paddle, top and bottom of the right one, the agent's; ``MISSING`` for all edges of what is not there.
    Returns: (n, 40, 20) uint8.
    Raises: CourseError for another shape or a position outside the court.
    """
    positions = np.asarray(positions, "float64")
    if positions.ndim != 2 or positions.shape[1] != 8:
        raise CourseError(f"positions are (n, 8) numbers; got the shape {positions.shape}")
    if len(positions) and not (positions.min() >= MISSING and positions.max() <= 160):
        raise CourseError("positions are pixels of the court, 0 to 160, or -1 for what is not there")
    things = [(positions[:, [0, 2]], positions[:, [1, 3]], BALL)]
    for place, (columns, grey) in enumerate(zip(PADDLES, (LEFT, RIGHT), strict=True)):
        x = np.broadcast_to(np.array(columns, float), (len(positions), 2))
        things.append((x, positions[:, 4 + 2 * place : 6 + 2 * place], grey))
    bright = np.zeros((len(positions), 40, 20))
    for x, y, grey in things:
        share = _covered(y, 40, 4)[:, :, None] * _covered(x, 20, 8)[:, None, :]
        bright += share * (grey - _GROUND) * _CONTRAST
    return bright.clip(0, 255).astype("uint8")


def _covered(edges: np.ndarray, cells: int, size: int) -> np.ndarray:
    """What share of each of so many cells of so many pixels lies between two edges: (n, 2) → (n, cells)."""
    starts = size * np.arange(cells)
    inside = np.minimum(edges[:, 1:], starts + size) - np.maximum(edges[:, :1], starts)
    return inside.clip(0) / size


class _Courts(gymnasium.vector.VectorWrapper):
    """Pong's whole screens, (games, 1, 210, 160), turned into pictures of its court, (games, 40, 20)."""

    def __init__(self, env: VectorEnv):
        super().__init__(env)
        self.single_observation_space = spaces.Box(0, 255, (40, 20), np.uint8)
        self.single_action_space = spaces.Discrete(len(ACTIONS))
        self.action_space = gymnasium.vector.utils.batch_space(self.single_action_space, env.num_envs)

    def reset(self, *, seed=None, options=None):
        """The first picture of each game, and the games' info."""
        self.screens, info = self.env.reset(seed=seed, options=options)
        return self._pictures(), info

    def step(self, actions):
        """As the games' own step, with pictures of the court."""
        self.screens, rewards, terminated, truncated, info = self.env.step(_BUTTONS[np.asarray(actions)])
        return self._pictures(), rewards.astype("float32"), terminated, truncated, info

    def _pictures(self) -> np.ndarray:
        cells = self.screens[:, 0, ROWS].reshape(-1, 40, 4, 20, 8)
        bright = np.abs(cells.mean(axis=(2, 4), dtype="float32") - _GROUND) * _CONTRAST
        return bright.clip(0, 255).astype("uint8")


class _PointsEnd(gymnasium.vector.VectorWrapper):
    """Games in which each point, won or lost, ends an episode, and the game goes on."""

    def step(self, actions):
        """As the games' own step, terminated where a point is paid."""
        states, rewards, terminated, truncated, info = self.env.step(actions)
        return states, rewards, terminated | (rewards != 0), truncated, info
