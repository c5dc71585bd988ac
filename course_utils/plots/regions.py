"""Points in the plane and what a network says of every place in it."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from ..errors import CourseError
from .style import COLOURS, panels

__all__ = ["CLASS_COLOURS", "boundary", "points", "score_table"]

#: Class 0 blue, class 1 orange, white where the network can't tell.
CLASS_COLOURS = LinearSegmentedColormap.from_list("classes", [COLOURS[0], "#ffffff", COLOURS[1]])
_MARKERS = ("o", "s", "^", "D")  # shape says the class, too, for readers who don't see the colour
_LIMIT = 6.5


def points(axes: Axes, x: np.ndarray, y: np.ndarray, limit: float = _LIMIT) -> Axes:
    """The axes, with 2-D points drawn on them.

    Args:
        axes: where to draw.
        x: (samples, 2) float, the plane's x₁ and x₂.
        y: (samples,) class numbers, 0 to 3, or float targets in [-1, 1], which become shades.
        limit: the axes run from -limit to limit.
    Raises: CourseError where the shapes do not fit.
    """
    x, y = np.asarray(x), np.asarray(y).reshape(-1)
    if x.ndim != 2 or x.shape[1] != 2 or len(x) != len(y):
        raise CourseError(f"points need x of shape (samples, 2) and one target each; got {x.shape} and {y.shape}")
    edge = {"edgecolors": "white", "linewidths": 0.5, "s": 17}
    if y.dtype.kind == "f" and not np.isin(y, (0.0, 1.0)).all():
        axes.scatter(*x.T, c=y, cmap=CLASS_COLOURS, vmin=-1, vmax=1, **edge | {"edgecolors": "#555555"})
    else:
        for label in np.unique(y.astype(int)):
            axes.scatter(*x[y == label].T, c=COLOURS[label], marker=_MARKERS[label], **edge)
    axes.set(xlim=(-limit, limit), ylim=(-limit, limit), xlabel="x₁", ylabel="x₂", aspect="equal")
    axes.grid(False)
    return axes


def boundary(axes: Axes, predict: Callable[[np.ndarray], np.ndarray], x=None, y=None, limit: float = _LIMIT) -> Axes:
    """The axes, with a network's output over the plane as shades, its decision boundary as a line, and data on top.

    Args:
        axes: where to draw.
        predict: (n, 2) float32 → (n,) or (n, 1) probability of class 1.
        x, y: data to draw on top, as in :func:`points`.
        limit: the plane runs from -limit to limit.
    """
    ticks = np.linspace(-limit, limit, 81, dtype="float32")
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1)  # (81, 81, 2)
    value = np.asarray(predict(grid.reshape(-1, 2))).reshape(81, 81)
    shades = {"cmap": CLASS_COLOURS, "vmin": 0, "vmax": 1, "alpha": 0.55, "interpolation": "bilinear"}
    axes.imshow(value, origin="lower", extent=(-limit, limit) * 2, **shades)
    if value.min() < 0.5 < value.max():
        axes.contour(ticks, ticks, value, levels=[0.5], colors="#222222", linewidths=1.2)
    if x is not None:
        points(axes, x, y, limit)
    axes.set(xlabel="x₁", ylabel="x₂")
    axes.grid(False)
    return axes


def score_table(scores: np.ndarray, rows: Sequence[str], columns: Sequence[str], title: str) -> Figure:
    """A figure of a table of scores: the numbers with two decimals, darker green where higher.

    Args:
        scores: (rows, columns) numbers from 0 to 1.
        rows, columns: the headings.
        title: over the figure.
    Raises: CourseError where the headings do not fit or a score lies outside 0 to 1.
    """
    scores = np.asarray(scores, dtype="float64")
    if scores.shape != (len(rows), len(columns)):
        raise CourseError(f"a table of shape {scores.shape} does not fit {len(rows)} rows and {len(columns)} columns")
    if not ((scores >= 0) & (scores <= 1)).all():
        raise CourseError("scores must lie from 0 to 1")
    figure, ((axis,),) = panels(1, 1, width=1.6 + 0.95 * len(columns), height=0.9 + 0.42 * len(rows))
    axis.imshow(scores, cmap="Greens", vmin=0.4, vmax=1.25, aspect="auto")
    for (row, column), value in np.ndenumerate(scores):
        axis.text(column, row, f"{value:.2f}", ha="center", va="center", weight="bold" if value >= 0.99 else "normal")
    axis.set_xticks(range(len(columns)), columns)
    axis.set_yticks(range(len(rows)), rows)
    axis.set_title(title)
    axis.tick_params(length=0)
    axis.grid(False)
    axis.spines[:].set_visible(False)
    return figure
