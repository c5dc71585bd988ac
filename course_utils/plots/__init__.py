"""Figures of the course, by kind. One style (:mod:`.style`); a function draws on given axes or returns a figure."""

from .boundaries import CLASS_COLOURS, boundary, experiment, points
from .style import COLOURS, DIVERGING, SEQUENTIAL, panels, use_style

__all__ = [
    "CLASS_COLOURS",
    "COLOURS",
    "DIVERGING",
    "SEQUENTIAL",
    "boundary",
    "experiment",
    "panels",
    "points",
    "use_style",
]
