"""Stage 4's figures: boxes on pictures, proposals, detectors."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from ..errors import CourseError
from ..plots import flow
from ..plots.style import COLOURS, panels

__all__ = [
    "costs",
    "draw_boxes",
    "errors",
    "families",
    "found_and_missed",
    "grid",
    "misses",
    "pairs",
    "pipelines",
    "precision_recall",
    "recall_curves",
    "search",
    "show_scene",
    "show_scenes",
]


KIND_COLOURS = {
    "correct": COLOURS[2], "localisation": COLOURS[1], "confusion": COLOURS[4], "double": COLOURS[5],
    "background": COLOURS[3], "missed": COLOURS[7],
}  # fmt: skip


def draw_boxes(axis, boxes: np.ndarray, labels: Sequence[str] = (), colour: str | Sequence[str] = COLOURS[1],
               line: str = "-", width: float = 1.6):  # fmt: skip
    """The axis, with boxes on it and a label over each.

    Args:
        axis: Matplotlib axis that shows a picture.
        boxes: (N, 4) corners in pixels, from the picture's edge.
        labels: none, or one a box.
        colour: one for all, or one a box.
        line, width: Matplotlib's line style; points.
    Raises: CourseError where labels or colours are not as many as boxes.
    """
    from matplotlib.patches import Rectangle

    boxes = np.asarray(boxes, dtype="float64").reshape(-1, 4)
    colours = [colour] * len(boxes) if isinstance(colour, str) else list(colour)
    if len(labels) not in (0, len(boxes)) or len(colours) != len(boxes):
        raise CourseError(f"{len(boxes)} boxes need as many labels and colours; got {len(labels)} and {len(colours)}")
    for (x1, y1, x2, y2), edge in zip(boxes, colours, strict=True):
        style = {"edgecolor": edge, "linewidth": width, "linestyle": line}
        axis.add_patch(Rectangle((x1, y1), x2 - x1, y2 - y1, fill=False, **style))
    for (x1, y1, *_), text, edge in zip(boxes, labels, colours, strict=False):
        axis.text(
            x1 + 0.5, y1 - 0.6 if y1 > 4 else y1 + 5.5, text, fontsize=7, color="white", clip_on=True,
            bbox={"facecolor": edge, "edgecolor": "none", "pad": 0.8},
        )  # fmt: skip
    return axis


def show_scene(axis, image: np.ndarray, boxes: np.ndarray = (), labels: Sequence[str] = (), **options):
    """The axis, with a picture and its boxes.

    Args:
        axis: Matplotlib axis.
        image: (height, width, 3) float in [0, 1].
        boxes, labels, options: as in :func:`draw_boxes`.
    """
    height, width = image.shape[:2]
    axis.imshow(image, extent=(0, width, height, 0), vmin=0, vmax=1)
    axis.set(xlim=(0, width), ylim=(height, 0))
    axis.set_axis_off()
    return draw_boxes(axis, boxes, labels, **options)


def _texts(names: Sequence[str], classes: Sequence[int], scores: Sequence[float] = ()) -> list[str]:
    texts = [names[int(number)] for number in classes]
    return [f"{text} {score:.2f}" for text, score in zip(texts, scores, strict=True)] if len(scores) else texts


def show_scenes(
    images: np.ndarray, found: Sequence[tuple], names: Sequence[str], title: str, columns: int = 6,
    headings: Sequence[str] = (),
) -> Figure:  # fmt: skip
    """A figure of pictures with their boxes.

    Args:
        images: (scenes, height, width, 3) float in [0, 1].
        found: for each picture (boxes, classes), or (boxes, scores, classes).
        names: of the classes; none for boxes without labels.
        title: over the figure.
        columns: pictures in a row.
        headings: one a column, or none.
    Raises: CourseError where there are not as many in ``found`` as pictures.
    """
    if len(images) != len(found) or not len(images):
        raise CourseError(f"each picture needs its boxes; got {len(images)} and {len(found)}")
    rows = -(-len(images) // columns)
    figure, axes = panels(rows, columns, width=9.6 / columns, height=9.6 / columns, title=title)
    for axis in axes.flat[len(images) :]:
        axis.set_axis_off()
    for axis, image, entry in zip(axes.flat, images, found, strict=False):
        boxes, *scores, classes = entry
        show_scene(axis, image, boxes, _texts(names, classes, *scores) if len(names) else ())
    for axis, heading in zip(axes[0], headings, strict=False):
        axis.set_title(heading, fontsize=9.5)
    return figure


def pairs(cases: Mapping[str, tuple[Sequence[float], Sequence[float]]], title: str) -> Figure:
    """A figure with a panel for each pair of boxes, what they share filled.

    Args:
        cases: heading → two boxes, corners.
        title: over the figure.
    """
    from matplotlib.patches import Rectangle

    figure, axes = panels(1, len(cases), width=9.6 / max(len(cases), 4), height=2.7, title=title)
    for axis, (name, (a, b)) in zip(axes[0], cases.items(), strict=True):
        low, high = np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])
        if (high > low).all():
            axis.add_patch(Rectangle(low, *(high - low), facecolor=COLOURS[2], alpha=0.35))
        for box, colour in ((a, COLOURS[0]), (b, COLOURS[1])):
            axis.add_patch(
                Rectangle(box[:2], box[2] - box[0], box[3] - box[1], fill=False, edgecolor=colour, linewidth=2)
            )
        axis.set(
            xlim=(0, 11), ylim=(11, 0), aspect="equal", xlabel="x", ylabel="y", xticks=(0, 5, 10), yticks=(0, 5, 10)
        )
        axis.set_title(name, fontsize=9)
    return figure


def grid(image: np.ndarray, boxes: np.ndarray, cells: int, title: str) -> Figure:
    """A figure of a picture twice: its boxes and their centres; and the grid with the cells that answer for them.

    Args:
        image: (size, size, 3) float in [0, 1].
        boxes: (N, 4) corners in pixels.
        cells: of the grid, each way.
        title: over the figure.
    """
    from matplotlib.patches import Rectangle

    size = len(image)
    figure, axes = panels(1, 2, width=3.4, height=3.5, title=title)
    show_scene(axes[0, 0], image, boxes)
    show_scene(axes[0, 1], image)
    for line in np.arange(1, cells) * size / cells:
        axes[0, 1].axhline(line, color="white", linewidth=0.6)
        axes[0, 1].axvline(line, color="white", linewidth=0.6)
    side = size / cells
    for x1, y1, x2, y2 in np.asarray(boxes):
        x, y = (x1 + x2) / 2, (y1 + y2) / 2
        corner = np.floor(np.array([x, y]) / side) * side
        axes[0, 1].add_patch(Rectangle(corner, side, side, facecolor=COLOURS[1], alpha=0.6))
        for axis in axes[0]:
            axis.plot(x, y, "o", color=COLOURS[1], markeredgecolor="black", markersize=5)
    axes[0, 0].set_title("boxes and their centres")
    axes[0, 1].set_title("the cells that answer")
    return figure


def families(events: Sequence[tuple[int, str, str, bool]], title: str) -> Figure:
    """A figure of the history of detection: a lane for each family, steps in the order of their years, evenly spaced.

    Args:
        events: (year, label, family, whether it is built here); years must not fall; a label may hold line breaks.
        title: over the figure.
    Raises: CourseError where there is no event or the years fall.
    """
    years = [event[0] for event in events]
    if not events or years != sorted(years):
        raise CourseError(f"at least one event and years that do not fall are needed; got {years}")
    lanes = list(dict.fromkeys(family for *_, family, _ in events))
    figure, axes = panels(1, 1, width=11.0, height=1.75 * len(lanes), title=title)
    axis, turns = axes[0, 0], dict.fromkeys(lanes, 0)
    for lane, family in enumerate(lanes):
        axis.axhline(-lane, color="#bbbbbb", linewidth=2, zorder=1)
        axis.text(-1.0, -lane + 0.06, family, ha="right", va="bottom", weight="bold", fontsize=9.5)
    for place, (year, label, family, built) in enumerate(events):
        lane, up = lanes.index(family), turns[family] % 2 == 0
        turns[family] += 1
        colour, sign = COLOURS[0] if built else COLOURS[7], 1 if up else -1
        axis.plot(place, -lane, "o", color=colour, markersize=9 if built else 6, zorder=2)
        axis.text(place, -lane + sign * 0.11, f"{label}\n{year}" if up else f"{year}\n{label}", ha="center",
                  va="bottom" if up else "top", fontsize=7.5, color=colour if built else "#333333")  # fmt: skip
    axis.set(xlim=(-2.6, len(events) - 0.3), ylim=(-len(lanes) + 0.4, 0.6))
    axis.set_axis_off()
    return figure


def pipelines(methods: Mapping[str, Sequence[tuple[str, str]]], title: str) -> Figure:
    """A figure with a row of boxes and arrows for each method, coloured by how often a step runs.

    Args:
        methods: name → its steps in order, each (text, kind); kind is ``outside`` (before the network, not learnt), ``image``
            (the network, once an image) or ``region`` (once for each region). A text may hold a line break.
        title: the finding.
    Raises: CourseError where there is no method, one has no step, or a kind is unknown.
    """
    from matplotlib.patches import Patch

    kinds = {
        "outside": ("#ececec", COLOURS[7], "before the network, not learnt"),
        "image": ("#dceaf5", COLOURS[0], "the network, once an image"),
        "region": ("#fbe3b3", COLOURS[1], "once for each region"),
    }
    unknown = {kind for steps in methods.values() for _, kind in steps} - set(kinds)
    if not methods or not all(methods.values()) or unknown:
        raise CourseError(f"pipelines needs methods with steps of the kinds {list(kinds)}; got {sorted(unknown)}")
    figure, axes = panels(1, 1, width=9.4, height=0.5 + 0.72 * len(methods), title=title)
    axis, most = axes[0, 0], max(len(steps) for steps in methods.values())
    for row, (name, steps) in enumerate(methods.items()):
        axis.text(-0.62, -row, name, ha="right", va="center", weight="bold", fontsize=9.5)
        for place, (text, kind) in enumerate(steps):
            fill, edge, _ = kinds[kind]
            for back in (0.1, 0.05, 0.0) if kind == "region" else (0.0,):  # a stack: many of them
                words = "" if back else text
                flow.box(axis, place + back * 0.5, -row + back, words, fill, 0.8, 0.56, edge, size=8.5)
            flow.arrow(axis, (place - 0.58, -row), (place - 0.43, -row), mutation_scale=9)
    axis.set(xlim=(-1.75, most - 0.45), ylim=(-len(methods) + 0.5, 0.5))
    axis.set_axis_off()
    handles = [Patch(fc=fill, ec=edge, label=label) for fill, edge, label in kinds.values()]
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    return figure


def precision_recall(curves: Mapping[str, tuple[np.ndarray, np.ndarray]], title: str) -> Figure:
    """A figure of precision against recall, and beside it the same made falling, which average precision integrates.

    Args:
        curves: name → (recall, precision), each (N,), in the order of falling scores.
        title: the finding.
    Raises: CourseError where there is no curve or one is empty.
    """
    if not curves or not all(len(recall) for recall, _ in curves.values()):
        raise CourseError("the figure needs at least one curve with at least one point")
    figure, axes = panels(1, 2, width=4.6, height=3.3, title=title, sharey=True)
    for (name, (recall, precision)), colour in zip(curves.items(), COLOURS, strict=False):
        axes[0, 0].plot(recall, precision, color=colour, label=name, linewidth=1.3)
        falling = np.maximum.accumulate(precision[::-1])[::-1]
        axes[0, 1].step([0, *recall, recall[-1]], [falling[0], *falling, 0], where="pre", color=colour, label=name)
    axes[0, 0].set(ylabel="precision", ylim=(0, 1.03), title="as measured")
    axes[0, 1].set_title("made falling: its area is AP")
    for axis in axes[0]:
        axis.set(xlabel="recall", xlim=(0, 1.02))
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside right center")
    return figure


def errors(counts: Mapping[str, Mapping[str, int]], title: str) -> Figure:
    """A figure of how often each kind of error happens, one bar a detector.

    Args:
        counts: detector → kind → how often; ``correct`` is left out.
        title: the finding.
    """
    kinds = [kind for kind in KIND_COLOURS if kind != "correct"]
    figure, axes = panels(1, 1, width=7.4, height=3.0)
    width = 0.8 / len(counts)
    for number, (name, found) in enumerate(counts.items()):
        places = np.arange(len(kinds)) + (number - (len(counts) - 1) / 2) * width
        bars = axes[0, 0].bar(places, [found[kind] for kind in kinds], width * 0.92, color=COLOURS[number], label=name)
        axes[0, 0].bar_label(bars, fontsize=8)
    axes[0, 0].set_xticks(range(len(kinds)), kinds)
    axes[0, 0].set(ylabel="how often", title=title)
    axes[0, 0].grid(axis="x", visible=False)
    figure.legend(loc="outside lower center", ncols=len(counts))
    return figure


def found_and_missed(images, detections, truths, kinds, found, names: Sequence[str], title: str) -> Figure:
    """A figure of pictures in which each detection has the colour of its kind, and missed objects are dashed.

    Args:
        images: (scenes, height, width, 3) float in [0, 1].
        detections: for each picture (boxes, scores, classes).
        truths: for each picture (boxes, classes).
        kinds, found: as in :class:`course_utils.detection.box_metrics.Errors`.
        names: of the classes.
        title: over the figure.
    """
    from matplotlib.patches import Patch

    columns = min(4, len(images))  # wide enough for the labels
    rows = -(-len(images) // columns)
    figure, axes = panels(rows, columns, width=9.6 / columns, height=9.6 / columns + 0.2, title=title)
    for axis in axes.flat[len(images) :]:
        axis.set_axis_off()
    for axis, image, (boxes, scores, classes), truth, kind, hit in zip(
        axes.flat, images, detections, truths, kinds, found, strict=False
    ):
        show_scene(axis, image, boxes, _texts(names, classes, scores), colour=[KIND_COLOURS[name] for name in kind])
        draw_boxes(axis, truth[0][~hit], colour="white", line="--")
    handles = [Patch(color=colour, label=name) for name, colour in KIND_COLOURS.items() if name != "missed"]
    handles.append(Patch(facecolor="#777777", edgecolor="white", linestyle="--", label="missed (dashed)"))
    figure.legend(handles=handles, loc="outside lower center", ncols=6)
    return figure


def misses(shares: Mapping[str, Mapping[str, float]], title: str) -> Figure:
    """A figure of the part of objects that is missed, by group, one dot a detector.

    Args:
        shares: detector → group → part missed, 0 to 1.
        title: the finding.
    """
    groups = list(next(iter(shares.values())))
    figure, axes = panels(1, 1, width=7.0, height=1.2 + 0.38 * len(groups))
    for number, (name, values) in enumerate(shares.items()):
        axes[0, 0].plot(
            [100 * values[group] for group in groups], range(len(groups)), "os^"[number], color=COLOURS[number],
            markersize=8, label=name,
        )  # fmt: skip
    axes[0, 0].set_yticks(range(len(groups)), groups)
    axes[0, 0].set(xlabel="missed, % of the objects", ylim=(len(groups) - 0.5, -0.5), title=title)
    axes[0, 0].set_xlim(0, None)
    figure.legend(loc="outside lower center", ncols=len(shares))
    return figure


def _regions(axis, labels: np.ndarray, image: np.ndarray):
    """Draw each region in its mean colour, with the borders between them; the axes come back."""
    flat = labels.ravel()
    count = np.maximum(np.bincount(flat), 1)
    mean = np.stack([np.bincount(flat, image[..., c].ravel()) / count for c in range(3)], axis=1)
    picture = mean[labels]
    border = np.zeros(labels.shape, dtype=bool)
    border[:, 1:] |= labels[:, 1:] != labels[:, :-1]
    border[1:] |= labels[1:] != labels[:-1]
    picture[border] = 0.25 + 0.5 * (picture[border].mean(axis=-1, keepdims=True) < 0.5)
    return show_scene(axis, picture)


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
    Raises: CourseError for a number of regions that never was.
    """
    first = labels.max() + 1
    if not all(first - len(pairs) <= count <= first for count in left):
        raise CourseError(f"there were {first - len(pairs)} to {first} regions; got {list(left)}")
    figure, axes = panels(1, 1 + len(left), width=2.3, height=2.5, title=title)
    show_scene(axes[0, 0], image).set_title("image")
    for axis, count in zip(axes[0, 1:], left, strict=True):
        now = np.arange(first + len(pairs))
        for new, (a, b) in enumerate(pairs[: first - count], first):
            now[(now == a) | (now == b)] = new
        _regions(axis, np.unique(now[labels], return_inverse=True)[1].reshape(labels.shape), image)
        axis.set_title(f"{count} regions")
    return figure


def recall_curves(counts: Sequence[int], curves: Mapping[str, Sequence[float]], title: str) -> Figure:
    """A figure of recall against the number of proposals that are looked at.

    Args:
        counts: numbers of proposals, positive and rising.
        curves: name → recall for each of them, 0 to 1.
        title: the finding.
    Raises: CourseError where a curve has another length.
    """
    figure, axes = panels(1, 1, width=6.4, height=3.1)
    for place, (name, values) in enumerate(curves.items()):
        if len(values) != len(counts):
            raise CourseError(f"{name}: {len(counts)} values are needed; got {len(values)}")
        axes[0, 0].plot(counts, values, "os^D"[place % 4] + "-", color=COLOURS[place], markersize=4.5, label=name)
    axes[0, 0].set_xscale("log")
    axes[0, 0].set_xticks(counts, [str(count) for count in counts])
    axes[0, 0].minorticks_off()
    axes[0, 0].set(ylim=(0, 1.03), xlabel="proposals an image", ylabel="objects covered (IoU ≥ 0.5)", title=title)
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
