"""Stages handed out as labs: the version with blanks, in a folder that nbgrader knows."""

import contextlib
import os
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config

from .. import stages
from ..errors import CourseError
from ..stages import Stage
from ..tools import roads
from ..tools.exercises import exercise_id, find_exercises, grading, number, tags
from ..tools.notebooks import read, replace, writable, write
from .practice import KEPT_RUNNING

__all__ = ["FOLDER", "nbgrader", "release", "selected"]

FOLDER = "labs"  # beside the folder of the notebooks; git does not see it

CONFIG = '''"""nbgrader reads this where it or Jupyter is started in this folder: `jupyter lab` (Nbgrader, Formgrader), `nbgrader db`, …"""

c = get_config()
c.CourseDirectory.course_id = "keras-course"
'''

NOTE = """{title}

1. You need the course's environment: follow README.md of the course ("make lab", or the commands for Windows).
2. Open {notebook} in that environment's JupyterLab, in any folder but the course's own notebooks/, where the
   lesson of the same name lies. It needs no other file.
3. Write your answers where YOUR CODE HERE stands. Run the tests below each answer; they say what is wrong.
   Only the answer's own cell is marked, so whatever it needs (imports, helper functions) stands in it.
   There are further tests that you don't see. Do not rename, copy or delete cells.
4. Hand in {notebook}, with its name as it is.

Exercises: {exercises}
Points: {points:g}
"""


def nbgrader(folder: Path):
    """nbgrader's programming interface for the folder."""
    from nbgrader.apps import NbGraderAPI

    config = Config()
    config.CourseDirectory.root = str(folder.resolve())
    config.CourseDirectory.course_id = "keras-course"
    config.CourseDirectory.db_url = f"sqlite:///{folder.resolve() / 'gradebook.db'}"
    beside = str(Path(sys.executable).parent)  # nbgrader calls alembic by name
    if beside not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = beside + os.pathsep + os.environ.get("PATH", "")
    return NbGraderAPI(config=config)


def selected(lesson: NotebookNode, names: list[str] | None) -> NotebookNode:
    """The lesson with some of its exercises; all where names is None.

    Args:
        lesson: with solutions.
        names: as a teacher writes them: "3.2".
    Raises: CourseError naming the exercises there are.
    """
    copy = nbformat.from_dict(lesson)
    known = [exercise.id for exercise in find_exercises(lesson)]
    if names is not None:
        wanted = ["ex-" + name.strip().replace(".", "-") for name in names]
        lost = [name for name, cell in zip(names, wanted, strict=True) if cell not in known]
        if lost or not wanted:
            there = ", ".join(number(name) for name in known)
            raise CourseError(f"there is no exercise {', '.join(lost) or '(none named)'}; there are {there}")
        copy.cells = [
            cell for at, cell in enumerate(copy.cells) if (of := _belongs(lesson, at)) is None or of in wanted
        ]
    for cell in copy.cells:
        if exercise_id(cell) and cell.cell_type == "code" and KEPT_RUNNING not in tags(cell):
            cell.metadata.tags = [*tags(cell), KEPT_RUNNING]
    return copy


def _belongs(lesson: NotebookNode, at: int) -> str | None:
    """The exercise of a cell; a text tagged "exercise" belongs to the exercise of the cells after it."""
    if name := exercise_id(lesson.cells[at]):
        return name
    if "exercise" in tags(lesson.cells[at]):
        return next((name for cell in lesson.cells[at:] if (name := exercise_id(cell))), None)
    return None


def release(
    stage: Stage, exercises: list[str] | None = None, name: str = "", folder: Path | None = None, core: bool = False
) -> Path:
    """Write the version with blanks, and print where it is and what it holds.

    Args:
        stage: whose notebook exists.
        exercises: which of them ("3.2"); None for all.
        name: of the assignment; without it the notebook's, with the exercises' numbers where some were chosen.
        folder: nbgrader's course folder.
        core: without the sections for the curious.
    Returns: the notebook to hand out.
    Raises: CourseError for an unknown exercise, a name that is no name for a folder, where nbgrader refuses, or where there are
        marks under this name for exercises that would be gone; nothing is changed then.
    """
    folder = folder or stages.ROOT / FOLDER
    lesson = selected(roads.core(read(stage.path)) if core else read(stage.path), exercises)
    if not name:
        name = stage.slug + "".join("_" + part.split(".")[-1].strip() for part in exercises or [])
    if name in (".", "..") or any(sign in name for sign in '/\\:*?"<>|+') or name != name.strip():
        raise CourseError(f"{name!r} can't be the name of an assignment; use letters, digits, - and _")
    writable(folder)
    if not (folder / "nbgrader_config.py").exists():
        replace(folder / "nbgrader_config.py", CONFIG)
    source = folder / "source" / name / f"{stage.slug}.ipynb"
    if (folder / "marks" / name).is_dir():
        _keeps_what_was_marked(source, lesson, name)
    write(lesson, source)
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
        done = nbgrader(folder).generate_assignment(name, force=True, create=True)
    if not done["success"]:
        raise CourseError(f"nbgrader refuses: {(done.get('error') or done.get('log') or '').strip()[-400:]}")
    path = folder / "release" / name / f"{stage.slug}.ipynb"
    found = find_exercises(lesson)
    points = sum(exercise.points for exercise in found)
    numbers = ", ".join(number(exercise.id) for exercise in found)
    title = f"Stage {stage.number}: {stage.title}"
    replace(
        path.with_name("README.txt"), NOTE.format(title=title, notebook=path.name, exercises=numbers, points=points)
    )
    print(f"{path}: {len(found)} exercises ({numbers}), {points:g} points")
    _leaks(path)
    chosen = "" if name == stage.slug else f" --name {name}"
    where = "" if folder == stages.ROOT / FOLDER else f" --folder {stages.typed(folder)}"
    print(f"Hand out what is in {path.parent}.")
    print(
        f"Collect it as {folder / 'submitted'}/STUDENT/{name}/{path.name}; then: {stages.command(f'grade {stage.number}{chosen}{where}')}"
    )
    return path


def _keeps_what_was_marked(source: Path, lesson: NotebookNode, name: str) -> None:
    """Raises: CourseError where a cell that has marks under this name would be gone from the assignment."""
    before, now = (
        {grading(cell)["grade_id"]: cell for cell in notebook.cells if grading(cell).get("grade")}
        for notebook in (read(source) if source.is_file() else lesson, lesson)
    )
    if lost := list(dict.fromkeys(number(exercise_id(before[key])) for key in before if key not in now)):
        raise CourseError(
            f"{name} has marks already, for exercise {', '.join(lost)} too, which would be gone; choose another --name"
        )


def _leaks(path: Path) -> None:
    """Raises: CourseError where a solution or a hidden test is in what is handed out."""
    text = path.read_text(encoding="utf-8")
    for mark in ("BEGIN SOLUTION", "BEGIN HIDDEN TESTS"):
        if mark in text:
            path.unlink()
            raise CourseError(
                f"“{mark}” is still in the version for students, which was taken back; check the notebook's cells"
            )
    answers = [cell for cell in read(path).cells if grading(cell).get("solution")]
    if not answers:
        path.unlink()
        raise CourseError("the version for students has no cell to answer in, so it was taken back")
