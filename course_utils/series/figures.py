"""Stage 5's figures: prices, windows, cells, forecasts."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from ..errors import CourseError
from ..plots.flow import LINE, arrow, box
from ..plots.style import COLOURS, panels

__all__ = [
    "CRISES",
    "FORMS",
    "autocorrelation",
    "candles",
    "dependence",
    "forecast_chart",
    "forms",
    "inside",
    "lagging",
    "lines",
    "lstm",
    "over_dates",
    "tails",
    "unrolled",
    "window_strips",
]


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
        log: "x", "y" or "xy": the axes that are logarithmic, for values above 0.
        marks: label → (from, to) on the x axis, shaded grey and named at the top.
    Raises: CourseError where there is no curve, lengths differ or a value is not finite (or not above 0 on a logarithmic axis).
    """
    runs = {name: np.atleast_2d(np.asarray(values, dtype="float64")) for name, values in curves.items()}
    if not runs or any(values.shape[1:] != np.shape(x) or not np.isfinite(values).all() for values in runs.values()):
        shapes = {name: values.shape for name, values in runs.items()}
        raise CourseError(f"each curve needs one finite value for each of the {len(x)} places; got {shapes}")
    if "y" in log and min(values.min() for values in runs.values()) <= 0:
        raise CourseError("a logarithmic axis needs values above 0")
    figure, axes = panels(1, 1, width=7.4, height=3.7)
    axis = axes[0, 0]
    for label, (start, end) in (marks or {}).items():
        axis.axvspan(start, end, color="#eeeeee", zorder=0)
        place = start + (end - start) / 2, 1.0
        axis.annotate(
            label, place, xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=8, color="#555555"
        )
    markers = "o" if len(x) <= 30 else None
    for place, (name, values) in enumerate(runs.items()):
        colour = COLOURS[place % len(COLOURS)]
        if len(values) > 1:
            axis.fill_between(x, values.min(axis=0), values.max(axis=0), color=colour, alpha=0.2, linewidth=0)
        style = {"color": colour, "marker": markers, "markersize": 4, "linewidth": 1.5, "label": name}
        axis.plot(x, values.mean(axis=0), DASHES[place // len(COLOURS)], **style)
    if np.asarray(x).dtype.kind in "iu":
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))  # there is no year 2002.5
    if "x" in log:
        axis.set_xscale("log")
        axis.set_xticks(x, [f"{value:g}" for value in x])
        axis.minorticks_off()
    if "y" in log:
        axis.set_yscale("log")
        if np.log10(axis.get_ylim()[1] / axis.get_ylim()[0]) < 3:
            axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.yaxis.set_major_formatter("{x:g}")
            axis.yaxis.set_minor_formatter("")
    axis.set(xlabel=xlabel, ylabel=ylabel)
    axis.set_title(title, pad=16 if marks else None)
    if len(runs) > 1:
        figure.legend(loc="outside lower center", ncols=min(3, len(runs)))
    return figure


def dependence(matrices: Mapping[str, np.ndarray], title: str, marks: Mapping[str, float] | None = None) -> Figure:
    """A figure with one panel a name: how far each output (row) moves when one input (column) is moved.

    Exactly zero is white; all else is coloured on a logarithmic scale that the panels share.

    Args:
        matrices: name → (outputs, inputs), at least 0, not all zero.
        title: over the whole figure.
        marks: name → the column before which a dashed line stands (the end of the window).
    Raises: CourseError where there is no matrix or one is negative, not finite or zero throughout.
    """
    from matplotlib.colors import LogNorm

    arrays = {name: np.asarray(values, dtype="float64") for name, values in matrices.items()}
    for name, values in arrays.items():
        if values.ndim != 2 or not np.isfinite(values).all() or values.min() < 0 or not values.any():
            raise CourseError(f"{name}: a matrix of finite sizes, at least 0 and not all 0, is needed")
    if not arrays:
        raise CourseError("dependence needs at least one matrix")
    top = max(values.max() for values in arrays.values())
    columns = min(3, len(arrays))
    rows = -(-len(arrays) // columns)
    figure, axes = panels(rows, columns, width=3.0, height=2.4, title=title)
    for axis in axes.flat[len(arrays) :]:
        axis.set_axis_off()
    for axis, (name, values) in zip(axes.flat, arrays.items(), strict=False):
        shown = np.ma.masked_equal(values, 0)
        extent = (0.5, values.shape[1] + 0.5, values.shape[0] + 0.5, 0.5)
        image = axis.imshow(shown, aspect="auto", norm=LogNorm(top / 1e5, top), cmap="viridis_r", extent=extent)
        if marks and name in marks:
            axis.axvline(marks[name], color="white", linewidth=1.8, linestyle="--")
        axis.grid(visible=False)
        axis.set_title(name, fontsize=9.5)
        axis.set(xlabel="input day", ylabel="output")
    figure.colorbar(image, ax=axes, label="change of the output", shrink=0.8)
    return figure


def lagging(days: Sequence, price: np.ndarray, forecast: np.ndarray, title: str) -> Figure:
    """A figure of a price and its forecast twice: as it is usually shown, and the last 40 days from near.

    Args:
        days: (n,) dates.
        price, forecast: (n,) index points; the forecast of a day stands at that day.
        title: the finding.
    Raises: CourseError where lengths differ.
    """
    if not len(days) == len(price) == len(forecast):
        raise CourseError(
            f"as many days, prices and forecasts are needed; got {len(days)}, {len(price)} and {len(forecast)}"
        )
    figure, axes = panels(1, 2, width=4.4, height=3.0, title=title)
    for axis, part, marker in ((axes[0, 0], slice(None), None), (axes[0, 1], slice(-40, None), "o")):
        axis.plot(days[part], price[part], color=COLOURS[6], linewidth=1.3, marker=marker, markersize=3, label="price")
        axis.plot(
            days[part],
            forecast[part],
            color=COLOURS[1],
            linewidth=1.3,
            marker=marker,
            markersize=3,
            label="forecast of the day before",
        )
        axis.tick_params(axis="x", rotation=30)
        axis.set_xlabel("day")
    axes[0, 0].set(ylabel="index points", title="as it is usually shown")
    axes[0, 1].set(title="the last 40 days")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return figure


#: Name → (steps at which the network reads, steps at which it writes), of ``STEPS`` steps in all.
FORMS = {
    "one to many": ((0,), (0, 1, 2, 3)),
    "many to one": ((0, 1, 2, 3), (3,)),
    "many to many, synchronous": ((0, 1, 2, 3), (0, 1, 2, 3)),
    "many to many, asynchronous": ((0, 1, 2), (3, 4)),
}


STEPS = 5
READ, WRITTEN, CELL = "#cfe3f2", "#fbe3b3", "#f4f4f4"


def forms(title: str) -> Figure:
    """A figure with a panel for each of :data:`FORMS`: values read (blue, below), the cell's copies, values written (orange, above).

    Stage 5, "Two ways to answer".
    """
    figure, axes = panels(1, len(FORMS), width=2.6, height=2.3, title=title)
    for axis, (name, (read, written)) in zip(axes[0], FORMS.items(), strict=True):
        last = max(*read, *written)
        for step in range(last + 1):
            box(axis, step, 0, "", CELL, 0.5, 0.5)
            if step < last:
                arrow(axis, (step + 0.28, 0), (step + 0.72, 0))
        for step in read:
            box(axis, step, -1.2, f"$x_{step + 1}$", READ, 0.5, 0.5, COLOURS[0])
            arrow(axis, (step, -0.92), (step, -0.28))
        for place, step in enumerate(written):
            box(axis, step, 1.2, f"$y_{place + 1}$", WRITTEN, 0.5, 0.5, COLOURS[1])
            arrow(axis, (step, 0.28), (step, 0.92))
        middle = (STEPS - 1 - last) / 2
        axis.set(xlim=(-0.6 - middle, STEPS - 0.4 - middle), ylim=(-1.6, 1.6), aspect="equal")
        axis.set_title(name, loc="center", fontsize=9.5)
        axis.set_axis_off()
    return figure


def lstm(title: str) -> Figure:
    """A figure of an LSTM cell: the memory along the top, the four products of input and state below, where each gate acts.

    Stage 5, "LSTM: a memory with doors".
    """
    figure, axes = panels(1, 1, width=7.8, height=3.3)
    axis, road, gates = axes[0, 0], 2.6, 0.9
    places = {"f": 1.6, "i": 3.0, "g": 4.2, "o": 5.8}
    names = {
        "f": "forget gate\n$f$, σ",
        "i": "input gate\n$i$, σ",
        "g": "candidate\n$g$, tanh",
        "o": "output gate\n$o$, σ",
    }
    for gate, x in places.items():
        fill, edge = ("#d9efe6", COLOURS[2]) if gate == "g" else ("#dceaf5", COLOURS[0])
        box(axis, x, gates, names[gate], fill, 1.02, 0.62, edge)
        arrow(axis, (x, 0.1), (x, gates - 0.35))
    axis.plot([0.2, places["o"]], [0.1, 0.1], color=LINE, linewidth=1.4)
    axis.text(0.1, 0.1, "$x_t$, $h_{t-1}$", ha="right", va="center")

    def knot(x: float, y: float, sign: str) -> None:
        axis.add_patch(Circle((x, y), 0.17, fc=WRITTEN, ec=COLOURS[1], zorder=3))
        axis.text(x, y, sign, ha="center", va="center", fontsize=11, zorder=4)

    thick = {"linewidth": 2.6, "mutation_scale": 15, "color": COLOURS[3]}
    arrow(axis, (0.2, road), (8.0, road), **thick)
    axis.text(0.1, road, "$c_{t-1}$", ha="right", va="center")
    axis.text(8.1, road, "$c_t$", ha="left", va="center")
    knot(places["f"], road, "×")
    arrow(axis, (places["f"], gates + 0.35), (places["f"], road - 0.19))
    joined = (places["i"] + places["g"]) / 2
    knot(joined, 1.75, "×")
    for gate in "ig":
        arrow(axis, (places[gate], gates + 0.35), (joined + (0.14 if gate == "g" else -0.14), 1.62))
    knot(joined, road, "+")
    arrow(axis, (joined, 1.94), (joined, road - 0.19))
    box(axis, 6.9, 1.9, "tanh", "#d9efe6", 0.62, 0.34, COLOURS[2])
    arrow(axis, (6.9, road), (6.9, 2.1))
    knot(6.9, gates, "×")
    arrow(axis, (6.9, 1.7), (6.9, gates + 0.19))
    arrow(axis, (places["o"] + 0.55, gates), (6.71, gates))
    arrow(axis, (7.09, gates), (8.0, gates))
    axis.text(8.1, gates, "$h_t$", ha="left", va="center")
    axis.set(xlim=(-0.9, 8.6), ylim=(-0.15, 3.0), title=title)
    axis.set_axis_off()
    return figure


#: Name → first and last day, S&P 500: from the highest close before to the lowest close of the fall.
CRISES = {
    "dot-com crash": ("2000-03-24", "2002-10-09"),
    "financial crisis": ("2007-10-09", "2009-03-09"),
    "debt crisis 2011": ("2011-04-29", "2011-10-03"),
}


def _dated(axis: Axes) -> None:
    locator = mdates.AutoDateLocator(minticks=4, maxticks=9)
    axis.xaxis.set_major_locator(locator)
    axis.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))


def over_dates(
    rows: Mapping[str, Mapping[str, object]],
    title: str,
    crises: Mapping[str, tuple[str, str]] | None = None,
    logarithmic: Sequence[str] = (),
) -> Figure:
    """A figure with one panel a quantity, below each other over the same dates.

    Args:
        rows: the panel's axis label (with unit) → name → pandas Series over dates; a name only where a panel has several.
        title: the finding.
        crises: name → (first, last) day, shaded, and named in the first panel.
        logarithmic: the labels of panels with a logarithmic axis.
    Raises: CourseError where there is nothing to draw, or a logarithmic panel has a value that is not positive.
    """
    if not rows or not all(rows.values()):
        raise CourseError("over_dates needs at least one panel with one series")
    figure, axes = panels(len(rows), 1, width=8.6, height=2.9 if len(rows) == 1 else 2.2, title=title, sharex=True)
    for axis, (label, series) in zip(axes[:, 0], rows.items(), strict=True):
        for place, (name, values) in enumerate(series.items()):
            if label in logarithmic and not (values.dropna() > 0).all():
                raise CourseError(f"{name}: a logarithmic axis needs positive values")
            axis.plot(values.index, values, color=COLOURS[place], linewidth=0.9, label=name)
        if label in logarithmic:
            axis.set_yscale("log")
            axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.yaxis.set_minor_locator(NullLocator())
            axis.yaxis.set_major_formatter("{x:,g}")
        for begin, end in (crises or {}).values():
            axis.axvspan(np.datetime64(begin), np.datetime64(end), color="#999999", alpha=0.25, linewidth=0)
        axis.set_ylabel(label)
        if len(series) > 1:
            axis.legend(loc="upper left", ncols=len(series))
        _dated(axis)
    for name, (begin, end) in (crises or {}).items():
        middle = np.datetime64(begin) + (np.datetime64(end) - np.datetime64(begin)) // 2
        axes[0, 0].annotate(name, (middle, 0.02), xycoords=("data", "axes fraction"), ha="center", fontsize=8)
    axes[-1, 0].set_xlabel("date")
    return figure


def candles(table, title: str) -> Figure:
    """A figure with one candlestick a day, and the volume below: hollow blue where the day rose, full orange where it fell.

    Args:
        table: pandas, a row a day with ``open``, ``high``, ``low``, ``close``, ``volume``; 1 to 150 days.
        title: the finding.
    Raises: CourseError for a table without a column, without a day, or with more days than can be told apart.
    """
    missing = {"open", "high", "low", "close", "volume"} - set(table.columns)
    if missing or not 1 <= len(table) <= 150:
        raise CourseError(
            f"candles need 1 to 150 days and five columns; got {len(table)} days, missing {sorted(missing)}"
        )
    figure, axes = panels(2, 1, width=8.6, height=2.1, sharex=True, height_ratios=(3, 1))
    places = np.arange(len(table))
    rose = (table["close"] >= table["open"]).to_numpy()
    colours = np.where(rose, COLOURS[0], COLOURS[3])
    axes[0, 0].vlines(places, table["low"], table["high"], color=colours, linewidth=1)
    low = np.minimum(table["open"], table["close"])
    body = np.abs(table["close"] - table["open"])
    fill = np.where(rose, "white", colours)
    axes[0, 0].bar(places, body, bottom=low, width=0.65, edgecolor=colours, color=fill, zorder=3)
    axes[1, 0].bar(places, table["volume"] / 1e9, width=0.65, color=colours)
    axes[0, 0].set(ylabel="index points", title=title)
    axes[1, 0].set(ylabel="10⁹ shares", xlabel="trading day")
    ticks = places[:: max(1, len(places) // 8)]
    axes[1, 0].set_xticks(ticks, [f"{table.index[place]:%d %b %Y}" for place in ticks], fontsize=7.5)
    return figure


def autocorrelation(values: Mapping[str, np.ndarray], band: float, title: str) -> Figure:
    """A figure with one panel a series: its correlation with itself, lag by lag from 1 on, and the band of a series without any.

    Args:
        values: name → (lags,) correlations, lag 1 first.
        band: half its height, above 0: ±1.96/√days.
        title: the finding.
    Raises: CourseError where there is no series or the band is not positive.
    """
    if not values or not band > 0:
        raise CourseError("autocorrelation needs at least one series and a positive band")
    figure, axes = panels(1, len(values), width=8.6 / len(values), height=2.7, title=title, sharey=True)
    for axis, (name, correlations) in zip(axes[0], values.items(), strict=True):
        lags = np.arange(1, len(correlations) + 1)
        axis.axhspan(-band, band, color=COLOURS[5], alpha=0.3, linewidth=0)
        axis.vlines(lags, 0, correlations, color=COLOURS[0], linewidth=1.5)
        axis.axhline(0, color="#222222", linewidth=0.8)
        axis.set(xlabel="lag (trading days)")
        axis.set_title(name, weight="normal")
    axes[0, 0].set_ylabel("autocorrelation")
    return figure


def tails(returns: np.ndarray, title: str) -> Figure:
    """A figure of standardised returns on a logarithmic count axis, beside the normal curve of the same mean and deviation.

    Args:
        returns: (days,) finite, at least 100.
        title: the finding.
    Raises: CourseError for fewer values, or values that do not vary.
    """
    returns = np.asarray(returns, dtype="float64")
    if len(returns) < 100 or not returns.std() > 0:
        raise CourseError("tails needs at least 100 returns that vary")
    z = (returns - returns.mean()) / returns.std()
    reach = np.ceil(np.abs(z).max())
    edges = np.arange(-reach, reach + 0.25, 0.25)
    figure, axes = panels(1, 1, width=7.4, height=2.9)
    axes[0, 0].hist(z, edges, color=COLOURS[5], label="days measured")
    x = np.linspace(-reach, reach, 400)
    normal = len(z) * 0.25 * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    axes[0, 0].plot(x, normal, color=COLOURS[3], label="a normal distribution")
    axes[0, 0].set(yscale="log", ylim=(0.5, None), title=title)
    axes[0, 0].set(xlabel="daily log return (standard deviations from the mean)", ylabel="days (logarithmic scale)")
    axes[0, 0].legend(loc="upper left")
    return figure


def unrolled(steps: int, title: str) -> Figure:
    """A figure of a recurrent cell drawn once with its loop, and again once for each step, 2 to 8.

    Raises: CourseError for another number of steps.
    """
    if not 2 <= steps <= 8:
        raise CourseError(f"unrolled draws 2 to 8 steps; got {steps!r}")
    figure, axes = panels(1, 1, width=8.6, height=2.3)
    axis = axes[0, 0]
    axis.set(xlim=(-0.7, steps + 1.6), ylim=(-1.25, 1.25), title=title)
    axis.set_axis_off()

    style = {"mutation_scale": 11, "shrinkA": 2, "shrinkB": 2}
    for step in range(-1, steps):
        x, sign = (0.0, "t") if step < 0 else (step + 1.6, str(step + 1) if step < steps - 1 or steps < 6 else "T")
        box(axis, x, 0, "cell", "#e8f1f8", 0.44, 0.5, COLOURS[0])
        axis.text(x, -1.1, f"$x_{{{sign}}}$", ha="center", va="center")
        axis.text(x, 1.1, f"$h_{{{sign}}}$", ha="center", va="center")
        arrow(axis, (x, -0.92), (x, -0.28), **style)
        arrow(axis, (x, 0.28), (x, 0.92), **style)
        if 0 <= step < steps - 1:
            arrow(axis, (x + 0.24, 0), (x + 0.76, 0), **style)
    arrow(axis, (0.24, 0.13), (0.24, -0.13), connectionstyle="arc3,rad=-2.2", **style)
    axis.text(0.95, 0, "=", ha="center", va="center", fontsize=18)
    return figure


def inside(rows: Mapping[str, np.ndarray], title: str) -> Figure:
    """A figure with a narrow panel for each quantity of a cell (input, gates, memory, output) over the same steps.

    Args:
        rows: label → (steps,) or (steps, units) numbers, one line a unit.
        title: the finding.
    Raises: CourseError where the numbers of steps differ or there is no row.
    """
    if len({len(values) for values in rows.values()}) != 1:
        raise CourseError("inside needs at least one row, all with as many steps")
    figure, axes = panels(len(rows), 1, width=8.2, height=0.95, title=title, sharex=True)
    for place, (axis, (label, values)) in enumerate(zip(axes[:, 0], rows.items(), strict=True)):
        values = np.asarray(values).reshape(len(values), -1)
        axis.step(np.arange(1, len(values) + 1), values, where="mid", color=COLOURS[place % 7], linewidth=1.5)
        if values.min() >= 0 and values.max() <= 1:
            axis.set_ylim(-0.06, 1.06)
        axis.set_ylabel(label, rotation=0, ha="right", va="center")
    axes[-1, 0].set_xlabel("step")
    return figure


def window_strips(days: int, examples: Mapping[str, tuple[np.ndarray, np.ndarray]], title: str) -> Figure:
    """A figure of windows as rows of squares over the days: read (blue), to be forecast (orange), both (red: a leak).

    Args:
        days: how many days the axis has.
        examples: a panel's name → ``(read, asked)``, (windows, …) row numbers of days.
        title: over the whole figure.
    Raises: CourseError where a day lies outside 0 to days - 1.
    """
    most = max(len(read) for read, _ in examples.values())
    figure, axes = panels(
        1, len(examples), width=9.0 / len(examples), height=0.9 + 0.19 * most, title=title, sharey=True
    )
    for axis, (name, (read, asked)) in zip(axes[0], examples.items(), strict=True):
        for row, (seen, wanted) in enumerate(zip(read, asked, strict=True)):
            if min(*seen, *wanted) < 0 or max(*seen, *wanted) >= days:
                raise CourseError(f"{name}: a window names a day outside 0 to {days - 1}")
            for day in range(days):
                reads, asks = day in seen, day in wanted
                if reads or asks:
                    leak = reads and asks and len(asked[row]) != len(read[row])
                    colour = COLOURS[3] if leak else COLOURS[1] if asks and not reads else COLOURS[0]
                    axis.plot(day, row, "s", color=colour, markersize=4.6)
                    if reads and asks and not leak:  # aligned: an answer of an earlier step, read later on
                        axis.plot(day, row, "s", color=COLOURS[1], markersize=2.2)
        axis.set(xlim=(-0.8, days - 0.2), ylim=(most - 0.4, -0.6), xlabel="day")
        axis.set_title(name, weight="normal")
        axis.grid(visible=False)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes[0, 0].set_ylabel("window")
    return figure


def forecast_chart(
    dates: np.ndarray,
    values: np.ndarray,
    read: np.ndarray,
    asked: np.ndarray,
    forecasts: Mapping[str, np.ndarray],
    title: str,
    ylabel: str,
) -> Figure:
    """A figure of a series in which the days that one window reads and those it answers are shaded, with the forecasts.

    Args:
        dates: (days,) datetime64.
        values: (days,) the series, in its unit.
        read, asked: row numbers of the days read and of the days forecast.
        forecasts: name → (asked,) in the series' unit.
        title: the finding.
        ylabel: the series, with its unit.
    Raises: CourseError where a forecast has not one value a day asked.
    """
    figure, axes = panels(1, 1, width=8.6, height=3.1)
    axis = axes[0, 0]
    first, last = max(0, read[0] - 40), min(len(dates) - 1, asked[-1] + 15)
    half = np.timedelta64(12, "h")
    axis.axvspan(dates[read[0]] - half, dates[read[-1]] + half, color=COLOURS[5], alpha=0.25, linewidth=0)
    axis.axvspan(dates[asked[0]] - half, dates[asked[-1]] + half, color=COLOURS[1], alpha=0.3, linewidth=0)
    axis.plot(dates[first : last + 1], values[first : last + 1], color="#555555", linewidth=1, label="measured")
    for place, (name, forecast) in enumerate(forecasts.items()):
        if len(forecast) != len(asked):
            raise CourseError(f"{name}: {len(forecast)} values for {len(asked)} days asked")
        style = ("o-", "s--", "^:")[place % 3]
        colour = (COLOURS[3], COLOURS[2], COLOURS[0])[place % 3]
        axis.plot(dates[asked], forecast, style, color=colour, markersize=4, label=name)
    axis.set(xlabel="date", ylabel=ylabel, title=title)
    _dated(axis)
    figure.legend(loc="outside right upper")
    return figure
