"""Stage 10's figures: attention, and the Transformer's parts."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..errors import CourseError
from ..plots.flow import arrow, box
from ..plots.style import COLOURS, panels

__all__ = ["attention_lines", "attention_maps", "attention_table", "transformers"]


def attention_maps(
    maps: Mapping[str, np.ndarray],
    title: str,
    queries: Sequence[str] | None = None,
    keys: Sequence[str] | None = None,
    size: float = 2.6,
) -> Figure:
    """A figure with one panel a map: a row for each place that looks, a column for each that is looked at.

    Args:
        maps: name → (queries, keys) weights from 0 to 1.
        title: over the whole figure.
        queries, keys: names of rows and columns; numbers without.
        size: of a panel, inches.
    Raises: CourseError where there is no map, or one is not two-dimensional.
    """
    if not maps or any(np.ndim(weights) != 2 for weights in maps.values()):
        raise CourseError("attention_maps needs at least one map of shape (queries, keys)")
    figure, axes = panels(1, len(maps), width=size, height=size + 0.3)
    for axis, (name, weights) in zip(axes[0], maps.items(), strict=True):
        axis.imshow(weights, cmap="Blues", vmin=0, vmax=max(1e-9, float(np.max(weights))))
        axis.grid(False)
        axis.set_title(name, loc="center", fontsize=9.5)
        if keys is not None:
            axis.set_xticks(range(len(keys)), keys, rotation=90, fontsize=7.5)
        if queries is not None:
            axis.set_yticks(range(len(queries)), queries, fontsize=7.5)
    axes[0, 0].set_ylabel("looks (query)")
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def attention_lines(weights: np.ndarray, words: Sequence[str], place: int, title: str) -> Figure:
    """A figure of a dialogue's words, in lines, shaded by how much the word at ``place`` looks at each.

    Args:
        weights: (words,) from 0 to 1, 0 for words after ``place``.
        words: what was said.
        place: of the word that looks; it is framed.
        title: the finding.
    Raises: CourseError where the numbers of weights and words differ or ``place`` is out of range.
    """
    weights = np.asarray(weights, dtype="float64")
    if weights.shape != (len(words),) or not 0 <= place < len(words):
        raise CourseError(
            f"one weight a word and a place among them are needed; got {weights.shape}, {len(words)} words, place {place}"
        )
    rows: list[list[int]] = [[]]
    for index, word in enumerate(words):
        speaker = word in ("<user>", "<bot>")
        width = sum(len(words[i]) + 1.6 for i in rows[-1]) + len(word)
        if rows[-1] and (speaker or width > 78):
            rows.append([])
        rows[-1].append(index)
    figure, axes = panels(1, 1, width=8.6, height=0.5 + 0.32 * len(rows))
    axis, highest, family = axes[0, 0], max(weights.max(), 1e-9), _fonts()
    for row, indices in enumerate(rows):
        x = 0.0
        for index in indices:
            word = words[index].replace("<user>", "user:").replace("<bot>", "bot:").replace("<end>", "·")
            frame = COLOURS[3] if index == place else "none"
            axis.text(x, -row, word, va="center", fontsize=9.5, family=family,
                      bbox={"boxstyle": "round,pad=0.15", "facecolor": (0, 0.447, 0.698, 0.75 * weights[index] / highest),
                            "edgecolor": frame, "linewidth": 1.6})  # fmt: skip
            x += len(word) + 1.6 if word.isascii() else 2 * len(word) + 1.2
    axis.set(xlim=(-1, 84), ylim=(-len(rows) + 0.4, 0.7))
    axis.set_axis_off()
    axis.set_title(title)
    return figure


def attention_table(weights: np.ndarray, queries: Sequence[str], keys: Sequence[str]):
    """A table for the notebook, a row for each place that looks, shaded by its weights; words of any script are shown.

    Args:
        weights: (queries, keys) from 0 to 1.
        queries, keys: names of rows and columns.
    Returns: an ``IPython.display.HTML``.
    Raises: CourseError where the numbers of weights and names differ.
    """
    from IPython.display import HTML

    weights = np.asarray(weights, dtype="float64")
    if weights.shape != (len(queries), len(keys)):
        raise CourseError(
            f"one weight for each of {len(queries)} rows and {len(keys)} columns is needed; got {weights.shape}"
        )
    head = "".join(f"<th style='text-align:center'>{escape(key)}</th>" for key in keys)
    body = "".join(
        f"<tr><th style='text-align:right'>{escape(query)}</th>"
        + "".join(
            f"<td style='text-align:center;color:#{'fff' if weight > 0.6 else '000'};background:rgba(0,114,178,{weight:.2f})'>"
            f"{100 * weight:.0f}</td>"
            for weight in row
        )
        + "</tr>"
        for query, row in zip(queries, weights, strict=True)
    )
    return HTML(f"<table><tr><th></th>{head}</tr>{body}</table>")


def _fonts() -> list[str]:
    """A font with even letters, then those with Chinese characters that are installed."""
    from matplotlib.font_manager import get_font_names

    chinese = ("Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "SimHei", "WenQuanYi Zen Hei")
    return ["DejaVu Sans Mono", *(name for name in chinese if name in get_font_names())]


ENCODER, DECODER, SEEN, PLAIN = "#dceaf5", "#fbe3b3", "#d9efe6", "#f4f4f4"


GLANCE = {"color": COLOURS[2], "linewidth": 1.6}


def _bare(axis: Axes, xlim: tuple[float, float], ylim: tuple[float, float]) -> None:
    axis.set(xlim=xlim, ylim=ylim)
    axis.set_axis_off()


def transformers(title: str) -> Figure:
    """A figure of the Transformer's columns: encoder and decoder with the glance between them, and a decoder alone.

    Args:
        title: over the whole figure.
    Normalised before each part, as most are today. Stage 10, "Encoder, decoder, cross-attention".
    """
    looks, crosses, alone = (
        "self-attention,\n{}",
        "cross-attention,\nto what was read",
        "small network,\neach place alone",
    )
    before = looks.format("what came before")
    columns = {
        "encoder": (1.6, "what is read", [looks.format("all places"), alone], "memory"),
        "decoder": (5.4, "what is written", [before, crosses, alone], "next token"),
        "decoder only (GPT)": (9.2, "everything so far", [before, alone], "next token"),
    }
    figure, axes = panels(1, 1, width=9.6, height=5.2)
    axis, tops = axes[0, 0], {}
    for name, (x, enters, parts, leaves) in columns.items():
        axis.text(x, -1.0, enters, ha="center", va="center", fontsize=9, style="italic")
        arrow(axis, (x, -0.8), (x, -0.38))
        box(axis, x, -0.05, "embedding,\nposition", PLAIN, 2.3, 0.6, size=8.5)
        y = 0.3
        for part in parts:
            fill = SEEN if part == crosses else PLAIN if part == alone else ENCODER
            arrow(axis, (x, y), (x, y + 0.34))
            box(axis, x, y + 0.52, "normalise", "white", 2.3, 0.3, size=8.5)
            box(axis, x, y + 1.02, part, fill, 2.3, 0.66, size=8)
            box(axis, x, y + 1.62, "+", DECODER, 0.24, 0.24, size=11)
            arrow(axis, (x, y + 1.35), (x, y + 1.48))
            axis.plot([x, x + 1.5, x + 1.5], [y + 0.12, y + 0.12, y + 1.62], color=COLOURS[3], linewidth=1.5)
            arrow(axis, (x + 1.5, y + 1.62), (x + 0.16, y + 1.62), color=COLOURS[3])
            if part == crosses:
                glance = y + 1.02
            y += 1.76
        arrow(axis, (x, y), (x, y + 0.34))
        box(axis, x, y + 0.52, "normalise", "white", 2.3, 0.3, size=8.5)
        if leaves == "next token":
            box(axis, x, y + 0.94, "a score a token", PLAIN, 2.3, 0.32, size=8.5)
            arrow(axis, (x, y + 1.13), (x, y + 1.42))
            axis.text(x, y + 1.56, leaves, ha="center", va="center", fontsize=9, style="italic")
        axis.text(x - 1.45, 1.9, "repeated", rotation=90, va="center", ha="center", fontsize=8.5)
        axis.text(x, 7.75, name, ha="center", va="center", fontsize=10, weight="bold")
        tops[name] = y + 0.52
    bend, enter = columns["encoder"][0] + 1.95, columns["decoder"][0] - 1.19
    axis.plot(
        [columns["encoder"][0] + 1.19, bend, bend],
        [tops["encoder"], tops["encoder"], glance],
        color=COLOURS[2],
        linewidth=1.8,
    )
    arrow(axis, (bend, glance), (enter, glance), **GLANCE)
    axis.text(bend - 0.72, tops["encoder"] + 0.12, "keys, values", fontsize=8.5, color=COLOURS[2])
    _bare(axis, (0.0, 11.0), (-1.15, 7.95))
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure
