"""Figures of forecasts: curves with the spread over seeds, what depends on what, and the lagging plot."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator

from .style import COLOURS, panels

__all__ = ["dependence", "lagging", "lines"]

DASHES = ("-", "--", "-.", ":")


def lines(
    x: np.ndarray,
    curves: Mapping[str, np.ndarray],
    title: str,
    xlabel: str,
    ylabel: str,
    log: str = "",
    marks: Mapping[str, tuple] | None = None,
) -> Figure:
    """A figure with one line a name; where a name has several runs, their mean with a band from the least to the greatest.

    Args:
        x: (points,) numbers or dates.
        curves: name → (points,) or (runs, points), finite.
        title: the finding.
        xlabel, ylabel: what is drawn, with its unit.
        log: "x", "y" or "xy": the axes that are logarithmic.
        marks: label → (from, to) on the x axis, shaded grey and named at the top.
    Raises: ValueError where there is no curve, lengths differ or a value is not finite.
    """
    runs = {name: np.atleast_2d(np.asarray(values, dtype="float64")) for name, values in curves.items()}
    if not runs or any(
        values.shape[1:] != np.shape(x) or not np.isfinite(values).all() for values in runs.values()
    ):
        shapes = {name: values.shape for name, values in runs.items()}
        raise ValueError(f"each curve needs one finite value for each of the {len(x)} places; got {shapes}")
    figure, axes = panels(1, 1, width=7.4, height=3.7)
    axis = axes[0, 0]
    for label, (start, end) in (marks or {}).items():
        axis.axvspan(start, end, color="#eeeeee", zorder=0)
        axis.text(start + (end - start) / 2, 1.0, label, transform=axis.get_xaxis_transform(), ha="center", va="bottom",
                  fontsize=8, color="#555555")  # fmt: skip
    markers = "o" if len(x) <= 30 else None
    for place, (name, values) in enumerate(runs.items()):
        colour = COLOURS[place % len(COLOURS)]
        if len(values) > 1:
            axis.fill_between(x, values.min(axis=0), values.max(axis=0), color=colour, alpha=0.2, linewidth=0)
        axis.plot(x, values.mean(axis=0), DASHES[place // len(COLOURS)], color=colour, marker=markers, markersize=4,
                  linewidth=1.5, label=name)  # fmt: skip
    if np.asarray(x).dtype.kind in "iu":
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))  # there is no year 2002.5
    if "x" in log:
        axis.set_xscale("log")
        axis.set_xticks(x, [f"{value:g}" for value in x])
        axis.minorticks_off()
    if "y" in log:
        axis.set_yscale("log")
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.yaxis.set_major_formatter("{x:g}")
        axis.yaxis.set_minor_formatter("")
    axis.set(xlabel=xlabel, ylabel=ylabel)
    axis.set_title(title, pad=16 if marks else None)
    if len(runs) > 1:
        figure.legend(loc="outside lower center", ncols=min(3, len(runs)))
    return figure


def dependence(
    matrices: Mapping[str, np.ndarray], title: str, marks: Mapping[str, float] | None = None
) -> Figure:
    """A figure with one panel a name: how far each output (row) moves when one input (column) is moved.

    Exactly zero is white; all else is coloured on a logarithmic scale that the panels share.

    Args:
        matrices: name → (outputs, inputs), at least 0, not all zero.
        title: over the whole figure.
        marks: name → the column before which a dashed line stands (the end of the window).
    Raises: ValueError where there is no matrix or one is negative, not finite or zero throughout.
    """
    from matplotlib.colors import LogNorm

    arrays = {name: np.asarray(values, dtype="float64") for name, values in matrices.items()}
    for name, values in arrays.items():
        if values.ndim != 2 or not np.isfinite(values).all() or values.min() < 0 or not values.any():
            raise ValueError(f"{name}: a matrix of finite sizes, at least 0 and not all 0, is needed")
    if not arrays:
        raise ValueError("dependence needs at least one matrix")
    top = max(values.max() for values in arrays.values())
    columns = min(3, len(arrays))
    rows = -(-len(arrays) // columns)
    figure, axes = panels(rows, columns, width=3.0, height=2.4)
    for axis in axes.flat[len(arrays) :]:
        axis.set_axis_off()
    for axis, (name, values) in zip(axes.flat, arrays.items(), strict=False):
        shown = np.ma.masked_equal(values, 0)
        image = axis.imshow(shown, aspect="auto", norm=LogNorm(top / 1e5, top), cmap="viridis_r", origin="upper",
                            extent=(0.5, values.shape[1] + 0.5, values.shape[0] + 0.5, 0.5))  # fmt: skip
        if marks and name in marks:
            axis.axvline(marks[name], color="white", linewidth=1.8, linestyle="--")
        axis.grid(visible=False)
        axis.set_title(name, fontsize=9.5)
        axis.set(xlabel="input day", ylabel="output")
    figure.colorbar(image, ax=axes, label="change of the output", shrink=0.8)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def lagging(
    days: Sequence,
    price: np.ndarray,
    forecast: np.ndarray,
    title: str,
    zoom: int = 40,
    name: str = "forecast of the day before",
) -> Figure:
    """A figure of a price and its forecast twice: as it is usually shown, and the last days from near.

    Args:
        days: (n,) dates.
        price, forecast: (n,) index points; the forecast of a day stands at that day.
        title: the finding.
        zoom: days in the second panel, 2 to n.
        name: the forecast's name in the legend.
    Raises: ValueError where lengths differ or zoom is outside its range.
    """
    price, forecast = np.asarray(price, dtype="float64"), np.asarray(forecast, dtype="float64")
    if not len(days) == len(price) == len(forecast) or not 2 <= zoom <= len(days):
        raise ValueError(
            f"as many days, prices and forecasts, and zoom from 2 to their number, are needed; got {len(days)}, "
            f"{len(price)}, {len(forecast)} and {zoom}"
        )
    figure, axes = panels(1, 2, width=4.4, height=3.0)
    for axis, part, marker in ((axes[0, 0], slice(None), None), (axes[0, 1], slice(-zoom, None), "o")):
        axis.plot(
            days[part],
            price[part],
            color=COLOURS[6],
            linewidth=1.3,
            marker=marker,
            markersize=3,
            label="price",
        )
        axis.plot(days[part], forecast[part], color=COLOURS[1], linewidth=1.3, marker=marker, markersize=3, label=name)  # fmt: skip
        axis.tick_params(axis="x", rotation=30)
        axis.set_xlabel("day")
    axes[0, 0].set(ylabel="index points", title="as it is usually shown")
    axes[0, 1].set(title=f"the last {zoom} days")
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return figure
