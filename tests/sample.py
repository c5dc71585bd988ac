"""A small lesson that keeps to the contract, for the tests of what reads, runs and checks notebooks."""

import re

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils.stages import Stage
from course_utils.tools import roads
from course_utils.tools.costs import Cost, facts

STAGE = Stage(1, "01_neural_networks", "Neural networks")
COST = Cost(42.4, 30.0, 0.91, 2, "3.11.7", "2.21.0", "3.15.1")
COSTS = {STAGE.slug: COST}
SETUP = "import numpy as np\n\nfrom course_utils import check, labs, live, start\n\nstart(stage=1)"
QUICK_SETUP = "import numpy as np\n\nfrom course_utils import check, labs"  # without Keras, for cells that run
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
WORDS = "### Exercise 1.5 Why\n\nSay why an average of squares is never below zero. (4 points, 5 minutes)"
MODEL_ANSWER = (
    "A square of a real number is zero or more, and an average of numbers that are zero or more is zero or more, too."
)


def markdown(source, **metadata):
    return new_markdown_cell(source, metadata=metadata)


def code(source, prints="", tags=(), **metadata):
    cell = new_code_cell(source, metadata=({"tags": list(tags)} if tags else {}) | metadata)
    if prints:
        cell.outputs = [new_output("stream", name="stdout", text=prints + "\n")]
    return cell


def graded(grade_id, points=None, **flags):
    wanted = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    wanted |= flags | {"grade_id": grade_id}
    return wanted | ({} if points is None else {"points": points})


def mean_of_squares(number):
    """The cells of one exercise, all of the same kind: the average of the squares, plus the exercise's number."""
    name, function = f"ex-1-{number}", f"mean_square_{number}"
    solution = f"### BEGIN SOLUTION\n    return np.mean(np.square(values)) + {number}\n    ### END SOLUTION"
    hidden = f"x = np.random.default_rng().normal(size=9)\nlabs.agrees({function}(x), (x * x).sum() / 9 + {number}, 'random')"
    return [
        markdown(
            f"### Exercise 1.{number} Mean square\n\nAverage the squares of `values` and add {number}. (4 points, 10 minutes)",
            tags=["exercise"],
        ),
        code(f"helper_{number} = np.array([1.0, 2.0, 3.0])", tags=["exercise"], course={"exercise": name}),
        code(
            f"def {function}(values):\n    {solution}",
            nbgrader=graded(name, solution=True),
            jupyter={"source_hidden": True},
        ),
        code(
            f"labs.agrees({function}(helper_{number}), 14 / 3 + {number}, 'three numbers')",
            "PASS three numbers",
            nbgrader=graded(f"{name}-tests", 2, grade=True, locked=True),
        ),
        code(
            f"### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS",
            "PASS random",
            nbgrader=graded(f"{name}-hidden", 2, grade=True, locked=True),
        ),
    ]


def lesson(setup=SETUP):
    """A notebook that keeps to the contract, as nbformat's node; with ``QUICK_SETUP`` it also runs in a second."""
    figure = code(
        "live.controls(draw, size=(1, 9))" if setup == SETUP else "controls = 1", tags=["nbval-ignore-output"]
    )
    figure.outputs = [new_output("display_data", {"image/png": PNG, "text/plain": "<Figure size 1x1>"})]
    cells = [
        markdown(
            f"# Stage 1 · Neural networks\n\n*Stage 1 of 10 · {facts(COST)} · data: three numbers · know first: adding*"
        ),
        markdown("## What you will be able to do\n\nAverage (平均) squares."),
        code(setup, "Stage 1 · Neural networks", ["setup", "nbval-ignore-output"]),
        markdown("## Squares\n\nHow large are they? In a formula, $a < b$."),
        code("squares = np.array([1, 4, 9])\nprint(squares.sum())", "14"),
        code('check.equal(squares.sum(), 14, "the sum")', "PASS the sum: 14"),
        figure,
    ]
    for number in range(1, 5):
        cells += mean_of_squares(number)
    cells += [
        markdown(WORDS, tags=["exercise"]),
        markdown(MODEL_ANSWER, nbgrader=graded("ex-1-5", 4, grade=True, solution=True)),
        markdown("## Frequently asked\n\nWhy squares?"),
        markdown("## Key points\n\n- Squares."),
        markdown("## Where to go next\n\n- Gauss, 1809\n- Legendre, 1805\n- Stigler, 1981"),
    ]
    notebook = new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
    )
    roads.refresh(notebook)
    for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), 1):
        cell.execution_count = number
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index}"
    nbformat.validate(notebook)
    return notebook


def find(notebook, grade_id):
    """The cell of this grade_id."""
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def at(notebook, pattern):
    """Index of the first cell whose source has the pattern."""
    return next(index for index, cell in enumerate(notebook.cells) if re.search(pattern, cell.source))
