"""Every committed notebook keeps to the contract, and the contract notices what breaks it."""

import ast
import functools
import json
import re
from pathlib import Path

import contract
import nbformat
import pytest
import sample
from contract import LAST_SECTIONS, RAISES, defects, load
from nbgrader.preprocessors import CheckCellMetadata
from proof import read_wrong_answers

from course_utils.labs.practice import blank
from course_utils.stages import ROOT, STAGES
from course_utils.tools import roads
from course_utils.tools.costs import read_costs
from course_utils.tools.exercises import find_exercises
from course_utils.tools.notebooks import execute, read

HERE = [stage for stage in STAGES if stage.exists]


@pytest.mark.parametrize("stage", HERE, ids=lambda stage: stage.slug)
def test_notebook_keeps_to_the_contract(stage):
    notebook, size = load(stage.path)
    found = defects(notebook, stage, read_costs(), size)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("stage", HERE, ids=lambda stage: stage.slug)
def test_two_wrong_answers_stand_ready_for_every_exercise(stage):
    notebook, _ = load(stage.path)
    answers = {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution")
    }
    path = ROOT / "tests" / "wrong_answers" / f"stage_{stage.number:02}.py"
    wrong = read_wrong_answers(path)
    counts = {name: sum(one.exercise == name for one in wrong) for name in answers}
    assert {name: count for name, count in counts.items() if count < 2} == {}, "fewer than two wrong answers"
    for one in wrong:
        solution = re.sub(r"^.*### (BEGIN|END) SOLUTION\n?", "", answers[one.exercise], flags=re.M)
        assert one.code.split() != solution.split(), f"{one.exercise}: “{one.mistake}” is the solution"


@pytest.mark.parametrize("stage", HERE, ids=lambda stage: stage.slug)
def test_nbgrader_takes_the_notebook_and_a_learner_gets_no_answers(stage):
    notebook = read(stage.path)
    CheckCellMetadata().preprocess(notebook, {})
    learners = blank(notebook)
    nbformat.validate(learners)
    for one in learners.cells:
        for marker in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS"):
            assert marker not in one.source
        if one.cell_type == "code":
            ast.parse(one.source)
    stubs = [one for one in learners.cells if "YOUR CODE HERE" in one.source or "YOUR ANSWER HERE" in one.source]
    assert len(stubs) == len(find_exercises(notebook))


def test_nothing_but_the_stages_in_the_notebooks_folder():
    folder = ROOT / "notebooks"
    stages = {stage.path.name for stage in STAGES}
    assert [path.name for path in folder.iterdir() if path.name not in stages | {".ipynb_checkpoints"}] == []


def test_costs_are_of_stages_only():
    assert set(read_costs()) <= {stage.slug for stage in STAGES}


@pytest.mark.parametrize("name", ["Makefile", ".ci/run", "pyproject.toml"])
def test_validation_is_strict(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for softener in ("--nbval-lax", "|| true", "|| :", "--exitfirst", "-k ", "--deselect"):
        assert softener not in text


def test_make_test_validates_the_notebooks_and_ci_calls_it():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^\t(?!-).*pytest --nbval .*\bnotebooks$", makefile, re.M)
    assert "\nmake test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


# What follows breaks a lesson that keeps to the contract in one way at a time.


def test_the_sample_keeps_to_the_contract():
    assert broken(lambda notebook: None) == []


def cell(pattern):
    """A way to reach a cell of the sample by what stands in it."""
    return lambda notebook: notebook["cells"][sample.at(nbformat.from_dict(notebook), pattern)]


def put(pattern, **changes):
    """Change keys of a cell."""
    return lambda notebook: cell(pattern)(notebook).update(changes)


def say(pattern, old, new):
    """Change a cell's source."""

    def change(notebook):
        target = cell(pattern)(notebook)
        assert old in target["source"]
        target["source"] = target["source"].replace(old, new)

    return change


def show(pattern, *outputs, tags=None):
    """Change what a cell shows: text, or whole outputs."""

    def change(notebook):
        target = cell(pattern)(notebook)
        target["outputs"] = [
            {"output_type": "stream", "name": "stdout", "text": output} if isinstance(output, str) else output
            for output in outputs
        ]
        if tags is not None:
            target["metadata"]["tags"] = tags

    return change


def meta(pattern, key, **values):
    """Change a cell's metadata below a key."""
    return lambda notebook: cell(pattern)(notebook)["metadata"].setdefault(key, {}).update(values)


def drop(pattern):
    return lambda notebook: notebook["cells"].remove(cell(pattern)(notebook))


def both(*changes):
    return lambda notebook: [change(notebook) for change in changes]


ERROR = {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["ValueError: no"]}
WIDGET = {
    "output_type": "display_data",
    "metadata": {},
    "data": {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}, "text/plain": "Controls"},
}
VALUE = {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": "0.5"}}
FILM = {
    "output_type": "display_data",
    "metadata": {},
    "data": {"image/gif": "R0lGODlhAQABAAAAACw=", "text/plain": "<Film>"},
}
AS_CODE = {"cell_type": "code", "source": "why = 1", "outputs": [], "execution_count": 1}
SUM = r"print\(squares"

BREAKS = {
    "the title": (say("^# Stage 1", "# Stage 1 ·", "# Stage 2 ·"), "first line is not"),
    "facts of the wrong form": (say("^# Stage 1", "data:", "Data:"), "second line is not a line of facts"),
    "a stale measurement": (say("^# Stage 1", "about 40 s", "about 45 s"), "not what was measured"),
    "a section missing": (drop("^## Key points"), "last three sections"),
    "sections out of order": (say("^## Key points", "Key points", "Where to go"), "last three sections"),
    "no aims": (drop("^## What you"), "first section is not"),
    "papers without years": (say("^## Where to go", "1805", ""), "fewer than three papers"),
    "no Chinese term": (say("^## What you", "平均", "mean"), "Chinese name"),
    "no control": (say(r"live\.controls", "controls", "show"), "no live control"),
    "no picture": (show(r"live\.controls", "a figure"), "no picture"),
    "another stage's start": (say("^import numpy", "stage=1", "stage=2"), "does not say start(stage=1)"),
    "set-up not tagged": (put("^import numpy", metadata={}), "not tagged setup"),
    "code before the set-up": (lambda n: n["cells"].insert(1, dict(cell(SUM)(n), id="x")), "first code cell"),
    "a second set-up": (show(SUM, "14", tags=["setup"]), "a second set-up cell"),
    "a cell not run": (put(SUM, execution_count=None), "execution count is None"),
    "cells out of order": (put(SUM, execution_count=9), "execution count is 9"),
    "an error": (show(SUM, ERROR), "an error"),
    "an error announced that does not come": (show(SUM, "14", tags=[RAISES]), "no error, though"),
    "stderr": (show(SUM, {"output_type": "stream", "name": "stderr", "text": "x"}), "something on stderr"),
    "a widget": (show(SUM, WIDGET), "a widget"),
    "a film that is compared": (show(SUM, FILM), "a film, which is compared byte by byte"),
    "a stream in pieces": (show(SUM, "1", "4"), "a stream in pieces"),
    "a path in an output": (show(SUM, "saved to /home/ann/x.keras"), "a path: /home/ann"),
    "a Windows path": (show(SUM, r"C:\Users\ann"), "a path: C:"),
    "a path in the code": (say(SUM, "squares.sum()", "open('/tmp/x').read()"), "a path: /tmp/x"),
    "a warning": (show(SUM, "UserWarning: careful"), "a warning"),
    "a log line": (show(SUM, "I0000 00:00:17 oneDNN custom operations"), "a warning"),
    "Keras' bar": (show(SUM, "1/9 ━━━━ 2s 3ms/step"), "a warning"),
    "a carriage return": (show(SUM, " 10%\r 20%"), "a warning"),
    "a stack trace": (show(SUM, "Traceback (most recent call last)"), "a warning"),
    "an address": (show(SUM, "<keras.Model object at 0x7f0d3c5a2d90>"), "an address"),
    "a part of a figure": (show(SUM, "[Text(0.0, 1.0, 'a')]"), "prints a part of a figure"),
    "a claim not compared": (show(SUM, "PASS it", tags=["nbval-ignore-output"]), "a claim in a cell"),
    "outputs stripped": (show(SUM), "it prints, and has no output"),
    "a claim without its line": (show(r"^check\.equal"), "it prints, and has no output"),
    "nbval told to skip": (show(SUM, "14", tags=["nbval-skip"]), "told to skip"),
    "nbval told by a comment": (say(SUM, "print", "# NBVAL_IGNORE_OUTPUT\nprint"), "told by a comment"),
    "too many lines": (put(SUM, source="print(1)\n" * 26), "26 lines; 25"),
    "too many lines in a test": (say("'random'", "x =", "y = 1\n" * 45 + "x ="), "lines; 45"),
    "an empty cell": (put(SUM, source=" ", outputs=[]), "empty"),
    "a magic": (say(SUM, "print", "%time print"), "not valid Python"),
    "a blank as x = #": (say(SUM, "squares = np.array([1, 4, 9])", "squares = # yours"), "not valid Python"),
    "a TODO": (say(SUM, "print", "# TODO faster\nprint"), "a TODO"),
    "a TODO in the text": (say("^## Squares", "How", "TODO How"), "a TODO"),
    "a swallowed exception": (put(SUM, source="try:\n    print(1)\nexcept ValueError:\n    pass"), "swallows"),
    "hidden warnings": (say(SUM, "print", "warnings.filterwarnings('ignore')\nprint"), "hides warnings"),
    "tensorflow": (say(SUM, "print", "import tensorflow as tf\nprint"), "imports tensorflow"),
    "tensorflow's inside": (say(SUM, "print", "from tensorflow import keras\nprint"), "imports tensorflow"),
    "another backend": (say(SUM, "print", "import torch\nprint"), "imports ['torch']"),
    "the network": (say(SUM, "print", "from urllib.request import urlopen\nprint"), "the network"),
    "a private name": (say(SUM, "print", "from course_utils.check import _array\nprint"), "a private name"),
    "no map": (drop(r"^\*\*Map"), "the map of the sections has to be the second cell, and is in []"),
    "a stale map": (say("^## Squares", "Squares", "Cubes"), "not that of the headings"),
    "a side road not folded": (
        say("^## Squares", "## Squares", "## For the curious · Squares"),
        "not those sections are folded",
    ),
    "a section folded that is not for the curious": (
        meta("^## Squares", "jp-MarkdownHeadingCollapsed", a=1),
        "not those sections are folded",
    ),
    "too many imports of the course": (
        say("^import numpy", "start(stage=1)", "import course_utils.live\n" * 3 + "start(stage=1)"),
        "4 imports of the course",
    ),
    "an import of the course later": (say(SUM, "print", "from course_utils import plots\nprint"), "outside the set-up"),
    "the course under another name": (say("^import numpy", "check, ", "check as claims, "), "under another name (as)"),
    "a function that becomes a value": (
        both(
            say(SUM, "squares =", "def total():\n    return 1\n\n\nsquares ="),
            say(r"^check\.equal", "check", "total = 3\ncheck"),
        ),
        "total, a function before, becomes a value",
    ),
    "a module that becomes a value": (
        say(SUM, "squares =", "labs = 1\nsquares ="),
        "labs, imported before, becomes a value",
    ),
    "a loop that takes a function's name": (
        both(
            say(SUM, "squares =", "def total():\n    return 1\n\n\nsquares ="),
            say(r"^check\.equal", "check", "for total in (1, 2):\n    pass\ncheck"),
        ),
        "total, a function before, becomes a value",
    ),
    "a shipped result read by hand": (
        say(SUM, "squares =", 'rows = json.loads((ROOT / "data/stage_01/mnist.json").read_text())\nsquares ='),
        "reads a shipped result by hand",
    ),
    "a claim on shipped numbers that says PASS": (
        say(
            r"^check\.equal",
            "check.equal(squares.sum(), 14",
            'rows = shipped("stage_01/mnist")\nbest = max(rows["errors"])\ncheck.equal(best, 14',
        ),
        "a claim on shipped numbers (['best']) without source=",
    ),
    "_ = before a figure": (say(SUM, "squares =", "_ = plots.curves(1)\nsquares ="), "“_ =” before a figure"),
    "the formatter held off": (
        say(SUM, "squares =", "a = 1  # fmt: skip\n" * 4 + "squares ="),
        "4 times “# fmt: skip”",
    ),
    "execution times": (meta(SUM, "execution", busy="12:00"), "should not be committed: ['execution']"),
    "widget state": (lambda n: n["metadata"].update(widgets={}), "should not be committed: ['widgets']"),
    "another kernel": (lambda n: n["metadata"]["kernelspec"].update(name="conda"), "kernel is not python3"),
    "a language version": (lambda n: n["metadata"]["language_info"].update(version="3"), "language_info"),
    "an id twice": (put(SUM, id="cell-0"), "cell ids"),
    "an old format": (lambda n: n.update(nbformat_minor=4), "format is not 4.5"),
    "four exercises": (both(drop("^### Exercise 1.5"), drop("^A square of a real")), "4 exercises"),
    "nineteen points": (meta("'random'", "nbgrader", points=1), "19 points"),
    "an exercise out of order": (meta("^def mean_square_2", "nbgrader", grade_id="ex-1-9"), "not ex-1-1, -2"),
    "another stage's exercise": (meta("^A square of a real", "nbgrader", grade_id="ex-2-5"), "not ex-1-1, -2"),
    "a grade_id twice": (meta("'random'", "nbgrader", grade_id="ex-1-1-tests"), "a grade_id twice"),
    "an exercise without text": (drop("^### Exercise 1.2"), "ex-1-2: one cell tagged exercise"),
    "a text with other points": (say("^### Exercise 1.2", "4 points", "5 points"), "ex-1-2: its text does not say"),
    "a text without minutes": (say("^### Exercise 1.2", "10 minutes", "short"), "ex-1-2: its text does not say"),
    "no question in words": (put("^A square of a real", **AS_CODE), "0 questions"),
    "no model answer": (put("^A square of a real", source="Because."), "ex-1-5: the words need"),
    "a solution in the open": (
        lambda n: cell("^def mean_square_1")(n)["metadata"].pop("jupyter"),
        "ex-1-1: the answer is not hidden",
    ),
    "a marker missing": (say("^def mean_square_1", "### END SOLUTION", ""), "ex-1-1: the solution's markers"),
    "no visible test": (drop("'three numbers'"), "ex-1-1: no visible tests"),
    "no hidden test": (drop("'random'"), "ex-1-1: no hidden tests"),
    "a hidden test in the open": (say("'random'", "### BEGIN HIDDEN TESTS\n", ""), "wholly between their markers"),
    "half a hidden test": (say("'random'", "### BEGIN", "y = 1\n### BEGIN"), "wholly between their markers"),
    "a test without points": (meta("'three numbers'", "nbgrader", points=0), "not those of a test"),
    "a test not locked": (meta("'three numbers'", "nbgrader", locked=False), "not those of a test"),
    "old nbgrader metadata": (meta("'three numbers'", "nbgrader", schema_version=2), "incomplete nbgrader"),
    "a test that gives a value": (show("'three numbers'", VALUE), "takes for the marks"),
    "an own cell not tagged": (lambda n: cell("^helper_1")(n)["metadata"].pop("tags"), "not tagged exercise"),
    "an answer that the lesson gives": (
        say(SUM, "print", "def mean_square_3(values):\n    return values\n\n\nprint"),
        "so that a blank could pass: ['mean_square_3']",
    ),
}


@functools.cache
def lesson_as_text():
    return json.dumps(sample.lesson())


def broken(change, stage=sample.STAGE, costs=None, size=1000):
    notebook = json.loads(lesson_as_text())
    change(notebook)
    return defects(notebook, stage, sample.COSTS if costs is None else costs, size)


@pytest.mark.parametrize("what", BREAKS)
def test_the_contract_notices(what):
    change, said = BREAKS[what]
    found = broken(change)
    assert any(said in defect for defect in found), found


def test_the_contract_notices_too_few_cells_compared():
    def ignore(notebook):
        for one in notebook["cells"]:
            if one["cell_type"] == "code" and one["source"].startswith("labs."):
                one["metadata"]["tags"] = ["nbval-ignore-output"]

    assert any("cells are compared; two thirds" in defect for defect in broken(ignore))


def test_the_contract_notices_size_and_cost():
    def unchanged(notebook):
        return None

    assert any("MB with its outputs" in defect for defect in broken(unchanged, size=2_000_001))
    assert any("does not hold its cost" in defect for defect in broken(unchanged, costs={}))
    slow = {sample.STAGE.slug: sample.COST.__class__(**(sample.COST.__dict__ | {"cpu_seconds": 151.0}))}
    assert any("over the budget" in defect for defect in broken(unchanged, costs=slow))
    large = {sample.STAGE.slug: sample.COST.__class__(**(sample.COST.__dict__ | {"peak_memory_gib": 3.2}))}
    assert any("over the budget" in defect for defect in broken(unchanged, costs=large))


def test_a_claim_on_shipped_numbers_with_its_source_is_one():
    claim = 'rows = shipped("stage_01/mnist")\ncheck.equal(max(rows["errors"]), 14, source=rows'
    change = say(r"^check\.equal", "check.equal(squares.sum(), 14", claim)
    assert not any("shipped" in defect for defect in broken(change))


def test_the_core_of_a_second_edition_is_short(monkeypatch):
    long = say("^## Squares", "How large", "Word " * 4500)
    assert not any("the core road has" in defect for defect in broken(long))
    monkeypatch.setattr(contract, "SECOND_EDITION", {sample.STAGE.slug})
    assert any("4,500 are allowed" in defect for defect in broken(long))
    assert not any("the core road has" in defect for defect in broken(lambda notebook: None))


@pytest.mark.slow
@pytest.mark.parametrize(
    "stage", [stage for stage in STAGES if stage.slug in contract.SECOND_EDITION], ids=lambda s: s.slug
)
def test_the_core_runs_alone(stage):
    assert execute(roads.core(read(stage.path)), stage.path.parent) is None


def twice(notebook):
    """The notebook with the code cells of each section twice in a row, the set-up once."""
    copy, section = nbformat.v4.new_notebook(metadata=notebook.metadata), []
    for cell in [*notebook.cells, nbformat.v4.new_markdown_cell("## End")]:
        if cell.cell_type == "markdown" and re.match("##+ ", cell.source):
            again = [
                nbformat.from_dict(one | {"id": f"{one.id}-2"})
                for one in section
                if "setup" not in one.metadata.get("tags", [])
            ]
            copy.cells += [*section, *again]
            section = []
        elif cell.cell_type == "code":
            section.append(cell)
    return copy


def test_each_section_comes_twice():
    notebook = sample.lesson()
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    doubled = [cell.source for cell in twice(notebook).cells]
    assert [doubled.count(source) for source in code] == [1] + [2] * (len(code) - 1)
    at = doubled.index(code[1])
    assert doubled[at : at + 4] == [code[1], code[2], code[3], code[1]], "in the order of its section"


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 8])
def test_each_section_can_be_run_a_second_time_in_place(number, monkeypatch):
    monkeypatch.setenv("PYTHONSTARTUP", str(ROOT / "tests" / "watch_names.py"))
    stage = STAGES[number - 1]
    notebook = twice(read(stage.path))
    assert execute(notebook, stage.path.parent) is None
    printed = "".join(output.get("text", "") for cell in notebook.cells for output in cell.outputs)
    assert "PASS" in printed
    assert re.findall("^REBOUND .*$", printed, re.M) == []


def test_last_sections_are_those_of_the_design():
    assert LAST_SECTIONS == ("Frequently asked", "Key points", "Where to go next")


def test_wrong_answers_are_read(tmp_path: Path):
    path = tmp_path / "stage_01.py"
    path.write_text('# ruff: noqa\n"""Mistakes."""\n\n# %% ex-1-1: forgets\nx = 1\n\n# %% ex-1-2: adds: twice\ny = 2\n')
    assert [(w.exercise, w.mistake, w.code) for w in read_wrong_answers(path)] == [
        ("ex-1-1", "forgets", "x = 1"),
        ("ex-1-2", "adds: twice", "y = 2"),
    ]


@pytest.mark.parametrize("text", ["# %% ex-1-1\nx = 1\n", "# %% ex-1-1: nothing\n", "x = 1\n# %% ex-1-1: a\nx = 2\n"])
def test_malformed_wrong_answers_are_refused(tmp_path, text):
    path = tmp_path / "stage_01.py"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"stage_01\.py"):
        read_wrong_answers(path)
