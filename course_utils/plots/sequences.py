"""Recurrent networks as pictures: the four forms of reading and writing a series, and what happens inside an LSTM cell."""

from matplotlib.figure import Figure
from matplotlib.patches import Circle

from .flow import LINE, arrow, box
from .style import COLOURS, panels

__all__ = ["FORMS", "forms", "lstm"]

#: Name → (steps at which the network reads, steps at which it writes), of ``STEPS`` steps in all.
FORMS = {
    "one to many": ((0,), (0, 1, 2, 3)),
    "many to one": ((0, 1, 2, 3), (3,)),
    "many to many, synchronous": ((0, 1, 2, 3), (0, 1, 2, 3)),
    "many to many, asynchronous": ((0, 1, 2), (3, 4)),
}
STEPS = 5
READ, WRITTEN, CELL = "#cfe3f2", "#fbe3b3", "#f4f4f4"


def forms(title: str) -> Figure:
    """A figure with a panel for each of :data:`FORMS`: values read (blue, below), the cell's copies, values written (orange, above).

    Stage 5, "Two ways to answer".
    """
    figure, axes = panels(1, len(FORMS), width=2.6, height=2.3)
    for axis, (name, (read, written)) in zip(axes[0], FORMS.items(), strict=True):
        last = max(*read, *written)
        for step in range(last + 1):
            box(axis, step, 0, "", CELL, 0.5, 0.5)
            if step < last:
                arrow(axis, (step + 0.28, 0), (step + 0.72, 0))
        for step in read:
            box(axis, step, -1.2, f"$x_{step + 1}$", READ, 0.5, 0.5, COLOURS[0])
            arrow(axis, (step, -0.92), (step, -0.28))
        for place, step in enumerate(written):
            box(axis, step, 1.2, f"$y_{place + 1}$", WRITTEN, 0.5, 0.5, COLOURS[1])
            arrow(axis, (step, 0.28), (step, 0.92))
        middle = (STEPS - 1 - last) / 2
        axis.set(xlim=(-0.6 - middle, STEPS - 0.4 - middle), ylim=(-1.6, 1.6), aspect="equal")
        axis.set_title(name, loc="center", fontsize=9.5)
        axis.set_axis_off()
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def lstm(title: str) -> Figure:
    """A figure of an LSTM cell: the memory along the top, the four products of input and state below, where each gate acts.

    Stage 5, "LSTM: a memory with doors".
    """
    figure, axes = panels(1, 1, width=7.8, height=3.3)
    axis, road, gates = axes[0, 0], 2.6, 0.9
    places = {"f": 1.6, "i": 3.0, "g": 4.2, "o": 5.8}
    names = {
        "f": "forget gate\n$f$, σ",
        "i": "input gate\n$i$, σ",
        "g": "candidate\n$g$, tanh",
        "o": "output gate\n$o$, σ",
    }
    for gate, x in places.items():
        box(
            axis,
            x,
            gates,
            names[gate],
            "#dceaf5" if gate != "g" else "#d9efe6",
            1.02,
            0.62,
            COLOURS[0] if gate != "g" else COLOURS[2],
        )
        arrow(axis, (x, 0.1), (x, gates - 0.35))
    axis.plot([0.2, places["o"]], [0.1, 0.1], color=LINE, linewidth=1.4)
    axis.text(0.1, 0.1, "$x_t$, $h_{t-1}$", ha="right", va="center")

    def knot(x: float, y: float, sign: str) -> None:
        axis.add_patch(Circle((x, y), 0.17, fc=WRITTEN, ec=COLOURS[1], zorder=3))
        axis.text(x, y, sign, ha="center", va="center", fontsize=11, zorder=4)

    thick = {"linewidth": 2.6, "mutation_scale": 15, "color": COLOURS[3]}
    arrow(axis, (0.2, road), (8.0, road), **thick)
    axis.text(0.1, road, "$c_{t-1}$", ha="right", va="center")
    axis.text(8.1, road, "$c_t$", ha="left", va="center")
    knot(places["f"], road, "×")
    arrow(axis, (places["f"], gates + 0.35), (places["f"], road - 0.19))
    joined = (places["i"] + places["g"]) / 2
    knot(joined, 1.75, "×")
    for gate in "ig":
        arrow(axis, (places[gate], gates + 0.35), (joined + (0.14 if gate == "g" else -0.14), 1.62))
    knot(joined, road, "+")
    arrow(axis, (joined, 1.94), (joined, road - 0.19))
    box(axis, 6.9, 1.9, "tanh", "#d9efe6", 0.62, 0.34, COLOURS[2])
    arrow(axis, (6.9, road), (6.9, 2.1))
    knot(6.9, gates, "×")
    arrow(axis, (6.9, 1.7), (6.9, gates + 0.19))
    arrow(axis, (places["o"] + 0.55, gates), (6.71, gates))
    arrow(axis, (7.09, gates), (8.0, gates))
    axis.text(8.1, gates, "$h_t$", ha="left", va="center")
    axis.set(xlim=(-0.9, 8.6), ylim=(-0.15, 3.0), title=title)
    axis.set_axis_off()
    return figure
