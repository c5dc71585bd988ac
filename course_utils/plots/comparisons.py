"""Few numbers side by side: bars, pairs before and after, pictures in rows, and a forecast's calibration."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from ..errors import CourseError
from .style import COLOURS, panels

__all__ = ["bars"]


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
    if start:
        axis.plot(numbers, places, "o", color=COLOURS[0], markersize=7)
    else:
        axis.barh(places, numbers, height=0.6, color=COLOURS[5])
    for place, name in enumerate(values):
        if intervals and name in intervals:
            axis.plot(intervals[name], [place, place], color="#222222", linewidth=1.6)
    axis.set_yticks(places, list(values))
    axis.set_ylim(len(numbers) - 0.5, -0.5)
    axis.grid(axis="y", visible=False)
    axis.set(xlabel=xlabel, title=title)
    if start:
        axis.set_xlim(start, None)
    else:
        ends = [0, *numbers, *(end for pair in (intervals or {}).values() for end in pair)]
        below = min(ends)
        axis.set_xlim(below - 0.04 * (max(ends) - below) if below < 0 else 0, None)
        axis.axvline(0, color="#222222", linewidth=0.8)
    return figure
