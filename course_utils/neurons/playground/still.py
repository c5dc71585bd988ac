"""The playground as a picture, for when nobody plays."""

import io
from numbers import Integral

import numpy as np

from ...errors import CourseError
from ...plots.regions import CLASS_COLOURS, points
from ...plots.style import COLOURS
from ..points import FEATURES, LIMIT
from .engine import Engine, Picture, feature_pictures
from .messages import neuron_ranges

__all__ = ["still"]

MATH = dict(zip(FEATURES, ("x_1", "x_2", "x_1^2", "x_2^2", "x_1x_2", r"\sin x_1", r"\sin x_2"), strict=True))
TITLE = {"loc": "left", "fontsize": 10, "fontweight": "bold"}
BLUE, ORANGE, GREEN, PINK = COLOURS[0], COLOURS[1], COLOURS[2], COLOURS[4]
SHADES = {"cmap": CLASS_COLOURS, "alpha": 0.65, "interpolation": "bilinear"}
PICTURE = 0.41  # half the side of a neuron's picture, in rows of the diagram
SHAPE = 1.2  # of the diagram: width for each unit of height


def still(engine: Engine, epochs: int) -> bytes:
    """A PNG of the network after some epochs: diagram with every neuron's picture, data and boundary, loss curves.

    The engine is back at epoch 0 afterwards.

    Args:
        engine: at epoch 0.
        epochs: 1 to 1000; the same settings and epochs give the same picture.
    Raises: CourseError for another number of epochs.
    """
    from matplotlib.figure import Figure

    if isinstance(epochs, bool) or not isinstance(epochs, Integral) or not 1 <= epochs <= 1000:
        raise CourseError(f"still_epochs must be a whole number from 1 to 1000; got {epochs!r}")
    chunk = max(1, epochs // 50)
    engine.look()
    for done in range(0, epochs, chunk):
        engine.train(min(chunk, epochs - done))
        seen = engine.look()
    # Every axes has its place given, because a layout engine would double the drawing time.
    figure = Figure(figsize=(10.5, 3.7), dpi=90, layout="none")
    _draw_network(figure.add_axes((0.01, 0.01, 0.36, 0.91)), engine, seen)
    plane = figure.add_axes((0.415, 0.13, 0.275, 0.79))
    low = 0 if engine.settings.classifies else -1
    plane.imshow(seen.output, extent=(-LIMIT, LIMIT, -LIMIT, LIMIT), vmin=low, vmax=1, **SHADES)
    x, y, train = engine.points()
    points(plane, x[:train], y[:train], LIMIT)
    plane.set_title(f"Output and training data: {engine.settings.data.replace('_', ' ')}", **TITLE)
    _draw_curves(figure.add_axes((0.755, 0.13, 0.225, 0.79)), seen)
    engine.restart()
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _draw_network(axes, engine: Engine, seen: Picture) -> None:
    chosen = engine.settings
    sizes = [len(chosen.features), *chosen.hidden, 1]
    pictures = feature_pictures()[[list(FEATURES).index(name) for name in chosen.features]]
    scaled = pictures / np.abs(pictures).max(axis=(1, 2), keepdims=True)
    low, high = neuron_ranges(seen.neurons, chosen.activation)[:, :, None, None].swapaxes(0, 1)
    shown = [
        *scaled,
        *(2 * (seen.neurons - low) / (high - low) - 1),
        seen.output * (1 + chosen.classifies) - chosen.classifies,
    ]
    rows = max(*sizes, 5)
    gap = (SHAPE * (rows + 1) - 2.0) / (len(sizes) - 1)
    places = [[(column * gap, (size - 1) / 2 - row) for row in range(size)] for column, size in enumerate(sizes)]
    for kernel, before, after in zip(seen.weights[::2], places, places[1:], strict=False):
        for row, start in enumerate(before):
            for column, end in enumerate(after):
                weight = float(kernel[row, column])
                style = {"color": ORANGE if weight > 0 else BLUE, "linewidth": min(5.0, 0.3 + 1.6 * abs(weight))}
                ends = [start[0] + PICTURE, end[0] - PICTURE], [start[1], end[1]]
                axes.plot(*ends, alpha=min(0.9, 0.15 + 0.4 * abs(weight)), zorder=1, **style)
    for image, (x, y) in zip(shown, [place for column in places for place in column], strict=True):
        left, right, bottom, top = x - PICTURE, x + PICTURE, y - PICTURE, y + PICTURE
        axes.imshow(image, extent=(left, right, bottom, top), vmin=-1, vmax=1, zorder=2, **SHADES)
        frame = [left, right, right, left, left], [bottom, bottom, top, top, bottom]
        axes.plot(*frame, color="#666666", linewidth=0.8, zorder=3)
    for name, (x, y) in zip(chosen.features, places[0], strict=True):
        axes.text(x - PICTURE - 0.1, y, f"${MATH[name]}$", ha="right", va="center", fontsize=10)
    for column, name in enumerate(["in", *range(1, len(sizes) - 1), "out"]):
        axes.text(column * gap, rows / 2 + 0.3, name, ha="center", va="center", color="#555555")
    axes.set(xlim=(-1.4, places[-1][0][0] + 0.6), ylim=(-rows / 2 - 0.1, rows / 2 + 0.6), aspect="equal", anchor="NW")
    axes.set_axis_off()
    layers = " + ".join(map(str, chosen.hidden))
    axes.set_title(f"{layers} hidden neurons, {chosen.activation}" if chosen.hidden else "No hidden layer", **TITLE)


def _draw_curves(axes, seen: Picture) -> None:
    epochs, train, test = seen.history.T
    axes.plot(epochs, train, color=GREEN, label=f"train {seen.losses[0]:.3f}")
    axes.plot(epochs, test, color=PINK, linestyle="--", label=f"test {seen.losses[1]:.3f}")
    losses = seen.history[:, 1:][np.isfinite(seen.history[:, 1:])]
    high = 1.5 * np.quantile(losses, 0.9)  # a high start must not flatten all the rest
    axes.set(xlabel="epoch", ylabel="loss", xlim=(0, seen.epoch), ylim=(0, min(1.05 * losses.max(), high)))
    axes.legend(loc="upper right")
    right = f", test accuracy {100 * seen.accuracies[1]:.0f} %" if seen.accuracies else ""
    axes.set_title(f"Epoch {seen.epoch}{right}", **TITLE)
