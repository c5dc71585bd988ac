"""Figures of the course, by kind. One style (:mod:`.style`); a function draws on given axes or returns a figure."""

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
from .video import arriving, by_class, comparison, film_strips, frame_weights, kernels_in_time, space_time
from .vision import architecture, blocks, cost_shares, grouped_bars, heat, pictures, trade_off

__all__ = [
    "CLASS_COLOURS",
    "COLOURS",
    "DIVERGING",
    "SEQUENTIAL",
    "architecture",
    "arriving",
    "bars",
    "before_after",
    "blocks",
    "boundaries",
    "boundary",
    "by_class",
    "calibration",
    "comparison",
    "cost_shares",
    "curves",
    "diagram",
    "experiment",
    "film_strips",
    "folds",
    "frame_weights",
    "gallery",
    "grouped_bars",
    "heat",
    "kernels_in_time",
    "kinds_of_data",
    "late_shares",
    "layers",
    "learnt",
    "network",
    "over_seeds",
    "panels",
    "pictures",
    "planes",
    "point_sets",
    "points",
    "ravine",
    "scatter",
    "score_table",
    "slopes",
    "space_time",
    "spreads",
    "symptoms",
    "timeline",
    "trade_off",
    "use_style",
]
