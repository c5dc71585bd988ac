"""``import course_utils`` is quick and brings nothing heavy along."""

import subprocess
import sys

HEAVY = ("keras", "tensorflow", "matplotlib", "IPython", "numpy", "sklearn", "pandas", "nbformat")


def python(*arguments):
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)


def test_it_takes_less_than_three_tenths_of_a_second():
    """The least of several, because a busy machine only ever adds to it."""
    took = []
    for _ in range(7):
        last = python("-X", "importtime", "-c", "import course_utils").stderr.splitlines()[-1]
        assert last.endswith("| course_utils")
        took.append(int(last.split("|")[1]) / 1e6)  # cumulative microseconds
    assert min(took) < 0.3, took


def test_it_imports_nothing_heavy():
    code = f"import sys, course_utils; print([name for name in {HEAVY} if name in sys.modules])"
    assert python("-c", code).stdout == "[]\n"


def test_what_a_learner_imports_first_imports_neither_keras_nor_a_backend():
    code = "import sys; from course_utils import check, labs; print({'keras', 'tensorflow', 'nbgrader'} & set(sys.modules))"
    assert python("-c", code).stdout == "set()\n"


def test_the_command_line_explains_itself_without_anything_heavy():
    code = f"""
import sys
from course_utils.tools.cli import main
main(["run", "99"])
print([name for name in {HEAVY} if name in sys.modules])
"""
    assert python("-c", code).stdout == "[]\n"
