"""The watch on names, in a kernel: what says REBOUND, and what may change."""

import nbformat
import pytest

from course_utils.stages import ROOT
from course_utils.tools.notebooks import execute

CELLS = {
    "x = [1]": "",
    "x = (1, 2)": "",  # a list and a tuple are one kind
    "x = {}": "REBOUND x: list, now dict",
    "def f():\n    y = 1\n    return y": "",
    "y = 'inside a function is another name'": "",
    "f = 3": "REBOUND f: function, now number",
    "for k in 'ab':\n    pass": "",
    "k = [1]": "",  # a loop's name is free
    "figure = 1\nrng = 2\n_hidden = 1": "",
    "figure = 'a'\nrng = 'b'\n_hidden = 'c'": "",
    "z = None": "",
    "z = 3": "",  # None is no kind
    "z = 3.5": "",
    "import numpy as np\narray = np.ones(3)\nw = [y for y in (1, 2)]": "",
    "array = array.mean()": "REBOUND array: array, now number",
    "class f:\n    pass": "REBOUND f: number, now class",
    "import math as x": "REBOUND x: dict, now module",
}


@pytest.mark.slow
def test_a_name_that_becomes_another_kind_of_thing_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONSTARTUP", str(ROOT / "tests" / "watch_names.py"))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    assert execute(notebook, tmp_path) is None
    printed = ["".join(output.text for output in cell.outputs).strip() for cell in notebook.cells]
    assert printed == list(CELLS.values())
