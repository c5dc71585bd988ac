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

__all__ = [
    "CLASS_COLOURS",
    "COLOURS",
    "DIVERGING",
    "SEQUENTIAL",
    "arriving",
    "boundaries",
    "boundary",
    "by_class",
    "comparison",
    "curves",
    "experiment",
    "film_strips",
    "folds",
    "frame_weights",
    "kernels_in_time",
    "kinds_of_data",
    "layers",
    "learnt",
    "network",
    "over_seeds",
    "panels",
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
    "use_style",
]
