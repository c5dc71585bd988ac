"""Figures of stage 8: regret, grid worlds, agents' curves with bands, films, and what a decision looks at."""

import io
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..errors import CourseError
from ..plots.style import COLOURS, panels

__all__ = [
    "bands",
    "cart_strip",
    "court",
    "decision",
    "decisions",
    "film",
    "flight",
    "lines",
    "rally",
    "regret",
    "training",
    "values",
]

_ARROWS = ("↑", "→", "↓", "←")


def regret(curves: Mapping[str, np.ndarray], title: str) -> Figure:
    """A figure of the regret of bandit strategies: the mean over runs as a line, the middle half of the runs as a band.

    Args:
        curves: strategy → (steps, runs) float, the regret summed up to each step.
        title: the finding.
    """
    figure, axes = panels(1, 1, 8, 3.8)
    axes = axes[0, 0]
    for (name, values), colour in zip(curves.items(), COLOURS, strict=False):
        steps = np.arange(1, len(values) + 1)
        axes.plot(steps, values.mean(axis=1), color=colour, label=name)
        axes.fill_between(steps, *np.percentile(values, (25, 75), axis=1), color=colour, alpha=0.15, linewidth=0)
    axes.set(xlabel="pull", ylabel="regret so far (wins lost)", xlim=(1, len(values)), ylim=(0, None), title=title)
    axes.legend(loc="upper left")
    return figure


def values(
    tables: Mapping[str, np.ndarray], title: str, limits: tuple[float, float], world=None, columns: int = 4
) -> Figure:
    """A figure of values learnt in a grid, one panel a table: shades and numbers, and an arrow for the best move of each cell.

    Args:
        tables: what stands over a panel → (cells, 4) Q-values of ``world``; without a world, (rows, columns) values.
        title: the finding.
        limits: (lowest, highest) value of the shades, the same in each panel.
        world: a :class:`course_utils.games.GridWorld`.
        columns: panels in a row.
    """
    width = min(11.4 / columns, 4.6)
    figure, axes = panels(-(-len(tables) // columns), columns, width, 0.72 * width, title=title)
    for panel, (name, table) in zip(axes.flat, tables.items(), strict=True):
        best = table if world is None else np.full((world.rows, world.columns), np.nan)
        if world is not None:
            best.flat[world.cells] = table.max(axis=1)[world.cells]
        panel.imshow(best, vmin=limits[0], vmax=limits[1])
        for cell, value in enumerate(best.flat):
            colour = "white" if value < sum(limits) / 2 else "black"
            arrow = "" if world is None else f"\n{_ARROWS[table[cell].argmax()]}"
            text = f"{value:.1f}{arrow}"
            if np.isnan(value):
                text, colour = ("goal", COLOURS[2]) if cell == world.goal else ("▼", COLOURS[3])
            row, column = divmod(cell, best.shape[1])
            panel.text(column, row, text, ha="center", va="center", color=colour, fontsize=8)
        panel.set(title=name, xticks=[], yticks=[])
        panel.grid(False)
    return figure


def lines(axes: Axes, x: np.ndarray, curves: Mapping[str, np.ndarray], reference: tuple = (), **labels) -> Axes:
    """The axes with curves over ``x``, and a dotted grey line to compare them with.

    Args:
        axes: where to draw.
        x: (points,) float.
        curves: name → (points,) float.
        reference: (name, number or (points,) float).
        labels: for ``axes.set``: ``title``, ``xlabel``, ``ylim``, …
    """
    for name, curve in curves.items():
        axes.plot(x, curve, label=name)
    if reference:
        axes.plot(x, np.broadcast_to(reference[1], np.shape(x)), ":", color=COLOURS[6], label=reference[0])
    axes.set(**labels)
    if len(axes.get_lines()) > 1:
        axes.legend()
    return axes


def bands(runs, cases: Sequence[str], column: str, axes: Axes, ylabel: str, title: str, scale: float = 1.0) -> Axes:
    """The axes, with a measure over the steps: the median over seeds as a line, all seeds within the band.

    Args:
        runs: a data frame with the columns ``case``, ``seed``, ``steps`` and ``column``, of one game.
        cases: which, in the order of the colours.
        column: which column to draw.
        axes: where to draw.
        ylabel: what it is.
        title: the finding.
        scale: multiplies the values (100 for per cent).
    Raises: CourseError for a case without rows.
    """
    for case, colour in zip(cases, COLOURS, strict=False):
        rows = runs[runs.case == case]
        if rows.empty:
            raise CourseError(f"no rows for the case {case!r}; there are {sorted(set(runs.case))}")
        table = rows.pivot(index="steps", columns="seed", values=column) * scale
        axes.plot(table.index, table.median(axis=1), color=colour, label=case)
        axes.fill_between(table.index, table.min(axis=1), table.max(axis=1), color=colour, alpha=0.15, linewidth=0)
    axes.set(xlabel="steps played", ylabel=ylabel, xlim=(0, None), title=title)
    axes.legend(fontsize=8)
    return axes


def training(steps: Sequence[float], score: Sequence[float], loss: Sequence[float], title: str, ylabel: str) -> Figure:
    """A figure with the score of an agent above and the size of its TD errors below, over the steps played."""
    figure, axes = panels(2, 1, 7.5, 1.9, sharex=True)
    axes[0, 0].plot(steps, score, color=COLOURS[0], marker="o", markersize=3)
    axes[0, 0].set(ylabel=ylabel, title=title, ylim=(0, None))
    axes[1, 0].plot(steps, loss, color=COLOURS[3], marker="o", markersize=3)
    axes[1, 0].set(ylabel="mean |TD error|", xlabel="steps played", ylim=(0, None))
    return figure


def cart_strip(states: np.ndarray, title: str) -> Figure:
    """A film strip of a game of CartPole: eight of its states, evenly spread from first to last.

    Args:
        states: (steps, 4) float: cart position (m), its speed, pole angle (rad), its speed.
        title: the finding.
    """
    steps = np.linspace(0, len(states) - 1, 8).astype(int)
    figure, axes = panels(1, 8, 11 / 8, 1.25, title=title)
    for panel, step in zip(axes[0], steps, strict=True):
        x, _, angle, _ = states[step]
        panel.plot([-2.4, 2.4], [0, 0], color="#999999", linewidth=1)
        panel.fill_between([x - 0.35, x + 0.35], 0, 0.3, color=COLOURS[6])
        panel.plot([x, x + np.sin(angle)], [0.3, 0.3 + np.cos(angle)], color=COLOURS[1], linewidth=3)
        panel.set(xlim=(-2.5, 2.5), ylim=(-0.2, 1.6), xticks=[], yticks=[], aspect="equal")
        panel.set_title(f"step {step}", fontsize=8, weight="normal")
        panel.grid(False)
    return figure


def flight(states: np.ndarray, actions: np.ndarray, title: str) -> Figure:
    """A figure of one landing of LunarLander: its path, and its speed downwards over the steps.

    Args:
        states: (steps, 8) float; x, y (1 is half the picture's width, and the height of the view above the pad), speeds, angle (rad), …
        actions: (steps,) int, 0 none, 1 left engine, 2 main engine, 3 right engine.
        title: the finding.
    """
    figure, axes = panels(1, 2, 4.2, 3.0)
    left, right = axes[0]
    left.plot(states[:, 0], states[:, 1], color=COLOURS[7], linewidth=1)
    for action, (name, marker) in enumerate(
        (("no engine", "."), ("left engine", "<"), ("main engine", "^"), ("right engine", ">"))
    ):
        used = actions == action
        left.scatter(*states[used, :2].T, s=12, marker=marker, color=COLOURS[action], label=name)
    left.plot([-0.2, 0.2], [0, 0], color=COLOURS[6], linewidth=4)
    left.set(xlabel="x (the pad is at 0)", ylabel="height", title=title)
    left.legend(fontsize=8, markerscale=1.5)
    right.plot(-states[:, 3], color=COLOURS[0])
    right.axhline(0, color=COLOURS[6], linewidth=1)
    right.set(xlabel="step", ylabel="speed downwards", title="It brakes before it touches the ground")
    return figure


def film(pictures: np.ndarray, zoom: int = 16, milliseconds: int = 110) -> bytes:
    """A moving picture as GIF bytes, which plays again and again.

    Args:
        pictures: (frames, rows, columns) uint8, at least one.
        zoom: pixels a pixel becomes, along both axes.
        milliseconds: how long each is shown.
    Raises: CourseError for another shape.
    """
    from PIL import Image

    pictures = np.asarray(pictures)
    if pictures.ndim != 3 or not len(pictures):
        raise CourseError(f"a film needs pictures of shape (frames, rows, columns); got {pictures.shape}")
    large = pictures.repeat(zoom, axis=1).repeat(zoom, axis=2).astype("uint8")
    first, *rest = [Image.fromarray(picture) for picture in large]
    buffer = io.BytesIO()
    first.save(buffer, "GIF", save_all=True, append_images=rest, duration=milliseconds, loop=0)
    return buffer.getvalue()


def decision(picture, q_values, saliency, actions: Sequence[str], title: str) -> Figure:
    """A figure of one decision: the picture, where it looked, and the Q-value of each action.

    Args:
        picture: (rows, columns) uint8, the newest frame.
        q_values: (actions,) float; the highest is drawn in another colour.
        saliency: (rows, columns) float, 0 or more: how much each pixel moved the decision.
        actions: their names.
        title: what is shown.
    """
    figure, axes = panels(1, 3, 2.7, 2.7)
    left, middle, right = axes[0]
    left.imshow(picture, cmap="gray", vmin=0, vmax=255)
    left.set(title=title, xticks=[], yticks=[])
    _looked(middle, picture, saliency)
    middle.set_title("where it looked")
    _q_bars(right, actions, q_values)
    right.set_ylim(min(0, *q_values) - 0.1, max(1, *q_values) + 0.1)
    return figure


def court(positions: np.ndarray, q_values: np.ndarray, actions: Sequence[str], title: str) -> Figure:
    """A figure of one decision in Pong: ball and paddles, with the ball of a moment ago hollow, and the Q-value of each action.

    Args:
        positions: (2, 8) pixels of the court, 0 to 160, one row a picture, newest last, as :func:`course_utils.games.pong.draw` takes them.
        q_values: (actions,) float; the highest is drawn in another colour.
        actions: their names.
        title: what is shown.
    """
    figure, axes = panels(1, 2, 3.4, 2.9)
    left, right = axes[0]
    for row, full in zip(np.asarray(positions, float), (False, True), strict=True):
        x, y, x_end, y_end = row[:4]
        if x >= 0:
            style = {"facecolor": COLOURS[1] if full else "none", "edgecolor": COLOURS[1]}
            left.add_patch(Rectangle((x - 1, y - 1), x_end - x + 2, y_end - y + 2, **style))
    for first, (top, end), colour in ((16, row[4:6], COLOURS[7]), (140, row[6:8], COLOURS[0])):
        left.add_patch(Rectangle((first, top), 4, end - top, color=colour))
    left.set(title=title, xlim=(0, 160), ylim=(160, 0), xticks=[], yticks=[], aspect="equal")
    left.grid(False)
    _q_bars(right, actions, q_values)
    right.axhline(0, color=COLOURS[6], linewidth=1)
    right.set_ylim(-1.6, 1.6)
    return figure


def rally(positions: np.ndarray, values: np.ndarray, rewards: np.ndarray, title: str) -> Figure:
    """A figure of some steps of Pong: how high ball and right paddle are, and below what the agent expects.

    Args:
        positions: (steps, 8) as :func:`course_utils.games.pong.draw` takes them.
        values: (steps,) float, the highest Q-value of each step.
        rewards: (steps,) of -1, 0 and 1; where it is not 0, a point ends.
        title: the finding.
    """
    figure, axes = panels(2, 1, 8.0, 2.0, sharex=True)
    above, below = axes[:, 0]
    positions, steps = np.asarray(positions, float), np.arange(len(positions))
    seen = positions[:, 0] >= 0
    ball = np.where(seen, 160 - positions[:, [1, 3]].mean(axis=1), np.nan)
    above.fill_between(
        steps, 160 - positions[:, 6], 160 - positions[:, 7], color=COLOURS[0], alpha=0.35, label="right paddle"
    )
    above.plot(steps, ball, color=COLOURS[1], label="ball")
    above.set(ylabel="height (pixels)", ylim=(0, 160), title=title)
    above.legend(fontsize=8, loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)
    below.plot(steps, values, color=COLOURS[0])
    below.axhline(0, color=COLOURS[6], linewidth=1)
    for most in (1, -1):  # what a point pays
        below.axhline(most, color=COLOURS[6], linewidth=1, linestyle=":")
    for colour, kind in ((COLOURS[2], 1), (COLOURS[3], -1)):
        for step in np.flatnonzero(np.asarray(rewards) == kind):
            for panel in (above, below):
                panel.axvline(step, color=colour, linestyle="--", linewidth=1)
    below.set(ylabel="highest Q-value", xlabel="step", ylim=(-1.6, 1.6))
    return figure


def decisions(pictures, saliency, labels: Sequence[str], title: str) -> Figure:
    """A figure with several moments: pictures above, saliency below; arrays (moments, rows, columns)."""
    figure, axes = panels(2, len(pictures), 11 / len(pictures), 1.7, title=title)
    for column, (picture, looked, label) in enumerate(zip(pictures, saliency, labels, strict=True)):
        axes[0, column].imshow(picture, cmap="gray", vmin=0, vmax=255)
        axes[0, column].set_title(label, fontsize=8, weight="normal")
        _looked(axes[1, column], picture, looked)
        axes[0, column].set(xticks=[], yticks=[])
        axes[0, column].grid(False)
    axes[0, 0].set_ylabel("picture")
    axes[1, 0].set_ylabel("saliency")
    return figure


def _q_bars(axes: Axes, actions: Sequence[str], q_values) -> None:
    axes.bar(actions, q_values, color=[COLOURS[1] if q == max(q_values) else COLOURS[0] for q in q_values])
    axes.set(title="Q-values", ylabel="expected return")


def _looked(axes: Axes, picture, saliency) -> None:
    axes.imshow(saliency, cmap="magma", vmin=0, vmax=max(float(np.max(saliency)), 1e-9))
    ball = np.argwhere(np.asarray(picture) == 255)
    axes.scatter(ball[:, 1], ball[:, 0], s=60, facecolors="none", edgecolors="white", linewidths=1.2)
    axes.set(xticks=[], yticks=[])
    axes.grid(False)
