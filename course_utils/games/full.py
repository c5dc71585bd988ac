"""Full-size games, where their packages are installed: Atari through ale-py, LunarLander through Box2D."""

from importlib.util import find_spec

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.vector import VectorEnv
from gymnasium.wrappers.vector import TransformObservation

__all__ = ["ale_games", "atari", "landers"]


def atari(number: int, game: str = "Pong") -> VectorEnv:
    """So many Atari games that step together, prepared as Mnih and others (2015) did; ale-py brings the games' ROMs.

    An action is repeated for 4 frames; the picture is the brighter of the last two, grey, 84 × 84; the last 4 pictures are
    stacked; a game begins with up to 30 idle steps; rewards are clipped to -1, 0 and 1. One thing is newer: in each frame the
    last action sticks with probability 0.25 (Machado and others, 2018), so that no game can be learnt by heart. All that is
    ale-py's own ``AtariVectorEnv``; here the frames go to the last axis, where a Keras convolution wants them.

    Args:
        number: how many, at least 1.
        game: its name in ale-py, as in ``"Breakout"``.
    Returns: a ``VectorEnv`` whose states are (number, 84, 84, 4) uint8; a lost game is reset by the *next* step.
    Raises: ImportError saying what to install where ale-py is missing.
    """
    envs = ale_games(number, game)
    frames, rows, columns = envs.single_observation_space.shape
    single = spaces.Box(0, 255, (rows, columns, frames), np.uint8)
    many = gymnasium.vector.utils.batch_space(single, number)
    return TransformObservation(envs, lambda states: np.moveaxis(states, 1, -1), many, single)


def ale_games(number: int, game: str, **options) -> VectorEnv:
    """So many Atari games as ale-py's own ``AtariVectorEnv`` gives them, which takes the options: (number, frames, rows, columns).

    Raises: ImportError saying what to install where ale-py is missing.
    """
    if find_spec("ale_py") is None:
        raise ImportError("Atari needs the package ale-py: python -m pip install ale-py")
    import ale_py

    gymnasium.register_envs(ale_py)
    return gymnasium.make_vec(f"ALE/{game}-v5", num_envs=number, **options)


def landers(number: int) -> VectorEnv:
    """So many games of LunarLander-v3: 8 numbers a state, 4 actions; land between the flags, softly, with little fuel.

    Args:
        number: how many, at least 1.
    Raises: ImportError saying what to install where Box2D, or pygame, without which gymnasium doesn't load it, is missing.
    """
    if find_spec("Box2D") is None or find_spec("pygame") is None:
        raise ImportError("LunarLander needs the packages Box2D and pygame: python -m pip install box2d pygame")
    return gymnasium.make_vec("LunarLander-v3", num_envs=number, vectorization_mode="sync")
