"""Figures of the course, by kind. One style (:mod:`.style`); a function draws on given axes or returns a figure."""

from .boundaries import CLASS_COLOURS, boundary, experiment, points
from .comparisons import bars, before_after, calibration, gallery
from .diagrams import diagram
from .style import COLOURS, DIVERGING, SEQUENTIAL, panels, use_style
from .tables import late_shares, scatter

__all__ = [
    "CLASS_COLOURS",
    "COLOURS",
    "DIVERGING",
    "SEQUENTIAL",
    "bars",
    "before_after",
    "boundary",
    "calibration",
    "diagram",
    "experiment",
    "gallery",
    "late_shares",
    "panels",
    "points",
    "scatter",
    "use_style",
]
