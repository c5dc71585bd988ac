"""Marks for a class: every submission in the sandbox, side by side, and each only once."""

import csv
import hashlib
import io
import json
import os
import time
import warnings
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import nbformat

from .. import stages
from ..errors import CourseError
from ..stages import Stage
from ..tools.exercises import exercise_id, grading, number
from ..tools.notebooks import read, replace, writable, write
from .feedback import class_page, student_page
from .marking import Assignment, Mark, mark, nothing
from .release import FOLDER, nbgrader
from .sandbox import UNSAFE, Limits, choose, end_all
from .submissions import Answers, HandedIn, Unreadable, find, read_answers

__all__ = ["grade"]

VERSION = 2  # of how marks are made; another number marks everything anew


def grade(
    stage: Stage,
    submissions: Path | None = None,
    name: str = "",
    folder: Path | None = None,
    jobs: int | None = None,
    unsafe: bool = False,
    limits: Limits | None = None,
) -> list[Mark]:
    """Mark a folder of submissions; write the marks, each student's feedback and the class's summary.

    A submission that has been marked is not run again unless it, or the assignment, has changed; so a run that was
    stopped goes on where it was.

    Args:
        stage: the stage that was released.
        submissions: their folder; without it ``submitted`` in the course folder.
        name: of the assignment, where it is not the notebook's.
        folder: nbgrader's course folder.
        jobs: submissions side by side; without it, one a core.
        unsafe: without a sandbox.
        limits: for each submission.
    Returns: the marks, by student.
    Raises: CourseError where nothing was released or handed in, or where there is no sandbox.
    """
    folder = folder or stages.ROOT / FOLDER
    name = name or stage.slug
    source = folder / "source" / name / f"{stage.slug}.ipynb"
    if not source.is_file():
        there = sorted(p.parent.name for p in folder.glob(f"source/*/{stage.slug}.ipynb"))
        also = f" (released: {', '.join(there)}; choose one with --name)" if there else ""
        raise CourseError(
            f"{name} was not released in {folder}{also}; run: {stages.command(f'release {stage.number}')}"
        )
    sandbox = UNSAFE if unsafe else choose()
    assignment = Assignment(read(source))
    handed_in = find(submissions or folder / "submitted", name, stage.slug)
    place = folder / "marks" / name
    writable(place / "each")
    marks = _all(
        assignment,
        handed_in,
        place / "each",
        hashlib.sha256(source.read_bytes()).hexdigest(),
        jobs,
        sandbox,
        limits or Limits(),
    )
    answers = {one.student: _answers(one, assignment) for one in handed_in}
    for one in handed_in:
        page = folder / "feedback" / one.student / name / f"{stage.slug}.html"
        replace(page, student_page(stage, marks[one.student], answers[one.student]))
        _exchange(one, page.parent)
    ordered = [marks[one.student] for one in handed_in]
    # the mark at its beginning tells Excel that it is UTF-8
    replace(place / "marks.csv", "\ufeff" + _table(assignment, ordered))
    replace(place / "class.html", class_page(stage, ordered, assignment.points))
    _into_nbgrader(folder, name, stage, ordered, answers)
    _report(ordered, place, folder)
    return ordered


def _all(assignment, handed_in, place: Path, version: str, jobs, sandbox, limits) -> dict[str, Mark]:
    """The marks, from earlier runs or made now."""
    from tqdm.auto import tqdm

    marks, waiting = {}, []
    for one in handed_in:
        stamp = f"{VERSION} {version} {_stamp(one)}"
        known = _known(place / f"{one.student}.json", stamp)
        if known:
            marks[one.student] = known
        else:
            waiting.append((one, stamp))
    if marks:
        print(f"{len(marks)} of {len(handed_in)} were marked before and have not changed")
    workers = jobs or os.cpu_count() or 1
    if waiting:
        print(f"{len(waiting)} to mark, {workers} at a time, {f'in {sandbox}' if sandbox else 'unprotected'}")
    with (
        ThreadPoolExecutor(workers) as pool,
        tqdm(total=len(waiting), desc="Marking", unit="submission", disable=None) as bar,
    ):
        running = {pool.submit(_one, assignment, one, limits, sandbox): (one, stamp) for one, stamp in waiting}
        try:
            for done in as_completed(running):
                one, stamp = running[done]
                marks[one.student] = done.result()
                replace(
                    place / f"{one.student}.json",
                    json.dumps({"stamp": stamp, "mark": marks[one.student].as_dict()}, indent=1),
                )
                bar.update()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            while not all(one.done() for one in running):  # an exercise that is ended is followed by the next
                end_all()
                time.sleep(0.05)
            raise
    return marks


def _one(assignment: Assignment, one: HandedIn, limits: Limits, sandbox: str) -> Mark:
    try:
        answers = read_answers(one, assignment.lesson)
    except Unreadable as problem:
        return nothing(assignment, one.student, str(problem))
    return mark(assignment, one.student, answers, limits, sandbox)


def _stamp(one: HandedIn) -> str:
    if one.problem:
        return one.problem
    digest = hashlib.sha256()
    with one.path.open("rb") as file:
        while part := file.read(2**20):
            digest.update(part)
    return digest.hexdigest()


def _known(path: Path, stamp: str) -> Mark | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Mark.from_dict(content["mark"]) if content["stamp"] == stamp else None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # absent, or cut off: it is marked again


def _answers(one: HandedIn, assignment: Assignment) -> Answers:
    try:
        return read_answers(one, assignment.lesson)
    except Unreadable:
        return Answers()


def _table(assignment: Assignment, marks: list[Mark]) -> str:
    """The marks as CSV: a row a student, a column an exercise."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    numbers = [number(part.id) for part in assignment.parts]
    table.writerow(
        ["student", *numbers, "points by tests", "of", "still to be marked by hand", "to look at", "remarks"]
    )
    for one in marks:
        points = [
            "by hand"
            if values and all(value is None for value in values)
            else f"{sum(value or 0 for value in values):g}"
            for values in (exercise.points.values() for exercise in one.exercises)
        ]
        held = " ".join(exercise.id for exercise in one.exercises if exercise.held)
        remarks = "; ".join([one.problem] * bool(one.problem) + one.notes)
        row = [one.student, *points, f"{one.points:g}", f"{one.of:g}", f"{one.by_hand:g}", held, remarks]
        table.writerow([_harmless(value) for value in row])
    return text.getvalue()


def _harmless(value: str) -> str:
    """A spreadsheet must not take a student's text for a formula."""
    return "'" + value if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _into_nbgrader(folder: Path, name: str, stage: Stage, marks: list[Mark], answers: dict[str, Answers]) -> None:
    """The marks in nbgrader's database, and each submission where its formgrader looks for it."""
    released = read(folder / "release" / name / f"{stage.slug}.ipynb")
    with warnings.catch_warnings(), nbgrader(folder).gradebook as book:
        warnings.simplefilter("ignore")  # of SQLAlchemy, about nbgrader's own queries
        for one in marks:
            book.update_or_create_student(one.student)
            book.update_or_create_submission(name, one.student)
            for exercise in one.exercises:
                for cell, points in exercise.points.items():
                    entry = book.find_grade(cell, stage.slug, name, one.student)
                    entry.auto_score = points
                    open_to_a_person = points is None or exercise.held
                    entry.needs_manual_grade = open_to_a_person and entry.manual_score is None
            book.db.commit()
            copy = nbformat.from_dict(released)
            copy.cells = [cell for cell in copy.cells if exercise_id(cell)]  # what is marked, without the lesson
            for cell in copy.cells:
                written = answers[one.student].code | answers[one.student].words
                if grading(cell).get("solution") and grading(cell).get("grade_id") in written:
                    cell.source = written[grading(cell)["grade_id"]]
            write(copy, folder / "autograded" / one.student / name / f"{stage.slug}.ipynb")


def _exchange(one: HandedIn, page: Path) -> None:
    """What came with the submission through nbgrader's exchange goes beside the feedback, or it can't go back that way."""
    for name in ("timestamp.txt", "submission_secret.txt"):
        file = one.path.with_name(name)
        if file.is_file() and not file.is_symlink() and file.stat().st_size < 1024:
            replace(page / name, file.read_text(encoding="utf-8", errors="replace"))


def _report(marks: list[Mark], place: Path, folder: Path) -> None:
    print(f"{place / 'marks.csv'}: {len(marks)} submissions")
    print(f"{place / 'class.html'}: the class at a glance")
    print(f"{folder / 'feedback'}: a page for each student")
    held = [one.student for one in marks if any(exercise.held for exercise in one.exercises)]
    if held:
        print(f"To look at by hand ({len(held)}): {', '.join(held[:10])}")
    unread = [one.student for one in marks if one.problem]
    if unread:
        print(f"Could not be read ({len(unread)}): {', '.join(unread[:10])}")
