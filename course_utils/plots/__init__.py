"""Figures of the course, by kind. One style (:mod:`.style`); a function draws on given axes or returns a figure."""

from .attention import attention_lines, attention_maps
from .boundaries import CLASS_COLOURS, boundary, experiment, points
from .comparisons import bars, before_after, calibration, gallery
from .diagrams import diagram
from .distributions import folds, layers
from .first_look import kinds_of_data, learnt, slopes, spreads
from .network import network
from .planes import boundaries, planes, point_sets, score_table
from .style import COLOURS, DIVERGING, SEQUENTIAL, panels, use_style
from .tables import late_shares, scatter
from .timeline import timeline
from .training_curves import curves, over_seeds, ravine, symptoms

__all__ = [
    "CLASS_COLOURS",
    "COLOURS",
    "DIVERGING",
    "SEQUENTIAL",
    "attention_lines",
    "attention_maps",
    "bars",
    "before_after",
    "boundaries",
    "boundary",
    "calibration",
    "curves",
    "diagram",
    "experiment",
    "folds",
    "gallery",
    "kinds_of_data",
    "late_shares",
    "layers",
    "learnt",
    "network",
    "over_seeds",
    "panels",
    "planes",
    "point_sets",
    "points",
    "ravine",
    "scatter",
    "score_table",
    "slopes",
    "spreads",
    "symptoms",
    "timeline",
    "use_style",
]
