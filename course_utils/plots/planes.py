"""Functions of the plane as shades, point sets side by side, and tables of scores."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from .boundaries import CLASS_COLOURS, boundary, points
from .style import panels

__all__ = ["boundaries", "planes", "point_sets", "score_table"]

_LIMIT = 6.5


def point_sets(
    sets: Mapping[str, tuple[np.ndarray, np.ndarray]], title: str, columns: int = 6, size: float = 1.75
) -> Figure:
    """A figure with one small plane a data set, each with its points as :func:`points` draws them.

    Args:
        sets: heading → (x, y), as in :func:`points`.
        title: over the whole figure.
        columns: planes in a row, at least 1.
        size: width of a plane in inches.
    Raises: ValueError without a data set.
    """
    figure, axes = _grid(len(sets), columns, size)
    for axis, (name, (x, y)) in zip(axes, sets.items(), strict=False):
        points(axis, x, y).set_title(name)
    return _titled(figure, axes, title)


def planes(functions: Mapping[str, Callable], title: str, columns: int = 7) -> Figure:
    """A figure with one small plane a function of (x₁, x₂): orange where it is large, blue where small.

    Each function has its own scale, from minus to plus its largest size on the plane, so white is 0.

    Args:
        functions: heading → function of (n, 2) float32 points that returns (n,) or (n, 1) numbers.
        title: over the whole figure.
        columns: planes in a row, at least 1.
    Raises: ValueError without a function.
    """
    figure, axes = _grid(len(functions), columns, 1.5)
    ticks = np.linspace(-_LIMIT, _LIMIT, 81, dtype="float32")
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    for axis, (name, function) in zip(axes, functions.items(), strict=False):
        value = np.asarray(function(grid)).reshape(81, 81)
        most = np.abs(value).max() or 1.0
        axis.imshow(
            value, origin="lower", extent=(-_LIMIT, _LIMIT) * 2, cmap=CLASS_COLOURS, vmin=-most, vmax=most,
            interpolation="bilinear",
        )  # fmt: skip
        axis.set(title=name, xlabel="x₁", ylabel="x₂")
        axis.grid(False)
    return _titled(figure, axes, title)


def boundaries(
    runs: Mapping[str, tuple[Callable, tuple[np.ndarray, np.ndarray]]],
    title: str,
    columns: int = 4,
    size: float = 2.5,
) -> Figure:
    """A figure with one plane a classifier: its output as shades, its boundary, and its own data on top.

    Args:
        runs: heading → (predict, (x, y)), as in :func:`boundary`.
        title: over the whole figure.
        columns: planes in a row, at least 1.
        size: width of a plane in inches.
    Raises: ValueError without a run.
    """
    figure, axes = _grid(len(runs), columns, size)
    for axis, (name, (predict, data)) in zip(axes, runs.items(), strict=False):
        boundary(axis, predict, *data).set_title(name)
    return _titled(figure, axes, title)


def score_table(scores: np.ndarray, rows: Sequence[str], columns: Sequence[str], title: str) -> Figure:
    """A figure of a table of scores: the numbers with two decimals, darker green where higher.

    Args:
        scores: (rows, columns) numbers from 0 to 1.
        rows, columns: the headings.
        title: over the figure.
    Raises: ValueError where the headings do not fit or a score lies outside 0 to 1.
    """
    scores = np.asarray(scores, dtype="float64")
    if scores.shape != (len(rows), len(columns)):
        raise ValueError(
            f"a table of shape {scores.shape} does not fit {len(rows)} rows and {len(columns)} columns"
        )
    if not ((scores >= 0) & (scores <= 1)).all():
        raise ValueError("scores must lie from 0 to 1")
    from matplotlib import pyplot as plt

    figure, axis = plt.subplots(figsize=(1.6 + 0.95 * len(columns), 0.9 + 0.42 * len(rows)))
    axis.imshow(scores, cmap="Greens", vmin=0.4, vmax=1.25, aspect="auto")
    for (row, column), value in np.ndenumerate(scores):
        axis.text(
            column,
            row,
            f"{value:.2f}",
            ha="center",
            va="center",
            weight="bold" if value >= 0.99 else "normal",
        )
    axis.set_xticks(range(len(columns)), columns)
    axis.set_yticks(range(len(rows)), rows)
    axis.set_title(title)
    axis.tick_params(length=0)
    axis.grid(False)
    axis.spines[:].set_visible(False)
    return figure


def _grid(count: int, columns: int, size: float = 1.75):
    if count < 1 or columns < 1:
        raise ValueError(f"the figure needs at least one picture and one column; got {count} and {columns}")
    columns = min(columns, count)
    figure, axes = panels(-(-count // columns), columns, width=size, height=size + 0.25)
    for axis in axes.flat[count:]:
        axis.axis("off")
    for place, axis in enumerate(axes.flat[:count]):
        axis.tick_params(labelleft=place % columns == 0, labelbottom=place + columns >= count)
    return figure, axes.ravel()


def _titled(figure, axes, title: str) -> Figure:
    columns = axes[0].get_subplotspec().get_gridspec().ncols
    drawn = [axis for axis in axes if axis.axison]
    for place, axis in enumerate(drawn):  # label only the outer axes
        axis.set_ylabel("x₂" if place % columns == 0 else "")
        axis.set_xlabel("x₁" if place + columns >= len(drawn) else "")
        axis.title.set_fontsize(9.5)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure
