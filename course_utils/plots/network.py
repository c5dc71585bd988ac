"""A dense network as a diagram: a circle for each neuron, a line for each weight."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from .style import COLOURS

__all__ = ["network"]

_MOST = 9  # neurons drawn of one layer; of a wider one, the first and the last few with dots between


def network(
    sizes: Sequence[int],
    title: str,
    names: Sequence[str] | None = None,
    weights: Sequence[np.ndarray] | None = None,
    shapes: bool = True,
) -> Figure:
    """A figure of a dense network, inputs on the left, outputs on the right.

    Args:
        sizes: neurons of each layer, inputs first; at least two layers, each at least 1.
        title: over the figure.
        names: what stands under each layer ("inputs X", "hidden A", …), one for each of ``sizes``.
        weights: one (inputs, outputs) matrix between each two layers: orange lines for positive weights, blue
            for negative, thicker for larger. Without it all lines are thin and grey.
        shapes: write each weight matrix's shape over its lines.
    Raises: ValueError where sizes, names and weights do not fit each other.
    """
    sizes = [int(size) for size in sizes]
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"a network needs at least two layers of at least one neuron; got sizes {sizes}")
    if names is not None and len(names) != len(sizes):
        raise ValueError(f"one name for each of the {len(sizes)} layers is needed; got {len(names)}")
    wanted = list(pairwise(sizes))
    if weights is not None and [np.shape(matrix) for matrix in weights] != wanted:
        raise ValueError(f"weights must have shapes {wanted}; got {[np.shape(matrix) for matrix in weights]}")
    from matplotlib import pyplot as plt

    figure, axis = plt.subplots(figsize=(2.1 * len(sizes) + 1.2, 3.0))
    places = [_places(size) for size in sizes]
    for layer, (left, right) in enumerate(pairwise(places)):
        largest = np.abs(weights[layer]).max() if weights is not None else 1.0
        for i, low in left.items():
            for j, high in right.items():
                style = {"color": "#b5b5b5", "linewidth": 0.8}
                if weights is not None:
                    value = weights[layer][i, j] / (largest or 1.0)
                    style = {"color": COLOURS[1] if value > 0 else COLOURS[0], "linewidth": 3.5 * abs(value)}
                axis.plot([layer, layer + 1], [low, high], zorder=1, **style)
        if shapes:
            matrix = "W" + "₁₂₃₄₅₆₇₈₉"[layer] if len(sizes) > 2 and layer < 9 else "W"
            axis.text(
                layer + 0.5, 1.13, f"{matrix}: {wanted[layer][0]} × {wanted[layer][1]}",
                ha="center", fontsize=9, color="#444444",
            )  # fmt: skip
    for layer, (size, place) in enumerate(zip(sizes, places, strict=True)):
        colour = COLOURS[7] if layer == 0 else COLOURS[3] if layer == len(sizes) - 1 else COLOURS[2]
        axis.scatter(
            [layer] * len(place), list(place.values()), s=230, color=colour, edgecolors="white", zorder=2
        )
        if size > len(place):
            axis.text(layer, 0, "⋮", ha="center", va="center", fontsize=14)
        name = names[layer] if names is not None else f"{size}"
        axis.text(layer, -1.2, name, ha="center", va="top", fontsize=9)
    axis.set(xlim=(-0.5, len(sizes) - 0.5), ylim=(-1.6, 1.3), title=title)
    axis.axis("off")
    return figure


def _places(size: int) -> dict[int, float]:
    """Number of a neuron that is drawn → its height, from 1 (the first) down to -1."""
    if size <= _MOST:
        drawn = list(range(size))
        return dict(zip(drawn, (np.arange(size)[::-1] - (size - 1) / 2) / ((_MOST - 1) / 2), strict=True))
    drawn = [*range(4), *range(size - 4, size)]
    return dict(zip(drawn, [1, 0.75, 0.5, 0.25, -0.25, -0.5, -0.75, -1], strict=True))
