"""Stage 1's figures: kinds of data, a network and its planes, seeds, ravines, symptoms."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from ..errors import CourseError
from ..plots.regions import CLASS_COLOURS, boundary, points
from ..plots.style import COLOURS, SEQUENTIAL, panels

__all__ = [
    "boundaries",
    "experiment",
    "kinds_of_data",
    "layers",
    "learnt",
    "network",
    "over_seeds",
    "planes",
    "point_sets",
    "ravine",
    "slopes",
    "spreads",
    "symptoms",
]


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
        raise CourseError("an experiment needs at least one run")
    figure, axes = panels(2, len(runs), width=min(2.6, 11 / len(runs)), height=2.4, height_ratios=(1.35, 1))
    lowest = min(np.nanmin(history[name]) for _, history in runs.values() for name in curves)
    highest = max(np.nanmax(history[name]) for _, history in runs.values() for name in curves)
    top = max(np.nanpercentile(history[name], 95) for _, history in runs.values() for name in curves) * 1.15
    for column, (name, (predict, history)) in enumerate(runs.items()):
        boundary(axes[0, column], predict, *data, regression=regression).set_title(name)
        for curve, line, colour in zip(curves, ("-", "--"), (COLOURS[6], COLOURS[3]), strict=False):
            label = {"loss": "training loss", "val_loss": "test loss"}.get(curve, curve.replace("_", " "))
            axes[1, column].plot(np.arange(1, len(history[curve]) + 1), history[curve], line, color=colour, label=label)
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


def layers(
    values: Mapping[str, Sequence[np.ndarray]],
    title: str,
    show: Sequence[int] = (1, 4, 7, 10),
    limits: tuple[float, float] = (-1.0, 1.0),
) -> Figure:
    """A figure with one row a network and one histogram a layer, each with its standard deviation.

    Args:
        values: name → the activations of layer 1, 2, …, each an array of any shape.
        title: the finding, over the whole figure.
        show: the layers to draw, counted from 1.
        limits: the range of the histograms; what lies outside is counted in the outermost bins.
    Raises: CourseError where a network has fewer layers than ``show`` asks for.
    """
    if not values or any(len(arrays) < max(show) for arrays in values.values()):
        raise CourseError(f"layers needs at least one network, and each with the layers {list(show)} (counted from 1)")
    figure, axes = panels(len(values), len(show), width=2.3, height=1.25, sharex=True, gridspec_kw={"hspace": 0.02})
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


def kinds_of_data(title: str) -> Figure:
    """A figure of four kinds of data with one item (orange) and its neighbours (blue): table, image, series, graph.

    The image is one of scikit-learn's digits; the other three are made up for the picture.

    Args:
        title: over the whole figure.
    """
    figure, axes = panels(1, 4, width=2.65, height=2.6)
    for axis, name in zip(axes[0], ("Table: none", "Image: around", "Series: before", "Graph: joined"), strict=True):
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


def learnt(runs: Mapping[str, tuple[Callable, tuple[np.ndarray, np.ndarray], np.ndarray]], title: str) -> Figure:
    """A figure with two panels a run: the plane as the network sees it, and its loss at each step.

    Args:
        runs: heading → (predict, (x, y), losses): ``predict`` and the data as in :func:`boundary`, losses (steps,).
        title: over the whole figure.
    Raises: CourseError without a run.
    """
    if not runs:
        raise CourseError("the figure needs at least one run")
    figure, axes = panels(1, 2 * len(runs), width=2.7, height=2.7)
    for place, (name, (predict, data, losses)) in enumerate(runs.items()):
        boundary(axes[0, 2 * place], predict, *data).set_title(name)
        curve = axes[0, 2 * place + 1]
        curve.plot(np.arange(1, len(losses) + 1), losses, color=COLOURS[6])
        curve.axhline(np.log(2), color=COLOURS[7], linewidth=1, linestyle="--")
        curve.text(len(losses), np.log(2) + 0.01, "“I don't know”", ha="right", fontsize=8, color="#555555")
        curve.set(xlabel="step", ylabel="training loss", ylim=(0, max(0.85, 1.05 * losses.max())), title="loss")
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def slopes(z: np.ndarray, curves: Mapping[str, np.ndarray], title: str) -> Figure:
    """A figure of gradients against the logit.

    Args:
        z: (n,) logits.
        curves: label → (n,) gradients.
        title: over the figure.
    Raises: CourseError where a curve's length differs from z's.
    """
    if any(np.shape(curve) != np.shape(z) for curve in curves.values()):
        raise CourseError(f"each curve needs one value for each of the {len(z)} logits")
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
    Raises: CourseError without samples.
    """
    if not samples:
        raise CourseError("the figure needs at least one set of samples")
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
    Raises: CourseError where sizes, names and weights do not fit each other.
    """
    sizes = [int(size) for size in sizes]
    if len(sizes) < 2 or min(sizes) < 1:
        raise CourseError(f"a network needs at least two layers of at least one neuron; got sizes {sizes}")
    if names is not None and len(names) != len(sizes):
        raise CourseError(f"one name for each of the {len(sizes)} layers is needed; got {len(names)}")
    wanted = list(pairwise(sizes))
    if weights is not None and [np.shape(matrix) for matrix in weights] != wanted:
        raise CourseError(f"weights must have shapes {wanted}; got {[np.shape(matrix) for matrix in weights]}")
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
        axis.scatter([layer] * len(place), list(place.values()), s=230, color=colour, edgecolors="white", zorder=2)
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
    Raises: CourseError without a data set.
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
    Raises: CourseError without a function.
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
    runs: Mapping[str, tuple[Callable, tuple[np.ndarray, np.ndarray]]], title: str, columns: int = 4, size: float = 2.5
) -> Figure:
    """A figure with one plane a classifier: its output as shades, its boundary, and its own data on top.

    Args:
        runs: heading → (predict, (x, y)), as in :func:`boundary`.
        title: over the whole figure.
        columns: planes in a row, at least 1.
        size: width of a plane in inches.
    Raises: CourseError without a run.
    """
    figure, axes = _grid(len(runs), columns, size)
    for axis, (name, (predict, data)) in zip(axes, runs.items(), strict=False):
        boundary(axis, predict, *data).set_title(name)
    return _titled(figure, axes, title)


def _grid(count: int, columns: int, size: float = 1.75):
    if count < 1 or columns < 1:
        raise CourseError(f"the figure needs at least one picture and one column; got {count} and {columns}")
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


def over_seeds(
    results: Mapping[str, Mapping[str, np.ndarray]], title: str, floor: float, ylabel: str = "test accuracy"
) -> Figure:
    """A figure with one panel a data set: for each network, one dot a seed; full dots reach the floor.

    Args:
        results: panel → (network → (seeds,) scores).
        title: the finding, over the whole figure.
        floor: drawn as a dashed line.
        ylabel: what the scores are.
    Raises: CourseError where there is nothing to draw.
    """
    if not results or not all(results.values()):
        raise CourseError("over_seeds needs at least one data set with at least one network")
    widths = [max(len(networks), 3) for networks in results.values()]
    figure, axes = panels(1, len(results), width=10.5 / len(results), height=3.0, sharey=True, width_ratios=widths)
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
    Raises: CourseError where there is no path, or one is not of shape (points, 2).
    """
    if not paths or any(np.ndim(path) != 2 or np.shape(path)[1] != 2 for path in paths.values()):
        raise CourseError("ravine needs at least one path, and each of shape (points, 2)")
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
