"""Figures of attention: who looks at whom, as a map or as lines between words."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from matplotlib.figure import Figure

from .style import COLOURS, panels

__all__ = ["attention_lines", "attention_maps", "attention_table"]


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
    Raises: ValueError where there is no map, or one is not two-dimensional.
    """
    if not maps or any(np.ndim(weights) != 2 for weights in maps.values()):
        raise ValueError("attention_maps needs at least one map of shape (queries, keys)")
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
    Raises: ValueError where the numbers of weights and words differ or ``place`` is out of range.
    """
    weights = np.asarray(weights, dtype="float64")
    if weights.shape != (len(words),) or not 0 <= place < len(words):
        raise ValueError(
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
    Raises: ValueError where the numbers of weights and names differ.
    """
    from IPython.display import HTML

    weights = np.asarray(weights, dtype="float64")
    if weights.shape != (len(queries), len(keys)):
        raise ValueError(
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

    chinese = (
        "Noto Sans CJK SC",
        "Noto Sans SC",
        "PingFang SC",
        "Microsoft YaHei",
        "SimHei",
        "WenQuanYi Zen Hei",
    )
    return ["DejaVu Sans Mono", *(name for name in chinese if name in get_font_names())]
