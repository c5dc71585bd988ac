"""Numbers side by side: bars, bars in groups, and scores over the folds of a cross-validation."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from ..errors import CourseError
from .style import COLOURS, panels

__all__ = ["bars", "folds", "grouped_bars"]


def bars(
    values: Mapping[str, float],
    title: str,
    xlabel: str,
    intervals: Mapping[str, tuple[float, float]] | None = None,
    start: float = 0.0,
) -> Figure:
    """A figure with one horizontal bar a name, from the top down in the order given.

    Args:
        values: name → finite number.
        title: the finding.
        xlabel: what is drawn, with its unit.
        intervals: name → (low, high), drawn as a line over the bar; for some or all names.
        start: where the axis begins; other than 0 the values are drawn as dots, because a bar's length would lie.
    Raises: CourseError where there is no value or one is not finite.
    """
    numbers = np.array(list(values.values()), dtype="float64")
    if not len(numbers) or not np.isfinite(numbers).all():
        raise CourseError(f"bars need at least one number, all finite; got {dict(values)}")
    figure, axes = panels(1, 1, width=6.6, height=0.9 + 0.42 * len(numbers))
    axis, places = axes[0, 0], np.arange(len(numbers))
    for place, name in enumerate(values):
        if intervals and name in intervals:
            axis.plot(intervals[name], [place, place], color="#222222", linewidth=1.6)
    axis.set_yticks(places, list(values))
    axis.set_ylim(len(numbers) - 0.5, -0.5)
    axis.grid(axis="y", visible=False)
    axis.set(xlabel=xlabel, title=title)
    if start:
        axis.plot(numbers, places, "o", color=COLOURS[0], markersize=7)
        axis.set_xlim(start, None)
    else:
        axis.barh(places, numbers, height=0.6, color=COLOURS[5])
        ends = [0, *numbers, *(end for pair in (intervals or {}).values() for end in pair)]
        below = min(ends)
        axis.set_xlim(below - 0.04 * (max(ends) - below) if below < 0 else 0, None)
        axis.axvline(0, color="#222222", linewidth=0.8)
    return figure


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


def grouped_bars(
    groups: Mapping[str, Mapping[str, float | Sequence[float]]], title: str, label: str, floor: float | None = None
) -> Figure:
    """A figure of bars in groups: one colour a series, with a dot for each seed where several numbers are given.

    Args:
        groups: group → (series → number, or several).
        title: the finding.
        label: of the value axis, with its unit.
        floor: a dashed line (chance, a baseline).
    Raises: CourseError without a group.
    """
    if not groups:
        raise CourseError("grouped_bars needs at least one group")
    series = list(dict.fromkeys(name for group in groups.values() for name in group))
    figure, axes = panels(1, 1, width=7.6, height=3.0)
    axis, width = axes[0, 0], 0.8 / len(series)
    for place, name in enumerate(series):
        shift = (place - (len(series) - 1) / 2) * width
        values = {at + shift: np.atleast_1d(group[name]) for at, group in enumerate(groups.values()) if name in group}
        means = [several.mean() for several in values.values()]
        axis.bar(list(values), means, 0.9 * width, color=COLOURS[place % len(COLOURS)], label=name)
        for x, several in values.items():
            if len(several) > 1:
                dots = {"s": 9, "color": "white", "edgecolors": "#333333", "linewidths": 0.6, "zorder": 3}
                axis.scatter(np.full(len(several), x), several, **dots)
    if floor is not None:
        axis.axhline(floor, color=COLOURS[6], linestyle="--", linewidth=1)
    axis.set_xticks(range(len(groups)), list(groups))
    axis.set(ylabel=label, title=title)
    axis.grid(axis="x", visible=False)
    if len(series) > 1:
        figure.legend(loc="outside right upper")
    return figure
