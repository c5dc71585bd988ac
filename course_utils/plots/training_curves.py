"""Learning curves, and a line of time."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..errors import CourseError
from .style import COLOURS, panels

__all__ = ["curves", "timeline"]

_LINES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1)), (0, (1, 1)))


def timeline(events: Sequence[tuple[int, str, int | None]], title: str, breaks: Sequence[int] = ()) -> Figure:
    """A figure of events in the order of their years, evenly spaced, in rows that read from left to right.

    Evenly spaced, because discoveries come in bursts: on a true scale the last ten years would be unreadable.

    Args:
        events: (year, label, stage); the label may hold a line break; ``stage`` is the course's stage that builds
            it, or None. Years must not fall.
        title: over the whole figure.
        breaks: a new row begins before each of these positions in ``events``.
    Raises: CourseError where there is no event, the years fall, or a break lies outside.
    """
    years = [year for year, _, _ in events]
    if not events or years != sorted(years):
        raise CourseError(f"a timeline needs at least one event and years that do not fall; got {years}")
    if any(not 0 < at < len(events) for at in breaks):
        raise CourseError(f"breaks must lie inside the {len(events)} events; got {list(breaks)}")
    starts = [0, *breaks]
    rows = [events[a:b] for a, b in zip(starts, [*breaks, len(events)], strict=True)]
    figure, axes = panels(len(rows), 1, width=10.5, height=1.75, title=title)
    for axis, row in zip(axes[:, 0], rows, strict=True):
        axis.axhline(0, color="#bbbbbb", linewidth=2, zorder=1)
        for place, (year, label, stage) in enumerate(row):
            side, near, far = (1, "top", "bottom") if place % 2 == 0 else (-1, "bottom", "top")
            colour = COLOURS[0] if stage else COLOURS[7]
            axis.plot([place, place], [0, 0.42 * side], color=colour, linewidth=1, zorder=1)
            axis.plot(place, 0, "o", color=colour, markersize=9 if stage else 6, zorder=2)
            text = f"{label}\n→ stage {stage}" if stage else label
            axis.text(place, 0.46 * side, text, ha="center", va=far, fontsize=8.5)
            bold = {"weight": "bold", "color": colour, "fontsize": 9}
            axis.text(place, -0.16 * side, str(year), ha="center", va=near, **bold)
        axis.set(xlim=(-0.7, max(len(r) for r in rows) - 0.3), ylim=(-1.45, 1.45))
        axis.axis("off")
    return figure


def curves(
    lines: Mapping[str, np.ndarray],
    title: str,
    ylabel: str,
    xlabel: str = "epoch",
    ylim: tuple[float, float] | None = None,
    log: bool = False,
    x: np.ndarray | None = None,
) -> Figure:
    """A figure with one line a run, told apart by colour and by dash.

    Args:
        lines: name → (points,) values after point 1, 2, …; infinite and NaN points are left out.
        title: the finding.
        ylabel, xlabel: what is drawn, with its unit; what a point is.
        ylim: limits of the value axis.
        log: whether the value axis is logarithmic.
        x: where the points stand; at 1, 2, … without it.
    Raises: CourseError where there is no line or one of them is empty.
    """
    if not lines or not all(len(values) for values in lines.values()):
        raise CourseError("curves need at least one line, and each at least one value")
    figure, axes = panels(1, 1, width=6.6, height=3.0)
    for place, (name, values) in enumerate(lines.items()):
        values = np.asarray(values, dtype="float64")
        style = {"color": COLOURS[place % len(COLOURS)], "linestyle": _LINES[place % len(_LINES)]}
        finite = np.where(np.isfinite(values), values, np.nan)
        axes[0, 0].plot(np.arange(1, len(values) + 1) if x is None else x, finite, label=name, **style)
    axes[0, 0].set(xlabel=xlabel, ylabel=ylabel, title=title, yscale="log" if log else "linear")
    axes[0, 0].xaxis.set_major_locator(MaxNLocator(integer=True))  # there is no epoch 2.5
    if ylim is not None:  # setting None would freeze the limits that a linear axis had
        axes[0, 0].set_ylim(ylim)
    figure.legend(loc="outside right center")
    return figure
