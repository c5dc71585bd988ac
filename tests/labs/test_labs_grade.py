"""Grading that can be trusted: a class of honest, careless and hostile submissions, each with the right mark and reason."""

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
import sample
from proof import read_wrong_answers

from course_utils import stages
from course_utils.labs import sandbox as box
from course_utils.labs.grade import grade
from course_utils.labs.policy import suspicious
from course_utils.labs.practice import blank
from course_utils.labs.release import release
from course_utils.labs.sandbox import Limits, NoSandbox
from course_utils.stages import STAGES
from course_utils.tools.notebooks import read, write

NAME = "01_neural_networks"


def right(number):
    return f"def mean_square_{number}(values):\n    return np.mean(values**2) + {number}"


def answered(**changes):
    """The blank copy with right answers in it, but for ``changes``: ``ex_1_1=source``."""
    notebook = blank(sample.lesson(setup=sample.QUICK_SETUP))
    for number in range(1, 5):
        sample.find(notebook, f"ex-1-{number}").source = right(number)
    sample.find(notebook, "ex-1-5").source = "A square is never below zero."
    for name, source in changes.items():
        sample.find(notebook, name.replace("_", "-")).source = source
    return notebook


@dataclass
class Case:
    """A submission; its first answer is what it is about. The other three are right and must bring their 12 points."""

    name: str
    answer: str = ""
    points: float = 0  # of 4, in exercise 1.1
    says: str = ""  # in the reason or the remarks; a pattern
    held: bool = False
    notebook: object = None  # bytes, or a function that changes the notebook
    others: float = 12


RIGHT = right(1)
F = "def mean_square_1(values):\n"


def without(name):
    def change(notebook):
        notebook.cells.remove(sample.find(notebook, name))

    return change


def renamed(notebook):
    cell = sample.find(notebook, "ex-1-1")
    cell.metadata.nbgrader.grade_id, cell.id = "ex-9-9", "mine"


def doubled(notebook):
    cell = sample.find(notebook, "ex-1-1")
    other = nbformat.from_dict(cell)
    other.id, other.source = "double", F + "    return 0"
    notebook.cells.append(other)


def soft_tests(notebook):
    sample.find(notebook, "ex-1-1").source = F + "    return 0"
    sample.find(notebook, "ex-1-1-tests").source = "print('PASS three numbers')"


def rich(notebook):
    sample.find(notebook, "ex-1-1").source = F + "    return 0"
    for cell in notebook.cells:
        if marks := cell.metadata.get("nbgrader"):
            marks.update(points=1000, locked=False, grade=True, solution=True)


def own_cells(notebook):
    sample.find(notebook, "ex-1-1").source = F + "    return 0"
    evil = nbformat.v4.new_code_cell("labs.agrees = lambda *a, **k: print('PASS')")
    notebook.cells.insert(0, evil)
    notebook.cells.append(nbformat.from_dict(evil))


def other_setup(notebook):
    sample.find(notebook, "ex-1-1").source = F + "    return 0"
    notebook.cells[sample.at(notebook, "import numpy")].source = "np = labs = check = None"


def helper_outside(notebook):
    sample.find(notebook, "ex-1-1").source = F + "    return help_me(values)"
    notebook.cells.insert(0, nbformat.v4.new_code_cell("def help_me(v):\n    return (v * v).mean() + 1"))


def no_ids(notebook):
    for cell in notebook.cells:
        cell.pop("id", None)
    notebook.nbformat_minor = 4


def printed_pass(notebook):
    sample.find(notebook, "ex-1-1").source = F + "    return 0"
    cell = sample.find(notebook, "ex-1-1-tests")
    cell.outputs, cell.execution_count = (
        [nbformat.v4.new_output("stream", text="PASS three numbers\nPASS random\n")],
        1,
    )


CASES = [
    Case("right", RIGHT, 4),
    Case("right-by-hand", F + "    return sum(v * v for v in values) / len(values) + 1", 4),
    Case("wrong-but-close", F + "    return np.mean(values**2) + 1.001", 0, "off by about"),
    Case("visible-only", F + "    return 14 / 3 + 1", 2, "random"),
    Case("blank", "def mean_square_1(values):\n    # YOUR CODE HERE\n    raise NotImplementedError()", 0, "not answered"),
    Case("emptied", "", 0, "not answered"),
    Case("no-python", "def mean_square_1(values)\n    return", 0, "SyntaxError"),
    Case("raises", F + "    raise ValueError('secret of the test: ' + str(values))", 0, "ValueError"),
    Case("helper-outside", notebook=helper_outside, says="only the answer's own cell counts"),
    Case("helper-inside", "def help_me(v):\n    return (v * v).mean() + 1\n\n\n" + F + "    return help_me(values)", 4),
    Case("imports-inside", "import math\n\n\n" + F + "    return math.fsum(values * values) / len(values) + 1", 4),
    Case("no-ids", RIGHT, 4, notebook=no_ids),
    # the notebook
    Case("deleted-tests", RIGHT, 4, notebook=without("ex-1-1-tests")),
    Case("deleted-answer", notebook=without("ex-1-1"), says="deleted or renamed"),
    Case("renamed-answer", notebook=renamed, says="deleted or renamed"),
    Case("doubled-answer", RIGHT, 4, "different cells claim", notebook=doubled),
    Case("softened-tests", notebook=soft_tests, says="were changed in the file"),
    Case("forged-metadata", notebook=rich, says="far off"),
    Case("own-cells", notebook=own_cells, says="far off"),
    Case("other-set-up", notebook=other_setup, says="far off"),
    Case("printed-pass", notebook=printed_pass, says="far off"),
    Case("not-json", notebook=b"{", says="not a notebook", others=0),
    Case("empty-file", notebook=b"", says="not a notebook", others=0),
    Case("json-of-another-kind", notebook=b'{"cells": 3}', says="not a notebook of format 4", others=0),
    Case("no-cells", notebook=b'{"cells": []}', says="no cells", others=0),
    Case("odd-cells", notebook=b'{"cells": [1, {"cell_type": "code"}, {"cell_type": "code", "source": {"a": 1}}, null]}', says="deleted", others=0),
    Case("utf-16", notebook="{}".encode("utf-16"), says="not UTF-8", others=0),
    Case("latin-1", notebook=b'{"cells": ["\xe9"]}', says="not UTF-8", others=0),
    Case("deep-json", notebook=b"[" * 100_000, says="not a notebook", others=0),
    Case("huge", notebook=b" " * (33 * 2**20), says="Clear its outputs", others=0),
    # the process
    Case("exit", "exit()", 0, "uses exit", True),
    Case("system-exit", F + "    raise SystemExit(0)", 0, "SystemExit"),
    Case("exit-at-once", "raise SystemExit(0)", 0, "SystemExit"),
    Case("os-exit", "import os\nos._exit(0)", 0, "imports os", True),
    Case("keyboard-interrupt", F + "    raise KeyboardInterrupt", 0, "KeyboardInterrupt"),
    Case("loop", F + "    while True:\n        pass", 0, "does not end within"),
    Case("loop-at-once", "while True:\n    pass", 0, "does not end within"),
    Case("loop-that-catches", F + "    while True:\n        try:\n            while True:\n                pass\n        except BaseException:\n            pass", 0, "does not end within"),
    Case("memory", F + "    kept = []\n    while True:\n        kept.append(np.ones(4_000_000))", 0, "MiB of memory"),
    Case("recursion", F + "    return mean_square_1(values)", 0, "RecursionError"),
    Case("much-output", F + "    for _ in range(200):\n        print('x' * 5_000_000)\n    return 0", 0, "far off"),
    Case("early-pass", "print('PASS three numbers')\nprint('PASS random')\n" + F + "    print('PASS')\n    return 0", 0, "far off"),
    Case("fork-bomb", "import os\nwhile True:\n    os.fork()", 0, "imports os", True),
    Case("hidden-fork-bomb", "import numpy.testing as t\n" + F + "    os = vars(t)['os']\n    while True:\n        os.fork()", 0, "uses vars", True),
    Case("joblib-bomb", "from concurrent.futures import ProcessPoolExecutor\n" + F + "    return 0", 0, "imports concurrent", True),
    # the judge
    Case("patched-agrees", "labs.agrees = lambda *a, **k: None\n" + F + "    return 0", 0, "uses labs", True),
    Case("patched-close", "np.mean = lambda *a: 0\n" + F + "    return 0", 0, "changes numpy.mean", True),
    Case("patched-while-called", F + "    np.isfinite = np.allclose = lambda *a, **k: np.True_\n    return 0", 0, "changes numpy", True),
    Case("patched-pi", "np.pi = 3.0\n" + F + "    return 0", 0, "changes numpy.pi", True),
    Case("patched-check", "check.close = print\n" + F + "    return 0", 0, "changes course_utils.check.close", True),
    Case("imported-labs", "from course_utils import labs as judge\njudge.agrees = print\n" + F + "    return 0", 0, "imports labs", True),
    Case("imported-verdicts", "import course_utils.labs.verdicts as v\nv._difference = lambda *a: ''\n" + F + "    return 0", 0, "verdicts", True),
    Case("through-the-package", "import course_utils as c\nj = c.__dict__['labs']\n" + F + "    return 0", 0, "__dict__", True),
    Case("builtins", "import builtins\nbuiltins.print = None\n" + F + "    return 0", 0, "imports builtins", True),
    Case("names-of-tests", "helper_1 = np.zeros(3)\n" + F + "    return 1.0", 0, "off"),
    Case("name-of-the-judge", "class labs:\n    agrees = print\n" + F + "    return 0", 0, "far off"),
    Case("shadowed-numpy", "np = None\nimport numpy\n" + F + "    return numpy.mean(values**2) + 1", 4),
    Case("always-equal", "class Any(float):\n    def __sub__(self, other):\n        return 0.0\n    def __eq__(self, other):\n        return True\n" + F + "    return Any(0)", 0, ""),
    Case("always-equal-array", "class Any(np.ndarray):\n    def __sub__(self, other):\n        return np.zeros(self.shape)\n    def astype(self, *a, **k):\n        return self\n" + F + "    return np.zeros(()).view(Any)", 0, ""),
    Case("code-object", "def fake(*a, **k):\n    pass\nmean_square_1 = fake\nfake.__code__ = print.__class__", 0, "__code__", True),
    Case("frames", "def look(error):\n    return error.__traceback__.tb_frame.f_back\n" + F + "    return 0", 0, "f_back", True),
    Case("garbage", "import gc\n" + F + "    return [o for o in gc.get_objects()]", 0, "imports gc", True),
    Case("attribute-in-pieces", F + "    return getattr(np, '__dic' + 't__')['os']", 0, "computed", True),
    Case("pattern", F + "    match (v for v in values):\n        case object(gi_frame=f):\n            return f", 0, "gi_frame in a pattern", True),
    Case("getattr-handed-on", F + "    get = getattr\n    return get((v for v in values), 'gi_' + 'frame')", 0, "hands getattr on", True),
    Case("formatter", "import string\n" + F + "    return string.Formatter().get_field('0.gi_frame', ((v for v in values),), {})", 0, "get_field", True),
    Case("frame-for-a-log", "import logging\n" + F + "    return logging.currentframe()", 0, "imports logging", True),
    Case("frame-in-a-text", F + "    return '{0.gi_frame}'.format(v for v in values)", 0, "__getattr__", True),
    Case("evaluated", F + "    return eval('__import__(\"os\")')", 0, "eval", True),
    Case("subclasses", F + "    return ().__class__.__base__.__subclasses__()", 0, "__subclasses__", True),
    # files and network
    Case("half-a-character", F + "    return 0  # \ud800", 0, "far off"),
    Case("opens", F + "    return open('/etc/passwd').read()", 0, "uses open", True),
    Case("reads-by-numpy", F + "    return np.loadtxt('@SOURCE@', dtype=str)", 0, "FileNotFoundError"),
    Case("reads-marks", F + "    return np.fromregex('@GRADES@', 'a', [('a', 'S1')])", 0, "FileNotFoundError"),
    Case("writes-by-numpy", F + "    np.save('@ROOT@/mine.npy', np.ones(3))\n    return 0", 0, "far off|FileNotFoundError"),
    Case("writes-into-the-system", F + "    np.save('/mine.npy', np.ones(3))\n    return 0", 0, "Read-only"),
    Case("reads-proc", F + "    return np.loadtxt('/proc/self/environ', dtype=str)", 0, "/proc", True),
    Case("network", "import urllib.request\n" + F + "    return urllib.request.urlopen('http://127.0.0.1:@PORT@/').read()", 0, "URLError"),
    Case("sockets", "import socket\n" + F + "    return 0", 0, "imports socket", True),
    Case("ctypes", "import ctypes\n" + F + "    return 0", 0, "imports ctypes", True),
    Case("ctypes-by-numpy", F + "    return np.ctypeslib.load_library('libc.so.6', '/lib')", 0, "ctypeslib", True),
    Case("=cmd('calc')!A0", RIGHT, 4),
    Case("Ünï cödé 学生", RIGHT, 4),
    Case("<script>alert(1)</script>".replace("/", "∕"), RIGHT, 4),
]  # fmt: skip


@pytest.fixture(scope="module")
def school(sandbox, tmp_path_factory):
    """A class, graded once in the sandbox: the course's folder, the marks by student, and the port that the network's case knocks at."""
    import socket

    root = tmp_path_factory.mktemp("school")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    listener.settimeout(0.05)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "ROOT", root)
        os.symlink(Path(__file__).parents[2] / "course_utils", root / "course_utils")
        write(sample.lesson(setup=sample.QUICK_SETUP), STAGES[0].path)
        folder = root / "labs"
        release(STAGES[0], folder=folder)
        places = {
            "@SOURCE@": str(folder / "source" / NAME / f"{NAME}.ipynb"),
            "@GRADES@": str(folder / "gradebook.db"),
            "@ROOT@": str(root),
            "@PORT@": str(listener.getsockname()[1]),
        }
        for case in CASES:
            path = folder / "submitted" / case.name / NAME / f"{NAME}.ipynb"
            if isinstance(case.notebook, bytes):
                path.parent.mkdir(parents=True)
                path.write_bytes(case.notebook)
                continue
            answer = case.answer
            for mark, place in places.items():
                answer = answer.replace(mark, place)
            notebook = answered(**({} if case.notebook and not case.answer else {"ex_1_1": answer}))
            if case.notebook:
                case.notebook(notebook)
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(notebook), encoding="utf-8")
        submitted = folder / "submitted"
        os.symlink(folder / "gradebook.db", submitted / "link-to-marks.ipynb")
        os.symlink(submitted / "right", submitted / "link-to-another")
        (submitted / "link-inside").mkdir()
        os.symlink(submitted / "right" / NAME / f"{NAME}.ipynb", submitted / "link-inside" / f"{NAME}.ipynb")
        (submitted / "another-name").mkdir()
        (submitted / "another-name" / "homework.ipynb").write_text("{}")
        before = {path: path.read_bytes() for path in folder.glob("source/*/*")}
        marks = grade(STAGES[0], folder=folder, limits=Limits(seconds=8, memory=450 * 2**20))
        assert {path: path.read_bytes() for path in folder.glob("source/*/*")} == before
    yield folder, {mark.student: mark for mark in marks}, listener
    listener.close()


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case.name)[1:-1])
def test_each_submission_gets_its_mark_and_a_reason(school, case):
    _, marks, _ = school
    mark = marks[case.name]
    first, *rest = mark.exercises
    assert sum(value or 0 for value in first.points.values()) == case.points
    assert re.search(case.says, " ".join([first.reason, *mark.notes, mark.problem]))
    assert first.held == case.held
    if case.points < 4:
        assert first.reason, "no reason is given"
    assert sum(value or 0 for one in rest[:3] for value in one.points.values()) == case.others


@pytest.mark.slow
def test_links_and_other_names_are_refused(school):
    _, marks, _ = school
    for name in ("link-to-marks", "link-to-another", "link-inside"):
        assert "links are not followed" in marks[name].problem
    assert f"there is no {NAME}.ipynb; what is there: homework.ipynb" in marks["another-name"].problem
    assert marks["another-name"].points == 0


@pytest.mark.slow
def test_nothing_got_out(school):
    folder, _, listener = school
    with pytest.raises(TimeoutError):
        listener.accept()
    assert not (folder.parent / "mine.npy").exists()


@pytest.mark.slow
def test_feedback_tells_what_failed_and_gives_no_test_away(school):
    folder, marks, _ = school
    for page in folder.glob("feedback/*/*/*.html"):
        text = page.read_text(encoding="utf-8")
        assert "default_rng().normal" not in text
        assert "HIDDEN" not in text
        assert "<script" not in text
    page = (folder / "feedback" / "wrong-but-close" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "12 of 16 points" in page
    assert "off by about" in page
    assert "1.001" in page, "the answer that was marked"
    leaks = (folder / "feedback" / "visible-only" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "2 of 4 points" in leaks
    assert (
        "secret of the test" not in marks["raises"].exercises[0].reason
        or "1. 2. 3." in marks["raises"].exercises[0].reason
    )


@pytest.mark.slow
def test_the_table_and_the_database_hold_the_same_marks(school):
    from nbgrader.api import Gradebook

    folder, marks, _ = school
    with (folder / "marks" / NAME / "marks.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(marks)
    assert {row["student"].removeprefix("'"): float(row["points by tests"]) for row in rows} == {
        name: mark.points for name, mark in marks.items()
    }
    assert not any(row["student"].startswith("=") for row in rows), "a spreadsheet would run it"
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        for name, mark in marks.items():
            held = book.find_submission(NAME, name)
            assert held.score == mark.points
            assert held.needs_manual_grade == (not mark.problem or any(e.held for e in mark.exercises))


@pytest.mark.slow
def test_the_class_page_has_the_hardest_exercise_first(school):
    folder, _, _ = school
    text = (folder / "marks" / NAME / "class.html").read_text(encoding="utf-8")
    assert text.index("Exercise 1.1") < text.index("Exercise 1.2")
    assert "&lt;script&gt;" in text
    assert "<script" not in text
    assert "held for the instructor" in text.lower()


@pytest.mark.slow
def test_a_second_run_marks_only_what_changed(school, sandbox, monkeypatch, capsys):
    folder, marks, _ = school
    path = folder / "submitted" / "right" / NAME / f"{NAME}.ipynb"
    write(answered(ex_1_1=F + "    return 0"), path)
    begun = []
    monkeypatch.setattr("course_utils.labs.grade.mark", lambda a, student, *_: begun.append(student) or marks[student])
    grade(STAGES[0], folder=folder)
    assert begun == ["right"]
    assert f"{len(marks) - 1} of {len(marks)} were marked before" in capsys.readouterr().out


@pytest.mark.slow
def test_a_run_that_is_killed_goes_on_where_it_was(sandbox, tmp_path):
    root = tmp_path
    (root / "course_utils").symlink_to(Path(__file__).parents[2] / "course_utils")
    folder = root / "labs"
    script = (
        "import sys\nfrom pathlib import Path\nfrom course_utils import stages\nstages.ROOT = Path(sys.argv[1])\n"
        "from course_utils.labs.grade import grade\ngrade(stages.STAGES[0], folder=stages.ROOT / 'labs', jobs=1)"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "ROOT", root)
        write(sample.lesson(setup=sample.QUICK_SETUP), STAGES[0].path)
        release(STAGES[0], folder=folder)
        for number in range(5):
            write(answered(), folder / "submitted" / f"student-{number}" / f"{NAME}.ipynb")
    each = folder / "marks" / NAME / "each"
    process = subprocess.Popen([sys.executable, "-c", script, str(root)], start_new_session=True)
    end = time.time() + 120
    while time.time() < end and len(list(each.glob("*.json"))) < 2:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = {path: path.stat().st_mtime_ns for path in each.glob("*.json")}
    assert 2 <= len(done) < 5
    subprocess.run([sys.executable, "-c", script, str(root)], check=True)
    assert all(path.stat().st_mtime_ns == when for path, when in done.items()), "marked twice"
    rows = list(csv.DictReader((folder / "marks" / NAME / "marks.csv").open(encoding="utf-8-sig")))
    assert [row["points by tests"] for row in rows] == ["16"] * 5


@pytest.mark.slow
def test_marking_that_is_stopped_ends_what_runs(sandbox, course, tmp_path, monkeypatch):
    folder = tmp_path / "labs"
    release(course, folder=folder)
    for name in ("one", "two", "three"):
        write(answered(ex_1_1="while True:\n    pass"), folder / "submitted" / name / f"{NAME}.ipynb")

    def stop(_):
        while not box._RUNNING:
            time.sleep(0.05)
        raise KeyboardInterrupt

    monkeypatch.setattr("course_utils.labs.grade.as_completed", stop)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        grade(course, folder=folder, limits=Limits(seconds=600))
    assert time.monotonic() - began < 60
    assert not box._RUNNING
    assert not list(folder.glob("marks/*/each/*")), "nobody gets a mark for an answer that was ended"


def test_without_a_sandbox_it_refuses(course, tmp_path, monkeypatch):
    folder = tmp_path / "labs"
    release(course, folder=folder)
    write(answered(), folder / "submitted" / "one" / f"{NAME}.ipynb")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(NoSandbox, match="--unsafe they run unprotected") as refused:
        grade(course, folder=folder)
    for way in ("bubblewrap: not installed", "sudo apt install bubblewrap", "WSL 2", "macOS"):
        assert way in str(refused.value)
    assert not (folder / "marks").exists()


def test_bad_input_says_what_would_do(course, tmp_path):
    folder = tmp_path / "labs"
    with pytest.raises(ValueError, match=r"was not released in .* run: .* -m course_utils release 1"):
        grade(course, folder=folder, unsafe=True)
    release(course, ["1.2"], folder=folder)
    with pytest.raises(ValueError, match="released: 01_neural_networks_2; choose one with --name"):
        grade(course, folder=folder, unsafe=True)
    with pytest.raises(ValueError, match="there is no folder"):
        grade(course, name="01_neural_networks_2", folder=folder, unsafe=True)
    (folder / "submitted").mkdir()
    with pytest.raises(ValueError, match="holds no submissions"):
        grade(course, name="01_neural_networks_2", folder=folder, unsafe=True)


def test_what_the_language_itself_imports_is_not_held():
    assert suspicious("from __future__ import annotations") == []
    assert suspicious("from _io import open_code") == ["line 1: imports _io"]


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage.exists], ids=lambda stage: stage.slug)
def test_no_honest_answer_is_held(stage):
    """The course's own solutions and the plausible wrong answers need nothing that is forbidden."""
    from course_utils.tools.exercises import find_exercises

    sources = [cell.source for exercise in find_exercises(read(stage.path)) for cell in exercise.answers]
    folder = Path(__file__).parents[1] / "wrong_answers"
    sources += [wrong.code for wrong in read_wrong_answers(folder / f"stage_{stage.number:02}.py")]
    assert {source: found for source in sources if (found := suspicious(source))} == {}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="nbgrader has no exchange on Windows")
def test_nbgraders_exchange_carries_a_lab_there_and_back(sandbox, course, tmp_path):
    labs, student, exchange = (tmp_path / name for name in ("labs", "student", "exchange"))
    for folder in (student, exchange):
        folder.mkdir()
    exchange.chmod(0o777)
    release(course, folder=labs)

    def nbgrader(where, *words):
        command = [sys.executable, "-m", "nbgrader", *words, f"--Exchange.root={exchange}"]
        done = subprocess.run(command, cwd=where, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    nbgrader(labs, "release_assignment", NAME)
    nbgrader(student, "fetch_assignment", NAME, "--course", "keras-course")
    write(answered(ex_1_2=F + "    return 0"), student / NAME / f"{NAME}.ipynb")
    nbgrader(student, "submit", NAME, "--course", "keras-course")
    nbgrader(labs, "collect", NAME)
    (mark,) = grade(course, folder=labs)
    assert mark.points == 12
    nbgrader(labs, "release_feedback", NAME)
    nbgrader(student, "fetch_feedback", NAME, "--course", "keras-course")
    (page,) = student.glob(f"{NAME}/feedback/*/{NAME}.html")
    assert "12 of 16 points" in page.read_text(encoding="utf-8").replace("<b>", "").replace("</b>", "")
