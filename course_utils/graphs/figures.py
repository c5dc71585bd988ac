"""Networks as pictures, and the charts of stage 9: one value a node, scores over splits, one score against a setting."""

from collections.abc import Mapping, Sequence

import networkx as nx
import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from ..errors import CourseError
from ..plots.style import COLOURS, DIVERGING, panels

__all__ = ["label_beside", "layout", "network", "networks", "score_lines", "score_strip"]

_TEXT = {"ha": "center", "va": "center", "fontsize": 8, "zorder": 4,
         "path_effects": [patheffects.withStroke(linewidth=2.2, foreground="white")]}  # fmt: skip
_SIDES = np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (0.8, 0.8), (-0.8, 0.8), (0.8, -0.8), (-0.8, -0.8)])
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")  # shape says the class, too, for readers who don't see the colour


def layout(edges: np.ndarray, nodes: int, seed: int = 0) -> np.ndarray:
    """(nodes, 2) float positions within [-1, 1]², tied nodes near each other (Fruchterman and Reingold, 1991).

    Args:
        edges: (ties, 2) node numbers.
        nodes: how many nodes, at least 1; a single one lies in the middle.
        seed: for where the nodes start, a whole number.
    """
    graph = nx.empty_graph(nodes)
    graph.add_edges_from(np.asarray(edges).tolist())
    start = nx.circular_layout(graph) if nodes <= 12 else None
    found = nx.spring_layout(graph, pos=start, iterations=150, seed=seed, k=2.2 / np.sqrt(nodes))
    places = np.array([found[node] for node in range(nodes)])
    room = 0.85 / np.sqrt(nodes)
    for _ in range(60):  # whoever is nearer than this to somebody moves away, so that marks and labels don't overlap
        between = places[:, None] - places[None, :]
        distance = np.linalg.norm(between, axis=-1)
        np.fill_diagonal(distance, np.inf)
        push = np.maximum(room - distance, 0) / np.maximum(distance, 1e-9)
        places = places + 0.4 * (push[:, :, None] * between).sum(axis=1)
    return places / (np.abs(places).max() or 1.0)


def network(
    axes: Axes,
    edges: np.ndarray,
    places: np.ndarray,
    labels: np.ndarray | None = None,
    values: np.ndarray | None = None,
    names: Mapping[int, str] | None = None,
    sizes: np.ndarray | float = 60,
    widths: np.ndarray | float = 0.8,
    ringed: Sequence[int] = (),
    limit: float | None = None,
) -> Axes:
    """The axes, with a network drawn: nodes coloured by class (and shaped by it), or by one value each.

    Args:
        axes: where to draw; ticks and frame go.
        edges: (ties, 2) node numbers.
        places: (nodes, 2) float.
        labels: (nodes,) class numbers 0 to 6; -1 stays white.
        values: (nodes,) float, in place of labels; colours run from -limit to limit.
        names: node → text to write on it.
        sizes: of the nodes, points², one or (nodes,).
        widths: of the ties, points, one or (ties,).
        ringed: nodes that get a thick dark ring (the labelled ones, the wrong ones).
        limit: without it, the largest absolute value.
    Raises: CourseError where a node of ``edges`` has no place.
    """
    edges, places = np.asarray(edges).reshape(-1, 2), np.asarray(places, dtype="float64")
    if edges.size and edges.max() >= len(places):
        raise CourseError(f"node {edges.max()} has no place; there are {len(places)} places")
    lines = LineCollection(places[edges], colors="#9a9a9a", linewidths=widths, alpha=0.6, zorder=1)
    axes.add_collection(lines)
    sizes = np.broadcast_to(np.asarray(sizes, dtype="float64"), len(places))
    if values is not None:
        top = limit or float(np.abs(values).max()) or 1.0
        colours = {"c": values, "cmap": DIVERGING, "vmin": -top, "vmax": top}
        axes.scatter(*places.T, s=sizes, edgecolors="#444444", linewidths=0.6, zorder=2, **colours)
    else:
        labels = np.zeros(len(places), int) if labels is None else np.asarray(labels)
        for label in np.unique(labels):
            mask = labels == label
            colour, edge = ("white", "#777777") if label < 0 else (COLOURS[label], "white")
            style = {"c": colour, "edgecolors": edge, "linewidths": 0.7, "marker": _MARKERS[max(label, 0)]}
            axes.scatter(*places[mask].T, s=sizes[mask], zorder=2, **style)
    ringed = list(ringed)
    axes.scatter(
        *places[ringed].T, facecolors="none", edgecolors="black", linewidths=1.6, s=sizes[ringed] * 1.9, zorder=3
    )
    for node, text in (names or {}).items():
        axes.annotate(text, places[node], **_TEXT)
    axes.autoscale_view()
    axes.margins(0.08)
    axes.grid(False)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    return axes


def label_beside(axes: Axes, places: np.ndarray, names: Mapping[int, str], sizes: np.ndarray | float) -> Axes:
    """The axes of :func:`network`, with names beside their nodes, each on the side where it covers least.

    Args:
        axes: where the network is drawn, at its final size.
        places, sizes: as in :func:`network`.
        names: node → text.
    """
    figure = axes.figure
    figure.draw_without_rendering()  # settles where the axes are
    points = axes.transData.transform(places) * 72 / figure.dpi
    radius = np.sqrt(np.broadcast_to(np.asarray(sizes, dtype="float64"), len(places))) / 2
    taken = [Bbox([point - r, point + r]) for point, r in zip(points, radius, strict=True)]
    for node, text in names.items():
        half = np.array([2.45 * len(text), 4.5])  # of the text's width and height, points
        middles = points[node] + _SIDES * (radius[node] + 2 + half)
        boxes = [Bbox([middle - half, middle + half]) for middle in middles]
        best = int(np.argmin([_covered(box, taken) for box in boxes]))
        offset = {"xytext": middles[best] - points[node], "textcoords": "offset points"}
        axes.annotate(text, places[node], **offset, **_TEXT)
        taken += [boxes[best]] * 2  # another name is worse to cover than a mark
    return axes


def _covered(box: Bbox, taken: list[Bbox]) -> float:
    """The area, points², that a box shares with those taken, summed."""
    parts = (Bbox.intersection(box, other) for other in taken)
    return sum(part.width * part.height for part in parts if part is not None)


def networks(drawings: Mapping[str, Mapping], edges, places, title: str, columns: int = 4, **shared) -> Figure:
    """A figure with the same network several times, one panel for each drawing.

    Args:
        drawings: title of the panel → arguments of :func:`network` that differ.
        edges, places: as in :func:`network`; a drawing may have its own.
        title: the finding.
        columns: panels in a row.
        shared: arguments of :func:`network` for every panel.
    """
    rows = -(-len(drawings) // columns)
    figure, axes = panels(rows, min(columns, len(drawings)), width=2.6, height=2.5, title=title)
    for panel in axes.flat[len(drawings) :]:
        panel.set_axis_off()
    for panel, (name, options) in zip(axes.flat, drawings.items(), strict=False):
        network(panel, **{"edges": edges, "places": places} | shared | dict(options)).set_title(name)
    return figure


def score_strip(
    scores: Mapping[str, Sequence[float]],
    title: str,
    xlabel: str = "test accuracy",
    baselines: Sequence[str] = (),
    chance: float | None = None,
) -> Figure:
    """A figure with one line a method: a dot for each split, a stroke at the mean and the mean beside, in the order given.

    Args:
        scores: method → its score on each split.
        title: the finding.
        xlabel: what is scored.
        baselines: the methods drawn in grey.
        chance: where to draw a dashed line.
    """
    figure, ((axes,),) = panels(1, 1, width=7.4, height=0.34 * len(scores) + 1.0, title=title)
    for place, (name, values) in enumerate(scores.items()):
        colour = COLOURS[7] if name in baselines else COLOURS[0]
        axes.axhline(place, color="#dddddd", linewidth=0.6, zorder=1)
        axes.plot([np.mean(values)] * 2, [place - 0.36, place + 0.36], color=colour, linewidth=3, alpha=0.6)
        spread = np.linspace(-0.22, 0.22, len(values)) if len(values) > 1 else [0]
        axes.scatter(values, place + np.asarray(spread), color=colour, s=9, zorder=3)
        axes.text(max(values) + 0.008, place, f"mean {np.mean(values):.2f}", va="center", fontsize=8.5)
    if chance is not None:
        axes.axvline(chance, color="black", linestyle="--", linewidth=1)
    low, high = min(map(min, scores.values())), max(map(max, scores.values()))
    axes.set(xlabel=xlabel, xlim=(max(0, low - 0.1), min(1.0, high + 0.08) + 0.04))
    axes.set_yticks(range(len(scores)), list(scores))
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    return figure


def score_lines(
    axes: Axes, x: Sequence[float], lines: Mapping[str, np.ndarray], xlabel: str, ylabel: str, chance=None
) -> Axes:
    """The axes, with a line for each method against a setting: the mean over splits, and a band from worst to best.

    Args:
        axes: where to draw.
        x: the settings, rising.
        lines: method → (settings,) or (settings, splits) scores.
        xlabel, ylabel: what the axes say.
        chance: where to draw a dashed horizontal line.
    """
    for (name, scores), colour, mark in zip(lines.items(), COLOURS, _MARKERS, strict=False):
        scores = np.asarray(scores, dtype="float64")
        mean = scores if scores.ndim == 1 else scores.mean(axis=1)
        axes.plot(x, mean, marker=mark, markersize=4.5, color=colour, label=name)
        if scores.ndim == 2:
            axes.fill_between(x, scores.min(axis=1), scores.max(axis=1), color=colour, alpha=0.15, linewidth=0)
    if chance is not None:
        axes.axhline(chance, color="black", linestyle="--", linewidth=1)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.legend()
    return axes
