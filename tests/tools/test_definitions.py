"""Definitions taken out of notebooks: what is run, what is not, and what is said where something is missing."""

import inspect
import traceback

import nbformat
import pytest

from course_utils.stages import Stage
from course_utils.tools import definitions as module
from course_utils.tools.definitions import definitions, selected


@pytest.fixture
def cells(monkeypatch, tmp_path):
    """Put these cells, each its source or its source and metadata, in the place of every stage's notebook."""

    def put(*cells):
        notebook = nbformat.v4.new_notebook()
        for cell in cells:
            source, metadata = (cell, {}) if isinstance(cell, str) else cell
            notebook.cells.append(nbformat.v4.new_code_cell(source, metadata=metadata))
        notebook.cells.append(nbformat.v4.new_markdown_cell("def prose(): no Python"))
        path = tmp_path / "03_taught.ipynb"
        nbformat.write(notebook, path)
        monkeypatch.setattr(module, "find", lambda number: type("Taught", (), {"path": path, "number": number})())

    return put


SETUP = ("base = 3\nprint('set up')", {"tags": ["setup"]})
EXERCISE = ("def twice(x):\n    return 2 * x\nraise SystemExit", {"nbgrader": {"solution": True}})


def test_definitions_run_the_set_up_functions_constants_and_what_is_prepared(cells, capsys):
    cells(
        SETUP,
        "import math\n\ndef area(r):\n    return math.pi * r ** base\n\nclass Net:\n    size = 2",
        "LIMIT, OTHER = base + 1, 2\nLIMIT += 1",
        "data = [LIMIT]\nmodel = 1 / 0\nLIMIT, lost = 7, 8",
        "data.append(1)\nprint('figure')\nfor LIMIT in range(3):\n    pass",
        "%timeit area(2)",
        EXERCISE,
    )
    scope = definitions(3, {"data"})
    assert scope["LIMIT"] == 5
    assert scope["OTHER"] == 2
    assert scope["data"] == [5]
    assert scope["area"](1) == pytest.approx(3.14159, abs=1e-4)
    assert scope["Net"].size == 2
    assert {"model", "lost", "twice"}.isdisjoint(scope)
    assert capsys.readouterr().out == "set up\n"
    assert definitions(3, {"data"}, {"data.append"})["data"] == [5, 1]


def test_a_constant_that_is_filled_by_place_needs_its_index_prepared(cells):
    cells("TABLE = [0, 0]\nplace = 1\nTABLE[place] = 5")
    assert definitions(3)["TABLE"] == [0, 0]
    assert definitions(3, {"place"})["TABLE"] == [0, 5]


def test_selected_takes_the_names_alone_and_solutions_too(cells, capsys):
    cells(SETUP, "LIMIT = 1\ndef twice(x):\n    return x\n\ndef area(r):\n    return LIMIT * r * far", EXERCISE)
    scope = {"far": 10}
    assert selected(3, {"twice", "area", "LIMIT"}, scope) is scope
    assert scope["twice"](4) == 8
    assert scope["area"](2) == 20
    assert "base" not in scope
    assert capsys.readouterr().out == ""


def test_a_source_and_a_line_are_found_where_a_definition_fails(cells):
    cells("\n\ndef fails():\n    raise KeyError('here')")
    scope = definitions(3)
    assert "raise KeyError" in inspect.getsource(scope["fails"])
    with pytest.raises(KeyError) as caught:
        scope["fails"]()
    assert "<stage 3, cell 0>" in "".join(traceback.format_tb(caught.value.__traceback__))
    assert caught.traceback[-1].lineno == 3


def test_what_is_missing_is_named(cells):
    cells("data = 1\ndef area(r):\n    return r")
    with pytest.raises(LookupError, match=r"03_taught\.ipynb does not have gone, net\.fit$"):
        definitions(3, {"data", "gone"}, {"net.fit"})
    with pytest.raises(LookupError, match=r"does not have lost$"):
        selected(3, ("area", "lost"), {})


def test_a_stage_without_a_notebook_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setattr(Stage, "path", property(lambda stage: tmp_path / "none.ipynb"), raising=False)
    with pytest.raises(FileNotFoundError, match="none"):
        definitions(3)
