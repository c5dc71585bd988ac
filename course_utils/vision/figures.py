"""Stage 3's figures: architectures and their costs, heat maps, films."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from ..errors import CourseError
from ..plots.style import COLOURS, SEQUENTIAL, panels

__all__ = [
    "architecture",
    "arriving",
    "blocks",
    "by_class",
    "comparison",
    "cost_shares",
    "film_strips",
    "frame_weights",
    "heat",
    "kernels_in_time",
    "space_time",
    "trade_off",
]


def film_strips(films: Mapping[str, np.ndarray], title: str, columns: int = 1, height: float = 0.62) -> Figure:
    """A figure with one strip a film: its frames from left to right.

    Args:
        films: name → (frames, height, width) or (frames, height, width, 1), from 0 (black) to 1, or uint8.
        title: the finding, over the whole figure.
        columns: how many strips stand side by side.
        height: of a strip, inches.
    Raises: CourseError where there is no film, or one is not a clip of grey pictures.
    """
    if not films:
        raise CourseError("film_strips needs at least one film")
    frames = max(len(film) for film in films.values())
    rows = -(-len(films) // columns)
    room = 0.1 + 0.6 / rows if columns == 1 else 0.22  # for the title and the label below
    figure, axes = panels(rows, columns, width=height * frames + (columns == 1), height=height + room)
    for axis in axes.ravel()[len(films) :]:
        axis.set_axis_off()
    for axis, (name, film) in zip(axes.ravel(), films.items(), strict=False):
        _strip(axis, film)
        axis.set_aspect("equal")
        if columns == 1:
            axis.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
        else:
            axis.set_title(name, fontsize=9, weight="normal")
    axes[-1, 0].set_xlabel("frames, in order of time →", fontsize=8.5)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def space_time(films: Mapping[str, np.ndarray], row: int, title: str) -> Figure:
    """A figure with each film's first, middle and last frame, and one row of pixels over time.

    Args:
        films: name → (frames, height, width), from 0 to 1 or uint8.
        row: which row of pixels is followed; it is marked in the frames.
        title: the finding.
    Raises: CourseError where the row is not in the pictures.
    """
    if not films or any(not 0 <= row < _grey(film).shape[1] for film in films.values()):
        raise CourseError(f"row must be inside the pictures, of which at least one film is needed; got {row!r}")
    figure, axes = panels(len(films), 4, width=1.75, height=1.75, width_ratios=[1, 1, 1, 1.5])
    for line, (name, film) in enumerate(films.items()):
        film = _grey(film)
        for axis, frame in zip(axes[line], (0, len(film) // 2, len(film) - 1), strict=False):
            _picture(axis, film[frame])
            axis.axhline(row, color=COLOURS[1], linewidth=1)
            axis.set_title(f"frame {frame + 1}", fontsize=9, weight="normal")
        axes[line, 0].set_ylabel(name)
        axes[line, 3].imshow(film[:, row], cmap="gray", vmin=0, vmax=1, aspect="auto")
        axes[line, 3].set(xlabel="place x (pixels)", ylabel="time t (frames)")
        axes[line, 3].set_title("the orange row", fontsize=9, weight="normal")
        axes[line, 3].grid(visible=False)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def kernels_in_time(kernels: Mapping[str, np.ndarray], title: str, per_row: int = 4) -> Figure:
    """A figure with each kernel as its slices in time; orange is negative, purple positive.

    Args:
        kernels: name → (time, height, width) float.
        title: the finding.
        per_row: how many kernels stand side by side.
    Raises: CourseError where there is no kernel.
    """
    if not kernels:
        raise CourseError("kernels_in_time needs at least one kernel")
    per_row = min(per_row, len(kernels))
    depth = max(len(kernel) for kernel in kernels.values())
    figure, axes = panels(
        -(-len(kernels) // per_row), per_row, width=0.55 * depth + 0.35, height=0.95, layout="constrained"
    )
    figure.get_layout_engine().set(w_pad=0.14)
    for axis in axes.ravel()[len(kernels) :]:
        axis.set_axis_off()
    for axis, (name, kernel) in zip(axes.ravel(), kernels.items(), strict=False):
        kernel = np.asarray(kernel, dtype="float64")
        largest = np.abs(kernel).max() or 1.0
        gap = np.full((kernel.shape[1], 1), np.nan)
        parts = [part for one in kernel for part in (one, gap)][:-1]
        axis.imshow(np.hstack(parts), cmap="PuOr", vmin=-largest, vmax=largest)
        axis.set_title(name, fontsize=8.5, weight="normal")
        axis.set(xticks=[], yticks=[])
        axis.grid(visible=False)
        for spine in axis.spines.values():
            spine.set_visible(False)
    axes[-1, 0].set_xlabel("time →", fontsize=8.5)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def frame_weights(
    films: Mapping[str, np.ndarray], weights: np.ndarray, title: str, even: float | None = None
) -> Figure:
    """A figure with each film's strip and, under each frame, a bar that says how much it counts.

    Args:
        films: name → a clip as in :func:`film_strips`.
        weights: (films, frames), each row at least 0.
        title: the finding.
        even: drawn as a dashed line; the weight of each frame if all counted the same. 1 / frames unless given.
    Raises: CourseError where the shapes do not fit.
    """
    weights = np.asarray(weights, dtype="float64")
    if weights.shape != (len(films), max((len(film) for film in films.values()), default=0)):
        raise CourseError(f"weights must be (films, frames), for {len(films)} films; got {weights.shape}")
    frames = weights.shape[1]
    pairs = -(-len(films) // 2)
    figure, axes = panels(2 * pairs, 2, width=4.6, height=0.62, height_ratios=[1, 0.8] * pairs)
    for place, (name, film) in enumerate(films.items()):
        above, below = axes[2 * (place // 2), place % 2], axes[2 * (place // 2) + 1, place % 2]
        _strip(above, film)
        above.set_title(name, fontsize=9, weight="normal")
        below.bar(np.arange(frames), weights[place], width=0.8, color=COLOURS[0])
        below.axhline(1 / frames if even is None else even, color="#555555", linestyle="--", linewidth=0.9)
        below.set(xlim=(-0.5, frames - 0.5), ylim=(0, max(weights.max(), 2 / frames) * 1.05), xticks=[])
        below.set_ylabel("weight", fontsize=8)
        below.tick_params(labelsize=7)
    if len(films) % 2:
        for axis in axes[-2:, 1]:
            axis.set_axis_off()
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def comparison(
    accuracy: Mapping[str, float],
    parameters: Mapping[str, int],
    seconds: Mapping[str, float],
    title: str,
    ceiling: float | None = None,
) -> Figure:
    """A figure with three bars a network: test accuracy, parameters, CPU seconds of training.

    Args:
        accuracy, parameters, seconds: network → value, the same networks in each.
        title: the finding.
        ceiling: drawn as a dashed line over the accuracies: what a method blind to order can reach at most.
    Raises: CourseError where the networks differ.
    """
    if not accuracy or not list(accuracy) == list(parameters) == list(seconds):
        raise CourseError(f"the same networks are needed three times; got {list(accuracy)}, {list(parameters)}, {list(seconds)}")  # fmt: skip
    figure, axes = panels(1, 3, width=3.1, height=0.42 * len(accuracy) + 0.9, sharey=True)
    names = list(accuracy)[::-1]
    columns = (
        (accuracy, "test accuracy", "{:.2f}"),
        ({name: count / 1000 for name, count in parameters.items()}, "parameters (thousands)", "{:.0f}"),
        (seconds, "training (CPU seconds)", "{:.0f}"),
    )
    for axis, (values, label, form) in zip(axes[0], columns, strict=True):
        heights = [values[name] for name in names]
        bars = axis.barh(names, heights, color=[COLOURS[names[::-1].index(name) % 6] for name in names])
        axis.bar_label(bars, [form.format(value) for value in heights], padding=3, fontsize=8.5)
        axis.set(xlabel=label, xlim=(0, max(heights) * 1.2))
        axis.grid(axis="y", visible=False)
    if ceiling is not None:
        axes[0, 0].axvline(ceiling, color=COLOURS[3], linestyle="--", linewidth=1.2)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def by_class(scores: Mapping[str, np.ndarray], names: Sequence[str], title: str, guess: float | None = None) -> Figure:
    """A figure with one column a class and a mark for each network: the share of the class that it gets right.

    Args:
        scores: network → (classes,) shares from 0 to 1.
        names: of the classes.
        title: the finding.
        guess: drawn as a dashed line.
    Raises: CourseError where a network does not have one score a class.
    """
    if not scores or any(np.shape(values) != (len(names),) for values in scores.values()):
        raise CourseError(f"by_class needs at least one network, each with {len(names)} scores")
    figure, axes = panels(1, 1, width=8.6, height=2.9)
    axis, width = axes[0, 0], 0.8 / len(scores)
    for place, (network, values) in enumerate(scores.items()):
        axis.bar(np.arange(len(names)) + (place - (len(scores) - 1) / 2) * width, values, width=width,
                 color=COLOURS[place % len(COLOURS)], label=network)  # fmt: skip
    if guess is not None:
        axis.axhline(guess, color=COLOURS[3], linestyle="--", linewidth=1.2)
    axis.set(title=title, ylabel="share recognised", ylim=(0, 1.02))
    axis.set_xticks(range(len(names)), [name.replace(" ", "\n") for name in names], fontsize=8)
    axis.grid(axis="x", visible=False)
    figure.legend(loc="outside right upper")
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
    answers = np.asarray(answers, dtype="float64")
    film = _grey(film)
    if answers.shape != (len(film), len(names)) or not 1 <= seen <= len(film) or truth not in names:
        raise CourseError(f"answers must be (frames, classes), seen 1 to {len(film)}, truth a class; got {answers.shape}, {seen!r}, {truth!r}")  # fmt: skip
    figure, axes = panels(2, 1, width=6.4, height=1.5, height_ratios=[0.8, 2.2])
    shown = film.copy()
    shown[seen:] = 0.9
    _strip(axes[0, 0], shown)
    axis, last = axes[1, 0], answers[seen - 1]
    leading = set(np.argsort(last)[-3:]) | {list(names).index(truth)}
    for place in sorted(leading, key=lambda place: -last[place]):
        right = names[place] == truth
        axis.plot(np.arange(1, seen + 1), answers[:seen, place], marker="o", markersize=4,
                  linewidth=2.6 if right else 1.4, color=COLOURS[place % len(COLOURS)],
                  linestyle=("-", "--")[int(place >= len(COLOURS))],
                  label=f"{names[place]} {last[place]:.2f}" + (" (true)" if right else ""))  # fmt: skip
    axis.set(xlim=(0.5, len(film) + 0.5), ylim=(-0.03, 1.03), xlabel="frames that have arrived", ylabel="probability")  # fmt: skip
    axis.set_xticks(range(1, len(film) + 1))
    figure.legend(*axis.get_legend_handles_labels(), loc="outside right lower")
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def _grey(film: np.ndarray) -> np.ndarray:
    """(frames, height, width) float in [0, 1]."""
    film = np.asarray(film)
    if film.ndim == 4 and film.shape[3] == 1:
        film = film[..., 0]
    if film.ndim != 3:
        raise CourseError(f"a film is (frames, height, width) or (frames, height, width, 1); got {film.shape}")
    return film / 255 if film.dtype == np.uint8 else film.astype("float64")


def _strip(axis, film: np.ndarray) -> None:
    film = _grey(film)
    gap = np.ones((film.shape[1], 1))
    parts = [part for frame in film for part in (frame, gap)][:-1]
    _picture(axis, np.hstack(parts))
    axis.set_aspect("auto")


def _picture(axis, picture: np.ndarray) -> None:
    axis.imshow(picture, cmap="gray", vmin=0, vmax=1)
    axis.set(xticks=[], yticks=[])
    axis.grid(visible=False)
    for spine in axis.spines.values():
        spine.set_visible(False)


def heat(images: np.ndarray, maps: np.ndarray, title: str, labels: Sequence[str] = (), width: float = 1.35) -> Figure:
    """A figure with the pictures above, and below the same pictures under a map of where the network looked.

    Args:
        images: (n, rows, columns, 3), 0 to 1.
        maps: (n, r, c), at least 0; stretched over the picture.
        title: over the whole figure.
        labels: above each picture.
        width: of one picture, inches.
    Raises: CourseError where their numbers differ.
    """
    if len(images) != len(maps) or not len(images):
        raise CourseError(f"one map for each picture is needed; got {len(maps)} for {len(images)}")
    figure, axes = panels(2, len(images), width=width, height=width * 1.15)
    for place, (image, above) in enumerate(zip(images, maps, strict=True)):
        size = (-0.5, image.shape[1] - 0.5, image.shape[0] - 0.5, -0.5)
        for row in (0, 1):
            axes[row, place].imshow(image)
            axes[row, place].axis("off")
        axes[1, place].imshow(
            above,
            extent=size,
            cmap=SEQUENTIAL,
            alpha=0.6,
            interpolation="bilinear",
            vmin=0,
            vmax=max(above.max(), 1e-9),
        )
        if labels:
            axes[0, place].set_title(labels[place], fontsize=8, weight="normal", loc="center")
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def architecture(networks: Mapping[str, Sequence], title: str) -> Figure:
    """A figure of networks as rows of boxes: height the size of the map, width the channels, colour the kind of layer.

    Args:
        networks: name → layer costs (:func:`course_utils.networks.layer_costs`), in order; only layers with a kernel and
            pooling are drawn.
        title: over the whole figure.
    Raises: CourseError without a network.
    """
    if not networks:
        raise CourseError("architecture needs at least one network")
    from matplotlib.patches import Rectangle

    figure, axes = panels(len(networks), 1, width=10.5, height=1.25)
    colours = {"Conv2D": COLOURS[0], "Dense": COLOURS[3], "Pool": COLOURS[7]}
    for axis, (name, costs) in zip(axes[:, 0], networks.items(), strict=True):
        x, largest = 0.0, max(cost.output[0] for cost in costs if len(cost.output) == 3)
        for cost in costs:
            kind = "Pool" if "Pool" in cost.kind else cost.kind
            if kind not in colours or cost.name.endswith("_0_conv"):
                continue
            size = cost.output[0] if len(cost.output) == 3 else 0
            height = (np.log2(1 + size) / np.log2(1 + largest)) if size else 0.3
            wide = 0.25 + 0.14 * np.log2(1 + cost.output[-1]) if kind != "Pool" else 0.3
            axis.add_patch(
                Rectangle((x, -height / 2), wide, height, facecolor=colours[kind], edgecolor="white", linewidth=0.5)
            )
            x += wide + 0.06
        axis.set(xlim=(-0.2, max(x, 12)), ylim=(-0.55, 0.55), yticks=[], xticks=[])
        axis.set_title(name)
        axis.grid(False)
        axis.spines[:].set_visible(False)
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], marker="s", linestyle="", color=colour) for colour in colours.values()]
    figure.legend(handles, ["convolution", "dense", "pooling"], loc="outside lower center", ncols=3)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def cost_shares(networks: Mapping[str, Sequence], title: str) -> Figure:
    """A figure of two bars a network: which share of the parameters and of the multiply-adds lies in which kind of layer.

    Args:
        networks: name → layer costs.
        title: over the whole figure.
    Raises: CourseError without a network.
    """
    if not networks:
        raise CourseError("cost_shares needs at least one network")
    figure, axes = panels(1, 2, width=4.8, height=0.9 + 0.32 * len(networks), sharey=True)
    for axis, what, label in ((axes[0, 0], "parameters", "parameters"), (axes[0, 1], "multiply_adds", "multiply-adds")):
        left = np.zeros(len(networks))
        for kind, colour in (("Conv2D", COLOURS[0]), ("Dense", COLOURS[3])):
            share = np.array(
                [
                    sum(getattr(c, what) for c in costs if c.kind == kind)
                    / max(sum(getattr(c, what) for c in costs), 1)
                    for costs in networks.values()
                ]
            )
            name = "convolutions" if kind == "Conv2D" else "dense layers"
            axis.barh(list(networks), 100 * share, left=100 * left, color=colour, label=name)
            left += share
        axis.set(xlabel=f"share of the {label} (%)", xlim=(0, 100))
        axis.invert_yaxis() if axis is axes[0, 0] else None
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def blocks(diagrams: Mapping[str, tuple[Sequence[str], str | None]], title: str) -> Figure:
    """A figure of building blocks: boxes from top to bottom, and the shortcut as a line beside them.

    Args:
        diagrams: name → (the layers' names in order, what stands on the shortcut). A layer "+" is where the shortcut ends;
            it starts at the top. None: no shortcut.
        title: over the whole figure.
    Raises: CourseError where there is nothing to draw, or a shortcut without a "+".
    """
    if not diagrams:
        raise CourseError("blocks needs at least one diagram")
    figure, axes = panels(1, len(diagrams), width=10.5 / max(len(diagrams), 3), height=3.6)
    deepest = max(len(steps) for steps, _ in diagrams.values())
    for axis, (name, (steps, beside)) in zip(axes[0], diagrams.items(), strict=True):
        if beside is not None and "+" not in steps:
            raise CourseError(f"{name}: the shortcut needs a step '+' where it ends")
        axis.text(0, 0.8, "x", ha="center", va="center", fontsize=11, style="italic")
        for place, step in enumerate(steps):
            relu = step in ("ReLU", "BN", "+") or step.startswith("BN")
            box = {"boxstyle": "circle,pad=0.25" if step == "+" else "round,pad=0.3",
                   "facecolor": "#f0f0f0" if relu else "#d7e8f4", "edgecolor": COLOURS[6], "linewidth": 0.8}  # fmt: skip
            axis.annotate("", (0, -place + 0.3), (0, -place + 0.68), arrowprops={"arrowstyle": "->", "lw": 0.9})
            axis.text(0, -place, step, ha="center", va="center", fontsize=8.5, bbox=box)
        axis.annotate("", (0, -len(steps) + 0.3), (0, -len(steps) + 0.68), arrowprops={"arrowstyle": "->", "lw": 0.9})
        if beside is not None:
            end = -list(steps).index("+")
            axis.plot([0.08, 1.45, 1.45], [0.62, 0.62, end], color=COLOURS[3], linewidth=1.6)
            axis.annotate("", (0.2, end), (1.47, end), arrowprops={"arrowstyle": "->", "color": COLOURS[3], "lw": 1.6})
            axis.text(1.52, (0.62 + end) / 2, beside, color=COLOURS[3], fontsize=8.5, va="center")
        axis.set(xlim=(-1.2, 2.7), ylim=(-deepest - 0.1, 1.1), xticks=[], yticks=[])
        axis.set_title(name)
        axis.grid(False)
        axis.spines[:].set_visible(False)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
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
