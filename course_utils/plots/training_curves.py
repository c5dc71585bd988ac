"""How training goes: curves, an optimiser's path through a valley, the symptoms of a sick run, results over seeds."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .boundaries import boundary
from .style import COLOURS, SEQUENTIAL, panels

__all__ = ["curves", "over_seeds", "ravine", "symptoms"]

_LINES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1)), (0, (1, 1)))


def curves(
    lines: Mapping[str, np.ndarray],
    title: str,
    ylabel: str,
    xlabel: str = "epoch",
    ylim: tuple[float, float] | None = None,
    log: bool = False,
) -> Figure:
    """A figure with one line a run, told apart by colour and by dash.

    Args:
        lines: name → (points,) values after point 1, 2, …; infinite and NaN points are left out.
        title: the finding.
        ylabel, xlabel: what is drawn, with its unit; what a point is.
        ylim: limits of the value axis.
        log: whether the value axis is logarithmic.
    Raises: ValueError where there is no line or one of them is empty.
    """
    if not lines or not all(len(values) for values in lines.values()):
        raise ValueError("curves need at least one line, and each at least one value")
    figure, axes = panels(1, 1, width=6.6, height=3.0)
    for place, (name, values) in enumerate(lines.items()):
        values = np.asarray(values, dtype="float64")
        style = {"color": COLOURS[place % len(COLOURS)], "linestyle": _LINES[place % len(_LINES)]}
        axes[0, 0].plot(
            np.arange(1, len(values) + 1), np.where(np.isfinite(values), values, np.nan), label=name, **style
        )
    axes[0, 0].set(xlabel=xlabel, ylabel=ylabel, title=title)
    axes[0, 0].xaxis.set_major_locator(MaxNLocator(integer=True))  # there is no epoch 2.5
    if log:
        axes[0, 0].set_yscale("log")
    if ylim is not None:  # setting None would freeze the limits that a linear axis had
        axes[0, 0].set_ylim(ylim)
    figure.legend(loc="outside right upper")
    return figure


def over_seeds(
    results: Mapping[str, Mapping[str, np.ndarray]], title: str, floor: float, ylabel: str = "test accuracy"
) -> Figure:
    """A figure with one panel a data set: for each network, one dot a seed; full dots reach the floor.

    Args:
        results: panel → (network → (seeds,) scores).
        title: the finding, over the whole figure.
        floor: drawn as a dashed line.
        ylabel: what the scores are.
    Raises: ValueError where there is nothing to draw.
    """
    if not results or not all(results.values()):
        raise ValueError("over_seeds needs at least one data set with at least one network")
    widths = [max(len(networks), 3) for networks in results.values()]
    figure, axes = panels(
        1, len(results), width=10.5 / len(results), height=3.0, sharey=True, width_ratios=widths
    )
    for axis, (name, networks) in zip(axes[0], results.items(), strict=True):
        for place, scores in enumerate(networks.values()):
            scores = np.sort(np.asarray(scores, dtype="float64"))
            beside = place + np.linspace(-0.24, 0.24, len(scores))
            good = scores >= floor
            axis.scatter(beside, scores, s=14, facecolors=np.where(good, COLOURS[2], "white"), edgecolors="#333333",
                         linewidths=0.7, zorder=3)  # fmt: skip
        axis.axhline(floor, color=COLOURS[3], linestyle="--", linewidth=1)
        axis.set(title=name, xlabel="hidden neurons", xlim=(-0.6, len(networks) - 0.4))
        axis.set_xticks(range(len(networks)), list(networks), rotation=45 if len(networks) > 6 else 0)
        axis.grid(axis="x", visible=False)
        # Lines between the networks, or one's dots seem to go on into the next one's.
        for between in range(1, len(networks)):
            axis.axvline(between - 0.5, color="#dddddd", linewidth=0.8, zorder=1)
    axes[0, 0].set_ylabel(ylabel)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def ravine(
    value: Callable[[np.ndarray, np.ndarray], np.ndarray],
    paths: Mapping[str, np.ndarray],
    title: str,
    limits: tuple[float, float, float, float],
) -> Figure:
    """A figure with the paths of optimisers over the contours of a function, and the function's value at each step.

    Args:
        value: the function of two coordinates, on arrays; its least value is 0.
        paths: name → (steps + 1, 2) float, the first row where it starts.
        title: the finding, over the whole figure.
        limits: left, right, bottom and top of the map; a path that leaves it is cut there.
    Raises: ValueError where there is no path, or one is not of shape (points, 2).
    """
    if not paths or any(np.ndim(path) != 2 or np.shape(path)[1] != 2 for path in paths.values()):
        raise ValueError("ravine needs at least one path, and each of shape (points, 2)")
    figure, axes = panels(1, 2, width=5.0, height=3.2, width_ratios=(1.25, 1))
    left, right, bottom, top = limits
    across, up = np.meshgrid(np.linspace(left, right, 121), np.linspace(bottom, top, 121))
    heights = value(across, up)
    levels = heights.max() * np.geomspace(1e-3, 1, 10)
    axes[0, 0].contour(across, up, heights, levels=levels, cmap=SEQUENTIAL, linewidths=0.6, alpha=0.7)
    axes[0, 0].plot(0, 0, "k*", markersize=10)
    for place, (name, path) in enumerate(paths.items()):
        path = np.asarray(path, dtype="float64")
        style = {"color": COLOURS[place % len(COLOURS)], "label": name}
        axes[0, 0].plot(*path.T, marker="o", markersize=2.5, linewidth=1.1, **style)
        with np.errstate(over="ignore"):
            axes[0, 1].plot(np.clip(value(*path.T), 1e-12, 1e12), linewidth=1.5, **style)
    axes[0, 0].set(xlim=(left, right), ylim=(bottom, top), xlabel="w₁ (flat direction)", ylabel="w₂ (steep)")
    axes[0, 1].set(xlabel="step", ylabel="loss", yscale="log")
    handles, labels = axes[0, 1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def symptoms(
    history: Mapping[str, np.ndarray],
    predict: Callable[[np.ndarray], np.ndarray],
    data: tuple[np.ndarray, np.ndarray],
    activations: np.ndarray,
    gradients: Sequence[np.ndarray],
    title: str,
) -> Figure:
    """A figure with the four things to look at in a training run: curves, boundary, activations, gradients.

    Args:
        history: ``loss`` and ``val_loss``, each (epochs,), as ``training.fit_compiled`` returns it.
        predict: (n, 2) points of the plane → probability of class 1, as in :func:`boundary`.
        data: (x, y) drawn over the boundary.
        activations: the values of the first hidden layer's neurons, any shape.
        gradients: the gradient of the loss for each layer's weights, first layer first.
        title: what is seen, over the whole figure.
    """
    figure, axes = panels(1, 4, width=2.75, height=2.7)
    loss, plane, hidden, slopes = axes[0]
    epochs = np.arange(1, len(history["loss"]) + 1)
    loss.plot(epochs, history["loss"], color=COLOURS[6], label="training")
    loss.plot(epochs, history["val_loss"], "--", color=COLOURS[3], label="test")
    peak = max(np.nanmax(history["loss"]), np.nanpercentile(history["val_loss"], 95))
    loss.set(title="Loss", xlabel="epoch", ylim=(0, peak * 1.15))
    loss.legend()
    boundary(plane, predict, *data).set_title("Boundary")
    hidden.hist(np.ravel(activations), bins=31, color=COLOURS[0])
    hidden.set(title="First hidden layer", xlabel="activation", ylabel="count")
    sizes = [float(np.abs(gradient).mean()) for gradient in gradients]
    floor = 1e-9  # a bar at the floor means: exactly nothing, or too small to matter
    slopes.bar(range(1, len(sizes) + 1), np.maximum(sizes, floor), color=COLOURS[5], edgecolor="#333333")
    slopes.set(title="Gradient", xlabel="layer", ylabel="mean size", yscale="log", ylim=(floor, 10))
    slopes.set_xticks(range(1, len(sizes) + 1))
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure
