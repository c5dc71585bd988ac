"""Small trained agents that ship with the course, as half-precision weights under ``data/stage_08``."""

from ..errors import CourseError
from ..quiet import keras
from ..stages import ROOT
from ..training import load_or_train

__all__ = ["FOLDER", "load"]

FOLDER = ROOT / "data" / "stage_08"
_MADE_BY = dict.fromkeys(("cartpole", "catch", "lander"), "agents") | {"pong": "pong"}


def load(name: str, network: keras.Model) -> keras.Model:
    """The network with the weights of a shipped agent in it, checked.

    Args:
        name: "cartpole", "catch", "lander" or "pong".
        network: built, of the shape that stage 8 trains for this game.
    Raises: CourseError for an unknown name, a file that is not there (with the command that makes it) or is damaged,
        or a network of another shape.
    """
    if name not in _MADE_BY:
        raise CourseError(f"there is no agent {name!r}; there are {', '.join(_MADE_BY)}")
    path = FOLDER / f"{name}.npz"
    if not path.is_file():
        raise CourseError(
            f"data/stage_08/{path.name} is not there; get the course's files again, or train the agent anew: "
            f"python -m course_utils.makers stage_08.{_MADE_BY[name]}"
        )
    return load_or_train(network, path, lambda: network)
