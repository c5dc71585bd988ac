"""A table's columns against what is to be predicted, and forecasts by group."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from .style import COLOURS, panels

__all__ = ["late_shares", "scatter"]


def late_shares(table, columns: Sequence[str], title: str, groups: int = 12) -> Figure:
    """A figure with one panel a column: the share of late rows for each of its values, or group of values.

    Numbers are cut into ``groups`` groups of equal size (fewer where many rows have one value); names are shown in the
    order of the year for months, else from the least to the most late. A dashed line is the share of all rows.

    Args:
        table: a pandas table with the columns and ``late``, 0 or 1.
        columns: names of its columns, at least one.
        title: over the whole figure.
        groups: at least 2.
    Raises: ValueError where the table has not got a column.
    """
    import pandas as pd

    if missing := [name for name in (*columns, "late") if name not in table]:
        raise ValueError(f"the table has no column {missing[0]!r}; it has {', '.join(table.columns)}")
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


_LABELS = {
    "minute_of_day": "departure, hour of the day",
    "humid": "humidity, %",
    "distance": "distance, miles",
}
_UNITS = {"minute_of_day": 60}  # how many of the table's units make one of the axis'


def scatter(x: np.ndarray, y: np.ndarray, title: str, xlabel: str, ylabel: str) -> Figure:
    """A figure with a dot for each pair, and the diagonal on which the two would be equal.

    Args:
        x, y: (points,) numbers of one kind.
        title: the finding.
        xlabel, ylabel: what they are, with their unit.
    Raises: ValueError where the lengths differ.
    """
    x, y = np.asarray(x), np.asarray(y)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"scatter needs two rows of numbers of one length; got {x.shape} and {y.shape}")
    figure, axes = panels(1, 1, width=4.2, height=3.6)
    top = max(x.max(), y.max()) * 1.05
    axes[0, 0].plot([0, top], [0, top], color="#999999", linewidth=1, linestyle="--")
    axes[0, 0].scatter(x, y, color=COLOURS[0], s=22, edgecolors="white", linewidths=0.5)
    axes[0, 0].set(xlim=(0, top), ylim=(0, top), title=title, xlabel=xlabel, ylabel=ylabel)
    return figure
