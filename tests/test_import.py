"""``import course_utils`` is quick and brings nothing heavy along; its modules keep their names and their places."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import course_utils

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


PACKAGE = Path(course_utils.__file__).parent
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}
PROGRAMS = ("course_utils.tools", "course_utils.makers", "course_utils.labs", "course_utils.__main__")


def test_no_function_takes_the_name_of_a_module_beside_it():
    """Else ``import course_utils.plots.boundaries as b`` would give a function."""
    for name in MODULES:
        parent, _, own = name.rpartition(".")
        if parent and not name.startswith(("course_utils.makers", "course_utils.__main__")):
            module = importlib.import_module(name)
            assert getattr(importlib.import_module(parent), own) is module, name


def imported(name, path):
    """Every module that a module imports, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = name if path.name == "__init__.py" else name.rpartition(".")[0]
            base = ".".join(base.split(".")[: len(base.split(".")) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            yield from (f"{module}.{alias.name}" for alias in node.names)


def test_what_notebooks_import_imports_neither_tools_nor_makers():
    lessons = {"course_utils.labs", "course_utils.labs.verdicts"}
    checked = {name for name in MODULES if name in lessons or not name.startswith(PROGRAMS)}
    assert len(checked) > 60
    for name in checked:
        up = [found for found in imported(name, MODULES[name]) if found.startswith(PROGRAMS[:2])]
        assert up == [], name


def test_that_test_sees_an_import(tmp_path):
    for text in ("from .tools import x", "from course_utils.tools.x import y", "def f():\n    from . import tools"):
        path = tmp_path / "check.py"
        path.write_text(text)
        assert any(found.startswith("course_utils.tools") for found in imported("course_utils.check", path)), text
