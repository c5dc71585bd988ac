"""What was handed in: found in a folder, read with suspicion, and matched with the exercises it answers."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from ..errors import CourseError
from ..tools.exercises import find_exercises, fingerprint, grading, is_hidden_test

__all__ = ["Answers", "HandedIn", "Unreadable", "find", "read_answers"]

LARGEST = 32 * 2**20  # bytes of a notebook that is read


class Unreadable(ValueError):
    """A submission that can't be marked; the text says why, to the student."""


@dataclass(frozen=True)
class HandedIn:
    """One submission.

    Attributes:
        student: the name of its folder, or of its file in a flat folder.
        path: its notebook, or where one was looked for.
        problem: why it can't be taken, or empty.
    """

    student: str
    path: Path
    problem: str = ""


@dataclass
class Answers:
    """What a submission answers.

    Attributes:
        code: source by the grade_id of the answer's cell.
        words: text by the grade_id of a question in words.
        notes: what is odd about the notebook, in words for the student.
    """

    code: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def find(folder: Path, assignment: str, notebook: str) -> list[HandedIn]:
    """The submissions in a folder, by student, in the order of names.

    Three ways of laying them out are known: nbgrader's (``STUDENT/ASSIGNMENT/NOTEBOOK.ipynb``), a folder for each student
    (``STUDENT/NOTEBOOK.ipynb``), and a file for each (``STUDENT.ipynb``). Links are not followed.

    Args:
        folder: where they are.
        assignment: the assignment's name.
        notebook: the notebook's name without ``.ipynb``.
    Raises: CourseError where there is no such folder or nothing in it.
    """
    if not folder.is_dir():
        raise CourseError(
            f"there is no folder {folder}; submissions are expected as STUDENT/{assignment}/{notebook}.ipynb in it"
        )
    found = []
    for place in sorted(folder.iterdir()):
        if place.name.startswith("."):
            continue
        if place.is_symlink():
            found.append(
                HandedIn(
                    place.name.removesuffix(".ipynb"),
                    place,
                    "it is a link to another place, and links are not followed",
                )
            )
        elif place.is_file() and place.suffix.lower() == ".ipynb":
            found.append(HandedIn(place.stem, place))
        elif place.is_file():
            print(f"Left out, since it is no notebook (.ipynb) and no folder: {place}")
        elif place.is_dir():
            found.append(_in_folder(place, assignment, notebook))
    if not found:
        raise CourseError(
            f"{folder} holds no submissions; expected are STUDENT/{assignment}/{notebook}.ipynb, STUDENT/{notebook}.ipynb or STUDENT.ipynb"
        )
    twice = {one.student for one in found if sum(other.student == one.student for other in found) > 1}
    if twice:
        raise CourseError(f"{folder} holds two submissions of {', '.join(sorted(twice))}; keep one of each")
    return found


def _in_folder(place: Path, assignment: str, notebook: str) -> HandedIn:
    inner = place / assignment
    if inner.is_symlink():
        return HandedIn(place.name, inner, "its folder is a link to another place, and links are not followed")
    wanted = (inner if inner.is_dir() else place) / f"{notebook}.ipynb"
    if wanted.is_symlink():
        return HandedIn(place.name, wanted, "its notebook is a link to another place, and links are not followed")
    if wanted.is_file():
        return HandedIn(place.name, wanted)
    others = sorted(file.name for file in wanted.parent.glob("*.ipynb"))
    there = f"; what is there: {', '.join(others[:3])}" if others else ""
    return HandedIn(place.name, wanted, f"there is no {notebook}.ipynb{there}")


def read_answers(handed_in: HandedIn, lesson: NotebookNode) -> Answers:
    """The answers of a submission, each by the exercise it belongs to.

    Only the answers' own cells count. Tests, and everything else in the notebook, are the course's own when it is marked.

    Args:
        handed_in: from :func:`find`.
        lesson: the notebook that was handed out, with its solutions.
    Raises: Unreadable where the file can't be taken as a notebook.
    """
    if handed_in.problem:
        raise Unreadable(handed_in.problem)
    cells = _cells(handed_in.path)
    released = _released(lesson)
    answers = Answers()
    for exercise in find_exercises(lesson):
        for cell in exercise.cells:
            name = grading(cell).get("grade_id")
            if grading(cell).get("solution"):
                _take(cell, name, cells, answers)
            elif grading(cell).get("grade") and name in released:
                same = [one for one in cells if _grade_id(one) == name or one.get("id") == cell.id]
                if same and all(fingerprint(one["source"]) != released[name] for one in same):
                    answers.notes.append(f"the tests {name} were changed in the file; the course's own were used")
    known = {grading(cell).get("grade_id") for cell in lesson.cells} - {None}
    strange = sorted({name for one in cells if (name := _grade_id(one)) and name not in known})
    if strange:
        answers.notes.append(f"cells that no exercise has were left out: {', '.join(strange)[:100]}")
    return answers


def _take(cell: NotebookNode, name: str, cells: list[dict], answers: Answers) -> None:
    """Find the answer to one cell of an exercise."""
    by_id = [one for one in cells if one.get("id") == cell.id and one["cell_type"] == cell.cell_type]
    by_name = [one for one in cells if _grade_id(one) == name and one["cell_type"] == cell.cell_type]
    found = by_id or by_name
    different = {one["source"].strip() for one in [*by_id, *by_name]}
    if not found:
        answers.notes.append(f"the cell of {name} is not in the file (deleted or renamed), so it counts as blank")
        return
    if len(different) > 1:
        answers.notes.append(
            f"{len(different)} different cells claim to answer {name}; the one in the original place was marked"
        )
    (answers.code if cell.cell_type == "code" else answers.words)[name] = found[0]["source"]


def _cells(path: Path) -> list[dict]:
    """The notebook's cells as plain dicts with text for a source."""
    size = path.stat().st_size
    if size > LARGEST:
        raise Unreadable(
            f"the file has {size / 2**20:,.0f} MiB; a notebook of at most {LARGEST // 2**20} MiB is read. Clear its outputs and hand it in again"
        )
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("the file is not UTF-8 text; save it in Jupyter and hand it in again") from None
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"the file is not a notebook: {str(error)[:80]}") from None
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise Unreadable("the file is JSON, but not a notebook of format 4")
    cells = []
    for cell in content["cells"]:
        if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
            continue
        source = cell.get("source", "")
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if not isinstance(source, str):
            continue
        metadata = cell.get("metadata")
        identity = cell.get("id")
        cells.append(
            {
                "cell_type": cell["cell_type"],
                "source": _writable(source.replace("\x00", "")),
                "metadata": metadata if isinstance(metadata, dict) else {},
                "id": identity if isinstance(identity, str) else "",
            }
        )
    if not cells:
        raise Unreadable("the notebook has no cells")
    return cells


def _grade_id(cell: dict) -> str | None:
    marks = cell["metadata"].get("nbgrader")
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    return _writable(re.sub(r"\s+", " ", name)[:80]) if isinstance(name, str) else None


def _writable(text: str) -> str:
    """The text as a file can hold it: half of a character, which JSON allows, becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _released(lesson: NotebookNode) -> dict[str, str]:
    """Hash of each visible test as it was handed out, by grade_id."""
    return {
        grading(cell)["grade_id"]: fingerprint(cell.source)
        for cell in lesson.cells
        if grading(cell).get("grade") and not grading(cell).get("solution") and not is_hidden_test(cell)
    }
