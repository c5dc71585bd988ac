"""Figures for what a network makes up: curves, clouds of points, sheets of pictures, films of a training."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from ..errors import CourseError
from ..plots.style import COLOURS, panels

__all__ = ["clouds", "curve_films", "draw_curves", "game_record", "lines", "sheet"]


def draw_curves(axis, x: np.ndarray, drawn: np.ndarray, bounds=None, colour: str = COLOURS[0]):
    """Curves on given axes, with the two bounds they should stay between.

    Args:
        axis: to draw on.
        x: (points,) places.
        drawn: (curves, points) heights; thin lines.
        bounds: two (points,) arrays, low and high, or None.
        colour: of the curves.
    Raises: CourseError where the lengths differ.
    """
    drawn = np.asarray(drawn)
    if drawn.ndim != 2 or drawn.shape[1] != len(x):
        raise CourseError(f"curves are (curves, {len(x)}); got {drawn.shape}")
    if bounds is not None:
        for bound in bounds:
            axis.plot(x, bound, "--", color=COLOURS[6], linewidth=1.2)
    axis.plot(x, drawn.T, color=colour, linewidth=0.8, alpha=0.5)


def curve_films(x: np.ndarray, films: Mapping[str, np.ndarray], bounds, title: str) -> Figure:
    """A figure with one panel a moment: the curves that were drawn then, between their bounds.

    Args:
        x: (points,) places.
        films: what stands over a panel → (curves, points) heights.
        bounds: as in :func:`draw_curves`.
        title: the finding.
    Raises: CourseError where there is no panel or a length differs.
    """
    figure, axes = panels(1, len(films), width=10.5 / max(len(films), 3), height=2.5, title=title, sharey=True)
    for axis, (name, drawn) in zip(axes[0], films.items(), strict=True):
        draw_curves(axis, x, drawn, bounds)
        axis.set_title(name, fontsize=9, weight="normal")
        axis.set(xlabel="x", ylim=(-0.7, 3.5), xticks=(-1, 0, 1))
    axes[0, 0].set_ylabel("height")
    return figure


def clouds(
    samples: Mapping[str, np.ndarray], title: str, truth: np.ndarray, notes: Mapping[str, str] | None = None
) -> Figure:
    """A figure of points in the plane, one panel a name, at most five in a row: generated ones blue, the true ones grey beneath.

    Args:
        samples: what stands over a panel → (samples, 2).
        title: the finding.
        truth: (others, 2).
        notes: a few words below a panel.
    Raises: CourseError where there is no panel, or for points that are not in the plane.
    """
    shapes = {name: np.shape(points) for name, points in samples.items()}
    if not shapes or any(len(shape) != 2 or shape[1] != 2 for shape in shapes.values()):
        raise CourseError(f"points in the plane are (samples, 2), for at least one panel; got {shapes}")
    rows = -(-len(samples) // 5)
    columns = -(-len(samples) // rows)
    width = 9.6 / max(columns, 3)
    figure, axes = panels(rows, columns, width=width, height=width + 0.3, title=title)
    for axis in axes.flat[len(samples) :]:
        axis.set_axis_off()
    for axis, (name, points) in zip(axes.flat, samples.items(), strict=False):
        axis.scatter(*np.asarray(truth).T, s=6, color="#bbbbbb", linewidths=0)
        axis.scatter(*np.asarray(points).T, s=4, color=COLOURS[0], alpha=0.6, linewidths=0)
        axis.set(xlim=(-3, 3), ylim=(-3, 3), aspect="equal", xticks=[], yticks=[])
        axis.set_title(name, fontsize=9, weight="normal", loc="center")
        axis.set_xlabel((notes or {}).get(name, ""), fontsize=8.5)
    return figure


def lines(
    curves: Mapping[str, Mapping[str, tuple]], title: str = "", levels: Sequence[float] = (), **options
) -> Figure:
    """A figure with lines in panels beside each other, one panel a name.

    Args:
        curves: the panel's title → label → (x, y), two arrays of one length.
        title: over all panels.
        levels: heights at which each panel gets a dotted line.
        options: passed to ``Axes.set`` of each panel: ``xlabel``, ``ylabel``, ``ylim``, ``yscale``, …
    Raises: CourseError where there is no panel.
    """
    figure, axes = panels(1, len(curves), width=max(10.0 / max(len(curves), 2), 3.2), height=2.9, title=title)
    for axis, (name, panel) in zip(axes[0], curves.items(), strict=True):
        for place, (label, (x, y)) in enumerate(panel.items()):
            axis.plot(x, y, ("-", "--")[place % 2], color=COLOURS[place], linewidth=1.3, label=label)
        for level in levels:
            axis.axhline(level, color=COLOURS[6], linestyle=":", linewidth=1.2)
        axis.set(title=name, **options)
        if len(panel) > 1:
            axis.legend()
    return figure


def game_record(record: Mapping[str, np.ndarray], title: str, smooth: int) -> Figure:
    """A figure of a game: both losses on the left, how often the discriminator is right on the right.

    Dotted lines are where a discriminator that knows nothing ends: log 2 for each term of a loss (the discriminator's has two).

    Args:
        record: "discriminator" and "generator", (rounds,) losses; "real" and "generated", (rounds,) share in [0, 1] that
            the discriminator tells right.
        title: the finding.
        smooth: each line is a mean over this many rounds, at least 1.
    Raises: CourseError where one of the four is missing or lengths differ.
    """
    names = ("discriminator", "generator", "real", "generated")
    lengths = {len(record[name]) for name in names if name in record}
    if set(names) - set(record) or len(lengths) != 1 or min(lengths) < smooth:
        raise CourseError(f"a record needs {', '.join(names)}, of one length, at least {smooth} rounds")
    rounds = np.arange(min(lengths) - smooth + 1) + smooth
    means = {name: (rounds, np.convolve(record[name], np.ones(smooth) / smooth, "valid")) for name in names}
    losses, shares = ({name: means[name] for name in pair} for pair in (names[:2], names[2:]))
    figure = lines({"losses": losses, "share told right": shares}, title, xlabel="round")
    for axis, levels in zip(figure.axes, ((np.log(2), 2 * np.log(2)), (0.5,)), strict=True):
        for level in levels:
            axis.axhline(level, color=COLOURS[6], linestyle=":", linewidth=1.2)
    figure.axes[1].set_ylim(0, 1.02)
    return figure


def sheet(rows: Mapping[str, np.ndarray], title: str, zoom: float = 0.62) -> Figure:
    """A figure with rows of pictures, each row with its name.

    Args:
        rows: name → (pictures, height, width, 3) or (pictures, height, width) float; clipped to [0, 1].
        title: the finding.
        zoom: inches a picture.
    Raises: CourseError where there is no row, or the shapes of the rows differ.
    """
    shapes = {np.shape(pictures) for pictures in rows.values()}
    if len(shapes) != 1 or len(next(iter(shapes))) not in (3, 4):
        raise CourseError(f"a sheet needs rows of pictures of one shape; got {sorted(shapes)}")
    count, height, width = next(iter(shapes))[:3]
    figure, axes = panels(len(rows), 1, width=zoom * count + 1.0, height=zoom * 1.06, title=title)
    for axis, (name, pictures) in zip(axes[:, 0], rows.items(), strict=True):
        pictures = np.clip(np.asarray(pictures, dtype="float64"), 0, 1)
        white = float(pictures.ndim == 4)  # between the pictures: of those without colour, 0 is drawn white
        line = np.full((height, count * (width + 1) - 1, *pictures.shape[3:]), white)
        for place, picture in enumerate(pictures):
            line[:, place * (width + 1) : place * (width + 1) + width] = picture
        axis.imshow(line, cmap="gray_r", vmin=0, vmax=1)
        axis.set(xticks=[], yticks=[])
        axis.grid(False)
        axis.spines[:].set_visible(False)
        axis.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
    return figure
