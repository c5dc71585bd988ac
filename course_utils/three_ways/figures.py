"""Stage 2's figures: the table of flights, and what a forecast is worth."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from ..errors import CourseError
from ..plots.style import COLOURS, panels

__all__ = ["before_after", "calibration", "late_shares"]

_LABELS = {"minute_of_day": "departure, hour of the day", "humid": "humidity, %"}


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
    places = range(len(pairs))
    befores, afters = zip(*pairs.values(), strict=True)
    axis.plot(befores, places, "o", markerfacecolor="white", markeredgecolor=COLOURS[3], markersize=8, label="before")
    axis.plot(afters, places, "o", color=COLOURS[0], markersize=8, label="after")
    axis.set_xscale("log")
    axis.set_yticks(places, list(pairs))
    axis.invert_yaxis()
    axis.grid(axis="y", visible=False)
    axis.set(xlabel=f"{xlabel} (logarithmic scale)", title=title)
    figure.legend(loc="outside right upper")
    return figure


def calibration(forecasts: Mapping[str, np.ndarray], happened: np.ndarray, title: str) -> Figure:
    """A figure that compares what was forecast with what happened: the closer to the diagonal, the better calibrated.

    Each method's rows are sorted by forecast and cut into ten groups of equal size; a dot is one group's mean forecast and
    the share in which it happened. Below: how often each forecast is made.

    Args:
        forecasts: name → (rows,) probabilities.
        happened: (rows,) 0 or 1.
        title: the finding.
    Raises: CourseError where lengths differ, a probability is outside [0, 1], or there are fewer than ten rows.
    """
    happened = np.asarray(happened).reshape(-1)
    figure, axes = panels(2, 1, width=4.6, height=2.4, height_ratios=(2.4, 1), sharex=True)
    axes[0, 0].plot([0, 1], [0, 1], color="#999999", linewidth=1, linestyle="--", label="perfect")
    for place, (name, forecast) in enumerate(forecasts.items()):
        forecast = np.asarray(forecast, dtype="float64").reshape(-1)
        if len(forecast) != len(happened) or len(forecast) < 10 or forecast.min() < 0 or forecast.max() > 1:
            raise CourseError(f"{name}: one probability in [0, 1] a row is needed, and at least 10 rows")
        groups = np.array_split(np.argsort(forecast, kind="stable"), 10)
        means, shares = [forecast[g].mean() for g in groups], [happened[g].mean() for g in groups]
        style = {"marker": "os^D"[place % 4], "color": COLOURS[place], "markersize": 5, "linewidth": 1.2}
        axes[0, 0].plot(means, shares, label=name, **style)
        axes[1, 0].hist(forecast, bins=40, range=(0, 1), histtype="step", color=COLOURS[place], linewidth=1.4)
    axes[0, 0].set(ylabel="share in which it happened", title=title)
    axes[1, 0].set(xlabel="forecast probability", ylabel="rows")
    axes[0, 0].legend(loc="lower right")
    return figure


def late_shares(table, columns: Sequence[str], title: str) -> Figure:
    """A figure with one panel a column: the share of late rows for each of its values, or group of values.

    Numbers are cut into twelve groups of equal size (fewer where many rows have one value); names are shown in the
    order of the year for months, else from the least to the most late. A dashed line is the share of all rows.

    Args:
        table: a pandas table with the columns and ``late``, 0 or 1.
        columns: names of its columns, at least one.
        title: over the whole figure.
    Raises: CourseError where the table has not got a column.
    """
    import pandas as pd

    if missing := [name for name in (*columns, "late") if name not in table]:
        raise CourseError(f"the table has no column {missing[0]!r}; it has {', '.join(table.columns)}")
    figure, axes = panels(1, len(columns), width=2.7, height=2.7, title=title, sharey=True)
    for axis, name in zip(axes[0], columns, strict=True):
        if pd.api.types.is_numeric_dtype(table[name]):
            cut = pd.qcut(table[name], 12, duplicates="drop")
            share = table.groupby(cut, observed=True)["late"].mean()
            middles = np.array([interval.mid for interval in share.index]) / (
                60 if name == "minute_of_day" else 1
            )  # hours
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
    return figure
