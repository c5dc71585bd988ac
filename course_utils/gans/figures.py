"""Figures for what a network makes up: curves, clouds of points, sheets of pictures, films of a training."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from ..errors import CourseError
from ..plots.style import COLOURS, panels

__all__ = ["cloud", "clouds", "curve_films", "draw_curves", "game_record", "sheet", "strips"]


def draw_curves(axis, x: np.ndarray, drawn: np.ndarray, bounds=None, colour: str = COLOURS[0]):
    """Curves on given axes, with the two bounds they should stay between.

    Args:
        axis: to draw on.
        x: (points,) places.
        drawn: (curves, points) heights; thin lines.
        bounds: two (points,) arrays, low and high, or None.
        colour: of the curves.
    Returns: the axes.
    Raises: CourseError where the lengths differ.
    """
    drawn = np.asarray(drawn)
    if drawn.ndim != 2 or drawn.shape[1] != len(x):
        raise CourseError(f"curves are (curves, {len(x)}); got {drawn.shape}")
    if bounds is not None:
        for bound in bounds:
            axis.plot(x, bound, "--", color=COLOURS[6], linewidth=1.2)
    axis.plot(x, drawn.T, color=colour, linewidth=0.8, alpha=0.5)
    return axis


def curve_films(
    x: np.ndarray, films: Mapping[str, np.ndarray], bounds, title: str, ylim: tuple[float, float] = (-0.6, 3.4)
) -> Figure:
    """A figure with one panel a moment: the curves that were drawn then, between their bounds.

    Args:
        x: (points,) places.
        films: what stands over a panel → (curves, points) heights.
        bounds: as in :func:`draw_curves`.
        title: the finding.
        ylim: of every panel.
    Raises: CourseError where there is no panel or a length differs.
    """
    if not films:
        raise CourseError("at least one panel is needed")
    figure, axes = panels(1, len(films), width=10.5 / max(len(films), 3), height=2.5, sharey=True)
    for axis, (name, drawn) in zip(axes[0], films.items(), strict=True):
        draw_curves(axis, x, drawn, bounds)
        axis.set_title(name, fontsize=9, weight="normal")
        axis.set(xlabel="x", ylim=ylim)
    axes[0, 0].set_ylabel("height")
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=10.5)
    return figure


def cloud(axis, samples: np.ndarray, truth: np.ndarray | None = None, limit: float = 3.0):
    """Points on given axes: generated ones blue, and the true ones beneath, grey.

    Args:
        axis: to draw on.
        samples: (samples, 2).
        truth: (others, 2) or None.
        limit: the axes run from ``-limit`` to ``limit``.
    Returns: the axes.
    Raises: CourseError for points that are not in the plane.
    """
    samples = np.asarray(samples)
    if samples.ndim != 2 or samples.shape[1] != 2:
        raise CourseError(f"points in the plane are (samples, 2); got {samples.shape}")
    if truth is not None:
        axis.scatter(*np.asarray(truth).T, s=6, color="#bbbbbb", linewidths=0)
    axis.scatter(*samples.T, s=4, color=COLOURS[0], alpha=0.6, linewidths=0)
    axis.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal", xticks=[], yticks=[])
    return axis


def clouds(
    rows: Mapping[str, Sequence[np.ndarray]],
    columns: Sequence[str],
    title: str,
    truth: np.ndarray | None = None,
    notes: Mapping[str, Sequence[str]] | None = None,
) -> Figure:
    """A figure with clouds of points: one row a method, one column a moment.

    Args:
        rows: method → (samples, 2) clouds, as many as there are columns.
        columns: what stands over each column.
        title: the finding.
        truth: (others, 2), drawn grey beneath each.
        notes: method → a few words below each of its clouds.
    Raises: CourseError where a row has another number of clouds.
    """
    if not rows or any(len(row) != len(columns) for row in rows.values()):
        raise CourseError(f"each row needs {len(columns)} clouds, one for each column, and at least one row")
    figure, axes = panels(len(rows), len(columns), width=9.6 / max(len(columns), 4), height=1.95)
    for line, (name, row) in zip(axes, rows.items(), strict=True):
        for place, (axis, samples) in enumerate(zip(line, row, strict=True)):
            cloud(axis, samples, truth)
            if notes and name in notes:
                axis.set_xlabel(notes[name][place], fontsize=8.5)
        line[0].set_ylabel(name, fontsize=9)
    for axis, name in zip(axes[0], columns, strict=True):
        axis.set_title(name, fontsize=9, weight="normal", loc="center")
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=10.5)
    return figure


def game_record(
    record: Mapping[str, np.ndarray], title: str, smooth: int = 20, level: float | None = np.log(2)
) -> Figure:
    """A figure of a game: both losses on the left, how often the discriminator is right on the right.

    Args:
        record: "discriminator" and "generator", (rounds,) losses; "real" and "generated", (rounds,) share in [0, 1] that
            the discriminator tells right.
        title: the finding.
        smooth: each line is a mean over this many rounds, at least 1.
        level: what one term of a loss is where the discriminator knows nothing; the left panel gets a dotted line there, for
            the generator, and at twice that, for the discriminator, whose loss has two terms. Or None.
    Raises: CourseError where one of the four is missing or lengths differ.
    """
    names = ("discriminator", "generator", "real", "generated")
    lengths = {len(record[name]) for name in names if name in record}
    if set(names) - set(record) or len(lengths) != 1 or min(lengths) < smooth:
        raise CourseError(f"a record needs {', '.join(names)}, of one length, at least {smooth} rounds")
    figure, axes = panels(1, 2, width=4.8, height=2.8)
    kernel = np.ones(smooth) / smooth
    rounds = np.arange(min(lengths) - smooth + 1) + smooth
    for axis, pair in zip(axes[0], (names[:2], names[2:]), strict=True):
        for place, name in enumerate(pair):
            line = np.convolve(np.asarray(record[name], dtype="float64"), kernel, "valid")
            axis.plot(rounds, line, "--" if place else "-", color=COLOURS[place], linewidth=1.3, label=name)
        axis.set_xlabel("round")
    if level is not None:
        for terms in (1, 2):
            axes[0, 0].axhline(terms * level, color=COLOURS[6], linestyle=":", linewidth=1.2)
    axes[0, 1].axhline(0.5, color=COLOURS[6], linestyle=":", linewidth=1.2)
    axes[0, 0].set(title=title, ylabel="loss")
    axes[0, 1].set(ylabel="share told right", ylim=(0, 1.02))
    for axis in axes[0]:
        axis.legend(loc="lower center", bbox_to_anchor=(0.5, 1.08), ncols=2)
    return figure


def sheet(rows: Mapping[str, np.ndarray], title: str, zoom: float = 0.62, cmap: str | None = None) -> Figure:
    """A figure with rows of pictures, each row with its name.

    Args:
        rows: name → (pictures, height, width, 3) or (pictures, height, width) float; clipped to [0, 1].
        title: the finding.
        zoom: inches a picture.
        cmap: for pictures without colour.
    Raises: CourseError where there is no row, or the shapes of the rows differ.
    """
    shapes = {np.shape(pictures) for pictures in rows.values()}
    if len(shapes) != 1 or len(next(iter(shapes))) not in (3, 4):
        raise CourseError(f"a sheet needs rows of pictures of one shape; got {sorted(shapes)}")
    count, height, width = next(iter(shapes))[:3]
    figure, axes = panels(len(rows), 1, width=zoom * count + 1.0, height=zoom * 1.06)
    for axis, (name, pictures) in zip(axes[:, 0], rows.items(), strict=True):
        pictures = np.clip(np.asarray(pictures, dtype="float64"), 0, 1)
        white = float(pictures.ndim == 4)  # between the pictures: of those without colour, 0 is drawn white
        line = np.full((height, count * (width + 1) - 1, *pictures.shape[3:]), white)
        for place, picture in enumerate(pictures):
            line[:, place * (width + 1) : place * (width + 1) + width] = picture
        axis.imshow(line, cmap=cmap or "gray_r", vmin=0, vmax=1)
        axis.set(xticks=[], yticks=[])
        axis.grid(False)
        for spine in axis.spines.values():
            spine.set_visible(False)
        axis.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=10.5)
    return figure


def strips(
    values: Mapping[str, Sequence[float]],
    title: str,
    xlabel: str,
    goals: Sequence[float],
    limits: tuple[float, float] | None = None,
) -> Figure:
    """A figure with one row of dots a name, a dot for each seed, a tick at their mean, and a dotted line at its goal.

    Args:
        values: name → one number a seed.
        title: the finding.
        xlabel: what is drawn.
        goals: one for each name.
        limits: of the axis.
    Raises: CourseError where there is nothing to draw, a value is not finite or a goal is missing.
    """
    if not values or not all(len(row) and np.isfinite(row).all() for row in values.values()):
        raise CourseError("strips need at least one name, each with finite numbers")
    if len(goals) != len(values):
        raise CourseError(f"a goal for each of {', '.join(values)} is needed; got {goals!r}")
    figure, axes = panels(1, 1, width=6.4, height=0.8 + 0.3 * len(values))
    axis = axes[0, 0]
    for place, (row, goal) in enumerate(zip(values.values(), goals, strict=True)):
        axis.plot(row, np.full(len(row), place), "o", color=COLOURS[0], alpha=0.6, markersize=6)
        axis.plot(np.mean(row), place, "|", color=COLOURS[3], markersize=16, markeredgewidth=2)
        axis.plot([goal, goal], [place - 0.4, place + 0.4], color=COLOURS[6], linestyle=":", linewidth=1.4)
    axis.set_yticks(range(len(values)), list(values))
    axis.set_ylim(len(values) - 0.5, -0.5)
    axis.grid(axis="y", visible=False)
    if limits:
        axis.set_xlim(*limits)
    axis.set(xlabel=xlabel, title=title)
    return figure
