"""Few numbers side by side: bars, pairs before and after, pictures in rows, and a forecast's calibration."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from .style import COLOURS, panels

__all__ = ["bars", "before_after", "calibration", "gallery"]


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
    Raises: ValueError where there is no value or one is not finite.
    """
    numbers = np.array(list(values.values()), dtype="float64")
    if not len(numbers) or not np.isfinite(numbers).all():
        raise ValueError(f"bars need at least one number, all finite; got {dict(values)}")
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


def before_after(pairs: Mapping[str, tuple[float, float]], title: str, xlabel: str) -> Figure:
    """A figure with an arrow for each name, from the value before (hollow) to the value after (full).

    Args:
        pairs: name → (before, after), positive; the axis is logarithmic.
        title: the finding.
        xlabel: what is drawn.
    Raises: ValueError where there is no pair or a value is not positive.
    """
    if not pairs or not all(value > 0 for pair in pairs.values() for value in pair):
        raise ValueError(f"before_after needs at least one pair, of positive numbers; got {dict(pairs)}")
    figure, axes = panels(1, 1, width=6.6, height=0.9 + 0.4 * len(pairs))
    axis = axes[0, 0]
    for place, (before, after) in enumerate(pairs.values()):
        axis.annotate(
            "", (after, place), (before, place), arrowprops={"arrowstyle": "-|>", "color": "#777777"}
        )
        axis.plot(before, place, "o", markerfacecolor="white", markeredgecolor=COLOURS[3], markersize=8,
                  label=None if place else "before")  # fmt: skip
        axis.plot(after, place, "o", color=COLOURS[0], markersize=8, label=None if place else "after")
    axis.set_xscale("log")
    axis.set_yticks(range(len(pairs)), list(pairs))
    axis.invert_yaxis()
    axis.grid(axis="y", visible=False)
    axis.set(xlabel=f"{xlabel} (logarithmic scale)", title=title)
    figure.legend(loc="outside right upper")
    return figure


def gallery(rows: Mapping[str, Sequence[np.ndarray]], title: str) -> Figure:
    """A figure with one column of pictures a name, each under its name.

    Args:
        rows: name → pictures, (height, width, 3) float in [0, 1]; as many for each name.
        title: over the whole figure.
    Raises: ValueError where there is no picture or the numbers of pictures differ.
    """
    counts = {len(pictures) for pictures in rows.values()}
    if len(counts) != 1 or 0 in counts:
        raise ValueError(
            f"a gallery needs as many pictures for each name, at least one; got {sorted(counts)}"
        )
    figure, axes = panels(counts.pop(), len(rows), width=1.2, height=1.25)
    for column, (name, pictures) in enumerate(rows.items()):
        for row, picture in enumerate(pictures):
            axes[row, column].imshow(picture)
            axes[row, column].set_axis_off()
        axes[0, column].set_title(name, fontsize=9.5, loc="center")
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def calibration(
    forecasts: Mapping[str, np.ndarray], happened: np.ndarray, title: str, bins: int = 10
) -> Figure:
    """A figure that compares what was forecast with what happened: the closer to the diagonal, the better calibrated.

    Each method's rows are sorted by forecast and cut into groups of equal size; a dot is one group's mean forecast and
    the share in which it happened. Below: how often each forecast is made.

    Args:
        forecasts: name → (rows,) probabilities.
        happened: (rows,) 0 or 1.
        title: the finding.
        bins: number of groups, at least 2.
    Raises: ValueError where lengths differ, a probability is outside [0, 1], or there are fewer rows than groups.
    """
    happened = np.asarray(happened).reshape(-1)
    figure, axes = panels(2, 1, width=4.6, height=2.4, height_ratios=(2.4, 1), sharex=True)
    axes[0, 0].plot([0, 1], [0, 1], color="#999999", linewidth=1, linestyle="--", label="perfect")
    for place, (name, forecast) in enumerate(forecasts.items()):
        forecast = np.asarray(forecast, dtype="float64").reshape(-1)
        if len(forecast) != len(happened) or len(forecast) < bins or forecast.min() < 0 or forecast.max() > 1:
            raise ValueError(f"{name}: one probability in [0, 1] a row is needed, and at least {bins} rows")
        groups = np.array_split(np.argsort(forecast, kind="stable"), bins)
        axes[0, 0].plot([forecast[g].mean() for g in groups], [happened[g].mean() for g in groups], "os^D"[place % 4] + "-",
                        color=COLOURS[place], markersize=5, linewidth=1.2, label=name)  # fmt: skip
        axes[1, 0].hist(forecast, bins=40, range=(0, 1), histtype="step", color=COLOURS[place], linewidth=1.4)
    axes[0, 0].set(ylabel="share in which it happened", title=title)
    axes[1, 0].set(xlabel="forecast probability", ylabel="rows")
    axes[0, 0].legend(loc="lower right")
    return figure
