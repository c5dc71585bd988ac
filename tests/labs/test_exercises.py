"""Every exercise works: its blank fails, its solution passes, its wrong answers fail; and the proof notices if not."""

import nbformat
import pytest
import sample
from proof import WrongAnswer, prove, read_wrong_answers

from course_utils.stages import ROOT, STAGES
from course_utils.tools.notebooks import read


@pytest.mark.slow
@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage.exists], ids=lambda stage: stage.slug)
def test_exercises_of(stage):
    wrong = read_wrong_answers(ROOT / "tests" / "wrong_answers" / f"stage_{stage.number:02}.py")
    flaws = prove(read(stage.path), wrong, stage.path.parent)
    assert not flaws, "\n".join(map(str, flaws))


FORGETS = WrongAnswer("ex-1-1", "forgets to square", "def mean_square_1(values):\n    return np.mean(values) + 1")
IN_PLACE = WrongAnswer("ex-1-1", "spoils its input", "def mean_square_1(values):\n    values *= 0\n    return 1.0")


def flaws(tmp_path, *wrong, **changes):
    """What the proof finds in the sample after replacing text in cells: ``ex_1_1_tests=(old, new)``."""
    notebook = sample.lesson(setup=sample.QUICK_SETUP)
    for name, (old, new) in changes.items():
        cell = sample.find(notebook, name.replace("_", "-"))
        assert old in cell.source
        cell.source = cell.source.replace(old, new)
    return [str(flaw) for flaw in prove(notebook, list(wrong), tmp_path)]


def test_a_sound_notebook_has_no_flaws(tmp_path):
    assert flaws(tmp_path, FORGETS, IN_PLACE) == []


def test_what_an_answer_spoils_is_whole_for_the_next(tmp_path):
    """The second wrong answer zeroes an array of the set-up; the solution of the next exercise must not see that."""
    spoils = WrongAnswer("ex-1-1", "spoils", "shared[:] = 0\n\ndef mean_square_1(values):\n    return 0.0")
    notebook = sample.lesson(setup=sample.QUICK_SETUP + "\nshared = np.ones(3)")
    sample.find(notebook, "ex-1-2-tests").source += "\nlabs.agrees(shared, np.ones(3), 'shared')"
    assert [str(flaw) for flaw in prove(notebook, [spoils], tmp_path)] == []


def test_the_proof_notices_blanks_that_pass_and_solutions_that_fail(tmp_path):
    found = flaws(
        tmp_path,
        ex_1_1_tests=("labs", "0 and labs"),
        ex_1_2_hidden=("sum() / 9", "sum()"),
        ex_1_3=("return", "retrun"),
        ex_1_4_tests=("helper_4", "squares"),  # which only the lesson defines
    )
    assert [flaw.split(":")[:3] for flaw in found] == [
        ["ex-1-1", " the blank passes the visible tests"],
        ["ex-1-2", " the solution fails", " NotYet"],
        ["ex-1-3", " the solution fails", " SyntaxError"],
        ["ex-1-3", " the solution fails", " NameError"],
        ["ex-1-3", " the solution fails", " NameError"],
        ["ex-1-4", " the solution fails", " NameError"],
    ]


def test_the_proof_notices_a_cell_that_never_ends(tmp_path, monkeypatch):
    monkeypatch.setattr("proof.TIMEOUT", 2)
    assert flaws(tmp_path, ex_1_1=("    ### BEGIN", "    while True:\n        pass\n    ### BEGIN")) == [
        "notebook: the exercises did not end within 2 s"
    ]


def test_the_proof_notices_wrong_answers_that_prove_nothing(tmp_path):
    found = flaws(
        tmp_path,
        WrongAnswer("ex-1-1", "right", "def mean_square_1(v):\n    return sum(v * v) / len(v) + 1"),
        WrongAnswer("ex-1-1", "typing", "mean = numpy.mean"),
        WrongAnswer("ex-1-1", "name", "def mean_square_1(v):\n    return mean(v)"),
        WrongAnswer("ex-1-7", "lost", "x = 1"),
    )
    assert found == [
        "ex-1-7: no such exercise: “lost”",
        "ex-1-1: the wrong answer “right” passes",
        "ex-1-1: the wrong answer “typing” does not even run: NameError: name 'numpy' is not defined",
        "ex-1-1: the wrong answer “name” fails for a name that is not there: NameError: name 'mean' is not defined",
    ]


def test_the_proof_notices_a_set_up_that_fails(tmp_path):
    notebook = sample.lesson(setup="import no_such_module")
    assert "No module named 'no_such_module'" in str(prove(notebook, [], tmp_path)[0])
    del notebook.cells[sample.at(notebook, "no_such_module")]
    assert str(prove(notebook, [], tmp_path)[0]) == "notebook: there is no cell tagged setup"


def test_the_proof_notices_hidden_tests_that_the_visible_ones_give_away(tmp_path):
    notebook = sample.lesson(setup=sample.QUICK_SETUP)
    visible, hidden = (sample.find(notebook, f"ex-1-1-{kind}") for kind in ("tests", "hidden"))
    hidden.source = f"### BEGIN HIDDEN TESTS\n{visible.source}\n### END HIDDEN TESTS"
    found = [str(flaw) for flaw in prove(notebook, [], tmp_path)]
    assert found == ["ex-1-1: an answer that knows only what the visible tests ask passes the hidden ones"]


def test_the_proof_notices_tests_that_are_missing_or_slow(tmp_path):
    notebook = sample.lesson(setup=sample.QUICK_SETUP)
    sample.find(notebook, "ex-1-1-tests").metadata["tags"] = ["slow"]
    sample.find(notebook, "ex-1-2-hidden").metadata["tags"] = ["slow"]
    found = [str(flaw) for flaw in prove(notebook, [], tmp_path)]
    assert "ex-1-1: there is no visible test (not tagged slow)" in found
    assert "ex-1-2: there is no hidden test (not tagged slow)" in found


def test_the_proof_notices_a_long_cell_that_is_not_tagged_slow(tmp_path, monkeypatch):
    monkeypatch.setattr("proof.SLOW_SECONDS", 0.05)
    busy = "import time\nend = time.process_time() + 0.1\nwhile time.process_time() < end:\n    pass\n"
    found = flaws(tmp_path, ex_1_1_tests=("labs", busy + "labs"))
    assert [flaw.split(" takes ")[0] for flaw in found if "takes" in flaw] == ["ex-1-1: a cell"]


def test_an_exit_in_an_answer_is_a_failure_and_ends_nothing(tmp_path):
    leaves = WrongAnswer("ex-1-1", "leaves", "import sys\ndef mean_square_1(v):\n    sys.exit(0)")
    assert flaws(tmp_path, leaves, FORGETS) == []


def test_a_blank_is_valid_python_and_fails_in_the_test_cell(tmp_path):
    """The stub stands inside the function, so the test that calls it has to fail, not only the answer cell."""
    notebook = sample.lesson(setup=sample.QUICK_SETUP)
    at_top = "### BEGIN SOLUTION\nmean_square_1 = lambda v: np.mean(v * v) + 1\n### END SOLUTION"
    sample.find(notebook, "ex-1-1").source = at_top
    assert prove(notebook, [FORGETS], tmp_path) == []
    compile(nbformat.from_dict(sample.find(notebook, "ex-1-2")).source, "answer", "exec")
