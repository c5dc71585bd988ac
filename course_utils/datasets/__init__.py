"""The data of the course: ``datasets.load("digits")``, ``datasets.load("spiral", noise=0.1)``.

``datasets.names()`` says what there is, ``print(datasets.card("digits"))`` what it is. The generators and readers of
one stage's data are in that stage's folder.
"""

from .cards import Card, DataError, Dataset, File
from .catalogue import card, load, names, verify

__all__ = ["Card", "DataError", "Dataset", "File", "card", "load", "names", "verify"]
