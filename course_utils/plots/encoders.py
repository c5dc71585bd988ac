"""Encoders and decoders as pictures: a U with bridges, one last state against looking back, and who looks at a picture."""

from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .flow import arrow, box
from .style import COLOURS, panels

__all__ = ["captioner", "one_state_or_all", "transformers", "u_shape"]

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
    Raises: ValueError for a side that can't be halved twice.
    Stage 6, "Out, with learning".
    """
    if side < 4 or side % 4:
        raise ValueError(f"the side must be a multiple of 4, so that it can be halved twice; got {side}")
    figure, axes = panels(1, 1, width=8.6, height=2.9)
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
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def one_state_or_all(read: str, written: str, title: str) -> Figure:
    """A figure with two panels: a decoder that has the encoder's last state alone, and one that looks back at all states.

    Args:
        read: symbols that the encoder reads, at least two.
        written: symbols that the decoder writes, at least two.
        title: over the whole figure.
    Raises: ValueError for a text that is too short.
    Stage 6, "Attention". A space is drawn as ␣.
    """
    if min(len(read), len(written)) < 2:
        raise ValueError(f"both texts need at least two symbols; got {read!r} and {written!r}")
    figure, axes = panels(1, 2, width=5.2, height=2.7)
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
            axis.text(
                x, -0.95, ("start", *written)[k], ha="center", va="center", fontsize=8 if k == 0 else 11
            )
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
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def captioner(title: str) -> Figure:
    """A figure of the captioner: the eye's grid of places, two recurrent layers, two glances at the grid, the next word.

    Stage 6, "The mouth".
    """
    figure, axes = panels(1, 1, width=9.4, height=2.9)
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
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


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
        axis.text(
            x - 1.45,
            1.9,
            "repeated",
            rotation=90,
            va="center",
            ha="center",
            fontsize=8.5,
        )
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
