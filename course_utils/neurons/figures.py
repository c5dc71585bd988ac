"""Stage 1's figures: kinds of data, a network and its planes, seeds, ravines, symptoms."""

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle, pairwise, product

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..errors import CourseError
from ..plots.regions import CLASS_COLOURS, boundary, points
from ..plots.style import COLOURS, SEQUENTIAL, panels

__all__ = [
    "boundaries",
    "experiment",
    "kinds_of_data",
    "layers",
    "learnt",
    "mnist",
    "network",
    "over_seeds",
    "planes",
    "point_sets",
    "ravine",
    "spreads",
    "symptoms",
]


def experiment(
    runs: Mapping[str, tuple[Callable, Mapping[str, np.ndarray]]],
    data: tuple[np.ndarray, np.ndarray],
    title: str,
    dashed: str = "test loss",
    ylim: tuple[float, float] | None = None,
    log: bool = False,
) -> Figure:
    """A figure with one column a run: what it has made of the plane above, its learning curves below, on one scale.

    Args:
        runs: title of the column → (predict, history): ``predict`` as in :func:`boundary`, ``history`` with
            ``loss`` and ``val_loss``, each (epochs,), as ``training.fit_compiled`` returns it.
        data: (x, y) drawn over each boundary, as in :func:`points`.
        title: the finding, over the whole figure.
        dashed: what ``val_loss`` is, the dashed curve.
        ylim: limits of the loss axis; without it, from 0 to just above the curves' largest 95th percentile.
        log: a logarithmic loss axis that shows every value, for curves that differ by powers of ten.
    Raises: CourseError without a run.
    """
    width = min(2.6, 11 / max(len(runs), 1))
    figure, (planes, losses) = panels(2, len(runs), width=width, height=2.4, title=title, height_ratios=(1.35, 1))
    values = [history[name] for _, history in runs.values() for name in ("loss", "val_loss")]
    top = 1.15 * max(np.nanpercentile(curve, 95) for curve in values)
    scale = {"ylim": ylim or (0, top)}
    if log:
        scale = {"yscale": "log", "ylim": (min(map(np.nanmin, values)) / 1.5, max(map(np.nanmax, values)) * 1.5)}
    for (name, (predict, history)), plane, loss in zip(runs.items(), planes, losses, strict=True):
        boundary(plane, predict, *data).set_title(name)
        epochs = np.arange(1, len(history["loss"]) + 1)
        loss.plot(epochs, history["loss"], color=COLOURS[6], label="training loss")
        loss.plot(epochs, history["val_loss"], "--", color=COLOURS[3], label=dashed)
        loss.set(xlabel="epoch", xlim=(0, None), **scale)
        if plane is not planes[0]:
            plane.set_ylabel("")
            plane.tick_params(labelleft=False)
            loss.tick_params(labelleft=False)
    losses[0].set_ylabel("loss")
    figure.legend(*losses[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def layers(values: Mapping[str, Sequence[np.ndarray]], title: str, limits: tuple[float, float] = (-1.0, 1.0)) -> Figure:
    """A figure with one row a network and a histogram of its layers 1, 4, 7 and 10, each with its standard deviation.

    Args:
        values: name → the activations of layer 1, 2, …, each an array of any shape.
        title: the finding, over the whole figure.
        limits: the range of the histograms; what lies outside is counted in the outermost bins.
    Raises: CourseError without a network, or where one has fewer than ten layers.
    """
    if any(len(arrays) < 10 for arrays in values.values()):
        raise CourseError("each network needs ten layers")
    tight = {"sharex": True, "gridspec_kw": {"hspace": 0.02}}
    figure, axes = panels(len(values), 4, width=2.3, height=1.25, title=title, **tight)
    for row, (name, arrays) in enumerate(values.items()):
        for axis, layer in zip(axes[row], (1, 4, 7, 10), strict=True):
            array = np.ravel(arrays[layer - 1])
            axis.hist(np.clip(array, *limits), bins=np.linspace(*limits, 42), color=COLOURS[row % 6])
            axis.set_title(f"σ = {array.std():.2g}", fontsize=8.5, weight="normal")
            axis.set(yticks=[], xlabel=f"layer {layer}" if row == len(values) - 1 else "")
        axes[row, 0].set_ylabel(name, rotation=0, ha="right", va="center")
    return figure


def kinds_of_data(title: str) -> Figure:
    """A figure of four kinds of data with one item (orange) and its neighbours (blue): table, image, series, graph.

    The image is one of scikit-learn's digits; the other three are made up for the picture.

    Args:
        title: over the whole figure.
    """
    from sklearn.datasets import load_digits

    figure, ((table, image, series, graph),) = panels(1, 4, width=2.65, height=2.6, title=title)
    headings = {table: "Table: none", image: "Image: around", series: "Series: before", graph: "Graph: joined"}
    for axis, heading in headings.items():
        axis.set(xticks=[], yticks=[], title=heading)
        axis.grid(False)
        axis.spines[:].set_visible(False)

    rows = (("age", "pressure", "sugar"), ("63", "141", "5.9"), ("38", "118", "4.7"), ("51", "135", "6.4"))
    for (row, column), text in np.ndenumerate(rows):
        frame = {"facecolor": COLOURS[1] if text == "118" else "white", "edgecolor": "#cccccc", "pad": 5}
        weight = "bold" if row == 0 else "normal"
        table.text(column, -row, text, ha="center", va="center", fontsize=9, weight=weight, bbox=frame)
    table.set(xlim=(-0.6, 2.6), ylim=(-3.6, 0.6))

    image.imshow(load_digits().images[3], cmap="gray_r")
    for corner, size, colour in ((2.5, 3, COLOURS[0]), (3.5, 1, COLOURS[1])):
        image.add_patch(Rectangle((corner, corner), size, size, fill=False, edgecolor=colour, linewidth=3))

    time = np.arange(24)
    value = np.sin(time / 2.5) + 0.06 * time
    series.plot(time, value, color="#bbbbbb", zorder=1)
    for part, size, colour in ((time, 14, "#888888"), (time[12:16], 45, COLOURS[0]), (time[16:17], 60, COLOURS[1])):
        series.scatter(part, value[part], s=size, color=colour, zorder=2)
    series.set_xlabel("time")

    x, y = np.cos(np.arange(9) * 2 * np.pi / 9), np.sin(np.arange(9) * 2 * np.pi / 9)
    edges = [(0, 1), (1, 2), (2, 3), (3, 4), (5, 6), (6, 7), (7, 8), (0, 4), (0, 6), (2, 7), (4, 5)]
    for edge in edges:
        graph.plot(x[[*edge]], y[[*edge]], color=COLOURS[0] if 0 in edge else "#bbbbbb", linewidth=1.5, zorder=1)
    joined = {sum(edge) for edge in edges if 0 in edge}
    colours = [COLOURS[1] if node == 0 else COLOURS[0] if node in joined else "#888888" for node in range(9)]
    graph.scatter(x, y, s=110, c=colours, zorder=2, edgecolors="white")
    graph.set(xlim=(-1.25, 1.25), ylim=(-1.25, 1.25), aspect="equal")
    return figure


def learnt(runs: Mapping[str, tuple[Callable, tuple[np.ndarray, np.ndarray], np.ndarray]], title: str) -> Figure:
    """A figure with two panels a run: the plane as the network sees it, and its loss at each step.

    Args:
        runs: heading → (predict, (x, y), losses): ``predict`` and the data as in :func:`boundary`, losses (steps,).
        title: over the whole figure.
    Raises: CourseError without a run.
    """
    figure, axes = panels(1, 2 * len(runs), width=2.7, height=2.7, title=title)
    for place, (name, (predict, data, losses)) in enumerate(runs.items()):
        boundary(axes[0, 2 * place], predict, *data).set_title(name)
        curve = axes[0, 2 * place + 1]
        curve.plot(np.arange(1, len(losses) + 1), losses, color=COLOURS[6])
        curve.axhline(np.log(2), color=COLOURS[7], linewidth=1, linestyle="--")
        curve.text(len(losses), np.log(2) + 0.01, "“I don't know”", ha="right", fontsize=8, color="#555555")
        curve.set(xlabel="step", ylabel="training loss", ylim=(0, max(0.85, 1.05 * losses.max())), title="loss")
    return figure


def mnist(errors: Mapping[str, np.ndarray], published: Mapping[str, float], confusion: np.ndarray) -> Figure:
    """A figure of networks on MNIST: each start's errors beside what was published, and what one takes for what.

    Args:
        errors: network → (starts,) test digits told wrong, per cent.
        published: network → the same as published; for some of the networks.
        confusion: (10, 10) counts, rows what a digit is, columns what it was taken for.
    """
    figure, ((left, right),) = panels(1, 2, width=4.4, height=3.2)
    for place, (name, starts) in enumerate(errors.items()):
        left.plot(starts, place + np.linspace(-0.15, 0.15, len(starts)), "o", color=COLOURS[0])
        if name in published:
            left.plot(published[name], place, "D", color=COLOURS[1], label="" if place else "published")
    left.set(xscale="log", xlabel="test digits told wrong, %", title="A hidden layer is worth a lot here")
    left.set_xticks((1, 2, 4, 8), ("1", "2", "4", "8"))
    left.set_yticks(range(len(errors)), list(errors))
    left.invert_yaxis()
    left.minorticks_off()
    left.legend()
    mistakes = confusion - np.diag(np.diag(confusion))  # what is right would outshine the rest
    right.imshow(mistakes, cmap=SEQUENTIAL)
    for row, column in np.argwhere(mistakes >= 5):
        colour = "black" if mistakes[row, column] > mistakes.max() / 2 else "white"
        right.text(column, row, mistakes[row, column], ha="center", va="center", color=colour, fontsize=8)
    right.set(xticks=range(10), yticks=range(10), xlabel="taken for", ylabel="what it is")
    right.set(title="The last takes 4 for 9 and 7 for 2")
    right.grid(False)
    return figure


def spreads(samples: Mapping[str, np.ndarray], title: str, label: str) -> Figure:
    """A figure of histograms above one another on one axis.

    Args:
        samples: heading → (n,) numbers.
        title: over the whole figure.
        label: of the common axis, with its unit.
    Raises: CourseError without samples.
    """
    figure, axes = panels(len(samples), 1, width=6.4, height=1.05, title=title, sharex=True)
    low, high = min(np.min(v) for v in samples.values()), max(np.max(v) for v in samples.values())
    bins = np.linspace(low - 0.02, high + 0.02, 41)
    for axis, (name, values), colour in zip(axes[:, 0], samples.items(), COLOURS, strict=False):
        axis.hist(values, bins=bins, weights=np.full(len(values), 1 / len(values)), color=colour)
        axis.text(0.01, 0.7, name, transform=axis.transAxes)
        axis.set(yticks=[], ylabel="share")
    axes[-1, 0].set_xlabel(label)
    return figure


def network(sizes: Sequence[int], title: str, names: Sequence[str]) -> Figure:
    """A figure of a dense network, inputs on the left, outputs on the right, each weight matrix's shape over its lines.

    Args:
        sizes: neurons of each layer, inputs first; at least two layers, each of 1 to 9.
        title: over the figure.
        names: what stands under each layer ("inputs X", "hidden A", …), one for each of ``sizes``.
    Raises: CourseError where sizes and names do not fit each other.
    """
    if len(sizes) < 2 or not all(1 <= size <= 9 for size in sizes):
        raise CourseError(f"a network needs at least two layers of 1 to 9 neurons; got sizes {sizes}")
    if len(names) != len(sizes):
        raise CourseError(f"one name for each of the {len(sizes)} layers is needed; got {len(names)}")
    figure, ((axis,),) = panels(1, 1, width=2.1 * len(sizes) + 1.2, height=3.0)
    places = [((size - 1) / 2 - np.arange(size)) / 4 for size in sizes]
    for layer, (left, right) in enumerate(pairwise(places)):
        for low, high in product(left, right):
            axis.plot([layer, layer + 1], [low, high], color="#b5b5b5", linewidth=0.8, zorder=1)
        matrix = f"W{'₁₂₃₄₅₆₇₈₉'[layer]}: {sizes[layer]} × {sizes[layer + 1]}"
        axis.text(layer + 0.5, 1.13, matrix, ha="center", fontsize=9, color="#444444")
    colours = [COLOURS[7], *[COLOURS[2]] * (len(sizes) - 2), COLOURS[3]]
    for layer, (place, name, colour) in enumerate(zip(places, names, colours, strict=True)):
        axis.scatter(np.full(len(place), layer), place, s=230, color=colour, edgecolors="white", zorder=2)
        axis.text(layer, -1.2, name, ha="center", va="top", fontsize=9)
    axis.set(xlim=(-0.5, len(sizes) - 0.5), ylim=(-1.6, 1.3), title=title)
    axis.axis("off")
    return figure


_LIMIT = 6.5


def point_sets(sets: Mapping[str, tuple[np.ndarray, np.ndarray]], title: str, size: float = 1.75) -> Figure:
    """A figure with one small plane a data set, six in a row, each with its points as :func:`points` draws them.

    Args:
        sets: heading → (x, y), as in :func:`points`.
        title: over the whole figure.
        size: width of a plane in inches.
    Raises: CourseError without a data set.
    """
    return _grid(sets, lambda axis, data: points(axis, *data), title, columns=6, size=size)


def planes(functions: Mapping[str, Callable], title: str) -> Figure:
    """A figure with one small plane a function of (x₁, x₂), seven in a row: orange where it is large, blue where small.

    Each function has its own scale, from minus to plus its largest size on the plane, so white is 0.

    Args:
        functions: heading → function of (n, 2) float32 points that returns (n,) or (n, 1) numbers.
        title: over the whole figure.
    Raises: CourseError without a function.
    """
    ticks = np.linspace(-_LIMIT, _LIMIT, 81, dtype="float32")
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)

    def draw(axis, function):
        value = np.asarray(function(grid)).reshape(81, 81)
        most = np.abs(value).max() or 1.0
        shades = {"cmap": CLASS_COLOURS, "vmin": -most, "vmax": most, "interpolation": "bilinear"}
        axis.imshow(value, origin="lower", extent=(-_LIMIT, _LIMIT) * 2, **shades)
        axis.grid(False)

    return _grid(functions, draw, title, columns=7, size=1.5)


def boundaries(
    runs: Mapping[str, tuple[Callable, tuple[np.ndarray, np.ndarray]]], title: str, size: float = 2.5
) -> Figure:
    """A figure with one plane a classifier, four in a row: its output as shades, its boundary, its data on top.

    Args:
        runs: heading → (predict, (x, y)), as in :func:`boundary`.
        title: over the whole figure.
        size: width of a plane in inches.
    Raises: CourseError without a run.
    """
    return _grid(runs, lambda axis, run: boundary(axis, run[0], *run[1]), title, columns=4, size=size)


def _grid(pictures: Mapping, draw: Callable, title: str, columns: int, size: float) -> Figure:
    """A figure of planes: ``draw(axis, picture)`` for each; only the outer ones have labels."""
    count, columns = len(pictures), min(columns, len(pictures))
    if not count:
        raise CourseError("the figure needs at least one picture")
    figure, axes = panels(-(-count // columns), columns, width=size, height=size + 0.25, title=title)
    for place, (axis, (name, picture)) in enumerate(zip(axes.flat, pictures.items(), strict=False)):
        draw(axis, picture)
        left, bottom = place % columns == 0, place + columns >= count
        axis.set(xlabel="x₁" if bottom else "", ylabel="x₂" if left else "")
        axis.set_title(name, fontsize=9.5)
        axis.tick_params(labelleft=left, labelbottom=bottom)
    for axis in axes.flat[count:]:
        axis.axis("off")
    return figure


def over_seeds(results: Mapping[str, Mapping[str, np.ndarray]], title: str, floor: float) -> Figure:
    """A figure with one panel a data set: for each network, one dot a seed; full dots reach the floor.

    Args:
        results: panel → (network → (seeds,) test accuracies).
        title: the finding, over the whole figure.
        floor: drawn as a dashed line.
    Raises: CourseError where there is nothing to draw.
    """
    widths = {"sharey": True, "width_ratios": [max(len(networks), 3) for networks in results.values()]}
    figure, axes = panels(1, len(results), width=10.5 / max(len(results), 1), height=3.0, title=title, **widths)
    for axis, (name, networks) in zip(axes[0], results.items(), strict=True):
        for place, scores in enumerate(networks.values()):
            scores = np.sort(np.asarray(scores, dtype="float64"))
            fill = np.where(scores >= floor, COLOURS[2], "white")
            dots = {"s": 14, "facecolors": fill, "edgecolors": "#333333", "linewidths": 0.7, "zorder": 3}
            axis.scatter(place + np.linspace(-0.24, 0.24, len(scores)), scores, **dots)
            if place:  # a line between the networks, or one's dots seem to go on into the next one's
                axis.axvline(place - 0.5, color="#dddddd", linewidth=0.8, zorder=1)
        axis.axhline(floor, color=COLOURS[3], linestyle="--", linewidth=1)
        axis.set(title=name, xlabel="hidden neurons", xlim=(-0.6, len(networks) - 0.4))
        axis.set_xticks(range(len(networks)), list(networks))
        axis.grid(axis="x", visible=False)
    axes[0, 0].set_ylabel("test accuracy")
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
    figure, ((plane, loss),) = panels(1, 2, width=5.0, height=3.2, title=title, width_ratios=(1.25, 1))
    left, right, bottom, top = limits
    across, up = np.meshgrid(np.linspace(left, right, 121), np.linspace(bottom, top, 121))
    heights = value(across, up)
    levels = heights.max() * np.geomspace(1e-3, 1, 10)
    plane.contour(across, up, heights, levels=levels, cmap=SEQUENTIAL, linewidths=0.6, alpha=0.7)
    plane.plot(0, 0, "k*", markersize=10)
    for colour, (name, path) in zip(cycle(COLOURS), paths.items(), strict=False):
        path = np.asarray(path, dtype="float64")
        plane.plot(*path.T, marker="o", markersize=2.5, linewidth=1.1, color=colour)
        with np.errstate(over="ignore"):
            loss.plot(np.clip(value(*path.T), 1e-12, 1e12), linewidth=1.5, color=colour, label=name)
    plane.set(xlim=(left, right), ylim=(bottom, top), xlabel="w₁ (flat direction)", ylabel="w₂ (steep)")
    loss.set(xlabel="step", ylabel="loss", yscale="log")
    figure.legend(loc="outside lower center", ncols=len(paths))
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
    figure, ((loss, plane, hidden, slopes),) = panels(1, 4, width=2.75, height=2.7, title=title)
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
    return figure
