"""A notebook's own cells, run outside of it: chosen by their headings, with claims that are written down and stop nothing."""

import ast
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import numpy as np

from ..stages import find
from ..tools.exercises import tags
from ..tools.notebooks import read

__all__ = ["Ledger", "cells", "definitions_of", "run"]


class Ledger:
    """Stands in for ``check``: writes down by how much each claim holds, and never stops the run.

    ``slack`` has, for each claim, what is left over its bound: above 0 where the claim holds.
    """

    def __init__(self):
        self.slack = {}

    def equal(self, value, expected, what, **_):
        self.slack[what] = 1.0 if np.array_equal(value, expected) else -1.0

    def close(self, value, expected, what, tol=1e-5, **_):
        value, expected = np.asarray(value, "float64"), np.asarray(expected, "float64")
        self.slack[what] = tol - float(np.max(np.abs(value - expected) / np.maximum(1, np.abs(expected))))

    def at_least(self, value, floor, what, **_):
        self.slack[what] = float(value) - floor

    def at_most(self, value, ceiling, what, **_):
        self.slack[what] = ceiling - float(value)

    def better(self, value, baseline, what, by=0.0, lower=False, **_):
        gain = float(baseline) - float(value) if lower else float(value) - float(baseline)
        self.slack[what] = gain - by


def cells(stage: int) -> list[tuple[str, str, str]]:
    """(section's heading, nearest heading, source) of each code cell outside the exercises; the set-up cell is ("", "", source)."""
    found, section, heading = [], "", ""
    for cell in read(find(stage).path).cells:
        if cell.cell_type == "markdown":
            for line in cell.source.splitlines():
                if line.startswith("## "):
                    section = line.removeprefix("## ")
                if line.startswith(("## ", "### ")):
                    heading = line.lstrip("# ")
        elif cell.cell_type == "code" and "nbgrader" not in cell.metadata:
            found.append(("", "", cell.source) if "setup" in tags(cell) else (section, heading, cell.source))
    return found


def run(sources: Iterable[str], scope: dict, values: Mapping[str, int] = MappingProxyType({})) -> None:
    """Run cells in a scope, but for those that use shipped results, which are what is being made, or what such a cell made.

    Args:
        sources: the cells, in order.
        scope: names that they use, and what they define; changed in place.
        values: names of settings that the cells assign, with other values.
    """
    import matplotlib
    from matplotlib import pyplot

    matplotlib.use("Agg")
    missing = {"shipped"}
    for source in sources:
        tree = ast.parse(source)
        names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        if ({node.id for node in names} - bound) & missing:
            missing |= bound
            continue
        missing -= bound
        for statement in tree.body:
            if isinstance(statement, ast.Assign) and (name := ast.unparse(statement.targets[0])) in values:
                statement.value = ast.Constant(values[name])
        exec(compile(ast.fix_missing_locations(tree), source.splitlines()[0], "exec"), scope)
        pyplot.close("all")


def definitions_of(source: str) -> str:
    """The functions and classes of a cell alone."""
    tree = ast.parse(source)
    return "\n\n".join(ast.unparse(node) for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef))
