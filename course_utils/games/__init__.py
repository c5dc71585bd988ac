"""Games to learn on: Catch from pixels, tabular worlds, acting fast. gymnasium is imported here, and only here."""

import gymnasium

from .acting import cartpoles, play_out, q_function
from .catch import ACTIONS, COLUMNS, ROWS, Catch, CatchVector, StackFrames, catch_rate, follow, foresee
from .grid import MOVES, GridWorld, cliff_walk
from .learning import compile_steps

__all__ = [
    "ACTIONS",
    "COLUMNS",
    "MOVES",
    "ROWS",
    "Catch",
    "CatchVector",
    "GridWorld",
    "StackFrames",
    "cartpoles",
    "catch_rate",
    "cliff_walk",
    "compile_steps",
    "follow",
    "foresee",
    "play_out",
    "q_function",
]

gymnasium.register("course/Catch-v0", entry_point=Catch, vector_entry_point=CatchVector)
