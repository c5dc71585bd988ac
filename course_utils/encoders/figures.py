"""Stage 6's figures: denoised pictures, encoder and decoder."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator

from ..errors import CourseError
from ..plots.flow import arrow, box
from ..plots.style import COLOURS, panels

__all__ = [
    "attention",
    "captioner",
    "code_maps",
    "one_state_or_all",
    "over_levels",
    "picture_and_lines",
    "picture_table",
    "roc_curves",
    "u_shape",
    "words_and_places",
]


def picture_table(
    rows: Mapping[str, Sequence[np.ndarray]], title: str, notes: Sequence[str] = (), width: float = 0.75
) -> Figure:
    """A figure with a row of pictures for each name: the same pictures down a column, each row another treatment.

    Args:
        rows: name → pictures, (rows, columns) on a scale of grey from 0 to 1 or (rows, columns, 3); as many for each name.
        title: the finding, over the whole figure.
        notes: one for each row, below its name (a score); none by default.
        width: of one picture, inches.
    Raises: CourseError where there is no picture, or the numbers of pictures or notes do not fit.
    """
    counts = {len(pictures) for pictures in rows.values()}
    if len(counts) != 1 or 0 in counts:
        raise CourseError(f"each row needs as many pictures as the others, at least one; got {sorted(counts)}")
    if len(notes) not in (0, len(rows)):
        raise CourseError(f"one note for each of the {len(rows)} rows, or none; got {len(notes)}")
    figure, axes = panels(len(rows), counts.pop(), width=width, height=width + 0.05, title=title)
    figure.set_figwidth(figure.get_figwidth() + 1.9)
    for row, (name, pictures) in enumerate(rows.items()):
        for axis, picture in zip(axes[row], pictures, strict=True):
            axis.imshow(np.clip(picture, 0, 1), cmap="gray", vmin=0, vmax=1)
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set_visible(False)
        text = f"{name}\n{notes[row]}" if notes and notes[row] else name
        axes[row, 0].set_ylabel(text, rotation=0, ha="right", va="center", fontsize=8.5)
    return figure


def over_levels(
    levels: Sequence[float],
    curves: Mapping[str, Sequence[float]],
    title: str,
    xlabel: str,
    ylabel: str,
    log: bool = False,
) -> Figure:
    """A figure with one line a method over a level that was swept, a marker at each value measured.

    Args:
        levels: where each curve was measured, increasing.
        curves: name → one finite value for each level.
        title: the finding.
        xlabel, ylabel: the level and the score, with their units.
        log: both axes logarithmic, with the levels themselves as ticks; all numbers must be above 0.
    Raises: CourseError where there is no curve or the numbers of values differ, or log is asked for a number not above 0.
    """
    levels = np.asarray(levels, dtype="float64")
    if not curves or {len(values) for values in curves.values()} != {len(levels)} or not len(levels):
        raise CourseError(
            f"each curve needs one value for each of the {len(levels)} levels; "
            f"got {[len(values) for values in curves.values()]}"
        )
    if log and not (levels.min() > 0 and all(np.min(values) > 0 for values in curves.values())):
        raise CourseError("logarithmic axes need levels and values above 0")
    figure, axes = panels(1, 1, width=7.4, height=3.2, title=title)
    axis = axes[0, 0]
    for place, (name, values) in enumerate(curves.items()):
        axis.plot(
            levels,
            values,
            color=COLOURS[place % len(COLOURS)],
            linestyle=("-", "--", "-.", ":")[place % 4],
            marker="osD^v"[place % 5],
            markersize=4.5,
            label=name,
        )
    if log:
        axis.set(xscale="log", yscale="log")
        axis.set_xticks(levels, [f"{level:g}" for level in levels])
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.minorticks_off()
    axis.set(xlabel=xlabel, ylabel=ylabel)
    figure.legend(loc="outside right center")
    return figure


def code_maps(maps: Mapping[str, np.ndarray], digits: np.ndarray, title: str) -> Figure:
    """A figure with a map for each way to write a picture as two numbers: a dot a picture, the digit at the middle of its dots.

    Args:
        maps: name → (pictures, 2) float.
        digits: (pictures,) int, 0 to 9.
        title: the finding.
    """
    from matplotlib import colormaps

    figure, axes = panels(1, len(maps), width=4.6, height=3.8, title=title)
    for axis, (name, codes) in zip(axes[0], maps.items(), strict=True):
        for digit in np.unique(digits):
            own = codes[digits == digit]
            axis.scatter(*own.T, s=9, alpha=0.4, color=colormaps["tab10"](int(digit)))
            axis.annotate(str(digit), np.median(own, axis=0), weight="bold", ha="center")
        axis.set(title=name, xlabel="first number", ylabel="second number")
    return figure


def roc_curves(curves: Mapping, areas: Mapping[str, Sequence[float]], marked: str, title: str) -> Figure:
    """A figure with the ROC curves of several methods, one panel a method: ten curves, two of them marked.

    Args:
        curves: (method, digit left out) → shares (false alarms, detections), two arrays.
        areas: method → the area under the curve of each digit; its mean stands over the panel.
        marked: the method whose worst and best digit are marked in each panel.
        title: the finding.
    """
    extremes = (int(np.argmin(areas[marked])), int(np.argmax(areas[marked])))
    figure, axes = panels(1, len(areas), width=3.1, height=2.9, sharey=True, title=title)
    for axis, (name, own) in zip(axes[0], areas.items(), strict=True):
        for digit in range(len(own)):
            curve, strong = curves[name, digit], digit in extremes
            axis.plot(*curve, color=COLOURS[3 if strong else 7], linewidth=1.8 if strong else 0.8)
            if strong:
                axis.annotate(str(digit), (0.1, np.interp(0.1, *curve)), weight="bold")
        axis.set(title=f"{name}: {np.mean(own):.2f}", xlabel="share of normal ones called strange")
    axes[0, 0].set_ylabel("share of strange ones found")
    return figure


def attention(weights: np.ndarray, read: Sequence[str], written: Sequence[str], title: str) -> Figure:
    """A figure of attention weights, (written, read) float, as shades: a row a letter written, a column a letter read."""
    figure, axes = panels(1, 1, width=7.2, height=3.4)
    axis = axes[0, 0]
    axis.imshow(weights, aspect="auto", vmin=0)
    axis.set_xticks(range(len(read)), list(read))
    axis.set_yticks(range(len(written)), list(written))
    axis.set(xlabel="letters read", ylabel="letters written", title=title)
    axis.grid(False)
    return figure


def picture_and_lines(image: np.ndarray, lines: Sequence[str], title: str) -> Figure:
    """A figure with a picture, (rows, columns, 3) in [0, 1], and lines of text beside it."""
    figure, axes = panels(1, 1, width=7.6, height=2.2)
    axes[0, 0].imshow(image, extent=(0, 1, 0, 1))
    axes[0, 0].set(xlim=(0, 4.6), ylim=(0, 1), title=title)
    axes[0, 0].axis("off")
    for place, line in enumerate(lines):
        axes[0, 0].text(1.1, 0.93 - 0.16 * place, line, va="top", fontsize=8)
    return figure


def words_and_places(
    image: np.ndarray, words: Sequence[str], weights: np.ndarray, title: str, columns: int = 7
) -> Figure:
    """A figure with the picture once for each word, dark where the network did not look as it said the word.

    Args:
        image: (rows, columns, 3), 0 to 1.
        words: in order, at least one.
        weights: (words, r, c), at least 0; stretched over the picture, each with a scale of its own.
        title: the finding, over the whole figure.
        columns: pictures in a row.
    Raises: CourseError where the numbers differ or there is no word.
    """
    weights = np.asarray(weights, dtype="float64")
    if not len(words) or weights.ndim != 3 or len(weights) != len(words):
        raise CourseError(f"one map (r, c) for each of the {len(words)} words is needed; got the shape {weights.shape}")
    columns = min(columns, len(words))
    rows = -(-len(words) // columns)
    figure, axes = panels(rows, columns, width=1.25, height=1.45, title=title)
    size = (-0.5, image.shape[1] - 0.5, image.shape[0] - 0.5, -0.5)
    for axis in axes.flat:
        axis.axis("off")
    for axis, word, above in zip(axes.flat, words, weights, strict=False):
        axis.imshow(image)
        shade = np.zeros((*above.shape, 4))  # black, the less looked at the denser: the colours stay what they are
        shade[..., 3] = 0.85 * (1 - above / max(above.max(), 1e-9))
        axis.imshow(shade, extent=size, interpolation="bilinear")
        axis.set_title(word, fontsize=9, weight="normal", loc="center")
    return figure


ENCODER, DECODER, SEEN, PLAIN = "#dceaf5", "#fbe3b3", "#d9efe6", "#f4f4f4"
GLANCE = {"color": COLOURS[2], "linewidth": 1.6}
CODE = {"color": COLOURS[3], "linewidth": 2.4, "mutation_scale": 14}


def _bare(axis: Axes, xlim: tuple[float, float], ylim: tuple[float, float]) -> None:
    axis.set(xlim=xlim, ylim=ylim)
    axis.set_axis_off()


def u_shape(side: int, filters: int, title: str) -> Figure:
    """A figure of the U-shaped network: two steps down, two up, bridges across, and the sum with what came in.

    Args:
        side: of the picture that goes in, pixels; a multiple of 4.
        filters: of the first convolutions; twice as many a step further down.
        title: over the whole figure.
    Raises: CourseError for a side that can't be halved twice.
    Stage 6, "Out, with learning".
    """
    if side < 4 or side % 4:
        raise CourseError(f"the side must be a multiple of 4, so that it can be halved twice; got {side}")
    figure, axes = panels(1, 1, width=8.6, height=2.9, title=title)
    axis, rows = axes[0, 0], (2.2, 1.1, 0.0)
    left, right = (1.5, 2.7, 4.3), (7.1, 5.9)
    sizes = [f"{side // 2**k}×{side // 2**k}×{filters * 2**k}" for k in range(3)]
    for k, (x, y) in enumerate(zip(left, rows, strict=True)):
        fill, edge = (SEEN, COLOURS[2]) if k == 2 else (ENCODER, COLOURS[0])
        box(axis, x, y, sizes[k], fill, 1.15, 0.55, edge)
    for k, (x, y) in enumerate(zip(right, rows, strict=False)):
        box(axis, x, y, sizes[k], DECODER, 1.15, 0.55, COLOURS[1])
        arrow(axis, (left[k] + 0.62, y), (x - 0.62, y), **CODE)
        axis.text((left[k] + x) / 2, y + 0.12, "bridge", ha="center", fontsize=8.5, color=COLOURS[3])
    for start, end in ((0, 1), (1, 2)):
        arrow(axis, (left[start] + 0.1, rows[start] - 0.3), (left[end] - 0.35, rows[end] + 0.3))
    arrow(axis, (left[2] + 0.35, rows[2] + 0.3), (right[1] - 0.1, rows[1] - 0.3))
    arrow(axis, (right[1] + 0.35, rows[1] + 0.3), (right[0] - 0.1, rows[0] - 0.3))
    axis.text(1.1, 1.55, "pooling", ha="center", fontsize=8.5)
    axis.text(7.7, 1.55, "upsampling", ha="center", fontsize=8.5)
    arrow(axis, (0.3, rows[0]), (left[0] - 0.62, rows[0]))
    axis.text(0.2, rows[0], "$y$", ha="right", va="center", fontsize=12)
    arrow(axis, (right[0] + 0.62, rows[0]), (8.22, rows[0]))
    box(axis, 8.4, rows[0], "+", PLAIN, 0.28, 0.4, size=12)
    axis.plot([0.45, 0.45, 8.4], [rows[0], 2.95, 2.95], color="#444444", linewidth=1.2)
    arrow(axis, (8.4, 2.95), (8.4, rows[0] + 0.24))
    arrow(axis, (8.58, rows[0]), (9.0, rows[0]))
    axis.text(9.08, rows[0], r"$\hat x$", ha="left", va="center", fontsize=12)
    _bare(axis, (-0.1, 9.4), (-0.4, 3.05))
    return figure


def one_state_or_all(read: str, written: str, title: str) -> Figure:
    """A figure with two panels: a decoder that has the encoder's last state alone, and one that looks back at all states.

    Args:
        read: symbols that the encoder reads, at least two.
        written: symbols that the decoder writes, at least two.
        title: over the whole figure.
    Raises: CourseError for a text that is too short.
    Stage 6, "Attention". A space is drawn as ␣.
    """
    if min(len(read), len(written)) < 2:
        raise CourseError(f"both texts need at least two symbols; got {read!r} and {written!r}")
    figure, axes = panels(1, 2, width=5.2, height=2.7, title=title)
    for axis, attention in zip(axes[0], (False, True), strict=True):
        first = len(read) + 0.6
        for k, symbol in enumerate(read):
            box(axis, k, 0, f"$h_{k + 1}$", ENCODER, 0.62, 0.5, COLOURS[0])
            axis.text(k, -0.95, symbol.replace(" ", "␣"), ha="center", va="center", fontsize=11)
            arrow(axis, (k, -0.72), (k, -0.29))
            if k:
                arrow(axis, (k - 0.66, 0), (k - 0.34, 0))
        arrow(axis, (len(read) - 0.66, 0), (first - 0.36, 0), **CODE)
        for k, symbol in enumerate(written):
            x = first + k
            box(axis, x, 0, f"$s_{k + 1}$", DECODER, 0.62, 0.5, COLOURS[1])
            axis.text(x, 2.05, symbol, ha="center", va="center", fontsize=11)
            axis.text(x, -0.95, ("start", *written)[k], ha="center", va="center", fontsize=8 if k == 0 else 11)
            arrow(axis, (x, -0.72), (x, -0.29))
            arrow(axis, (x, 0.29), (x, 1.8))
            if k:
                arrow(axis, (x - 0.66, 0), (x - 0.34, 0))
        if attention:
            at = first + 1  # one letter's glance is drawn; each letter has one
            for k in range(len(read)):
                arrow(axis, (k, 0.29), (at - 0.28, 1.0), connectionstyle="arc3,rad=-0.12", **GLANCE)
            box(axis, at, 1.0, "$c_2$", SEEN, 0.5, 0.42, COLOURS[2])
        axis.set_title("attention: all states" if attention else "one vector: the last state", fontsize=10)
        _bare(axis, (-0.5, first + len(written) - 0.5), (-1.25, 2.3))
    return figure


def captioner(title: str) -> Figure:
    """A figure of the captioner: the eye's grid of places, two recurrent layers, two glances at the grid, the next word.

    Stage 6, "The mouth".
    """
    figure, axes = panels(1, 1, width=9.4, height=2.9, title=title)
    axis = axes[0, 0]
    stages = {"picture\n32×32×3": PLAIN, "eye: CNN\n8×8×64": ENCODER, "places\n64×(128 + 4)": SEEN}
    for k, (text, fill) in enumerate(stages.items()):
        box(axis, 0.7 + 1.9 * k, 1.9, text, fill, 1.4, 0.7, COLOURS[(7, 0, 2)[k]])
        if k:
            arrow(axis, (1.9 * k - 0.46, 1.9), (1.9 * k - 0.05, 1.9))
    steps = (0.7, 2.35, 4.5, 6.4, 8.3)
    for text, x in zip(("words\nso far", "embedding", "GRU", "GRU", "dense,\nsoftmax"), steps, strict=True):
        box(axis, x, 0.3, text, PLAIN if text.startswith("word") else DECODER, 1.1, 0.6, COLOURS[1])
    for start, end in pairwise(steps):
        arrow(axis, (start + 0.59, 0.3), (end - 0.59, 0.3))
    arrow(axis, (8.89, 0.3), (9.35, 0.3))
    axis.text(9.42, 0.3, "next\nword", ha="left", va="center", fontsize=9)
    arrow(axis, (4.3, 1.52), (4.3, 0.64), **CODE)
    axis.text(4.22, 1.05, "first state", ha="right", va="center", fontsize=8.5, color=COLOURS[3])
    for k, x in enumerate((5.45, 7.35)):
        box(axis, x, 1.1, f"glance {k + 1}", SEEN, 0.86, 0.42, COLOURS[2])
        arrow(axis, (x - 0.45, 0.64), (x - 0.2, 0.86))  # the question
        arrow(axis, (x + 0.2, 0.86), (x + 0.45, 0.64))  # what was seen
        bend = "angle,angleA=0,angleB=90,rad=4"
        arrow(axis, (5.24, 1.9), (x, 1.34), connectionstyle=bend, **GLANCE)
    _bare(axis, (-0.1, 9.9), (-0.15, 2.4))
    return figure
