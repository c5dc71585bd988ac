"""Figures of stage 3: pictures and maps in a grid, networks and blocks as diagrams, what they cost, where they look."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from .style import COLOURS, DIVERGING, SEQUENTIAL, panels

__all__ = ["architecture", "blocks", "cost_shares", "grouped_bars", "heat", "pictures", "trade_off"]


def pictures(
    images: Sequence[np.ndarray],
    title: str,
    labels: Sequence[str] = (),
    columns: int = 8,
    width: float = 1.2,
    signed: bool = False,
) -> Figure:
    """A figure of pictures in a grid; those with one channel on a common scale of grey, or of two colours where signed.

    Args:
        images: each (rows, columns), (rows, columns, 1) or (rows, columns, 3), colours from 0 to 1.
        title: the finding, over the whole figure.
        labels: above each picture.
        columns: of the grid.
        width: of one picture, inches.
        signed: draw one-channel pictures in two colours, white at 0.
    Raises: ValueError without a picture, or with another number of labels than pictures.
    """
    if not len(images) or (labels and len(labels) != len(images)):
        raise ValueError(f"pictures and labels must agree; got {len(images)} and {len(labels)}")
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    figure, axes = panels(rows, columns, width=width, height=width * (1.22 if labels else 1.02) + 0.3 / rows)
    plain = [np.asarray(image) for image in images if np.ndim(image) == 2 or np.shape(image)[-1] == 1]
    low, high = (min(map(np.min, plain)), max(map(np.max, plain))) if plain else (0, 1)
    if signed:
        high = max(abs(low), abs(high)) or 1
        low = -high
    for place, axis in enumerate(axes.flat):
        axis.axis("off")
        if place < len(images):
            image = np.squeeze(np.asarray(images[place]))
            options = (
                {"cmap": DIVERGING if signed else "gray", "vmin": low, "vmax": high}
                if image.ndim == 2
                else {}
            )
            axis.imshow(image, **options)
            if labels:
                axis.set_title(labels[place], fontsize=8, weight="normal", loc="center")
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def heat(
    images: np.ndarray, maps: np.ndarray, title: str, labels: Sequence[str] = (), width: float = 1.35
) -> Figure:
    """A figure with the pictures above, and below the same pictures under a map of where the network looked.

    Args:
        images: (n, rows, columns, 3), 0 to 1.
        maps: (n, r, c), at least 0; stretched over the picture.
        title: over the whole figure.
        labels: above each picture.
        width: of one picture, inches.
    Raises: ValueError where their numbers differ.
    """
    if len(images) != len(maps) or not len(images):
        raise ValueError(f"one map for each picture is needed; got {len(maps)} for {len(images)}")
    figure, axes = panels(2, len(images), width=width, height=width * 1.15)
    for place, (image, above) in enumerate(zip(images, maps, strict=True)):
        size = (-0.5, image.shape[1] - 0.5, image.shape[0] - 0.5, -0.5)
        for row in (0, 1):
            axes[row, place].imshow(image)
            axes[row, place].axis("off")
        axes[1, place].imshow(
            above,
            extent=size,
            cmap=SEQUENTIAL,
            alpha=0.6,
            interpolation="bilinear",
            vmin=0,
            vmax=max(above.max(), 1e-9),
        )
        if labels:
            axes[0, place].set_title(labels[place], fontsize=8, weight="normal", loc="center")
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def architecture(networks: Mapping[str, Sequence], title: str) -> Figure:
    """A figure of networks as rows of boxes: height the size of the map, width the channels, colour the kind of layer.

    Args:
        networks: name → layer costs (:func:`course_utils.networks.layer_costs`), in order; only layers with a kernel and
            pooling are drawn.
        title: over the whole figure.
    Raises: ValueError without a network.
    """
    if not networks:
        raise ValueError("architecture needs at least one network")
    from matplotlib.patches import Rectangle

    figure, axes = panels(len(networks), 1, width=10.5, height=1.25)
    colours = {"Conv2D": COLOURS[0], "Dense": COLOURS[3], "Pool": COLOURS[7]}
    for axis, (name, costs) in zip(axes[:, 0], networks.items(), strict=True):
        x, largest = 0.0, max(cost.output[0] for cost in costs if len(cost.output) == 3)
        for cost in costs:
            kind = "Pool" if "Pool" in cost.kind else cost.kind
            if kind not in colours or cost.name.endswith("_0_conv"):
                continue
            size = cost.output[0] if len(cost.output) == 3 else 0
            height = (np.log2(1 + size) / np.log2(1 + largest)) if size else 0.3
            wide = 0.25 + 0.14 * np.log2(1 + cost.output[-1]) if kind != "Pool" else 0.3
            axis.add_patch(
                Rectangle(
                    (x, -height / 2), wide, height, facecolor=colours[kind], edgecolor="white", linewidth=0.5
                )
            )
            x += wide + 0.06
        axis.set(xlim=(-0.2, max(x, 12)), ylim=(-0.55, 0.55), yticks=[], xticks=[])
        axis.set_title(name)
        axis.grid(False)
        axis.spines[:].set_visible(False)
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], marker="s", linestyle="", color=colour) for colour in colours.values()]
    figure.legend(handles, ["convolution", "dense", "pooling"], loc="outside lower center", ncols=3)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def cost_shares(networks: Mapping[str, Sequence], title: str) -> Figure:
    """A figure of two bars a network: which share of the parameters and of the multiply-adds lies in which kind of layer.

    Args:
        networks: name → layer costs.
        title: over the whole figure.
    Raises: ValueError without a network.
    """
    if not networks:
        raise ValueError("cost_shares needs at least one network")
    figure, axes = panels(1, 2, width=4.8, height=0.9 + 0.32 * len(networks), sharey=True)
    for axis, what, label in (
        (axes[0, 0], "parameters", "parameters"),
        (axes[0, 1], "multiply_adds", "multiply-adds"),
    ):
        left = np.zeros(len(networks))
        for kind, colour in (("Conv2D", COLOURS[0]), ("Dense", COLOURS[3])):
            share = np.array(
                [
                    sum(getattr(c, what) for c in costs if c.kind == kind)
                    / max(sum(getattr(c, what) for c in costs), 1)
                    for costs in networks.values()
                ]
            )
            name = "convolutions" if kind == "Conv2D" else "dense layers"
            axis.barh(list(networks), 100 * share, left=100 * left, color=colour, label=name)
            left += share
        axis.set(xlabel=f"share of the {label} (%)", xlim=(0, 100))
        axis.invert_yaxis() if axis is axes[0, 0] else None
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def blocks(diagrams: Mapping[str, tuple[Sequence[str], str | None]], title: str) -> Figure:
    """A figure of building blocks: boxes from top to bottom, and the shortcut as a line beside them.

    Args:
        diagrams: name → (the layers' names in order, what stands on the shortcut). A layer "+" is where the shortcut ends;
            it starts at the top. None: no shortcut.
        title: over the whole figure.
    Raises: ValueError where there is nothing to draw, or a shortcut without a "+".
    """
    if not diagrams:
        raise ValueError("blocks needs at least one diagram")
    figure, axes = panels(1, len(diagrams), width=10.5 / max(len(diagrams), 3), height=3.6)
    deepest = max(len(steps) for steps, _ in diagrams.values())
    for axis, (name, (steps, beside)) in zip(axes[0], diagrams.items(), strict=True):
        if beside is not None and "+" not in steps:
            raise ValueError(f"{name}: the shortcut needs a step '+' where it ends")
        axis.text(0, 0.8, "x", ha="center", va="center", fontsize=11, style="italic")
        for place, step in enumerate(steps):
            relu = step in ("ReLU", "BN", "+") or step.startswith("BN")
            box = {"boxstyle": "circle,pad=0.25" if step == "+" else "round,pad=0.3",
                   "facecolor": "#f0f0f0" if relu else "#d7e8f4", "edgecolor": COLOURS[6], "linewidth": 0.8}  # fmt: skip
            axis.annotate(
                "", (0, -place + 0.3), (0, -place + 0.68), arrowprops={"arrowstyle": "->", "lw": 0.9}
            )
            axis.text(0, -place, step, ha="center", va="center", fontsize=8.5, bbox=box)
        axis.annotate(
            "", (0, -len(steps) + 0.3), (0, -len(steps) + 0.68), arrowprops={"arrowstyle": "->", "lw": 0.9}
        )
        if beside is not None:
            end = -list(steps).index("+")
            axis.plot([0.08, 1.45, 1.45], [0.62, 0.62, end], color=COLOURS[3], linewidth=1.6)
            axis.annotate(
                "", (0.2, end), (1.47, end), arrowprops={"arrowstyle": "->", "color": COLOURS[3], "lw": 1.6}
            )
            axis.text(1.52, (0.62 + end) / 2, beside, color=COLOURS[3], fontsize=8.5, va="center")
        axis.set(xlim=(-1.2, 2.7), ylim=(-deepest - 0.1, 1.1), xticks=[], yticks=[])
        axis.set_title(name)
        axis.grid(False)
        axis.spines[:].set_visible(False)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def grouped_bars(
    groups: Mapping[str, Mapping[str, float | Sequence[float]]],
    title: str,
    label: str,
    floor: float | None = None,
) -> Figure:
    """A figure of bars in groups: one colour a series, with a dot for each seed where several numbers are given.

    Args:
        groups: group → (series → number, or several).
        title: the finding.
        label: of the value axis, with its unit.
        floor: a dashed line (chance, a baseline).
    Raises: ValueError without a group.
    """
    if not groups:
        raise ValueError("grouped_bars needs at least one group")
    series = list(dict.fromkeys(name for group in groups.values() for name in group))
    figure, axes = panels(1, 1, width=7.6, height=3.0)
    axis, width = axes[0, 0], 0.8 / len(series)
    for place, name in enumerate(series):
        for where, group in enumerate(groups.values()):
            if name not in group:
                continue
            values = np.atleast_1d(np.asarray(group[name], dtype="float64"))
            x = where + (place - (len(series) - 1) / 2) * width
            axis.bar(x, values.mean(), 0.9 * width, color=COLOURS[place % len(COLOURS)],
                     label=name if where == list(groups).index(next(g for g in groups if name in groups[g])) else None)  # fmt: skip
            if len(values) > 1:
                axis.scatter(
                    np.full(len(values), x),
                    values,
                    s=9,
                    color="white",
                    edgecolors="#333333",
                    linewidths=0.6,
                    zorder=3,
                )
    if floor is not None:
        axis.axhline(floor, color=COLOURS[6], linestyle="--", linewidth=1)
    axis.set_xticks(range(len(groups)), list(groups))
    axis.set(ylabel=label, title=title)
    axis.grid(axis="x", visible=False)
    if len(series) > 1:
        figure.legend(loc="outside right upper")
    return figure


def trade_off(
    points: Mapping[str, tuple[float, float, float]], title: str, xlabel: str, ylabel: str
) -> Figure:
    """A figure of networks as discs in the plane of cost and result, the disc's area being a third number.

    Args:
        points: name → (x, y, area), x and area above 0; x on a logarithmic axis.
        title: the finding.
        xlabel, ylabel: what the axes are, with units.
    Raises: ValueError without a point, or where x or area is not above 0.
    """
    if not points or any(x <= 0 or area <= 0 for x, _, area in points.values()):
        raise ValueError("trade_off needs at least one point, with x and area above 0")
    figure, axes = panels(1, 1, width=7.0, height=3.2)
    largest = max(area for *_, area in points.values())
    for place, (name, (x, y, area)) in enumerate(points.items()):
        size = 1200 * area / largest  # points²
        axes[0, 0].scatter(x, y, s=size, color=COLOURS[place % len(COLOURS)], alpha=0.7, edgecolors="#333333")
        beside = (np.sqrt(size / np.pi) + 4, 0)
        axes[0, 0].annotate(name, (x, y), beside, textcoords="offset points", va="center", fontsize=9)
    axes[0, 0].set(xscale="log", xlabel=xlabel, ylabel=ylabel, title=title)
    for which in (axes[0, 0].xaxis.set_major_formatter, axes[0, 0].xaxis.set_minor_formatter):
        which("{x:g}")  # 4 and 6, not 4 × 10⁰ and 6 × 10⁰
    axes[0, 0].margins(0.26, 0.2)
    return figure
