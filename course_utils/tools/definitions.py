"""What a notebook defines, without its experiments: for the makers of shipped results and for tests, which use a stage's own code."""

import ast
import linecache
from collections.abc import Callable, Collection

from ..stages import find
from .exercises import tags
from .notebooks import read

__all__ = ["definitions", "selected"]


def definitions(stage: int, prepared: Collection[str] = (), calls: Collection[str] = ()) -> dict:
    """The names that a stage's notebook defines outside its exercises.

    Run are, in the notebook's order: the set-up cell; imports, functions and classes; assignments to constants (names in
    capitals) and to ``prepared`` names, where nothing else is assigned in the same statement; and ``calls``. No training
    and no figure is run, unless ``prepared`` or ``calls`` ask for it.

    Args:
        stage: 1 to 10.
        prepared: names in small letters whose assignments are run, too.
        calls: functions that are called as statements, as the notebook spells them: ``"judge.fit"``. Each such call is run.
    Returns: name to value, all in one scope, as in the notebook's kernel.
    Raises: LookupError naming the prepared names and calls that the notebook does not have; FileNotFoundError where the
        stage has no notebook; and what the statements themselves raise.
    """
    scope: dict = {"__name__": "notebook"}
    found: set[str] = set()

    def kept(node: ast.stmt) -> bool:
        if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
            return True
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            called = {ast.unparse(node.value.func)} & set(calls)
            found.update(called)
            return bool(called)
        names = _assigned(node)
        if names and all(name.isupper() or name in prepared for name in names):
            found.update(names)
            return True
        return False

    _run(stage, kept, scope, whole=lambda cell: "setup" in tags(cell), exercises=False)
    _complain(stage, {*prepared, *calls} - found)
    return scope


def selected(stage: int, names: Collection[str], scope: dict) -> dict:
    """``scope`` with the functions, classes and constants of these names in it, taken out of a stage's notebook.

    Nothing else is run, the set-up cell neither; solutions of exercises can be taken, too.

    Args:
        stage: 1 to 10.
        names: what to take. A name that is defined more than once has its last definition.
        scope: the modules and values that the definitions use; changed in place.
    Raises: as :func:`definitions`.
    """
    found: set[str] = set()

    def kept(node: ast.stmt) -> bool:
        defined = _assigned(node)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            defined = {node.name}
        found.update(defined & set(names))
        return bool(defined) and defined <= set(names)

    _run(stage, kept, scope, whole=lambda cell: False, exercises=True)
    _complain(stage, set(names) - found)
    return scope


def _run(stage: int, kept: Callable, scope: dict, whole: Callable, exercises: bool) -> None:
    for number, cell in enumerate(read(find(stage).path).cells):
        is_exercise = "nbgrader" in cell.metadata and not exercises
        if cell.cell_type != "code" or is_exercise or cell.source.startswith("%"):
            continue
        statements = ast.parse(cell.source).body
        chosen = statements if whole(cell) else [node for node in statements if kept(node)]
        if chosen:
            file = f"<stage {stage}, cell {number}>"
            # TensorFlow looks there for the source of a function that it compiles, and a traceback for its lines.
            linecache.cache[file] = (len(cell.source), None, cell.source.splitlines(keepends=True), file)
            exec(compile(ast.Module(chosen, []), file, "exec"), scope)


def _assigned(node: ast.stmt) -> set[str]:
    """All names on the left of an assignment, an index among them; empty for another statement."""
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        targets = [node.target]
    else:
        return set()
    return {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}


def _complain(stage: int, missing: set[str]) -> None:
    if missing:
        raise LookupError(f"{find(stage).path.name} does not have {', '.join(sorted(missing))}")
