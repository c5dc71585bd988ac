"""How numbers spread: activations layer by layer, scores over the folds of a cross-validation."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from .style import COLOURS, panels

__all__ = ["folds", "layers"]


def layers(
    values: Mapping[str, Sequence[np.ndarray]],
    title: str,
    show: Sequence[int] = (1, 2, 4, 6, 8, 10),
    limits: tuple[float, float] = (-1.0, 1.0),
) -> Figure:
    """A figure with one row a network and one histogram a layer, each with its standard deviation.

    Args:
        values: name → the activations of layer 1, 2, …, each an array of any shape.
        title: the finding, over the whole figure.
        show: the layers to draw, counted from 1.
        limits: the range of the histograms; what lies outside is counted in the outermost bins.
    Raises: ValueError where a network has fewer layers than ``show`` asks for.
    """
    if not values or any(len(arrays) < max(show) for arrays in values.values()):
        raise ValueError(
            f"layers needs at least one network, and each with the layers {list(show)} (counted from 1)"
        )
    figure, axes = panels(
        len(values), len(show), width=1.75, height=1.25, sharex=True, gridspec_kw={"hspace": 0.02}
    )
    bins = np.linspace(*limits, 42)
    for row, (name, arrays) in enumerate(values.items()):
        for column, layer in enumerate(show):
            axis, array = axes[row, column], np.ravel(arrays[layer - 1])
            axis.hist(np.clip(array, *limits), bins=bins, color=COLOURS[row % 6])
            axis.set_title(f"σ = {array.std():.2g}", fontsize=8.5, weight="normal")
            axis.set_yticks([])
            if row == len(values) - 1:
                axis.set_xlabel(f"layer {layer}")
        axes[row, 0].set_ylabel(name, rotation=0, ha="right", va="center")
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def folds(scores: Mapping[str, np.ndarray], title: str, ylabel: str = "accuracy on the fold") -> Figure:
    """A figure with one column a method: a dot for each fold, the dots of a fold joined, the mean as a bar.

    Args:
        scores: method → (folds,) scores; the same folds in the same order for each.
        title: the finding.
        ylabel: what the scores are.
    Raises: ValueError where the methods have different numbers of folds.
    """
    table = [np.asarray(values, dtype="float64") for values in scores.values()]
    if not table or any(len(values) != len(table[0]) for values in table):
        raise ValueError("folds needs at least one method, and the same folds for each")
    figure, axes = panels(1, 1, width=6.0, height=3.0)
    axis, places = axes[0, 0], np.arange(len(table))
    for fold in np.stack(table, axis=1):
        axis.plot(places, fold, color="#bbbbbb", linewidth=0.8, zorder=1)
    for place, values in enumerate(table):
        axis.scatter(
            np.full(len(values), place), values, s=22, color=COLOURS[place % 6], edgecolors="white", zorder=2
        )
        axis.hlines(values.mean(), place - 0.18, place + 0.18, color="#222222", linewidth=2.2, zorder=3)
    axis.set(title=title, ylabel=ylabel, xlim=(-0.5, len(table) - 0.5))
    axis.set_xticks(places, list(scores))
    axis.grid(axis="x", visible=False)
    return figure
