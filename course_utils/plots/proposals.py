"""Figures of detection in two stages: regions and their boxes, proposals against recall, what a stage costs."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from .style import COLOURS, panels

__all__ = ["costs", "on_image", "recall_curves", "regions", "search"]


def on_image(axis, image: np.ndarray, boxes: np.ndarray = (), colour: str = COLOURS[1], names: Sequence[str] = (),
             width: float = 1.6):  # fmt: skip
    """Draw an image and boxes on it; the axes come back.

    Args:
        axis: to draw on.
        image: (height, width, 3) float in [0, 1].
        boxes: (boxes, 4) corners, pixels.
        colour: of the boxes.
        names: one for each box, or none.
        width: of the lines, points.
    Raises: ValueError where there is neither no name nor one for each box.
    """
    from matplotlib.patches import Rectangle

    boxes = np.reshape(boxes, (-1, 4))
    if len(names) not in (0, len(boxes)):
        raise ValueError(f"a name for each of the {len(boxes)} boxes is needed, or none; got {len(names)}")
    height, wide = image.shape[:2]
    axis.imshow(image, extent=(0, wide, height, 0), vmin=0, vmax=1)
    for x1, y1, x2, y2 in boxes:
        axis.add_patch(Rectangle((x1, y1), x2 - x1, y2 - y1, fill=False, edgecolor=colour, linewidth=width))
    for (x1, y1, *_), name in zip(boxes, names, strict=False):
        place = {"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.75}
        axis.text(x1 + 0.5, y1 + 0.5, name, fontsize=7.5, va="top", color="black", bbox=place)
    axis.set(xlim=(0, wide), ylim=(height, 0))
    axis.set_axis_off()
    return axis


def regions(axis, labels: np.ndarray, image: np.ndarray):
    """Draw each region in its mean colour, with the borders between them; the axes come back.

    Args:
        axis: to draw on.
        labels: (height, width) int number of each pixel's region.
        image: (height, width, 3) float in [0, 1].
    """
    flat = labels.ravel()
    count = np.maximum(np.bincount(flat), 1)
    mean = np.stack([np.bincount(flat, image[..., c].ravel()) / count for c in range(3)], axis=1)
    picture = mean[labels]
    border = np.zeros(labels.shape, dtype=bool)
    border[:, 1:] |= labels[:, 1:] != labels[:, :-1]
    border[1:] |= labels[1:] != labels[:-1]
    picture[border] = 0.25 + 0.5 * (picture[border].mean(axis=-1, keepdims=True) < 0.5)
    return on_image(axis, picture)


def search(
    image: np.ndarray, labels: np.ndarray, pairs: Sequence[tuple[int, int]], left: Sequence[int], title: str
) -> Figure:
    """A figure of an image, its regions, and what is left of them after ever more of them were joined.

    Args:
        image: (height, width, 3) float in [0, 1].
        labels: (height, width) int region of each pixel, from 0.
        pairs: which two regions were joined, one after the other; each makes a new one with the next number.
        left: how many regions to show, falling, at most as many as there are.
        title: the finding.
    Raises: ValueError for a number of regions that never was.
    """
    first = labels.max() + 1
    if not all(first - len(pairs) <= count <= first for count in left):
        raise ValueError(f"there were {first - len(pairs)} to {first} regions; got {list(left)}")
    figure, axes = panels(1, 1 + len(left), width=2.3, height=2.5)
    on_image(axes[0, 0], image).set_title("image")
    for axis, count in zip(axes[0, 1:], left, strict=True):
        now = np.arange(first + len(pairs))
        for new, (a, b) in enumerate(pairs[: first - count], first):
            now[(now == a) | (now == b)] = new
        regions(axis, np.unique(now[labels], return_inverse=True)[1].reshape(labels.shape), image)
        axis.set_title(f"{count} regions")
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def recall_curves(counts: Sequence[int], curves: Mapping[str, Sequence[float]], title: str) -> Figure:
    """A figure of recall against the number of proposals that are looked at.

    Args:
        counts: numbers of proposals, positive and rising.
        curves: name → recall for each of them, 0 to 1.
        title: the finding.
    Raises: ValueError where a curve has another length.
    """
    figure, axes = panels(1, 1, width=6.4, height=3.1)
    for place, (name, values) in enumerate(curves.items()):
        if len(values) != len(counts):
            raise ValueError(f"{name}: {len(counts)} values are needed; got {len(values)}")
        axes[0, 0].plot(
            counts, values, "os^D"[place % 4] + "-", color=COLOURS[place], markersize=4.5, label=name
        )
    axes[0, 0].set_xscale("log")
    axes[0, 0].set_xticks(counts, [str(count) for count in counts])
    axes[0, 0].minorticks_off()
    axes[0, 0].set(
        ylim=(0, 1.03), xlabel="proposals an image", ylabel="objects covered (IoU ≥ 0.5)", title=title
    )
    axes[0, 0].legend(loc="lower right")
    return figure


def costs(parts: Mapping[str, Mapping[str, float]], title: str) -> Figure:
    """A figure of horizontal bars, each made of parts: CPU time an image.

    Args:
        parts: method → part → milliseconds.
        title: the finding.
    """
    figure, axes = panels(1, 1, width=7.2, height=0.62 * len(parts) + 1.1)
    kinds = list(dict.fromkeys(kind for part in parts.values() for kind in part))
    for row, (_name, part) in enumerate(parts.items()):
        start = 0.0
        for kind, value in part.items():
            axes[0, 0].barh(row, value, left=start, color=COLOURS[kinds.index(kind)], height=0.6)
            start += value
        axes[0, 0].text(start, row, f" {start:.0f} ms", va="center", fontsize=9)
    handles = [axes[0, 0].barh(0, 0, color=COLOURS[place]) for place in range(len(kinds))]
    figure.legend(handles, kinds, loc="outside lower center", ncols=len(kinds))
    axes[0, 0].set_yticks(range(len(parts)), list(parts))
    axes[0, 0].invert_yaxis()
    axes[0, 0].margins(x=0.12)
    axes[0, 0].set(xlabel="CPU time an image, ms", title=title)
    axes[0, 0].grid(axis="y", visible=False)
    return figure
