"""Boxes with a text and arrows between them, for pictures of how a network works."""

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

__all__ = ["LINE", "arrow", "box"]

LINE = "#444444"


def arrow(axis: Axes, start: tuple[float, float], end: tuple[float, float], **options) -> None:
    """Draw an arrow; options are those of Matplotlib's ``FancyArrowPatch``."""
    style = {"arrowstyle": "-|>", "mutation_scale": 10, "color": LINE, "shrinkA": 0, "shrinkB": 0}
    axis.add_patch(FancyArrowPatch(start, end, **style | options))


def box(
    axis: Axes, x: float, y: float, text: str, fill: str, width: float, height: float, edge: str = LINE, size: float = 9
) -> None:
    """Draw a box around the point x, y, with a text (or none) of so many points in its middle."""
    corner = (x - width / 2, y - height / 2)
    axis.add_patch(FancyBboxPatch(corner, width, height, boxstyle="round,pad=0.02", fc=fill, ec=edge))
    if text:
        axis.text(x, y, text, ha="center", va="center", fontsize=size)
