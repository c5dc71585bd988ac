"""The proof that every exercise works: the blank fails, the solution passes, each plausible wrong answer fails, and so does
an answer that knows nothing but what the visible tests ask.

``prove`` runs the set-up cell of a notebook once, in a process of its own, then each exercise's own cells for the blank, the
solution and each wrong answer, in a copy of what the set-up left: an exercise that leans on the lesson does not get by.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from course_utils.errors import CourseError
from course_utils.tools.exercises import Exercise, find_exercises, grading, is_hidden_test, stub, tags

__all__ = ["Flaw", "WrongAnswer", "prove", "read_wrong_answers"]

TIMEOUT = 300  # seconds for one stage: an answer that never ends must not hang the tests
ROLES = ("shared", "answer", "visible", "hidden")
PARROT = "an answer that knows only what the visible tests ask"
SLOW_SECONDS = 4.0  # of CPU, two cores together: a cell that takes longer has to be tagged slow


@dataclass(frozen=True)
class WrongAnswer:
    """A plausible mistake: the exercise's id, what is wrong in a few words, the answer cell's code."""

    exercise: str
    mistake: str
    code: str


@dataclass(frozen=True)
class Flaw:
    """Something that the proof found: in which exercise ("" for the whole notebook), and what."""

    exercise: str
    what: str

    def __str__(self) -> str:
        return f"{self.exercise or 'notebook'}: {self.what}"


def read_wrong_answers(path: Path) -> list[WrongAnswer]:
    """The wrong answers in a file in the percent format: ``# %% ex-1-3: forgets to average``, then the code.

    Raises: CourseError where something stands before the first cell, a heading has another form, or code is missing.
    """
    before, *cells = re.split(r"^# %%", path.read_text(encoding="utf-8"), flags=re.M)
    if re.sub(r'^\s*(""".*?"""|#.*)\s*$', "", before, flags=re.M | re.S).strip():
        raise CourseError(f"{path.name}: there is code before the first “# %% ex-1-1: what is wrong”")
    found = []
    for cell in cells:
        heading, _, code = cell.partition("\n")
        match = re.fullmatch(r"\s*(ex-\d+-\d+):\s*(\S.*)", heading)
        if not match or not code.strip():
            raise CourseError(f"{path.name}: “# %%{heading}” is not “# %% ex-1-1: what is wrong”, with code below it")
        found.append(WrongAnswer(match.group(1), match.group(2).strip(), code.strip()))
    return found


def prove(notebook: NotebookNode, wrong_answers: list[WrongAnswer], folder: Path) -> list[Flaw]:
    """What is wrong with the exercises of a notebook; an empty list is the proof.

    Args:
        notebook: a stage's, with its solutions. Cells tagged ``slow`` are left out.
        wrong_answers: plausible mistakes, for the same notebook.
        folder: the working directory of the cells.
    """
    exercises = [exercise for exercise in find_exercises(notebook) if exercise.answers]
    known = {exercise.id for exercise in exercises}
    flaws = [
        Flaw(wrong.exercise, f"no such exercise: “{wrong.mistake}”")
        for wrong in wrong_answers
        if wrong.exercise not in known
    ]
    setup = next((cell for cell in notebook.cells if cell.cell_type == "code" and "setup" in tags(cell)), None)
    if setup is None:
        return [*flaws, Flaw("", "there is no cell tagged setup")]
    jobs = [job for exercise in exercises for job in _jobs(exercise, wrong_answers)]
    outcome = _run({"setup": setup.source, "jobs": jobs}, folder)
    if isinstance(outcome, str):
        return [*flaws, Flaw("", outcome)]
    for job, cells in zip(jobs, outcome, strict=True):
        flaws += [Flaw(job["exercise"], what) for what in _judged(job, cells)]
    return flaws


def _jobs(exercise: Exercise, wrong_answers: list[WrongAnswer]) -> list[dict]:
    """What to run for one exercise: for each variant, its cells with their roles."""

    def job(variant: str, answer=None) -> dict:
        cells, answered = [], False
        for cell in exercise.cells:
            if cell.cell_type != "code" or "slow" in tags(cell):
                continue
            source, role = cell.source, "shared"
            if grading(cell).get("solution"):
                role = "answer"
                if answer == "blank":
                    source = stub(cell)
                elif answer:
                    source, answered = "" if answered else answer, True
            elif grading(cell).get("grade"):
                role = "hidden" if is_hidden_test(cell) else "visible"
            cells.append({"role": role, "source": source})
        return {"exercise": exercise.id, "variant": variant, "cells": cells}

    wrong = [(f"the wrong answer “{w.mistake}”", w.code) for w in wrong_answers if w.exercise == exercise.id]
    parrot = job(PARROT) | {"parrot": True}
    return [job("the blank", "blank"), job("the solution"), parrot, *(job(*variant) for variant in wrong)]


def _judged(job: dict, outcome: list[dict]) -> list[str]:
    """The flaws of one variant; ``outcome`` has an error ("" for none) and seconds for each of its cells."""
    variant = job["variant"]
    if variant == PARROT and not outcome:
        return []  # the answer is no function: there is nothing to ask it
    cells = [cell | result for cell, result in zip(job["cells"], outcome, strict=True)]
    failed = {role: [cell["error"] for cell in cells if cell["role"] == role and cell["error"]] for role in ROLES}
    count = {role: sum(cell["role"] == role for cell in cells) for role in ROLES}
    if variant == "the blank":
        if not count["visible"]:
            return ["there is no visible test (not tagged slow)"]
        return [] if failed["visible"] else ["the blank passes the visible tests"]
    if variant == "the solution":
        flaws = [f"the solution fails: {error}" for role in ROLES for error in failed[role]]
        flaws += [] if count["hidden"] else ["there is no hidden test (not tagged slow)"]
        return flaws + [
            f"a cell takes {cell['seconds']:.1f} s and is not tagged slow"
            for cell in cells
            if cell["seconds"] > SLOW_SECONDS
        ]
    if variant == PARROT:
        return [] if failed["hidden"] else [f"{variant} passes the hidden ones"]
    if failed["answer"]:
        return [f"{variant} does not even run: {failed['answer'][0]}"]
    errors = failed["visible"] + failed["hidden"]
    if not errors:
        return [f"{variant} passes"]
    typing = [error for error in errors if error.startswith("NameError")]
    return [f"{variant} fails for a name that is not there: {typing[0]}"] if typing else []


def _run(work: dict, folder: Path) -> list[list[dict]] | str:
    """What the cells gave, from a process of its own, or why there is nothing."""
    with tempfile.TemporaryDirectory() as place:
        result = Path(place) / "result.json"
        environment = os.environ | {"MPLBACKEND": "agg", "COURSE_PROFILE": "quick"}
        try:
            done = subprocess.run(
                [sys.executable, "-m", "course_utils.labs.cells", str(result)],
                input=json.dumps(work),
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=TIMEOUT,
            )
        except subprocess.TimeoutExpired:
            return f"the exercises did not end within {TIMEOUT} s"
        if not result.exists():
            last = (done.stderr.strip().splitlines() or [f"ended with status {done.returncode}"])[-1]
            return f"the set-up cell or the process failed: {last}"
        return json.loads(result.read_text(encoding="utf-8"))
