"""Figures of the course that several stages draw, by kind. One style (:mod:`.style`); a function draws on given axes or returns a figure."""

from .comparisons import bars, folds, grouped_bars
from .diagrams import diagram
from .images import pictures
from .regions import CLASS_COLOURS, boundary, points, score_table
from .style import COLOURS, DIVERGING, SEQUENTIAL, panels, use_style
from .training_curves import curves, timeline

__all__ = [
    "CLASS_COLOURS",
    "COLOURS",
    "DIVERGING",
    "SEQUENTIAL",
    "bars",
    "boundary",
    "curves",
    "diagram",
    "folds",
    "grouped_bars",
    "panels",
    "pictures",
    "points",
    "score_table",
    "timeline",
    "use_style",
]
