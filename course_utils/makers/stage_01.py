"""Stage 1: the notebook's networks on MNIST."""

import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from .. import datasets, training
from ..live import Timer
from ..quiet import keras
from ..tools.definitions import selected
from .record import maker

EPOCHS = 12
TOLD = "800 neurons, dropout"  # of this one, seed 0, what was taken for what is kept, too


def notebook() -> dict:
    """The notebook's networks and functions."""
    return selected(1, ("NETWORKS", "digit_network", "digits_told"), {"np": np, "keras": keras, "training": training})


def copy() -> Path:
    """Where Keras keeps its own copy of the data set, if it has one."""
    return Path(os.environ.get("KERAS_HOME", "no folder"), "datasets", "mnist.npz")


def load():
    """The data set, from Keras' own copy or by the loader."""
    if not copy().is_file():
        return datasets.load("mnist")
    with np.load(copy(), allow_pickle=False) as file:
        return SimpleNamespace(**file)


@maker(seeds=range(5))
def mnist(seeds):
    """MNIST, shares of its 10,000 test pictures that four networks tell wrong after 12 passes over the 60,000 others, by seed. Mistaken:
    rows what it is, columns what "800 neurons, dropout", seed 0, took it for.
    """
    nb, data = notebook(), load()
    for seed in seeds:
        errors, mistaken = {}, {}
        with Timer() as timer:
            for name, recipe in nb["NETWORKS"].items():
                told = nb["digits_told"](*recipe, data, seed, EPOCHS)
                errors[name] = {str(seed): round(float(np.mean(told != data.y_test)), 4)}
                if name == TOLD and seed == 0:
                    table = np.zeros((10, 10), int)
                    np.add.at(table, (data.y_test, told), 1)
                    mistaken = {"mistaken": table.tolist()}
        yield {
            "seed": seed,
            "epochs": EPOCHS,
            "cpu_seconds": {str(seed): round(timer.seconds)},
            "errors": errors,
        } | mistaken
