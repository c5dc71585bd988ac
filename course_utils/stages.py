"""The ten stages of the course: numbers, files, titles, budgets. Imports only the standard library."""

import sys
from dataclasses import dataclass
from pathlib import Path

from .errors import CourseError

__all__ = ["ROOT", "STAGES", "Stage", "command", "find", "typed"]

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Stage:
    """One stage of the course.

    Attributes:
        number: 1 to 10.
        slug: the notebook's file name without ``.ipynb``.
        title: as the notebook's first heading says it.
        cpu_seconds: the budget for one quick-profile run, CPU seconds.
    """

    number: int
    slug: str
    title: str
    cpu_seconds: int = 150

    @property
    def path(self) -> Path:
        """Where the stage's notebook is."""
        return ROOT / "notebooks" / f"{self.slug}.ipynb"

    @property
    def exists(self) -> bool:
        """Whether this copy of the course holds the stage's notebook."""
        return self.path.is_file()


STAGES = (
    Stage(1, "01_neural_networks", "Neural networks"),
    Stage(2, "02_keras_three_ways", "Three ways to program in Keras"),
    Stage(3, "03_convolutional_networks", "Convolutional networks", 300),
    Stage(4, "04_object_detection", "Object detection", 300),
    Stage(5, "05_recurrent_networks", "Recurrent networks"),
    Stage(6, "06_encoder_decoder", "Encoder–decoder", 300),
    Stage(7, "07_generative_adversarial_networks", "Generative adversarial networks"),
    Stage(8, "08_deep_q_network", "Deep Q-networks"),
    Stage(9, "09_graph_convolutional_networks", "Graph convolutional networks"),
    Stage(10, "10_transformer", "Transformer", 300),
)


def find(stage: int | str) -> Stage:
    """The stage with this number or name.

    Args:
        stage: 1 to 10, as a number or text (``"3"``, ``"03"``), or a slug or a part of one, of three letters or more
            (``"03_convolutional_networks"``, ``"03_conv"``, ``"convolutional"``).
    Raises: CourseError naming the stages there are, or those that the part fits.
    """
    text = str(stage).strip().removesuffix(".ipynb")
    for known in STAGES:
        if text == known.slug or (text.isdecimal() and int(text) == known.number):
            return known
    matches = [known for known in STAGES if len(text) > 2 and (text in known.slug)]
    if len(matches) == 1:
        return matches[0]
    names = ", ".join(f"{known.number} ({known.slug[3:]})" for known in matches or STAGES)
    if matches:
        raise CourseError(f"{stage!r} fits more than one stage: {names}; say which")
    raise CourseError(f"there is no stage {stage!r}; the stages are {names}")


def typed(path: Path | str) -> str:
    """The path as it is typed on a command line: in quotes where there is a blank in it."""
    return f'"{path}"' if " " in str(path) else str(path)


def command(words: str) -> str:
    """A command of the course as it can be typed here: with this interpreter, which need not be the one called python."""
    python = Path(sys.executable)
    if python.is_relative_to(Path.cwd()):
        python = python.relative_to(Path.cwd())
    return f"{typed(python)} -m course_utils {words}"
