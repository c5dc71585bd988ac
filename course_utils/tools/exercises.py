"""The exercises of a notebook, read from its nbgrader cells."""

import hashlib
import re
from dataclasses import dataclass, field

import nbformat
from nbformat import NotebookNode

__all__ = ["Exercise", "exercise_id", "find_exercises", "fingerprint", "grading", "number", "stub", "tags"]

_ID = re.compile(r"(ex-\d+-\d+)(?:-|$)")


@dataclass
class Exercise:
    """One exercise: its cells, in the notebook's order.

    Attributes:
        id: ``ex-3-2`` for the second exercise of stage 3.
        cells: all code cells, and the words asked for.
    """

    id: str
    cells: list[NotebookNode] = field(default_factory=list)

    @property
    def answers(self) -> list[NotebookNode]:
        """The code cells that the learner writes; empty for a question in words."""
        return [cell for cell in self.cells if cell.cell_type == "code" and grading(cell).get("solution")]

    @property
    def tests(self) -> list[NotebookNode]:
        """The visible and hidden test cells."""
        return [cell for cell in self.cells if cell.cell_type == "code" and grading(cell).get("grade")]

    @property
    def points(self) -> float:
        """What it is worth."""
        return sum(grading(cell).get("points", 0) for cell in self.cells if grading(cell).get("grade"))


def grading(cell: NotebookNode) -> dict:
    """The cell's nbgrader metadata; empty where it has none."""
    return cell.metadata.get("nbgrader", {})


def tags(cell: NotebookNode) -> list[str]:
    """The cell's tags."""
    return cell.metadata.get("tags", [])


def is_hidden_test(cell: NotebookNode) -> bool:
    """Whether the cell is a test that learners do not get."""
    return "### BEGIN HIDDEN TESTS" in cell.source


def stub(cell: NotebookNode) -> str:
    """What a learner finds in the cell instead of its solution."""
    from nbgrader.preprocessors import ClearSolutions

    return ClearSolutions().preprocess_cell(nbformat.from_dict(cell), {"language": "python"}, 0)[0].source


def fingerprint(source: str) -> str:
    """A hash of a cell's source, the same with blank lines before and after it or without."""
    return hashlib.sha256(source.strip().encode()).hexdigest()[:16]


def number(name: str) -> str:
    """The number of an exercise as it is printed: "3.2" for ``ex-3-2``."""
    return name.removeprefix("ex-").replace("-", ".")


def exercise_id(cell: NotebookNode) -> str | None:
    """The exercise that the cell belongs to, or None for a cell of the lesson."""
    name = grading(cell).get("grade_id") or cell.metadata.get("course", {}).get("exercise") or ""
    match = _ID.match(name)
    return match.group(1) if match else None


def find_exercises(notebook: NotebookNode) -> list[Exercise]:
    """The notebook's exercises, in the order of their first cells."""
    found: dict[str, Exercise] = {}
    for cell in notebook.cells:
        if name := exercise_id(cell):
            found.setdefault(name, Exercise(name)).cells.append(cell)
    return list(found.values())
