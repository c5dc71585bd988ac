"""The learner's own copy of a stage: blanks where the solutions were, and what the learner wrote is kept.

The copy records what the lesson's cells were when it was written (``metadata.course``: cell id to a hash of the source).
Bringing it up to date then tells three things apart: a cell as the lesson had it, one the learner changed, one added.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from ..errors import CourseError
from ..stages import Stage
from ..tools import roads
from ..tools.exercises import exercise_id, find_exercises, fingerprint, grading, is_hidden_test, tags
from ..tools.notebooks import read, write

__all__ = ["Merge", "blank", "merge", "practice"]

KEPT_RUNNING = "raises-exception"  # "Run All" goes on after a blank instead of stopping there


def practice(stage: Stage, fresh: bool = False, folder: Path | None = None, core: bool = False) -> int:
    """Write or bring up to date the learner's copy, and print what was kept; the exit status, 0.

    Args:
        stage: whose notebook exists.
        fresh: begin again; the copy there is moved aside, never deleted.
        folder: where the copies are; without it ``practice`` beside the folder of the notebooks.
        core: without the sections for the curious; what the learner wrote in them is kept.
    Raises: CourseError where something that is not a file stands in the copy's place.
    """
    lesson = roads.core(read(stage.path)) if core else read(stage.path)
    exercises = find_exercises(lesson)
    path = (folder or stage.path.parent.parent / "practice") / stage.path.name
    new, said = blank(lesson), []
    if path.exists() and not path.is_file():
        raise CourseError(f"{path} is not a file; move it away")
    if path.exists() and fresh:
        said = [f"The copy you had is now {_move_aside(path)}."]
    elif path.exists():
        try:
            old = read(path)
        except ValueError:
            said = [f"The copy you had is damaged and can't be read; it is now {_move_aside(path)}."]
        else:
            merged = merge(old, new)
            said = merged.report()
            if merged.overruled:
                said.append(f"The copy as it was is now {_move_aside(path)}.")
            new = merged.notebook
    write(new, path)
    points = sum(exercise.points for exercise in exercises)
    print(f"{path}: {len(exercises)} exercises, {points:g} points")
    print("\n".join(said or ["Write your code where YOUR CODE HERE stands, then run the tests below it."]))
    return 0


def blank(lesson: NotebookNode) -> NotebookNode:
    """The lesson as a learner gets it: no solutions, no hidden tests, exercise cells open and without outputs."""
    from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions

    copy = nbformat.from_dict(lesson)
    for clear in (ClearSolutions(), ClearHiddenTests()):
        copy, _ = clear.preprocess(copy, {})
    kept = []
    for cell, original in zip(copy.cells, lesson.cells, strict=True):
        if is_hidden_test(original):
            continue
        if exercise_id(cell) and cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.metadata.pop("jupyter", None)
            if KEPT_RUNNING not in tags(cell):
                cell.metadata.tags = [*tags(cell), KEPT_RUNNING]
        kept.append(cell)
    copy.cells = kept
    copy.metadata.course = {"lesson": {cell.id: fingerprint(cell.source) for cell in kept}}
    return copy


@dataclass
class Merge:
    """A learner's copy brought up to date, and what became of what the learner wrote.

    Attributes:
        notebook: the copy.
        answers: ids of the exercises whose answers were kept.
        added: number of cells that the learner added, kept after the cell they stood behind.
        changed: number of the lesson's cells that the learner changed, kept because the lesson's did not change.
        updated: number of cells in which the lesson changed since.
        overruled: number of cells changed by the learner whose change is not in the notebook.
    """

    notebook: NotebookNode
    answers: list[str] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    updated: int = 0
    overruled: int = 0

    def report(self) -> list[str]:
        """What was done, in a line each."""
        kept = [f"{_cells(self.answers, 'answer')} ({', '.join(self.answers)})"] if self.answers else []
        kept += [f"{_cells(self.added)} you added"] if self.added else []
        kept += [f"{_cells(self.changed)} of the lesson you changed"] if self.changed else []
        lines = [f"Kept {', '.join(kept)}." if kept else "There was nothing of yours to keep."]
        lines += [f"Brought {_cells(self.updated)} of the lesson up to date."] if self.updated else []
        put_back = f"Put back {_cells(self.overruled)} you had changed: tests, or what the lesson changed as well."
        return [*lines, put_back] if self.overruled else lines


def _cells(of: int | list, name: str = "cell") -> str:
    count = of if isinstance(of, int) else len(of)
    return f"{count} {name}" + "s" * (count != 1)


def merge(old: NotebookNode, new: NotebookNode) -> Merge:
    """The new blank copy with the learner's answers, added cells and changes of the old one.

    Args:
        old: the copy that the learner worked in.
        new: :func:`blank` of the lesson as it is now; it is changed.
    """
    was = recorded = old.metadata.get("course", {}).get("lesson", {})
    if not was.keys() & {cell.get("id") for cell in old.cells}:  # an editor has thrown the ids away
        texts = set(was.values())
        was = {id(cell): text for cell in old.cells if (text := fingerprint(cell.source)) in texts}
    place = _places(old, new)
    result = Merge(new)
    mine: dict[str, NotebookNode] = {}  # by the id of the lesson's cell: the learner's version, to be kept
    own: dict[str | None, list[NotebookNode]] = {}  # by the id of the cell before: what the learner added
    seen, before = set(), None
    for cell in old.cells:
        written, target = was.get(cell.get("id"), was.get(id(cell))), place(cell)
        if target is None or target.id in seen or target.cell_type != cell.cell_type:
            if is_hidden_test(cell):  # from a copy of the lesson made by hand
                result.overruled += 1
            elif written != fingerprint(cell.source):  # else it is a cell that the lesson no longer has
                own.setdefault(before, []).append(_as_own(cell))
            continue
        seen.add(target.id)
        before = target.id
        if fingerprint(cell.source) == fingerprint(target.source):
            mine[target.id] = cell  # with its outputs
        elif written == fingerprint(cell.source):
            result.updated += 1
        elif grading(target).get("solution"):
            mine[target.id] = cell
            result.answers.append(exercise_id(target))
        elif written == fingerprint(target.source) and not grading(target).get("locked"):
            mine[target.id] = cell
            result.changed += 1
        else:
            result.overruled += 1
    result.added = sum(map(len, own.values()))
    result.updated += sum(cell.id not in recorded for cell in new.cells)
    new.cells = list(_woven(new.cells, mine, own))
    return result


def _places(old: NotebookNode, new: NotebookNode) -> Callable[[NotebookNode], NotebookNode | None]:
    """A function from a cell of the old copy to the lesson's cell that it is a version of, or None."""
    ids = {cell.get("id") for cell in old.cells}
    by_id = {cell.id: cell for cell in new.cells}
    # A cell that was made anew is found by its exercise, or by its text; but not a second time, as a pasted copy.
    lost = [cell for cell in new.cells if cell.id not in ids]
    by_exercise = {grading(cell)["grade_id"]: cell for cell in lost if grading(cell).get("grade_id")}
    by_text = {fingerprint(cell.source): cell for cell in lost}

    def place(cell: NotebookNode) -> NotebookNode | None:
        return (
            by_id.get(cell.get("id"))
            or by_exercise.get(grading(cell).get("grade_id"))
            or by_text.get(fingerprint(cell.source))
        )

    return place


def _woven(lesson: list[NotebookNode], mine: dict, own: dict) -> Iterable[NotebookNode]:
    """The lesson's cells with the learner's versions and, behind each, what the learner added there."""
    yield from own.get(None, [])
    for cell in lesson:
        if cell.id in mine:
            cell.source = mine[cell.id].source
            if "attachments" in mine[cell.id]:  # pictures pasted into an answer in words
                cell.attachments = mine[cell.id].attachments
            if cell.cell_type == "code":
                cell.outputs = mine[cell.id].outputs
                cell.execution_count = mine[cell.id].execution_count
        yield cell
        yield from own.get(cell.id, [])


def _as_own(cell: NotebookNode) -> NotebookNode:
    """The cell as one that the learner added: a copied or orphaned answer must not pass for the exercise's."""
    cell.metadata.pop("nbgrader", None)
    cell.metadata.pop("course", None)
    return nbformat.from_dict(cell | {"id": uuid.uuid4().hex[:8]})


def _move_aside(path: Path) -> Path:
    number = 1
    while (backup := path.with_suffix(f".backup-{number}.ipynb")).exists():
        number += 1
    return path.rename(backup)
