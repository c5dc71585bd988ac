"""Pong seen small enough for one CPU core, where ale-py is installed; and pictures of its court drawn from positions, anywhere."""

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.vector import VectorEnv

from ..errors import CourseError
from .full import ale_games

__all__ = ["ACTIONS", "MISSING", "courts", "draw", "read"]

ACTIONS = ("stay", "up", "down")
MISSING = -1  # where a position would stand, and the thing is not to be seen

_BUTTONS = np.array((0, 2, 3))  # what ale-py calls NOOP, RIGHT and LEFT: the paddle stays, goes up, goes down
_ROWS = slice(34, 194)  # of the screen: the court, 160 × 160 pixels, without score and walls
_GROUND, _LEFT, _RIGHT, _BALL = 87, 148, 147, 236  # grey values on the screen
_PADDLES = ((16, 20), (140, 144))  # columns of the court, from and to
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
    whole = ale_games(number, "Pong", img_height=210, img_width=160, stack_num=1)
    return _Courts(whole, a_point_ends)


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
    things = [(positions[:, [0, 2]], positions[:, [1, 3]], _BALL)]
    for place, (columns, grey) in enumerate(zip(_PADDLES, (_LEFT, _RIGHT), strict=True)):
        x = np.broadcast_to(np.array(columns, float), (len(positions), 2))
        things.append((x, positions[:, 4 + 2 * place : 6 + 2 * place], grey))
    bright = np.zeros((len(positions), 40, 20))
    for x, y, grey in things:
        share = _covered(y, 40, 4)[:, :, None] * _covered(x, 20, 8)[:, None, :]
        bright += share * (grey - _GROUND) * _CONTRAST
    return bright.clip(0, 255).astype("uint8")


def read(screens: np.ndarray) -> np.ndarray:
    """Where ball and paddles are, (n, 8) int16, as :func:`draw` takes them.

    Args:
        screens: (n, 210, 160) uint8 grey screens of Pong.
    """
    found = np.full((len(screens), 8), MISSING, "int16")
    for place, screen in enumerate(screens):
        court = screen[_ROWS]
        ball = np.argwhere(court == _BALL)
        if len(ball):
            found[place, :4] = (*ball.min(axis=0)[::-1], *(ball.max(axis=0)[::-1] + 1))
        for side, ((first, end), grey) in enumerate(zip(_PADDLES, (_LEFT, _RIGHT), strict=True)):
            rows = np.flatnonzero((court[:, first:end] == grey).any(axis=1))
            if len(rows):
                found[place, 4 + 2 * side : 6 + 2 * side] = rows[0], rows[-1] + 1
    return found


def _covered(edges: np.ndarray, cells: int, size: int) -> np.ndarray:
    """What share of each of so many cells of so many pixels lies between two edges: (n, 2) → (n, cells)."""
    starts = size * np.arange(cells)
    inside = np.minimum(edges[:, 1:], starts + size) - np.maximum(edges[:, :1], starts)
    return inside.clip(0) / size


class _Courts(gymnasium.vector.VectorWrapper):
    """Pong's whole screens, (games, 1, 210, 160), turned into pictures of its court, (games, 40, 20, 2)."""

    def __init__(self, env: VectorEnv, a_point_ends: bool):
        super().__init__(env)
        self.a_point_ends = a_point_ends
        self.single_observation_space = spaces.Box(0, 255, (40, 20, 2), np.uint8)
        self.single_action_space = spaces.Discrete(len(ACTIONS))
        self.observation_space, self.action_space = (
            gymnasium.vector.utils.batch_space(space, env.num_envs)
            for space in (self.single_observation_space, self.single_action_space)
        )

    def reset(self, *, seed=None, options=None):
        """The first picture of each game, twice, and the games' info."""
        self.screens, info = self.env.reset(seed=seed, options=options)
        self._stack = np.repeat(self._court(), 2, axis=-1)
        self._fresh = np.zeros(self.num_envs, bool)
        return self._stack, info

    def step(self, actions):
        """As the games' own step, with the stacked pictures."""
        self.screens, rewards, terminated, truncated, info = self.env.step(_BUTTONS[np.asarray(actions)])
        court = self._court()
        before = np.where(self._fresh[:, None, None, None], court, self._stack[..., 1:])
        self._stack, self._fresh = np.concatenate([before, court], axis=-1), terminated | truncated
        if self.a_point_ends:
            terminated = terminated | (rewards != 0)
        return self._stack, rewards.astype("float32"), terminated, truncated, info

    def _court(self) -> np.ndarray:
        cells = self.screens[:, 0, _ROWS].reshape(-1, 40, 4, 20, 8)
        bright = np.abs(cells.mean(axis=(2, 4), dtype="float32") - _GROUND) * _CONTRAST
        return bright.clip(0, 255).astype("uint8")[..., None]
