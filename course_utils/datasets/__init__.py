"""The data of the course: ``datasets.load("digits")``, ``datasets.load("spiral", noise=0.1)``.

``datasets.names()`` says what there is, ``print(datasets.card("digits"))`` what it is. ``datasets.points``
has the generators of the points in the plane, ``datasets.actions`` that of the moving figures,
``datasets.stocks`` the reader for daily prices.
"""

from . import actions, points, stocks
from .cards import Card, DataError, Dataset, File
from .catalogue import card, load, names, verify

__all__ = [
    "Card",
    "DataError",
    "Dataset",
    "File",
    "actions",
    "card",
    "load",
    "names",
    "points",
    "stocks",
    "verify",
]
