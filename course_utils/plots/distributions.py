"""How numbers spread: activations layer by layer, scores over the folds of a cross-validation."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from ..errors import CourseError
from .style import COLOURS, panels

__all__ = ["folds"]


def folds(scores: Mapping[str, np.ndarray], title: str, ylabel: str = "accuracy on the fold") -> Figure:
    """A figure with one column a method: a dot for each fold, the dots of a fold joined, the mean as a bar.

    Args:
        scores: method → (folds,) scores; the same folds in the same order for each.
        title: the finding.
        ylabel: what the scores are.
    Raises: CourseError where the methods have different numbers of folds.
    """
    table = [np.asarray(values, dtype="float64") for values in scores.values()]
    if not table or any(len(values) != len(table[0]) for values in table):
        raise CourseError("folds needs at least one method, and the same folds for each")
    figure, axes = panels(1, 1, width=6.0, height=3.0)
    axis, places = axes[0, 0], np.arange(len(table))
    for fold in np.stack(table, axis=1):
        axis.plot(places, fold, color="#bbbbbb", linewidth=0.8, zorder=1)
    for place, values in enumerate(table):
        axis.scatter(np.full(len(values), place), values, s=22, color=COLOURS[place % 6], edgecolors="white", zorder=2)
        axis.hlines(values.mean(), place - 0.18, place + 0.18, color="#222222", linewidth=2.2, zorder=3)
    axis.set(title=title, ylabel=ylabel, xlim=(-0.5, len(table) - 0.5))
    axis.set_xticks(places, list(scores))
    axis.grid(axis="x", visible=False)
    return figure
