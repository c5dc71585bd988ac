"""What a network has made of the plane: data, decision boundaries, learning curves side by side."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from .style import COLOURS, panels

__all__ = ["CLASS_COLOURS", "boundary", "experiment", "points"]

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
    Raises: ValueError where the shapes do not fit.
    """
    x, y = np.asarray(x), np.asarray(y).reshape(-1)
    if x.ndim != 2 or x.shape[1] != 2 or len(x) != len(y):
        raise ValueError(
            f"points need x of shape (samples, 2) and one target each; got {x.shape} and {y.shape}"
        )
    edge = {"edgecolors": "white", "linewidths": 0.5, "s": 17}
    if y.dtype.kind == "f" and not np.isin(y, (0.0, 1.0)).all():
        axes.scatter(*x.T, c=y, cmap=CLASS_COLOURS, vmin=-1, vmax=1, **edge | {"edgecolors": "#555555"})
    else:
        for label in np.unique(y.astype(int)):
            axes.scatter(*x[y == label].T, c=COLOURS[label], marker=_MARKERS[label], **edge)
    axes.set(xlim=(-limit, limit), ylim=(-limit, limit), xlabel="x₁", ylabel="x₂", aspect="equal")
    axes.grid(False)
    return axes


def boundary(
    axes: Axes,
    predict: Callable[[np.ndarray], np.ndarray],
    x=None,
    y=None,
    limit: float = _LIMIT,
    regression: bool = False,
) -> Axes:
    """The axes, with a network's output over the plane as shades, its decision boundary as a line, and data on top.

    Args:
        axes: where to draw.
        predict: (n, 2) float32 → (n,) or (n, 1) probability of class 1 (or a target in [-1, 1] with ``regression``).
        x, y: data to draw on top, as in :func:`points`.
        limit: the plane runs from -limit to limit.
        regression: shades run from -1 to 1 and no boundary is drawn.
    """
    ticks = np.linspace(-limit, limit, 81, dtype="float32")
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1)  # (81, 81, 2)
    value = np.asarray(predict(grid.reshape(-1, 2))).reshape(81, 81)
    low = -1 if regression else 0
    axes.imshow(
        value, origin="lower", extent=(-limit, limit) * 2, cmap=CLASS_COLOURS, vmin=low, vmax=1, alpha=0.55,
        interpolation="bilinear",
    )  # fmt: skip
    if not regression and value.min() < 0.5 < value.max():
        axes.contour(ticks, ticks, value, levels=[0.5], colors="#222222", linewidths=1.2)
    if x is not None:
        points(axes, x, y, limit)
    axes.set(xlabel="x₁", ylabel="x₂")
    axes.grid(False)
    return axes


def experiment(
    runs: Mapping[str, tuple[Callable, Mapping[str, np.ndarray]]],
    data: tuple[np.ndarray, np.ndarray],
    title: str,
    curves: Sequence[str] = ("loss", "val_loss"),
    regression: bool = False,
    ylim: tuple[float, float] | None = None,
    log: bool = False,
) -> Figure:
    """A figure with one column a run: what it has made of the plane above, its learning curves below, on one scale.

    Args:
        runs: title of the column → (predict, history): ``predict`` as in :func:`boundary`, ``history`` with an
            (epochs,) array for each name in ``curves``, as ``training.fit_compiled`` returns it.
        data: (x, y) drawn over each boundary, as in :func:`points`.
        title: the finding, over the whole figure.
        curves: which curves; the first is drawn whole, the second dashed.
        regression: as in :func:`boundary`.
        ylim: limits of the loss axis; without it, from 0 to just above the curves' largest 95th percentile.
        log: a logarithmic loss axis that shows every value, for curves that differ by powers of ten.
    """
    if not runs:
        raise ValueError("an experiment needs at least one run")
    figure, axes = panels(2, len(runs), width=min(2.6, 11 / len(runs)), height=2.4, height_ratios=(1.35, 1))
    lowest = min(np.nanmin(history[name]) for _, history in runs.values() for name in curves)
    highest = max(np.nanmax(history[name]) for _, history in runs.values() for name in curves)
    top = max(np.nanpercentile(history[name], 95) for _, history in runs.values() for name in curves) * 1.15
    for column, (name, (predict, history)) in enumerate(runs.items()):
        boundary(axes[0, column], predict, *data, regression=regression).set_title(name)
        for curve, line, colour in zip(curves, ("-", "--"), (COLOURS[6], COLOURS[3]), strict=False):
            label = {"loss": "training loss", "val_loss": "test loss"}.get(curve, curve.replace("_", " "))
            axes[1, column].plot(
                np.arange(1, len(history[curve]) + 1), history[curve], line, color=colour, label=label
            )
        axes[1, column].set(xlabel="epoch", ylim=ylim or (0, top), xlim=(0, None))
        if log:
            axes[1, column].set(yscale="log", ylim=(lowest / 1.5, highest * 1.5))
        if column:
            axes[0, column].set_ylabel("")
            axes[0, column].tick_params(labelleft=False)
            axes[1, column].tick_params(labelleft=False)
    axes[1, 0].set_ylabel("loss")
    handles, labels = axes[1, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure
