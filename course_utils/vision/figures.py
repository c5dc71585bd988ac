"""Stage 3's figures: architectures and their costs, heat maps, fields, films."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ..datasets.cards import Dataset
from ..errors import CourseError
from ..plots.style import COLOURS, SEQUENTIAL, panels

__all__ = [
    *("architecture", "arriving", "blocks", "calendars", "comparison", "cost_shares"),
    *("film_strips", "frame_weights", "heat", "kernels_in_time", "space_time", "trade_off"),
]


# --- networks: what they are made of and what they cost ---------------------------------------------------------------


def architecture(networks: Mapping[str, Sequence], title: str) -> Figure:
    """A figure of networks as rows of boxes: height the size of the map, width the channels, colour the kind of layer.

    Args:
        networks: name → layer costs (:func:`course_utils.networks.layer_costs`), in order, at least one; only layers with
            a kernel and pooling are drawn.
        title: over the whole figure.
    """
    figure, axes = panels(len(networks), 1, width=10.5, height=1.25, title=title)
    colours = {"Conv2D": COLOURS[0], "Dense": COLOURS[3], "Pool": COLOURS[7]}
    for axis, (name, costs) in zip(axes[:, 0], networks.items(), strict=True):
        x, largest = 0.0, max(cost.output[0] for cost in costs if len(cost.output) == 3)
        for cost in costs:
            kind = "Pool" if "Pool" in cost.kind else cost.kind
            if kind not in colours or cost.name.endswith("_0_conv"):
                continue
            height = np.log2(1 + cost.output[0]) / np.log2(1 + largest) if len(cost.output) == 3 else 0.3
            wide = 0.25 + 0.14 * np.log2(1 + cost.output[-1]) if kind != "Pool" else 0.3
            look = {"facecolor": colours[kind], "edgecolor": "white", "linewidth": 0.5}
            axis.add_patch(Rectangle((x, -height / 2), wide, height, **look))
            x += wide + 0.06
        axis.set(xlim=(-0.2, max(x, 12)), ylim=(-0.55, 0.55), title=name)
        _bare(axis)
    handles = [Line2D([], [], marker="s", linestyle="", color=colour) for colour in colours.values()]
    figure.legend(handles, ["convolution", "dense", "pooling"], loc="outside lower center", ncols=3)
    return figure


def cost_shares(networks: Mapping[str, Sequence], title: str) -> Figure:
    """A figure of two bars a network: which share of the parameters and of the multiply-adds lies in which kind of layer.

    Args:
        networks: name → layer costs.
        title: over the whole figure.
    """
    figure, axes = panels(1, 2, width=4.8, height=0.9 + 0.32 * len(networks), sharey=True, title=title)
    for axis, what in zip(axes[0], ("parameters", "multiply_adds"), strict=True):
        totals = np.array([sum(getattr(cost, what) for cost in costs) for costs in networks.values()])
        left = np.zeros(len(networks))
        for kind, colour, label in (("Conv2D", COLOURS[0], "convolutions"), ("Dense", COLOURS[3], "dense layers")):
            parts = [sum(getattr(cost, what) for cost in costs if cost.kind == kind) for costs in networks.values()]
            percent = 100 * np.array(parts) / totals
            axis.barh(list(networks), percent, left=left, color=colour, label=label)
            left += percent
        axis.set(xlabel=f"share of the {what.replace('_', '-')} (%)", xlim=(0, 100))
    axes[0, 0].invert_yaxis()
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return figure


def blocks(diagrams: Mapping[str, tuple[Sequence[str], str | None]], title: str) -> Figure:
    """A figure of building blocks: boxes from top to bottom, and the shortcut as a line beside them.

    Args:
        diagrams: name → (the layers' names in order, what stands on the shortcut). A layer "+" is where the shortcut ends;
            it starts at the top. None: no shortcut.
        title: over the whole figure.
    Raises: CourseError for a shortcut without a "+".
    """
    figure, axes = panels(1, len(diagrams), width=10.5 / max(len(diagrams), 3), height=3.6, title=title)
    deepest = max(len(steps) for steps, _ in diagrams.values())
    for axis, (name, (steps, beside)) in zip(axes[0], diagrams.items(), strict=True):
        if beside is not None and "+" not in steps:
            raise CourseError(f"{name}: the shortcut needs a step '+' where it ends")
        axis.text(0, 0.8, "x", ha="center", va="center", fontsize=11, style="italic")
        for place in range(len(steps) + 1):
            axis.annotate("", (0, -place + 0.3), (0, -place + 0.68), arrowprops={"arrowstyle": "->", "lw": 0.9})
        for place, step in enumerate(steps):
            box = {
                "boxstyle": "circle,pad=0.25" if step == "+" else "round,pad=0.3",
                "facecolor": "#f0f0f0" if step.startswith(("ReLU", "BN", "+")) else "#d7e8f4",
                "edgecolor": COLOURS[6],
                "linewidth": 0.8,
            }
            axis.text(0, -place, step, ha="center", va="center", fontsize=8.5, bbox=box)
        if beside is not None:
            end = -list(steps).index("+")
            axis.plot([0.08, 1.45, 1.45], [0.62, 0.62, end], color=COLOURS[3], linewidth=1.6)
            axis.annotate("", (0.2, end), (1.47, end), arrowprops={"arrowstyle": "->", "color": COLOURS[3], "lw": 1.6})
            axis.text(1.52, (0.62 + end) / 2, beside, color=COLOURS[3], fontsize=8.5, va="center")
        axis.set(xlim=(-1.2, 2.7), ylim=(-deepest - 0.1, 1.1), title=name)
        _bare(axis)
    return figure


def trade_off(points: Mapping[str, tuple[float, float, float]], title: str, xlabel: str, ylabel: str) -> Figure:
    """A figure of networks as discs in the plane of cost and result, the disc's area being a third number.

    Args:
        points: name → (x, y, area), x and area above 0; x on a logarithmic axis.
        title: the finding.
        xlabel, ylabel: what the axes are, with units.
    Raises: CourseError without a point, or where x or area is not above 0.
    """
    if not points or any(x <= 0 or area <= 0 for x, _, area in points.values()):
        raise CourseError("trade_off needs at least one point, with x and area above 0")
    figure, axes = panels(1, 1, width=7.0, height=3.2)
    largest = max(area for *_, area in points.values())
    for place, (name, (x, y, area)) in enumerate(points.items()):
        size = 1200 * area / largest  # points²
        axes[0, 0].scatter(x, y, s=size, color=COLOURS[place % len(COLOURS)], alpha=0.7, edgecolors="#333333")
        beside = (np.sqrt(size / np.pi) + 4, 0)
        axes[0, 0].annotate(name, (x, y), beside, textcoords="offset points", va="center", fontsize=9)
    axes[0, 0].set(xscale="log", xlabel=xlabel, ylabel=ylabel, title=title)
    for which in (axes[0, 0].xaxis.set_major_formatter, axes[0, 0].xaxis.set_minor_formatter):
        which("{x:g}")  # 4 and 6, not 4 × 10⁰ and 6 × 10⁰
    axes[0, 0].margins(0.26, 0.2)
    return figure


def comparison(
    accuracy: Mapping[str, float],
    parameters: Mapping[str, int],
    seconds: Mapping[str, float],
    title: str,
    ceiling: float,
) -> Figure:
    """A figure with three bars a network: test accuracy, parameters, CPU seconds of training.

    Args:
        accuracy, parameters, seconds: network → value, the same networks in each.
        title: the finding.
        ceiling: drawn as a dashed line over the accuracies: what a method blind to order can reach at most.
    Raises: CourseError where the networks differ.
    """
    if not accuracy.keys() == parameters.keys() == seconds.keys():
        raise CourseError(f"the same networks are needed three times; got {[*accuracy]}, {[*parameters]}, {[*seconds]}")
    figure, axes = panels(1, 3, width=3.1, height=0.42 * len(accuracy) + 0.9, sharey=True, title=title)
    columns = (
        (accuracy, "test accuracy", "{:.2f}"),
        ({name: count / 1000 for name, count in parameters.items()}, "parameters (thousands)", "{:.0f}"),
        (seconds, "training (CPU seconds)", "{:.0f}"),
    )
    colours = [COLOURS[place % 6] for place in range(len(accuracy))]
    for axis, (values, label, form) in zip(axes[0], columns, strict=True):
        widths = [values[name] for name in accuracy]
        bars = axis.barh(list(accuracy), widths, color=colours)
        axis.bar_label(bars, [form.format(value) for value in widths], padding=3, fontsize=8.5)
        axis.set(xlabel=label, xlim=(0, max(widths) * 1.2))
        axis.grid(axis="y", visible=False)
    axes[0, 0].invert_yaxis()
    axes[0, 0].axvline(ceiling, color=COLOURS[3], linestyle="--", linewidth=1.2)
    return figure


# --- pictures and fields ------------------------------------------------------------------------------------------------


def heat(images: np.ndarray, maps: np.ndarray, title: str, labels: Sequence[str] = ()) -> Figure:
    """A figure with the pictures above, and below the same pictures under a map of where the network looked.

    Args:
        images: (n, rows, columns, 3), 0 to 1.
        maps: (n, r, c), at least 0; stretched over the picture.
        title: over the whole figure.
        labels: above each picture.
    Raises: CourseError where their numbers differ.
    """
    if len(images) != len(maps):
        raise CourseError(f"one map for each picture is needed; got {len(maps)} for {len(images)}")
    figure, axes = panels(2, len(images), width=1.35, height=1.55, title=title)
    for place, (image, above) in enumerate(zip(images, maps, strict=True)):
        for axis in axes[:, place]:
            axis.imshow(image)
            axis.axis("off")
        extent = (-0.5, image.shape[1] - 0.5, image.shape[0] - 0.5, -0.5)
        scale = {"vmin": 0, "vmax": max(above.max(), 1e-9), "cmap": SEQUENTIAL}
        axes[1, place].imshow(above, extent=extent, alpha=0.6, interpolation="bilinear", **scale)
        if labels:
            axes[0, place].set_title(labels[place], fontsize=8, weight="normal", loc="center")
    return figure


def calendars(curve: Dataset, tile: Dataset, days: np.ndarray, title: str) -> Figure:
    """A figure with a column a crop: growth curves of twelve fields and the median of all, and a tile in false colours.

    Args:
        curve, tile: the two views of the data set "crops", the same fields in both.
        days: of the year on which the curves were measured.
        title: over the whole figure.
    """
    figure, axes = panels(2, len(curve.class_names), width=1.75, height=1.75, title=title)
    for label, name in enumerate(curve.class_names):
        fields = np.flatnonzero(curve.y_train == label)
        above, below = axes[:, label]
        above.plot(days, curve.x_train[fields[:12]].T, color=COLOURS[2], alpha=0.25, linewidth=0.8)
        above.plot(days, np.median(curve.x_train[fields], axis=0), color=COLOURS[0])
        above.set(title=name, ylim=(-0.4, 1), xlabel="day of the year")
        infrared_red_green = tile.x_train[fields[0]][..., [3, 2, 1]] / np.array([0.55, 0.2, 0.2])
        below.imshow(np.clip(infrared_red_green, 0, 1))
        below.axis("off")
    axes[0, 0].set_ylabel("NDVI")
    return figure


# --- films --------------------------------------------------------------------------------------------------------------


def film_strips(films: Mapping[str, np.ndarray], title: str, columns: int = 1) -> Figure:
    """A figure with one strip a film: its frames from left to right.

    Args:
        films: name → (frames, height, width) or (frames, height, width, 1), from 0 (black) to 1, or uint8.
        title: the finding, over the whole figure.
        columns: how many strips stand side by side.
    Raises: CourseError where there is no film, or one is not a clip of grey pictures.
    """
    if not films:
        raise CourseError("film_strips needs at least one film")
    frames = max(len(film) for film in films.values())
    rows = -(-len(films) // columns)
    room = 0.1 + 0.6 / rows if columns == 1 else 0.22  # for the title and the label below
    figure, axes = panels(rows, columns, width=0.62 * frames + (columns == 1), height=0.62 + room, title=title)
    for axis in axes.flat:
        axis.set_axis_off()
    for axis, (name, film) in zip(axes.flat, films.items(), strict=False):
        axis.set_axis_on()
        _strip(axis, film)
        axis.set_aspect("equal")
        if columns == 1:
            axis.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
        else:
            axis.set_title(name, fontsize=9, weight="normal")
    axes[-1, 0].set_xlabel("frames, in order of time →", fontsize=8.5)
    return figure


def space_time(films: Mapping[str, np.ndarray], row: int, title: str) -> Figure:
    """A figure with each film's first, middle and last frame, and one row of pixels over time.

    Args:
        films: name → (frames, height, width), from 0 to 1 or uint8.
        row: which row of pixels is followed; it is marked in the frames.
        title: the finding.
    Raises: CourseError where the row is not in the pictures.
    """
    if any(not 0 <= row < _grey(film).shape[1] for film in films.values()):
        raise CourseError(f"row must be inside the pictures; got {row!r}")
    ratios = [1, 1, 1, 1.5]
    figure, axes = panels(len(films), 4, width=1.75, height=1.75, width_ratios=ratios, title=title)
    for line, (name, film) in zip(axes, films.items(), strict=True):
        film = _grey(film)
        for axis, frame in zip(line, (0, len(film) // 2, len(film) - 1), strict=False):
            _picture(axis, film[frame])
            axis.axhline(row, color=COLOURS[1], linewidth=1)
            axis.set_title(f"frame {frame + 1}", fontsize=9, weight="normal")
        line[0].set_ylabel(name)
        line[3].imshow(film[:, row], cmap="gray", vmin=0, vmax=1, aspect="auto")
        line[3].set(xlabel="place x (pixels)", ylabel="time t (frames)")
        line[3].set_title("the orange row", fontsize=9, weight="normal")
        line[3].grid(visible=False)
    return figure


def kernels_in_time(kernels: Mapping[str, np.ndarray], title: str) -> Figure:
    """A figure with each kernel as its slices in time, four kernels a row; orange is negative, purple positive.

    Args:
        kernels: name → (time, height, width) float, at least one.
        title: the finding.
    """
    columns = min(4, len(kernels))
    depth = max((len(kernel) for kernel in kernels.values()), default=0)
    size = {"width": 0.55 * depth + 0.35, "height": 0.95, "layout": "constrained"}
    figure, axes = panels(-(-len(kernels) // max(columns, 1)), columns, title=title, **size)
    figure.get_layout_engine().set(w_pad=0.14)
    for axis in axes.flat[len(kernels) :]:
        axis.set_axis_off()
    for axis, (name, kernel) in zip(axes.flat, kernels.items(), strict=False):
        largest = np.abs(kernel).max() or 1.0
        axis.imshow(_side_by_side(kernel, np.nan), cmap="PuOr", vmin=-largest, vmax=largest)
        axis.set_title(name, fontsize=8.5, weight="normal")
        _bare(axis)
    axes[-1, 0].set_xlabel("time →", fontsize=8.5)
    return figure


def frame_weights(films: Mapping[str, np.ndarray], weights: np.ndarray, title: str) -> Figure:
    """A figure with each film's strip and, under each frame, a bar that says how much it counts.

    The dashed line is the weight of each frame if all counted the same.

    Args:
        films: name → a clip as in :func:`film_strips`.
        weights: (films, frames), each row at least 0.
        title: the finding.
    Raises: CourseError where the shapes do not fit.
    """
    weights = np.asarray(weights, dtype="float64")
    if weights.shape != (len(films), max((len(film) for film in films.values()), default=0)):
        raise CourseError(f"weights must be (films, frames), for {len(films)} films; got {weights.shape}")
    frames, pairs = weights.shape[1], -(-len(films) // 2)
    figure, axes = panels(2 * pairs, 2, width=4.6, height=0.62, height_ratios=[1, 0.8] * pairs, title=title)
    if len(films) % 2:
        for axis in axes[-2:, 1]:
            axis.set_axis_off()
    for place, (name, film) in enumerate(films.items()):
        row = 2 * (place // 2)
        above, below = axes[row : row + 2, place % 2]
        _strip(above, film)
        above.set_title(name, fontsize=9, weight="normal")
        below.bar(np.arange(frames), weights[place], width=0.8, color=COLOURS[0])
        below.axhline(1 / frames, color="#555555", linestyle="--", linewidth=0.9)
        below.set(xlim=(-0.5, frames - 0.5), ylim=(0, max(weights.max(), 2 / frames) * 1.05), xticks=[])
        below.set_ylabel("weight", fontsize=8)
        below.tick_params(labelsize=7)
    return figure


def arriving(film: np.ndarray, seen: int, answers: np.ndarray, names: Sequence[str], truth: str, title: str) -> Figure:
    """A figure with the frames that have arrived, and the probability of each class after each of them.

    Args:
        film: a clip as in :func:`film_strips`.
        seen: how many frames have arrived, 1 to all.
        answers: (frames, classes) probabilities after frame 1, 2, …
        names: of the classes.
        truth: the name of the right class, drawn thick.
        title: over the whole figure.
    Raises: CourseError where the shapes do not fit.
    """
    film, count = _grey(film).copy(), len(film)
    if np.shape(answers) != (count, len(names)) or not 1 <= seen <= count or truth not in names:
        given = f"{np.shape(answers)}, {seen!r}, {truth!r}"
        raise CourseError(f"answers must be (frames, classes), seen 1 to {count}, truth a class; got {given}")
    figure, axes = panels(2, 1, width=6.4, height=1.5, height_ratios=[0.8, 2.2], title=title)
    film[seen:] = 0.9
    _strip(axes[0, 0], film)
    axis, last = axes[1, 0], answers[seen - 1]
    leading = set(np.argsort(last)[-3:]) | {list(names).index(truth)}
    for label in sorted(leading, key=lambda label: -last[label]):
        is_true = names[label] == truth
        axis.plot(
            np.arange(1, seen + 1),
            answers[:seen, label],
            marker="o",
            markersize=4,
            linewidth=2.6 if is_true else 1.4,
            color=COLOURS[label % len(COLOURS)],
            linestyle="-" if label < len(COLOURS) else "--",
            label=f"{names[label]} {last[label]:.2f}{' (true)' if is_true else ''}",
        )
    axis.set(xlim=(0.5, count + 0.5), ylim=(-0.03, 1.03), xlabel="frames that have arrived", ylabel="probability")
    axis.set_xticks(range(1, count + 1))
    figure.legend(*axis.get_legend_handles_labels(), loc="outside right lower")
    return figure


def _grey(film: np.ndarray) -> np.ndarray:
    """(frames, height, width) float in [0, 1]."""
    film = np.asarray(film)
    if film.ndim == 4 and film.shape[3] == 1:
        film = film[..., 0]
    if film.ndim != 3:
        raise CourseError(f"a film is (frames, height, width) or (frames, height, width, 1); got {film.shape}")
    return film / 255 if film.dtype == np.uint8 else film.astype("float64")


def _side_by_side(slices: np.ndarray, gap: float) -> np.ndarray:
    """(time, height, width) as one picture, a column of ``gap`` between two slices."""
    padded = np.pad(np.asarray(slices, dtype="float64"), [(0, 0), (0, 0), (0, 1)], constant_values=gap)
    return np.hstack(padded)[:, :-1]


def _strip(axis, film: np.ndarray) -> None:
    _picture(axis, _side_by_side(_grey(film), 1.0))
    axis.set_aspect("auto")


def _picture(axis, picture: np.ndarray) -> None:
    axis.imshow(picture, cmap="gray", vmin=0, vmax=1)
    _bare(axis)


def _bare(axis) -> None:
    """Without ticks, grid and frame."""
    axis.set(xticks=[], yticks=[])
    axis.grid(visible=False)
    axis.spines[:].set_visible(False)
