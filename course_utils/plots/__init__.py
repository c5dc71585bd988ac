"""Figures of the course, by kind. One style (:mod:`.style`); a function draws on given axes or returns a figure."""

from .boundaries import CLASS_COLOURS, boundary, experiment, points
from .distributions import folds, layers
from .first_look import kinds_of_data, learnt, slopes, spreads
from .network import network
from .planes import boundaries, planes, point_sets, score_table
from .style import COLOURS, DIVERGING, SEQUENTIAL, panels, use_style
from .timeline import timeline
from .training_curves import curves, over_seeds, ravine, symptoms
from .video import arriving, by_class, comparison, film_strips, frame_weights, kernels_in_time, space_time
from .vision import architecture, bars, blocks, cost_shares, heat, pictures, trade_off

__all__ = [
    "CLASS_COLOURS",
    "COLOURS",
    "DIVERGING",
    "SEQUENTIAL",
    "architecture",
    "arriving",
    "bars",
    "blocks",
    "boundaries",
    "boundary",
    "by_class",
    "comparison",
    "cost_shares",
    "curves",
    "experiment",
    "film_strips",
    "folds",
    "frame_weights",
    "heat",
    "kernels_in_time",
    "kinds_of_data",
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
    "score_table",
    "slopes",
    "space_time",
    "spreads",
    "symptoms",
    "timeline",
    "trade_off",
    "use_style",
]
