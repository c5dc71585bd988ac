"""Clips: film strips, what a kernel does to space and time, how much each frame counts, answers as frames arrive."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from .style import COLOURS, panels

__all__ = [
    "arriving",
    "by_class",
    "comparison",
    "film_strips",
    "frame_weights",
    "kernels_in_time",
    "space_time",
]


def film_strips(
    films: Mapping[str, np.ndarray], title: str, columns: int = 1, height: float = 0.62
) -> Figure:
    """A figure with one strip a film: its frames from left to right.

    Args:
        films: name → (frames, height, width) or (frames, height, width, 1), from 0 (black) to 1, or uint8.
        title: the finding, over the whole figure.
        columns: how many strips stand side by side.
        height: of a strip, inches.
    Raises: ValueError where there is no film, or one is not a clip of grey pictures.
    """
    if not films:
        raise ValueError("film_strips needs at least one film")
    frames = max(len(film) for film in films.values())
    rows = -(-len(films) // columns)
    room = 0.1 + 0.6 / rows if columns == 1 else 0.22  # for the title and the label below
    figure, axes = panels(rows, columns, width=height * frames + (columns == 1), height=height + room)
    for axis in axes.ravel()[len(films) :]:
        axis.set_axis_off()
    for axis, (name, film) in zip(axes.ravel(), films.items(), strict=False):
        _strip(axis, film)
        axis.set_aspect("equal")
        if columns == 1:
            axis.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
        else:
            axis.set_title(name, fontsize=9, weight="normal")
    axes[-1, 0].set_xlabel("frames, in order of time →", fontsize=8.5)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def space_time(films: Mapping[str, np.ndarray], row: int, title: str) -> Figure:
    """A figure with each film's first, middle and last frame, and one row of pixels over time.

    Args:
        films: name → (frames, height, width), from 0 to 1 or uint8.
        row: which row of pixels is followed; it is marked in the frames.
        title: the finding.
    Raises: ValueError where the row is not in the pictures.
    """
    if not films or any(not 0 <= row < _grey(film).shape[1] for film in films.values()):
        raise ValueError(
            f"row must be inside the pictures, of which at least one film is needed; got {row!r}"
        )
    figure, axes = panels(len(films), 4, width=1.75, height=1.75, width_ratios=[1, 1, 1, 1.5])
    for line, (name, film) in enumerate(films.items()):
        film = _grey(film)
        for axis, frame in zip(axes[line], (0, len(film) // 2, len(film) - 1), strict=False):
            _picture(axis, film[frame])
            axis.axhline(row, color=COLOURS[1], linewidth=1)
            axis.set_title(f"frame {frame + 1}", fontsize=9, weight="normal")
        axes[line, 0].set_ylabel(name)
        axes[line, 3].imshow(film[:, row], cmap="gray", vmin=0, vmax=1, aspect="auto")
        axes[line, 3].set(xlabel="place x (pixels)", ylabel="time t (frames)")
        axes[line, 3].set_title("the orange row", fontsize=9, weight="normal")
        axes[line, 3].grid(visible=False)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def kernels_in_time(kernels: Mapping[str, np.ndarray], title: str, per_row: int = 4) -> Figure:
    """A figure with each kernel as its slices in time; orange is negative, purple positive.

    Args:
        kernels: name → (time, height, width) float.
        title: the finding.
        per_row: how many kernels stand side by side.
    Raises: ValueError where there is no kernel.
    """
    if not kernels:
        raise ValueError("kernels_in_time needs at least one kernel")
    per_row = min(per_row, len(kernels))
    depth = max(len(kernel) for kernel in kernels.values())
    figure, axes = panels(
        -(-len(kernels) // per_row), per_row, width=0.55 * depth + 0.35, height=0.95, layout="constrained"
    )
    figure.get_layout_engine().set(w_pad=0.14)
    for axis in axes.ravel()[len(kernels) :]:
        axis.set_axis_off()
    for axis, (name, kernel) in zip(axes.ravel(), kernels.items(), strict=False):
        kernel = np.asarray(kernel, dtype="float64")
        largest = np.abs(kernel).max() or 1.0
        gap = np.full((kernel.shape[1], 1), np.nan)
        parts = [part for one in kernel for part in (one, gap)][:-1]
        axis.imshow(np.hstack(parts), cmap="PuOr", vmin=-largest, vmax=largest)
        axis.set_title(name, fontsize=8.5, weight="normal")
        axis.set(xticks=[], yticks=[])
        axis.grid(visible=False)
        for spine in axis.spines.values():
            spine.set_visible(False)
    axes[-1, 0].set_xlabel("time →", fontsize=8.5)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def frame_weights(
    films: Mapping[str, np.ndarray], weights: np.ndarray, title: str, even: float | None = None
) -> Figure:
    """A figure with each film's strip and, under each frame, a bar that says how much it counts.

    Args:
        films: name → a clip as in :func:`film_strips`.
        weights: (films, frames), each row at least 0.
        title: the finding.
        even: drawn as a dashed line; the weight of each frame if all counted the same. 1 / frames unless given.
    Raises: ValueError where the shapes do not fit.
    """
    weights = np.asarray(weights, dtype="float64")
    if weights.shape != (len(films), max((len(film) for film in films.values()), default=0)):
        raise ValueError(f"weights must be (films, frames), for {len(films)} films; got {weights.shape}")
    frames = weights.shape[1]
    pairs = -(-len(films) // 2)
    figure, axes = panels(2 * pairs, 2, width=4.6, height=0.62, height_ratios=[1, 0.8] * pairs)
    for place, (name, film) in enumerate(films.items()):
        above, below = axes[2 * (place // 2), place % 2], axes[2 * (place // 2) + 1, place % 2]
        _strip(above, film)
        above.set_title(name, fontsize=9, weight="normal")
        below.bar(np.arange(frames), weights[place], width=0.8, color=COLOURS[0])
        below.axhline(1 / frames if even is None else even, color="#555555", linestyle="--", linewidth=0.9)
        below.set(xlim=(-0.5, frames - 0.5), ylim=(0, max(weights.max(), 2 / frames) * 1.05), xticks=[])
        below.set_ylabel("weight", fontsize=8)
        below.tick_params(labelsize=7)
    if len(films) % 2:
        for axis in axes[-2:, 1]:
            axis.set_axis_off()
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def comparison(
    accuracy: Mapping[str, float],
    parameters: Mapping[str, int],
    seconds: Mapping[str, float],
    title: str,
    ceiling: float | None = None,
) -> Figure:
    """A figure with three bars a network: test accuracy, parameters, CPU seconds of training.

    Args:
        accuracy, parameters, seconds: network → value, the same networks in each.
        title: the finding.
        ceiling: drawn as a dashed line over the accuracies: what a method blind to order can reach at most.
    Raises: ValueError where the networks differ.
    """
    if not accuracy or not list(accuracy) == list(parameters) == list(seconds):
        raise ValueError(f"the same networks are needed three times; got {list(accuracy)}, {list(parameters)}, {list(seconds)}")  # fmt: skip
    figure, axes = panels(1, 3, width=3.1, height=0.42 * len(accuracy) + 0.9, sharey=True)
    names = list(accuracy)[::-1]
    columns = (
        (accuracy, "test accuracy", "{:.2f}"),
        ({name: count / 1000 for name, count in parameters.items()}, "parameters (thousands)", "{:.0f}"),
        (seconds, "training (CPU seconds)", "{:.0f}"),
    )
    for axis, (values, label, form) in zip(axes[0], columns, strict=True):
        heights = [values[name] for name in names]
        bars = axis.barh(names, heights, color=[COLOURS[names[::-1].index(name) % 6] for name in names])
        axis.bar_label(bars, [form.format(value) for value in heights], padding=3, fontsize=8.5)
        axis.set(xlabel=label, xlim=(0, max(heights) * 1.2))
        axis.grid(axis="y", visible=False)
    if ceiling is not None:
        axes[0, 0].axvline(ceiling, color=COLOURS[3], linestyle="--", linewidth=1.2)
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def by_class(
    scores: Mapping[str, np.ndarray], names: Sequence[str], title: str, guess: float | None = None
) -> Figure:
    """A figure with one column a class and a mark for each network: the share of the class that it gets right.

    Args:
        scores: network → (classes,) shares from 0 to 1.
        names: of the classes.
        title: the finding.
        guess: drawn as a dashed line.
    Raises: ValueError where a network does not have one score a class.
    """
    if not scores or any(np.shape(values) != (len(names),) for values in scores.values()):
        raise ValueError(f"by_class needs at least one network, each with {len(names)} scores")
    figure, axes = panels(1, 1, width=8.6, height=2.9)
    axis, width = axes[0, 0], 0.8 / len(scores)
    for place, (network, values) in enumerate(scores.items()):
        axis.bar(np.arange(len(names)) + (place - (len(scores) - 1) / 2) * width, values, width=width,
                 color=COLOURS[place % len(COLOURS)], label=network)  # fmt: skip
    if guess is not None:
        axis.axhline(guess, color=COLOURS[3], linestyle="--", linewidth=1.2)
    axis.set(title=title, ylabel="share recognised", ylim=(0, 1.02))
    axis.set_xticks(range(len(names)), [name.replace(" ", "\n") for name in names], fontsize=8)
    axis.grid(axis="x", visible=False)
    figure.legend(loc="outside right upper")
    return figure


def arriving(
    film: np.ndarray, seen: int, answers: np.ndarray, names: Sequence[str], truth: str, title: str
) -> Figure:
    """A figure with the frames that have arrived, and the probability of each class after each of them.

    Args:
        film: a clip as in :func:`film_strips`.
        seen: how many frames have arrived, 1 to all.
        answers: (frames, classes) probabilities after frame 1, 2, …
        names: of the classes.
        truth: the name of the right class, drawn thick.
        title: over the whole figure.
    Raises: ValueError where the shapes do not fit.
    """
    answers = np.asarray(answers, dtype="float64")
    film = _grey(film)
    if answers.shape != (len(film), len(names)) or not 1 <= seen <= len(film) or truth not in names:
        raise ValueError(f"answers must be (frames, classes), seen 1 to {len(film)}, truth a class; got {answers.shape}, {seen!r}, {truth!r}")  # fmt: skip
    figure, axes = panels(2, 1, width=6.4, height=1.5, height_ratios=[0.8, 2.2])
    shown = film.copy()
    shown[seen:] = 0.9
    _strip(axes[0, 0], shown)
    axis, last = axes[1, 0], answers[seen - 1]
    leading = set(np.argsort(last)[-3:]) | {list(names).index(truth)}
    for place in sorted(leading, key=lambda place: -last[place]):
        right = names[place] == truth
        axis.plot(np.arange(1, seen + 1), answers[:seen, place], marker="o", markersize=4,
                  linewidth=2.6 if right else 1.4, color=COLOURS[place % len(COLOURS)],
                  linestyle=("-", "--")[int(place >= len(COLOURS))],
                  label=f"{names[place]} {last[place]:.2f}" + (" (true)" if right else ""))  # fmt: skip
    axis.set(xlim=(0.5, len(film) + 0.5), ylim=(-0.03, 1.03), xlabel="frames that have arrived", ylabel="probability")  # fmt: skip
    axis.set_xticks(range(1, len(film) + 1))
    figure.legend(*axis.get_legend_handles_labels(), loc="outside right lower")
    figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure


def _grey(film: np.ndarray) -> np.ndarray:
    """(frames, height, width) float in [0, 1]."""
    film = np.asarray(film)
    if film.ndim == 4 and film.shape[3] == 1:
        film = film[..., 0]
    if film.ndim != 3:
        raise ValueError(f"a film is (frames, height, width) or (frames, height, width, 1); got {film.shape}")
    return film / 255 if film.dtype == np.uint8 else film.astype("float64")


def _strip(axis, film: np.ndarray) -> None:
    film = _grey(film)
    gap = np.ones((film.shape[1], 1))
    parts = [part for frame in film for part in (frame, gap)][:-1]
    _picture(axis, np.hstack(parts))
    axis.set_aspect("auto")


def _picture(axis, picture: np.ndarray) -> None:
    axis.imshow(picture, cmap="gray", vmin=0, vmax=1)
    axis.set(xticks=[], yticks=[])
    axis.grid(visible=False)
    for spine in axis.spines.values():
        spine.set_visible(False)
