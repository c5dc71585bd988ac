"""The marks of one submission: each exercise's answer run in the sandbox, judged by the course's own tests."""

import ast
import re
import secrets
from dataclasses import asdict, dataclass, field

from nbformat import NotebookNode

from ..errors import CourseError
from ..tools.exercises import Exercise, find_exercises, grading, is_hidden_test, number, stub, tags
from .policy import suspicious
from .sandbox import Box, Died, Limits
from .submissions import Answers

__all__ = ["Assignment", "ExerciseMark", "Mark", "mark"]

BLANK, HELD = "not answered", "held for the instructor"


@dataclass
class Part:
    """One exercise as it is marked: cells before the tests, the tests, and the names that an answer has to define."""

    id: str
    title: str
    before: list[dict]
    names: list[str]
    tests: list[dict]
    words: list[dict]


class Assignment:
    """A notebook as it is marked.

    Args:
        lesson: with solutions and hidden tests.
    Raises: CourseError where it has no set-up cell or no exercises.
    """

    def __init__(self, lesson: NotebookNode):
        setup = next((cell for cell in lesson.cells if "setup" in tags(cell)), None)
        exercises = find_exercises(lesson)
        if setup is None or not exercises:
            raise CourseError("the notebook has no set-up cell or no exercises; release it again")
        self.lesson = lesson
        self.setup = setup.source
        self.parts = [_part(exercise) for exercise in exercises]

    @property
    def points(self) -> float:
        """What can be had, by tests and by hand."""
        return sum(test["points"] for part in self.parts for test in [*part.tests, *part.words])


def _part(exercise: Exercise) -> Part:
    before, tests, words, names = [], [], [], []
    for cell in exercise.cells:
        marks = grading(cell)
        if cell.cell_type != "code":
            if marks.get("grade"):
                words.append({"grade_id": marks["grade_id"], "points": marks.get("points", 0)})
        elif marks.get("solution"):
            before.append({"role": "answer", "grade_id": marks["grade_id"], "blank": stub(cell)})
            names += _defined(cell.source)
        elif marks.get("grade"):
            tests.append(
                {
                    "grade_id": marks["grade_id"],
                    "points": marks.get("points", 0),
                    "hidden": is_hidden_test(cell),
                    "slow": "slow" in tags(cell),
                    "source": cell.source,
                }
            )
        elif "slow" not in tags(cell):
            before.append({"role": "shared", "source": cell.source})
    return Part(exercise.id, _title(exercise), before, names, tests, words)


def _title(exercise: Exercise) -> str:
    for cell in exercise.cells:
        if match := re.search(r"^#+ (Exercise [^\n]+)", cell.source, re.M):
            return match.group(1)
    return f"Exercise {number(exercise.id)}"


def _defined(source: str) -> list[str]:
    """The names that a cell binds at its top level."""
    names = []
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            names.append(statement.name)
        elif not isinstance(statement, ast.Import | ast.ImportFrom):
            names += [
                node.id
                for node in ast.walk(statement)
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            ]
    return list(dict.fromkeys(names))


@dataclass
class ExerciseMark:
    """What one exercise brings.

    Attributes:
        id: of the exercise.
        title: its heading.
        points: by grade_id of its tests; None for words, which wait for a person.
        of: what can be had, by grade_id; tests that are skipped because they are slow are not in it.
        reason: what is missing, in a sentence for the student; empty where nothing is.
        held: whether an instructor has to look: the answer reaches for the process that judges it.
    """

    id: str
    title: str
    points: dict[str, float | None] = field(default_factory=dict)
    of: dict[str, float] = field(default_factory=dict)
    reason: str = ""
    held: bool = False


@dataclass
class Mark:
    """What one submission brings.

    Attributes:
        student: whose it is.
        exercises: in the notebook's order.
        notes: what is odd about the notebook.
        problem: why nothing could be marked, or empty.
    """

    student: str
    exercises: list[ExerciseMark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problem: str = ""

    @property
    def points(self) -> float:
        """The points of the tests passed."""
        return sum(value or 0 for exercise in self.exercises for value in exercise.points.values())

    @property
    def of(self) -> float:
        """The points that tests give."""
        return self._to_have(by_hand=False)

    @property
    def by_hand(self) -> float:
        """The points that a person gives for words."""
        return self._to_have(by_hand=True)

    def _to_have(self, by_hand: bool) -> float:
        return sum(
            value
            for exercise in self.exercises
            for name, value in exercise.of.items()
            if (exercise.points[name] is None) == by_hand
        )

    def as_dict(self) -> dict:
        """For a file of JSON; ``Mark.from_dict`` reads it."""
        return asdict(self)

    @staticmethod
    def from_dict(content: dict) -> "Mark":
        """The mark that ``as_dict`` wrote."""
        return Mark(**content | {"exercises": [ExerciseMark(**one) for one in content["exercises"]]})


def nothing(assignment: Assignment, student: str, problem: str) -> Mark:
    """The mark of a submission that can't be read: no points, and the reason."""
    marks = [_empty(part) for part in assignment.parts]
    for one in marks:
        one.reason = problem
        one.points = {name: 0 for name in one.of}
    return Mark(student, marks, [], problem)


def mark(assignment: Assignment, student: str, answers: Answers, limits: Limits, sandbox: str) -> Mark:
    """Run a submission's answers and the course's tests.

    Args:
        assignment: what was handed out.
        student: whose answers they are.
        answers: from :func:`.submissions.read_answers`.
        limits: of time, memory and processes.
        sandbox: from :func:`.sandbox.choose`, or ``UNSAFE``.
    """
    result = Mark(student, notes=list(answers.notes))
    box = None
    try:
        for part in assignment.parts:
            marked = _empty(part)
            result.exercises.append(marked)
            if not part.tests or not _begin(part, answers, marked):
                continue
            box = box or Box(assignment.setup, limits, sandbox)
            if not _exercise(part, answers, marked, box):
                box.close()  # spoilt, or gone: the next exercise gets a fresh one
                box = None
    finally:
        if box:
            box.close()
    return result


def _empty(part: Part) -> ExerciseMark:
    tests = [test for test in part.tests if not test["slow"]]
    points = {test["grade_id"]: 0 for test in tests} | {one["grade_id"]: None for one in part.words}
    return ExerciseMark(part.id, part.title, points, {one["grade_id"]: one["points"] for one in [*tests, *part.words]})


def _begin(part: Part, answers: Answers, marked: ExerciseMark) -> bool:
    """Whether there is an answer that may run."""
    wanted = [cell for cell in part.before if cell["role"] == "answer"]
    written = [answers.code.get(cell["grade_id"], cell["blank"]) for cell in wanted]
    if all(text.strip() in ("", cell["blank"].strip()) for text, cell in zip(written, wanted, strict=True)):
        marked.reason = BLANK
        return False
    if found := [what for text in written for what in suspicious(text)]:
        marked.reason, marked.held = f"{HELD}: {found[0]}", True
        return False
    return True


def _exercise(part: Part, answers: Answers, marked: ExerciseMark, box: Box) -> bool:
    """Judge one exercise; whether the process is still good for the next."""
    before = [
        {
            "role": cell["role"],
            "source": answers.code.get(cell["grade_id"], cell["blank"]) if cell["role"] == "answer" else cell["source"],
        }
        for cell in part.before
    ]
    tests = [test for test in part.tests if not test["slow"]]
    key = secrets.token_hex(16)
    try:
        box.send(exercise=part.id, names=part.names, before=before)
        said = box.receive(box.limits.seconds * max(1, len(before)))
        if "answered" not in said:
            raise Died("it writes into the channel of the verdicts")
        if said["found"]:
            return _hold(marked, said["found"])
        if said["error"]:
            marked.reason = _explained(said["error"])
        box.send(key=key, tests=[{"source": test["source"]} for test in tests])
        for number, test in enumerate(tests):
            said = box.receive()
            if said.get("key") != key or said.get("test") != number:
                raise Died("it writes into the channel of the verdicts")
            if said["found"]:
                return _hold(marked, said["found"])
            if not said["error"]:
                marked.points[test["grade_id"]] = test["points"]
            elif not marked.reason:
                marked.reason = _reason(said, test)
    except Died as died:
        if not marked.reason:
            marked.reason = str(died)
        return False
    return True


def _hold(marked: ExerciseMark, found: list[str]) -> bool:
    """No points until somebody has looked; the process is not used again."""
    marked.points = {name: None if value is None else 0 for name, value in marked.points.items()}
    marked.reason, marked.held = f"{HELD}: {found[0]}", True
    return False


def _reason(said: dict, test: dict) -> str:
    """What is missing. What a hidden test holds must not come out in an answer's own words."""
    error = said["error"]
    if error.startswith("NotImplementedError"):
        return BLANK
    if said["own"]:
        return error.removeprefix("NotYet: ")
    if test["hidden"]:
        return f"a further test ends with {error.split(':')[0][:60]}"
    return _explained(error)


def _explained(error: str) -> str:
    missing = re.match(r"NameError: name '(\w+)' is not defined", error)
    if missing:
        return f"the name {missing.group(1)} is not defined: only the answer's own cell counts, so whatever it needs stands in it"
    if error.startswith(("BlockingIOError: [Errno 11]", "RuntimeError: can't start new thread")):
        return "it starts more processes or threads than it may"
    return error[:200]
