"""Pictures in rows, and bars in groups."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from ..errors import CourseError
from .style import COLOURS, DIVERGING, panels

__all__ = ["grouped_bars", "pictures"]


def pictures(
    images: Sequence[np.ndarray],
    title: str,
    labels: Sequence[str] = (),
    columns: int = 8,
    width: float = 1.2,
    signed: bool = False,
) -> Figure:
    """A figure of pictures in a grid; those with one channel on a common scale of grey, or of two colours where signed.

    Args:
        images: each (rows, columns), (rows, columns, 1) or (rows, columns, 3), colours from 0 to 1.
        title: the finding, over the whole figure.
        labels: above each picture.
        columns: of the grid.
        width: of one picture, inches.
        signed: draw one-channel pictures in two colours, white at 0.
    Raises: CourseError without a picture, or with another number of labels than pictures.
    """
    if not len(images) or (labels and len(labels) != len(images)):
        raise CourseError(f"pictures and labels must agree; got {len(images)} and {len(labels)}")
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    figure, axes = panels(rows, columns, width=width, height=width * (1.22 if labels else 1.02) + 0.3 / rows)
    plain = [np.asarray(image) for image in images if np.ndim(image) == 2 or np.shape(image)[-1] == 1]
    low, high = (min(map(np.min, plain)), max(map(np.max, plain))) if plain else (0, 1)
    if signed:
        high = max(abs(low), abs(high)) or 1
        low = -high
    for place, axis in enumerate(axes.flat):
        axis.axis("off")
        if place < len(images):
            image = np.squeeze(np.asarray(images[place]))
            options = {"cmap": DIVERGING if signed else "gray", "vmin": low, "vmax": high} if image.ndim == 2 else {}
            axis.imshow(image, **options)
            if labels:
                axis.set_title(labels[place], fontsize=8, weight="normal", loc="center")
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def grouped_bars(
    groups: Mapping[str, Mapping[str, float | Sequence[float]]], title: str, label: str, floor: float | None = None
) -> Figure:
    """A figure of bars in groups: one colour a series, with a dot for each seed where several numbers are given.

    Args:
        groups: group → (series → number, or several).
        title: the finding.
        label: of the value axis, with its unit.
        floor: a dashed line (chance, a baseline).
    Raises: CourseError without a group.
    """
    if not groups:
        raise CourseError("grouped_bars needs at least one group")
    series = list(dict.fromkeys(name for group in groups.values() for name in group))
    figure, axes = panels(1, 1, width=7.6, height=3.0)
    axis, width = axes[0, 0], 0.8 / len(series)
    for place, name in enumerate(series):
        for where, group in enumerate(groups.values()):
            if name not in group:
                continue
            values = np.atleast_1d(np.asarray(group[name], dtype="float64"))
            x = where + (place - (len(series) - 1) / 2) * width
            axis.bar(x, values.mean(), 0.9 * width, color=COLOURS[place % len(COLOURS)],
                     label=name if where == list(groups).index(next(g for g in groups if name in groups[g])) else None)  # fmt: skip
            if len(values) > 1:
                axis.scatter(
                    np.full(len(values), x), values, s=9, color="white", edgecolors="#333333", linewidths=0.6, zorder=3
                )
    if floor is not None:
        axis.axhline(floor, color=COLOURS[6], linestyle="--", linewidth=1)
    axis.set_xticks(range(len(groups)), list(groups))
    axis.set(ylabel=label, title=title)
    axis.grid(axis="x", visible=False)
    if len(series) > 1:
        figure.legend(loc="outside right upper")
    return figure
