"""A world small enough for tables: walking along a cliff, after Sutton and Barto (2018), example 6.6."""

from dataclasses import dataclass

import numpy as np

from ..errors import CourseError

__all__ = ["MOVES", "GridWorld", "cliff_walk"]

MOVES = ("up", "right", "down", "left")
_STEPS = ((-1, 0), (0, 1), (1, 0), (0, -1))


@dataclass(frozen=True)
class GridWorld:
    """A world of ``rows × columns`` cells, numbered along the rows, in which every move has one outcome.

    Attributes:
        rows, columns: the grid.
        start, goal: numbers of cells.
        cliff: numbers of the cells that end the walk with a fall.
        next_state: (cells, 4) int: where a move leads.
        reward: (cells, 4) float: what it gives.
        ended: (cells, 4) float: 1 where it ends the episode, else 0.
    """

    rows: int
    columns: int
    start: int
    goal: int
    cliff: tuple[int, ...]
    next_state: np.ndarray
    reward: np.ndarray
    ended: np.ndarray

    @property
    def cells(self) -> np.ndarray:
        """Numbers of the cells one can stand in: all but the cliff and the goal."""
        return np.setdiff1d(np.arange(self.rows * self.columns), (*self.cliff, self.goal))


def cliff_walk(rows: int = 4, columns: int = 6, fall: float = -20.0) -> GridWorld:
    """The cliff: start bottom left, goal bottom right, between them a cliff.

    Each move costs 1 (reward -1; into a wall one stays where one is); a fall gives ``fall`` and ends the walk.

    Args:
        rows: at least 2.
        columns: at least 3.
        fall: the reward of a fall, below -1.
    Raises: CourseError for arguments out of range.
    """
    if rows < 2 or columns < 3 or not fall < -1:
        raise CourseError(f"needs at least 2 rows, 3 columns and a fall below -1; got {rows}, {columns} and {fall}")
    cells = rows * columns
    start, goal = cells - columns, cells - 1
    cliff = tuple(range(start + 1, goal))
    row, column = np.divmod(np.arange(cells)[:, None], columns)
    down, along = np.array(_STEPS).T
    next_state = np.clip(row + down, 0, rows - 1) * columns + np.clip(column + along, 0, columns - 1)
    fell = np.isin(next_state, cliff)
    reward = np.where(fell, fall, -1.0)
    ended = (fell | (next_state == goal)).astype(float)
    return GridWorld(rows, columns, start, goal, cliff, next_state, reward, ended)
