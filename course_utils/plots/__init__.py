"""Figures of the course, by kind. One style (:mod:`.style`); a function draws on given axes or returns a figure."""

from .attention import attention_lines, attention_maps, attention_table
from .boundaries import CLASS_COLOURS, boundary, experiment, points
from .comparisons import bars, before_after, calibration, gallery
from .denoising import over_levels, picture_table, words_and_places
from .diagrams import diagram
from .distributions import folds, layers
from .encoders import captioner, one_state_or_all, transformers, u_shape
from .first_look import kinds_of_data, learnt, slopes, spreads
from .forecasts import dependence, lagging, lines
from .network import network
from .planes import boundaries, planes, point_sets, score_table
from .series import (
    CRISES,
    autocorrelation,
    candles,
    forecast_chart,
    inside,
    over_dates,
    over_steps,
    tails,
    unrolled,
    window_strips,
)
from .style import COLOURS, DIVERGING, SEQUENTIAL, panels, use_style
from .tables import late_shares, scatter
from .timeline import timeline
from .training_curves import curves, over_seeds, ravine, symptoms
from .video import arriving, by_class, comparison, film_strips, frame_weights, kernels_in_time, space_time
from .vision import architecture, blocks, cost_shares, grouped_bars, heat, pictures, trade_off

__all__ = [
    "CLASS_COLOURS",
    "COLOURS",
    "CRISES",
    "DIVERGING",
    "SEQUENTIAL",
    "architecture",
    "arriving",
    "attention_lines",
    "attention_maps",
    "attention_table",
    "autocorrelation",
    "bars",
    "before_after",
    "blocks",
    "boundaries",
    "boundary",
    "by_class",
    "calibration",
    "candles",
    "captioner",
    "comparison",
    "cost_shares",
    "curves",
    "dependence",
    "diagram",
    "experiment",
    "film_strips",
    "folds",
    "forecast_chart",
    "frame_weights",
    "gallery",
    "grouped_bars",
    "heat",
    "inside",
    "kernels_in_time",
    "kinds_of_data",
    "lagging",
    "late_shares",
    "layers",
    "learnt",
    "lines",
    "network",
    "one_state_or_all",
    "over_dates",
    "over_levels",
    "over_seeds",
    "over_steps",
    "panels",
    "picture_table",
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
    "tails",
    "timeline",
    "trade_off",
    "transformers",
    "u_shape",
    "unrolled",
    "use_style",
    "window_strips",
    "words_and_places",
]
