"""The one figure style of the course: colours that colour-blind readers can tell apart, light grid, labelled axes."""

import sys
from collections.abc import Callable
from typing import Any

from matplotlib.figure import Figure

from ..errors import CourseError

__all__ = ["COLOURS", "DIVERGING", "SEQUENTIAL", "panels", "use_style"]

# Okabe and Ito's palette (2008), the yellow left out (too light on white); blue and orange are class 0 and 1.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#333333", "#999999")
SEQUENTIAL = "viridis"
DIVERGING = "PuOr_r"  # orange low, purple high; use "boundary" for the two classes


def use_style() -> None:
    """Set Matplotlib's defaults to the style of the course; the figures of this session follow it."""
    import matplotlib as mpl
    from cycler import cycler

    mpl.rcParams.update(
        {
            "figure.figsize": (7.0, 3.6),
            "figure.dpi": 90,
            "savefig.dpi": 90,
            "figure.constrained_layout.use": True,
            "font.size": 10,
            "axes.titlesize": 10.5,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.labelsize": 9.5,
            "axes.prop_cycle": cycler(color=COLOURS),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.axisbelow": True,
            "grid.color": "#dddddd",
            "grid.linewidth": 0.6,
            "lines.linewidth": 1.8,
            "legend.frameon": False,
            "legend.fontsize": 9,
            "image.cmap": SEQUENTIAL,
            "image.interpolation": "nearest",
            "xtick.labelsize": 8.5,
            "ytick.labelsize": 8.5,
        }
    )
    if "IPython" in sys.modules and (shell := sys.modules["IPython"].get_ipython()):
        # The layout engine leaves no margin to trim, and trimming draws each figure twice.
        shell.run_line_magic("config", "InlineBackend.print_figure_kwargs = {'bbox_inches': None}")
        # A cell shows each of its figures once, its last value or not; a part of a figure as the last value adds nothing.
        from matplotlib.artist import Artist

        as_value = shell.display_formatter.ipython_display_formatter
        as_value.for_type(Artist, lambda artist: None)
        as_value.for_type(Figure, lambda figure: _show(figure, shell.display_formatter.formatters["image/png"]))


def _show(figure: Figure, as_png: Callable) -> None:
    from IPython.display import display
    from matplotlib import pyplot as plt

    display({"image/png": as_png(figure), "text/plain": repr(figure)}, raw=True)
    plt.close(figure)


def panels(
    rows: int = 1, columns: int = 1, width: float = 3.2, height: float = 2.8, title: str = "", **options
) -> tuple[Any, Any]:
    """A figure and its (rows, columns) array of axes, each panel ``width`` by ``height`` inches.

    Args:
        rows, columns: the grid of panels, at least 1 each.
        width, height: of one panel, inches.
        title: the finding, over the whole figure.
        options: passed to ``matplotlib.pyplot.subplots`` (``sharex``, ``sharey``, ``width_ratios``, …).
    """
    from matplotlib import pyplot as plt

    if rows < 1 or columns < 1:
        raise CourseError(f"a figure needs at least one row and one column; got {rows} and {columns}")
    size = (width * columns, height * rows)
    figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False, **options)
    if title:
        figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=11)
    return figure, axes
