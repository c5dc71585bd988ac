"""Stage 10's figures: attention, and the Transformer's parts."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator

from ..errors import CourseError
from ..plots.flow import arrow, box
from ..plots.style import COLOURS, DIVERGING, panels

__all__ = [
    "NETWORKS", "accuracy_by_size", "attention_lines", "attention_maps", "attention_table", "lines", "places", "position_products",
    "scaling", "transformers", "vit_sees",
]  # fmt: skip


#: The colour of each network in the figures of section 6.
NETWORKS = {"ViT": COLOURS[0], "CNN": COLOURS[1]}


def lines(axis: Axes, x: Sequence[float], values: Mapping[str, Sequence[float]], log: str = "") -> None:
    """Draw one line a name, with a legend; told apart by colour, marker and dash.

    Args:
        x: where the values were measured; the ticks where its axis is logarithmic.
        values: name → one number for each x.
        log: which axes are logarithmic: "", "x" or "xy".
    """
    for (name, numbers), style in zip(values.items(), ("o-", "s--", "^:"), strict=False):
        axis.plot(x, numbers, style, markersize=4, label=name)
    if "x" in log:
        _log_ticks(axis, x)
    if "y" in log:
        axis.set_yscale("log")
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 3)))
        axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.4g}"))
        axis.minorticks_off()
    else:
        axis.set_ylim(0, None)
    axis.legend()


def _log_ticks(axis: Axes, x: Sequence[float]) -> None:
    axis.set_xscale("log")
    axis.set_xticks(x, [f"{value:,}" for value in x])
    axis.minorticks_off()


def position_products(places: np.ndarray, products: np.ndarray) -> Figure:
    """A figure of a table of positions, of the dot products of its rows, and of three rows' products over the distance.

    Args:
        places: (places, width) float.
        products: (places, places) dot products.
    """
    figure, axes = panels(1, 3, width=3.3, height=2.9)
    for axis in axes[0, :2]:
        axis.grid(False)
    axes[0, 0].imshow(places, cmap=DIVERGING, aspect="auto")
    axes[0, 0].set(title="The clock's hands", xlabel="column", ylabel="place")
    axes[0, 1].imshow(products, cmap="viridis")
    axes[0, 1].set(title="Products of places: stripes", xlabel="place", ylabel="place")
    for place in (10, 30, 50):
        axes[0, 2].plot(np.arange(len(places)) - place, products[place], label=f"place {place}", alpha=0.8)
    axes[0, 2].set(title="Distance is all that counts", xlabel="distance", ylabel="dot product")
    axes[0, 2].legend(loc="upper right", fontsize=7.5)
    return figure


def accuracy_by_size(
    axis: Axes, sizes: Sequence[int], runs: Mapping[str, np.ndarray], kind: str = "", dash: str = "-"
) -> None:
    """Draw the mean accuracy of each network over the number of pictures, and the span of its seeds.

    Args:
        runs: a name of ``NETWORKS`` → (seeds, sizes) accuracies.
        kind: what follows the name in the legend; without it, the number of seeds.
        dash: of the lines.
    """
    for name, values in runs.items():
        label = f"{name}, {kind or f'{len(values)} seeds'}"
        axis.fill_between(sizes, values.min(axis=0), values.max(axis=0), color=NETWORKS[name], alpha=0.2)
        axis.plot(sizes, values.mean(axis=0), dash, color=NETWORKS[name], label=label)
    axis.set(xlabel="pictures to learn from", ylabel="test accuracy")
    axis.label_outer()
    _log_ticks(axis, sizes)


def places(axis: Axes, likeness: np.ndarray, place: int) -> None:
    """Draw how like one place's learnt position all others are: (side², ) from -1 (violet) to 1 (brown)."""
    side = round(len(likeness) ** 0.5)
    axis.imshow(np.reshape(likeness, (side, side)), cmap=DIVERGING, vmin=-1, vmax=1)
    axis.set_title(f"like place {place}", loc="center")
    axis.set_axis_off()


def vit_sees(likeness: np.ndarray, chosen: Sequence[int], picture: np.ndarray, looks: np.ndarray) -> Figure:
    """A figure of what two places of a ViT are like, of a picture, and of where two heads look in it.

    Args:
        likeness: (places, places) from -1 to 1.
        chosen: two places.
        picture: (rows, columns).
        looks: (heads, places) weights of the first block, mean over the places that look.
    """
    figure, axes = panels(1, 5, width=2.0, height=2.2)
    for axis, place in zip(axes[0], chosen, strict=False):
        places(axis, likeness[place], place)
    side = round(len(likeness) ** 0.5)
    drawn = {"a picture": (picture, "Greys")}
    drawn |= {f"head {head + 1} looks at": (looks[head].reshape(side, side), "Blues") for head in (0, 1)}
    for axis, (title, (image, colours)) in zip(axes[0, 2:], drawn.items(), strict=True):
        axis.imshow(image, cmap=colours)
        axis.set_title(title, loc="center")
        axis.set_axis_off()
    return figure


def scaling(sizes: np.ndarray, surprise: np.ndarray, title: str) -> Figure:
    """A figure of the surprise per token over the size of the network, on logarithmic axes: seeds, their span, their mean.

    Args:
        sizes: (sizes,) parameters.
        surprise: (sizes, seeds) nats.
        title: the finding.
    """
    figure, axes = panels(1, 1, width=5.6, height=3.0)
    axis, ticks = axes[0, 0], (0.02, 0.05, 0.1, 0.2, 0.5)
    spans = surprise.min(axis=1), surprise.max(axis=1)
    axis.fill_between(sizes, *spans, color=COLOURS[0], alpha=0.2, label="lowest to highest seed")
    axis.plot(sizes, surprise, "o", color=COLOURS[0], markersize=4, alpha=0.6)
    axis.plot(sizes, surprise.mean(axis=1), color="black", linewidth=1, label="mean")
    axis.set(yscale="log", title=title, xlabel="parameters of the network", ylabel="surprise per token (nats)")
    axis.set_yticks(ticks, ticks)
    _log_ticks(axis, sizes)
    axis.legend()
    return figure


def attention_maps(maps: Mapping[str, np.ndarray], title: str) -> Figure:
    """A figure with one panel a map: a row for each place that looks, a column for each that is looked at.

    Args:
        maps: name → (queries, keys) weights from 0 to 1.
        title: over the whole figure.
    Raises: CourseError where there is no map, or one is not two-dimensional.
    """
    if not maps or any(np.ndim(weights) != 2 for weights in maps.values()):
        raise CourseError("attention_maps needs at least one map of shape (queries, keys)")
    figure, axes = panels(1, len(maps), width=2.6, height=2.9, title=title)
    for axis, (name, weights) in zip(axes[0], maps.items(), strict=True):
        axis.imshow(weights, cmap="Blues", vmin=0, vmax=max(1e-9, float(np.max(weights))))
        axis.grid(False)
        axis.set_title(name, loc="center", fontsize=9.5)
    axes[0, 0].set_ylabel("looks (query)")
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
    figure, axes = panels(1, 1, width=9.6, height=5.2, title=title)
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
    arrow(axis, (bend, glance), (enter, glance), color=COLOURS[2], linewidth=1.6)
    axis.text(bend - 0.72, tops["encoder"] + 0.12, "keys, values", fontsize=8.5, color=COLOURS[2])
    axis.set(xlim=(0.0, 11.0), ylim=(-1.15, 7.95))
    axis.set_axis_off()
    return figure
