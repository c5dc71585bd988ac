"""Figures of stage 6: pictures before and after filters, scores over a level, and where a caption's words look."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator

from .style import COLOURS, panels

__all__ = ["over_levels", "picture_table", "words_and_places"]


def picture_table(
    rows: Mapping[str, Sequence[np.ndarray]], title: str, notes: Sequence[str] = (), width: float = 0.75
) -> Figure:
    """A figure with a row of pictures for each name: the same pictures down a column, each row another treatment.

    Args:
        rows: name → pictures, (rows, columns) on a scale of grey from 0 to 1 or (rows, columns, 3); as many for each name.
        title: the finding, over the whole figure.
        notes: one for each row, below its name (a score); none by default.
        width: of one picture, inches.
    Raises: ValueError where there is no picture, or the numbers of pictures or notes do not fit.
    """
    counts = {len(pictures) for pictures in rows.values()}
    if len(counts) != 1 or 0 in counts:
        raise ValueError(f"each row needs as many pictures as the others, at least one; got {sorted(counts)}")
    if len(notes) not in (0, len(rows)):
        raise ValueError(f"one note for each of the {len(rows)} rows, or none; got {len(notes)}")
    figure, axes = panels(len(rows), counts.pop(), width=width, height=width + 0.05)
    figure.set_figwidth(figure.get_figwidth() + 1.9)
    for row, (name, pictures) in enumerate(rows.items()):
        for axis, picture in zip(axes[row], pictures, strict=True):
            axis.imshow(np.clip(picture, 0, 1), cmap="gray", vmin=0, vmax=1)
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set_visible(False)
        text = f"{name}\n{notes[row]}" if notes and notes[row] else name
        axes[row, 0].set_ylabel(text, rotation=0, ha="right", va="center", fontsize=8.5)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
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
    Raises: ValueError where there is no curve or the numbers of values differ, or log is asked for a number not above 0.
    """
    levels = np.asarray(levels, dtype="float64")
    if not curves or {len(values) for values in curves.values()} != {len(levels)} or not len(levels):
        raise ValueError(
            f"each curve needs one value for each of the {len(levels)} levels; "
            f"got {[len(values) for values in curves.values()]}"
        )
    if log and not (levels.min() > 0 and all(np.min(values) > 0 for values in curves.values())):
        raise ValueError("logarithmic axes need levels and values above 0")
    figure, axes = panels(1, 1, width=7.4, height=3.2)
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
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=10.5)
    figure.legend(loc="outside right center")
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
    Raises: ValueError where the numbers differ or there is no word.
    """
    weights = np.asarray(weights, dtype="float64")
    if not len(words) or weights.ndim != 3 or len(weights) != len(words):
        raise ValueError(
            f"one map (r, c) for each of the {len(words)} words is needed; got the shape {weights.shape}"
        )
    columns = min(columns, len(words))
    rows = -(-len(words) // columns)
    figure, axes = panels(rows, columns, width=1.25, height=1.45)
    size = (-0.5, image.shape[1] - 0.5, image.shape[0] - 0.5, -0.5)
    for axis in axes.flat:
        axis.axis("off")
    for axis, word, above in zip(axes.flat, words, weights, strict=False):
        axis.imshow(image)
        shade = np.zeros(
            (*above.shape, 4)
        )  # black, the less looked at the denser: the colours stay what they are
        shade[..., 3] = 0.85 * (1 - above / max(above.max(), 1e-9))
        axis.imshow(shade, extent=size, interpolation="bilinear")
        axis.set_title(word, fontsize=9, weight="normal", loc="center")
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure
