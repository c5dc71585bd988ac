"""Verdicts say what is wrong and never what is right."""

import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_utils import labs
from course_utils.labs.verdicts import NotYet

GRID = np.random.default_rng(0).normal(size=(3, 3))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (GRID + 1e-9, GRID),
        (GRID.tolist(), GRID),
        (GRID.astype("float32"), GRID.astype("float32")),
        (3, 3),
        (np.int64(3), 3),
        (2, 2.0),
        (True, True),
        (" Sigmoid ", "sigmoid"),
        (["a", "B"], ["A", "b"]),
        ((4, 5), (4, 5)),
        ((GRID, 1.0), (GRID, 1.0)),
        ([GRID, GRID[0]], (GRID, GRID[0])),
        ({"w": GRID, "b": 0.0}, {"b": 0.0, "w": GRID}),
        (np.zeros((0, 2)), np.zeros((0, 2))),
        (0.0, 0.0),
        (1 + 2j, 1 + 2j),
    ],
)
def test_right_answers_pass_with_one_line(answer, expected, capsys):
    labs.agrees(answer, expected, "the answer")
    assert capsys.readouterr().out == "PASS the answer\n"


@pytest.mark.parametrize(
    ("answer", "expected", "said"),
    [
        (None, 1.0, "no value (None); is a `return` missing?"),
        (-GRID, GRID, "the sign is turned round"),
        (GRID.T, GRID, "rows and columns are turned round"),
        (32 * GRID, GRID, "but for a constant factor (about 32 times"),
        (GRID + 1, GRID, "but for a constant that is added everywhere"),
        (GRID * [[1, 1, 1.5]], GRID, "6 of 9 values are right; the first that is not has index (0, 2)"),
        (1.0327, 1.0, "off by about 3 %"),
        (-1.0, 1.0, "the sign is turned round"),
        (50.0, 1.0, "far off"),
        (1e-8, 1e-9, "far off"),  # an absolute tolerance would call it right
        (GRID[:2], GRID[:, :2], "the axes are turned round"),
        ([1.0, 2.0], [[1.0], [2.0]], "the shape is (2,); asked for is (2, 1)"),
        (np.nan, 1.0, "not finite"),
        ([1.0, np.inf], [1.0, 2.0], "not finite"),
        (4, 3, "too high"),
        (2, 3, "too low"),
        ([1, 2, 3], [1, 2, 4], "2 of 3 values are right; the first that is not has index 2"),
        ("relu", "tanh", "not this one"),
        (False, True, "not this one"),
        ("x", 1.0, "real numbers are asked for"),
        (1j, 1.0, "real numbers are asked for"),
        (1, "x", "text is asked for"),
        ("x", 1, "numbers are asked for"),
        (GRID, (GRID, GRID), "2 results are asked for, in a tuple or list; one ndarray came"),
        ((GRID,), (GRID, GRID), "2 results are asked for, in a tuple or list; 1 came"),
        ((GRID, -GRID), (GRID, GRID), "result 2: the sign is turned round"),
        (3, {"w": 1}, "a dict is asked for; this is a int"),
        ({"v": 1}, {"w": 1}, "1 keys are asked for"),
        ({"w": 2}, {"w": 1}, "'w': too high"),
        ([[1], [1, 2]], [1.0, 2.0], "can't be read as an array of numbers: list"),
        (print, 1.0, "numbers are asked for"),
        ({1, 2}, 1.0, "numbers are asked for"),
    ],
)
def test_wrong_answers_are_told_what_is_wrong(answer, expected, said, capsys):
    with pytest.raises(NotYet, match=re.escape(said)):
        labs.agrees(answer, expected, "the answer")
    assert capsys.readouterr().out == ""


@given(st.floats(0.1, 1e6), st.floats(0.001, 5), st.booleans())
def test_a_number_is_never_given_away(expected, error, above):
    """What is said about a wrong number leaves the right one open: one digit of the relative error at most."""
    with pytest.raises(NotYet) as verdict:
        labs.agrees(expected * (1 + error if above else 1 / (1 + error)), expected, "it")
    assert len(re.sub(r"[^1-9]", "", str(verdict.value))) <= 1


@given(arrays(float, (2, 3), elements=st.floats(-1e3, 1e3)))
def test_every_finite_array_agrees_with_itself(values):
    labs.agrees(values.copy(), values, "it")


def test_tolerance_is_relative_above_one_and_to_the_largest_below():
    labs.agrees(1e6 + 0.9, 1e6, "large")
    with pytest.raises(NotYet):
        labs.agrees(1e6 + 1.1, 1e6, "large")
    labs.agrees([1e-3, 1e-9], [1e-3, 0.0], "small beside larger")
    with pytest.raises(NotYet):
        labs.agrees([1e-3, 2e-9], [1e-3, 0.0], "small beside larger")
    labs.agrees(1.05, 1.0, "rough", tol=0.1)
    with pytest.raises(ValueError, match="tol must be positive; got 0"):
        labs.agrees(1, 1, "it", tol=0)


def test_shapes(capsys):
    labs.has_shape(GRID, (None, 3), "the grid")
    labs.has_shape([1, 2], (2,), "two numbers")
    assert capsys.readouterr().out == "PASS the grid has shape (any, 3)\nPASS two numbers has shape (2,)\n"
    for answer, said in ((GRID[0], "is (3,); asked for is (any, 3)"), (GRID[:, :2], "is (3, 2)"), (None, "None")):
        with pytest.raises(NotYet, match=re.escape(said)):
            labs.has_shape(answer, (None, 3), "the grid")


def test_properties(capsys):
    labs.holds(np.array([True, True]), "rows sum to 1")
    assert capsys.readouterr().out == "PASS rows sum to 1\n"
    with pytest.raises(NotYet, match=re.escape("this does not hold: rows sum to 1. Divide by the sum?")):
        labs.holds([True, False], "rows sum to 1", "Divide by the sum?")


def test_refusals(capsys):
    labs.refuses(lambda: int("five"), "a word")
    assert capsys.readouterr().out == "PASS refuses a word\n"
    with pytest.raises(NotYet, match="5 was accepted; raise ValueError"):
        labs.refuses(lambda: int("5"), "5")
    with pytest.raises(NotYet, match="None raised TypeError; asked for is ValueError"):
        labs.refuses(lambda: int(None), "None")
    with pytest.raises(NotImplementedError):
        labs.refuses(blank, "nothing")


def blank():
    raise NotImplementedError


class Tensor:
    """As PyTorch's: it has to be taken off the graph before NumPy can read it."""

    def detach(self):
        return self

    def cpu(self):
        return GRID


def test_tensors_of_another_backend_are_read():
    labs.agrees(Tensor(), GRID, "a tensor")


@pytest.mark.slow
def test_tensors_are_read():
    from course_utils.quiet import keras

    labs.agrees(keras.ops.convert_to_tensor(GRID), GRID, "a tensor")
    labs.has_shape(keras.ops.zeros((2, 3)), (2, 3), "a tensor")


SHELL = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="nocolor")
shell.run_cell("from course_utils import labs")
shell.run_cell("def answer():\\n    # YOUR CODE HERE\\n    raise NotImplementedError()")
for cell in ("labs.agrees(answer(), 1, 'it')", "labs.agrees(2, 1, 'it')", "raise NotImplementedError('why')"):
    print("CELL", flush=True)
    result = shell.run_cell(cell)
    assert not result.success
"""


def test_a_notebook_shows_one_line_for_a_blank_or_a_wrong_answer():
    done = subprocess.run([sys.executable, "-c", SHELL], capture_output=True, text=True, check=True)
    _, unanswered, wrong, other = done.stdout.split("CELL\n")
    assert unanswered.strip() == "NOT YET answered: write your code where `raise NotImplementedError()` stands"
    assert wrong.strip() == "NOT YET it: too high"
    assert "Traceback" in other  # one that says something is no blank
    assert "NotImplementedError: why" in other


@pytest.mark.slow
def test_a_kernel_shows_it_so_too(tmp_path):
    import nbformat

    from course_utils.tools.notebooks import execute

    stub = "def answer():\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    sources = ["from course_utils import labs", stub, "labs.agrees(answer(), 1, 'it')", "labs.agrees(2, 1, 'it')"]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source, metadata={"tags": ["raises-exception"]}) for source in sources]
    )
    assert execute(notebook, tmp_path) is None
    unanswered, wrong = notebook.cells[2].outputs, notebook.cells[3].outputs
    assert [output.traceback for output in unanswered] == [
        ["NOT YET answered: write your code where `raise NotImplementedError()` stands"]
    ]
    assert [output.traceback for output in wrong] == [["NOT YET it: too high"]]
