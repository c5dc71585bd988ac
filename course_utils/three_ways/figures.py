"""Stage 2's figures: the table of flights, and what a forecast is worth."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from ..errors import CourseError
from ..plots.style import COLOURS, panels

__all__ = ["before_after", "calibration", "gallery", "late_shares", "scatter"]


def before_after(pairs: Mapping[str, tuple[float, float]], title: str, xlabel: str) -> Figure:
    """A figure with an arrow for each name, from the value before (hollow) to the value after (full).

    Args:
        pairs: name → (before, after), positive; the axis is logarithmic.
        title: the finding.
        xlabel: what is drawn.
    Raises: CourseError where there is no pair or a value is not positive.
    """
    if not pairs or not all(value > 0 for pair in pairs.values() for value in pair):
        raise CourseError(f"before_after needs at least one pair, of positive numbers; got {dict(pairs)}")
    figure, axes = panels(1, 1, width=6.6, height=0.9 + 0.4 * len(pairs))
    axis = axes[0, 0]
    for place, (before, after) in enumerate(pairs.values()):
        axis.annotate("", (after, place), (before, place), arrowprops={"arrowstyle": "-|>", "color": "#777777"})
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
    Raises: CourseError where there is no picture or the numbers of pictures differ.
    """
    counts = {len(pictures) for pictures in rows.values()}
    if len(counts) != 1 or 0 in counts:
        raise CourseError(f"a gallery needs as many pictures for each name, at least one; got {sorted(counts)}")
    figure, axes = panels(counts.pop(), len(rows), width=1.2, height=1.25)
    for column, (name, pictures) in enumerate(rows.items()):
        for row, picture in enumerate(pictures):
            axes[row, column].imshow(picture)
            axes[row, column].set_axis_off()
        axes[0, column].set_title(name, fontsize=9.5, loc="center")
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def calibration(forecasts: Mapping[str, np.ndarray], happened: np.ndarray, title: str, bins: int = 10) -> Figure:
    """A figure that compares what was forecast with what happened: the closer to the diagonal, the better calibrated.

    Each method's rows are sorted by forecast and cut into groups of equal size; a dot is one group's mean forecast and
    the share in which it happened. Below: how often each forecast is made.

    Args:
        forecasts: name → (rows,) probabilities.
        happened: (rows,) 0 or 1.
        title: the finding.
        bins: number of groups, at least 2.
    Raises: CourseError where lengths differ, a probability is outside [0, 1], or there are fewer rows than groups.
    """
    happened = np.asarray(happened).reshape(-1)
    figure, axes = panels(2, 1, width=4.6, height=2.4, height_ratios=(2.4, 1), sharex=True)
    axes[0, 0].plot([0, 1], [0, 1], color="#999999", linewidth=1, linestyle="--", label="perfect")
    for place, (name, forecast) in enumerate(forecasts.items()):
        forecast = np.asarray(forecast, dtype="float64").reshape(-1)
        if len(forecast) != len(happened) or len(forecast) < bins or forecast.min() < 0 or forecast.max() > 1:
            raise CourseError(f"{name}: one probability in [0, 1] a row is needed, and at least {bins} rows")
        groups = np.array_split(np.argsort(forecast, kind="stable"), bins)
        axes[0, 0].plot([forecast[g].mean() for g in groups], [happened[g].mean() for g in groups], "os^D"[place % 4] + "-",
                        color=COLOURS[place], markersize=5, linewidth=1.2, label=name)  # fmt: skip
        axes[1, 0].hist(forecast, bins=40, range=(0, 1), histtype="step", color=COLOURS[place], linewidth=1.4)
    axes[0, 0].set(ylabel="share in which it happened", title=title)
    axes[1, 0].set(xlabel="forecast probability", ylabel="rows")
    axes[0, 0].legend(loc="lower right")
    return figure


def late_shares(table, columns: Sequence[str], title: str, groups: int = 12) -> Figure:
    """A figure with one panel a column: the share of late rows for each of its values, or group of values.

    Numbers are cut into ``groups`` groups of equal size (fewer where many rows have one value); names are shown in the
    order of the year for months, else from the least to the most late. A dashed line is the share of all rows.

    Args:
        table: a pandas table with the columns and ``late``, 0 or 1.
        columns: names of its columns, at least one.
        title: over the whole figure.
        groups: at least 2.
    Raises: CourseError where the table has not got a column.
    """
    import pandas as pd

    if missing := [name for name in (*columns, "late") if name not in table]:
        raise CourseError(f"the table has no column {missing[0]!r}; it has {', '.join(table.columns)}")
    figure, axes = panels(1, len(columns), width=2.7, height=2.7, sharey=True)
    for axis, name in zip(axes[0], columns, strict=True):
        if pd.api.types.is_numeric_dtype(table[name]):
            cut = pd.qcut(table[name], groups, duplicates="drop")
            share = table.groupby(cut, observed=True)["late"].mean()
            middles = np.array([interval.mid for interval in share.index]) / _UNITS.get(name, 1)
            axis.plot(middles, share, "o-", color=COLOURS[0], markersize=4)
        else:
            share = table.groupby(name, sort=False)["late"].mean()
            share = share if name == "month" else share.sort_values()
            axis.bar(range(len(share)), share, color=COLOURS[5])
            axis.set_xticks(range(len(share)), share.index, rotation=90)
            axis.grid(axis="x", visible=False)
        axis.axhline(table["late"].mean(), color="#777777", linestyle="--", linewidth=1)
        axis.set(xlabel=_LABELS.get(name, name))
    axes[0, 0].set(ylabel="share that came late", ylim=(0, None))
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


_LABELS = {"minute_of_day": "departure, hour of the day", "humid": "humidity, %", "distance": "distance, miles"}


_UNITS = {"minute_of_day": 60}  # how many of the table's units make one of the axis'


def scatter(x: np.ndarray, y: np.ndarray, title: str, xlabel: str, ylabel: str) -> Figure:
    """A figure with a dot for each pair, and the diagonal on which the two would be equal.

    Args:
        x, y: (points,) numbers of one kind.
        title: the finding.
        xlabel, ylabel: what they are, with their unit.
    Raises: CourseError where the lengths differ.
    """
    x, y = np.asarray(x), np.asarray(y)
    if x.shape != y.shape or x.ndim != 1:
        raise CourseError(f"scatter needs two rows of numbers of one length; got {x.shape} and {y.shape}")
    figure, axes = panels(1, 1, width=4.2, height=3.6)
    top = max(x.max(), y.max()) * 1.05
    axes[0, 0].plot([0, top], [0, top], color="#999999", linewidth=1, linestyle="--")
    axes[0, 0].scatter(x, y, color=COLOURS[0], s=22, edgecolors="white", linewidths=0.5)
    axes[0, 0].set(xlim=(0, top), ylim=(0, top), title=title, xlabel=xlabel, ylabel=ylabel)
    return figure
