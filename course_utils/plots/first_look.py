"""Stage 1's own figures: kinds of data, a network made by hand, gradients of two losses, scatter of a score."""

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.figure import Figure

from .boundaries import boundary
from .style import COLOURS, panels

__all__ = ["kinds_of_data", "learnt", "slopes", "spreads"]


def kinds_of_data(title: str) -> Figure:
    """A figure of four kinds of data with one item (orange) and its neighbours (blue): table, image, series, graph.

    The image is one of scikit-learn's digits; the other three are made up for the picture.

    Args:
        title: over the whole figure.
    """
    figure, axes = panels(1, 4, width=2.65, height=2.6)
    for axis, name in zip(
        axes[0], ("Table: none", "Image: around", "Series: before", "Graph: joined"), strict=True
    ):
        axis.set_title(name)
        axis.set(xticks=[], yticks=[])
        axis.grid(False)
        axis.spines[:].set_visible(False)
    _table(axes[0, 0])
    _image(axes[0, 1])
    _series(axes[0, 2])
    _graph(axes[0, 3])
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def learnt(
    runs: Mapping[str, tuple[Callable, tuple[np.ndarray, np.ndarray], np.ndarray]], title: str
) -> Figure:
    """A figure with two panels a run: the plane as the network sees it, and its loss at each step.

    Args:
        runs: heading → (predict, (x, y), losses): ``predict`` and the data as in :func:`boundary`, losses (steps,).
        title: over the whole figure.
    Raises: ValueError without a run.
    """
    if not runs:
        raise ValueError("the figure needs at least one run")
    figure, axes = panels(1, 2 * len(runs), width=2.7, height=2.7)
    for place, (name, (predict, data, losses)) in enumerate(runs.items()):
        boundary(axes[0, 2 * place], predict, *data).set_title(name)
        curve = axes[0, 2 * place + 1]
        curve.plot(np.arange(1, len(losses) + 1), losses, color=COLOURS[6])
        curve.axhline(np.log(2), color=COLOURS[7], linewidth=1, linestyle="--")
        curve.text(len(losses), np.log(2) + 0.01, "“I don't know”", ha="right", fontsize=8, color="#555555")
        curve.set(
            xlabel="step", ylabel="training loss", ylim=(0, max(0.85, 1.05 * losses.max())), title="loss"
        )
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def slopes(z: np.ndarray, curves: Mapping[str, np.ndarray], title: str) -> Figure:
    """A figure of gradients against the logit.

    Args:
        z: (n,) logits.
        curves: label → (n,) gradients.
        title: over the figure.
    Raises: ValueError where a curve's length differs from z's.
    """
    if any(np.shape(curve) != np.shape(z) for curve in curves.values()):
        raise ValueError(f"each curve needs one value for each of the {len(z)} logits")
    figure, axes = panels(1, 1, width=6.4, height=2.7)
    for (name, curve), line, colour in zip(curves.items(), ("-", "--", ":"), COLOURS, strict=False):
        axes[0, 0].plot(z, curve, line, color=colour, label=name)
    axes[0, 0].set(xlabel="logit z (left: sure and wrong)", ylabel="gradient ∂ℓ/∂z", title=title)
    axes[0, 0].legend(loc="lower right")
    return figure


def spreads(samples: Mapping[str, np.ndarray], title: str, label: str) -> Figure:
    """A figure of histograms above one another on one axis.

    Args:
        samples: heading → (n,) numbers.
        title: over the whole figure.
        label: of the common axis, with its unit.
    Raises: ValueError without samples.
    """
    if not samples:
        raise ValueError("the figure needs at least one set of samples")
    low, high = min(np.min(v) for v in samples.values()), max(np.max(v) for v in samples.values())
    bins = np.linspace(low - 0.02, high + 0.02, 41)
    figure, axes = panels(len(samples), 1, width=6.4, height=1.05, sharex=True)
    for axis, (name, values), colour in zip(axes[:, 0], samples.items(), COLOURS, strict=False):
        axis.hist(values, bins=bins, weights=np.full(len(values), 1 / len(values)), color=colour)
        axis.text(0.01, 0.7, name, transform=axis.transAxes)
        axis.set(yticks=[], ylabel="share")
    axes[-1, 0].set_xlabel(label)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def _table(axis) -> None:
    rows = (("age", "pressure", "sugar"), ("63", "141", "5.9"), ("38", "118", "4.7"), ("51", "135", "6.4"))
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            chosen = row == 2 and column == 1
            axis.text(
                column, -row, text, ha="center", va="center", fontsize=9, weight="bold" if row == 0 else "normal",
                bbox={"facecolor": COLOURS[1] if chosen else "white", "edgecolor": "#cccccc", "pad": 5},
            )  # fmt: skip
    axis.set(xlim=(-0.6, 2.6), ylim=(-3.6, 0.6))


def _image(axis) -> None:
    from matplotlib.patches import Rectangle
    from sklearn.datasets import load_digits

    axis.imshow(load_digits().images[3], cmap="gray_r")
    axis.add_patch(Rectangle((2.5, 2.5), 3, 3, fill=False, edgecolor=COLOURS[0], linewidth=3))
    axis.add_patch(Rectangle((3.5, 3.5), 1, 1, fill=False, edgecolor=COLOURS[1], linewidth=3))


def _series(axis) -> None:
    time = np.arange(24)
    value = np.sin(time / 2.5) + 0.06 * time
    axis.plot(time, value, color="#bbbbbb", zorder=1)
    axis.scatter(time, value, s=14, color="#888888", zorder=2)
    axis.scatter(time[12:16], value[12:16], s=45, color=COLOURS[0], zorder=3)
    axis.scatter(time[16], value[16], s=60, color=COLOURS[1], zorder=3)
    axis.set_xlabel("time")


def _graph(axis) -> None:
    angle = np.arange(9) * 2 * np.pi / 9
    x, y = np.cos(angle), np.sin(angle)
    edges = [(0, 1), (1, 2), (2, 3), (3, 4), (5, 6), (6, 7), (7, 8), (0, 4), (0, 6), (2, 7), (4, 5)]
    for a, b in edges:
        colour = COLOURS[0] if 0 in (a, b) else "#bbbbbb"
        axis.plot(x[[a, b]], y[[a, b]], color=colour, linewidth=1.5, zorder=1)
    joined = {a + b for a, b in edges if 0 in (a, b)}
    colours = [COLOURS[1] if i == 0 else COLOURS[0] if i in joined else "#888888" for i in range(9)]
    axis.scatter(x, y, s=110, c=colours, zorder=2, edgecolors="white")
    axis.set(xlim=(-1.25, 1.25), ylim=(-1.25, 1.25), aspect="equal")
