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
    "cell_values",
    "court",
    "decision",
    "decisions",
    "film",
    "flight",
    "grid_values",
    "picture_strip",
    "rally",
    "regret",
    "training",
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


def grid_values(axes: Axes, world, values: np.ndarray, policy: np.ndarray | None = None, limits=None) -> Axes:
    """The axes, with a grid world's values as shades and numbers, and a policy as arrows.

    Args:
        axes: where to draw.
        world: a :class:`course_utils.games.GridWorld`.
        values: (cells,) float.
        policy: (cells,) int, 0 up, 1 right, 2 down, 3 left; without it no arrows.
        limits: (lowest, highest) value of the shades, shared by the panels of a figure.
    """
    shown = np.full(world.rows * world.columns, np.nan)
    shown[world.cells] = np.asarray(values)[world.cells]
    low, high = limits or (np.nanmin(shown), np.nanmax(shown))
    axes.imshow(shown.reshape(world.rows, world.columns), vmin=low, vmax=high)
    for cell in range(len(shown)):
        row, column = divmod(cell, world.columns)
        text, colour = "", "black"
        if cell in world.cliff:
            text, colour = "▼", COLOURS[3]
        elif cell == world.goal:
            text, colour = "goal", COLOURS[2]
        elif not np.isnan(shown[cell]):
            arrow = "" if policy is None else f"\n{_ARROWS[policy[cell]]}"
            text = f"{shown[cell]:.1f}{arrow}"
            colour = "white" if shown[cell] < (low + high) / 2 else "black"
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=8)
    axes.set(xticks=[], yticks=[])
    axes.grid(False)
    return axes


def cell_values(axes: Axes, values: np.ndarray, limits: tuple[float, float]) -> Axes:
    """The axes, with the values of a plain grid, (rows, columns) float, as shades from ``limits`` and as numbers."""
    axes.imshow(values, vmin=limits[0], vmax=limits[1])
    for (row, column), value in np.ndenumerate(values):
        colour = "white" if value < sum(limits) / 2 else "black"
        axes.text(column, row, f"{value:.1f}", ha="center", va="center", color=colour, fontsize=8)
    axes.set(xticks=[], yticks=[])
    axes.grid(False)
    return axes


def bands(frame, cases: Mapping[str, str], column: str, axes: Axes, ylabel: str, scale: float = 1.0) -> Axes:
    """The axes, with a measure over the steps: the median over seeds as a line, all seeds within the band.

    Args:
        frame: rows of :func:`course_utils.games.ablations.load` for one game.
        cases: case → label, in the order of the colours.
        column: which column to draw.
        axes: where to draw.
        ylabel: what it is.
        scale: multiplies the values (100 for per cent).
    Raises: CourseError for a case without rows.
    """
    for (case, label), colour in zip(cases.items(), COLOURS, strict=False):
        rows = frame[frame.case == case]
        if rows.empty:
            raise CourseError(f"no rows for the case {case!r}; there are {sorted(set(frame.case))}")
        table = rows.pivot(index="steps", columns="seed", values=column) * scale
        axes.plot(table.index, table.median(axis=1), color=colour, label=label)
        axes.fill_between(table.index, table.min(axis=1), table.max(axis=1), color=colour, alpha=0.15, linewidth=0)
    axes.set(xlabel="steps played", ylabel=ylabel, xlim=(0, None))
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


def cart_strip(states: np.ndarray, labels: Sequence[str], title: str) -> Figure:
    """A film strip of CartPole: one panel a state.

    Args:
        states: (panels, 4) float: cart position (m), its speed, pole angle (rad), its speed.
        labels: what stands over each panel.
        title: the finding.
    """
    figure, axes = panels(1, len(states), 11 / len(states), 1.25)
    for panel, state, label in zip(axes[0], states, labels, strict=True):
        x, _, angle, _ = state
        panel.plot([-2.4, 2.4], [0, 0], color="#999999", linewidth=1)
        panel.fill_between([x - 0.35, x + 0.35], 0, 0.3, color=COLOURS[6])
        panel.plot([x, x + np.sin(angle)], [0.3, 0.3 + np.cos(angle)], color=COLOURS[1], linewidth=3)
        panel.set(xlim=(-2.5, 2.5), ylim=(-0.2, 1.6), xticks=[], yticks=[], aspect="equal")
        panel.set_title(label, fontsize=8, weight="normal")
        panel.grid(False)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=10.5)
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


def picture_strip(pictures: np.ndarray, labels: Sequence[str], title: str, columns: int = 12) -> Figure:
    """A film strip of Catch: (panels, rows, columns) uint8 pictures with a label over each, ``columns`` in a row."""
    rows = -(-len(pictures) // columns)
    figure, axes = panels(rows, columns, 11 / columns, 1.35)
    for panel in axes.flat:
        panel.axis("off")
    for panel, picture, label in zip(axes.flat, pictures, labels, strict=False):
        panel.imshow(picture, cmap="gray", vmin=0, vmax=255)
        panel.set_title(label, fontsize=7, weight="normal", loc="center")
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=10.5)
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
    colours = [COLOURS[1] if q == max(q_values) else COLOURS[0] for q in q_values]
    right.bar(actions, q_values, color=colours)
    right.set(title="Q-values", ylim=(min(0, *q_values) - 0.1, max(1, *q_values) + 0.1), ylabel="expected return")
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
    right.bar(actions, q_values, color=[COLOURS[1] if q == max(q_values) else COLOURS[0] for q in q_values])
    right.axhline(0, color=COLOURS[6], linewidth=1)
    right.set(title="Q-values", ylim=(-1.6, 1.6), ylabel="expected return")
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
    figure, axes = panels(2, len(pictures), 11 / len(pictures), 1.7)
    for column, (picture, looked, label) in enumerate(zip(pictures, saliency, labels, strict=True)):
        axes[0, column].imshow(picture, cmap="gray", vmin=0, vmax=255)
        axes[0, column].set_title(label, fontsize=8, weight="normal")
        _looked(axes[1, column], picture, looked)
        axes[0, column].set(xticks=[], yticks=[])
        axes[0, column].grid(False)
    axes[0, 0].set_ylabel("picture")
    axes[1, 0].set_ylabel("saliency")
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=10.5)
    return figure


def _looked(axes: Axes, picture, saliency) -> None:
    axes.imshow(saliency, cmap="magma", vmin=0, vmax=max(float(np.max(saliency)), 1e-9))
    ball = np.argwhere(np.asarray(picture) == 255)
    axes.scatter(ball[:, 1], ball[:, 0], s=60, facecolors="none", edgecolors="white", linewidths=1.2)
    axes.set(xticks=[], yticks=[])
    axes.grid(False)
