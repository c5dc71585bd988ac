"""What the kernel tells the browser: a small JSON part, and everything large as binary buffers.

Pictures are uint8 (0 the low end of their range, 255 the high end, so that 127.5 is the middle); everything else is
float32, little-endian. Each message is whole: a picture that was dropped leaves nothing missing in the next.
"""

from dataclasses import asdict

import numpy as np

from ..points import CLASSIFICATION, FEATURES, REGRESSION
from .engine import GRID, Engine, Picture, feature_pictures
from .settings import CHOICES, MOST_LAYERS, MOST_NEURONS, RANGES, Settings

__all__ = ["about", "neuron_ranges", "picture", "state"]

SAMPLE_POINTS = 160  # in the small picture of each data set

Message = tuple[dict, list[bytes]]


def about() -> Message:
    """What never changes: the choices there are; a picture of each feature and some points of each data set.

    Returns: the JSON part, and two buffers: (7, GRID, GRID) uint8 and (6, SAMPLE_POINTS, 3) float32 (x1, x2, y).
    """
    draws = CLASSIFICATION | REGRESSION
    samples = [np.column_stack(draw(SAMPLE_POINTS)) for draw in draws.values()]
    content = {
        "kind": "about",
        "choices": CHOICES,
        "ranges": RANGES,
        "features": list(FEATURES),
        "classification": list(CLASSIFICATION),
        "mostLayers": MOST_LAYERS,
        "mostNeurons": MOST_NEURONS,
        "grid": GRID,
    }
    pictures = feature_pictures()
    return content, [_bytes(pictures, _reach(pictures)), np.array(samples, "<f4").tobytes()]


def state(engine: Engine, playing: bool, note: str) -> Message:
    """The controls, a note for the learner, and the data: (samples, 3) float32 (x1, x2, y), the training data first."""
    x, y, train = engine.points()
    content = {
        "kind": "state",
        "settings": asdict(engine.settings),
        "classifies": engine.settings.classifies,
        "playing": playing,
        "note": note,
        "train": train,
    }
    return content, [np.column_stack([x, y]).astype("<f4").tobytes()]


def picture(seen: Picture, settings: Settings, number: int) -> Message:
    """One redraw.

    Returns: the JSON part, and five buffers: the output (FINE, FINE) uint8; the neurons (neurons, GRID, GRID) uint8;
        their ranges (neurons, 2) float32; all weights and biases, layer by layer, float32; the history (points, 3)
        float32.
    """
    ranges = neuron_ranges(seen.neurons, settings.activation)
    content = {
        "kind": "picture",
        "number": number,
        "epoch": seen.epoch,
        "losses": [loss if np.isfinite(loss) else None for loss in seen.losses],  # JSON knows no NaN
        "accuracies": seen.accuracies,
        "finite": seen.finite,
    }
    span = np.array([[0.0 if settings.classifies else -1.0, 1.0]])
    return content, [
        _bytes(seen.output[None], span),
        _bytes(seen.neurons, ranges),
        ranges.astype("<f4").tobytes(),
        b"".join(weights.astype("<f4").tobytes() for weights in seen.weights),
        seen.history.astype("<f4").tobytes(),
    ]


def neuron_ranges(neurons: np.ndarray, activation: str) -> np.ndarray:
    """The lowest and highest value each neuron's picture shows, (neurons, 2) float, for (neurons, pixels, pixels) float.

    Those of the hidden layers' activation where it has any; else plus and minus the neuron's own largest value.
    """
    fixed = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}
    return np.tile(fixed[activation], (len(neurons), 1)) if activation in fixed else _reach(neurons)


def _reach(pictures: np.ndarray) -> np.ndarray:
    highest = np.abs(np.nan_to_num(pictures, posinf=0.0, neginf=0.0)).max(axis=(1, 2), initial=1e-6)
    return np.stack([-highest, highest], axis=1)


def _bytes(pictures: np.ndarray, ranges: np.ndarray) -> bytes:
    """(pictures, pixels, pixels) as uint8 between each one's (low, high); the middle where a value is not a number."""
    low, high = ranges[:, 0, None, None], ranges[:, 1, None, None]
    shares = np.nan_to_num((pictures - low) / (high - low), nan=0.5, posinf=1.0, neginf=0.0)
    return np.rint(255 * np.clip(shares, 0.0, 1.0)).astype("uint8").tobytes()
