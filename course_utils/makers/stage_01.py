"""Makes mnist.json: ``python data/stage_01/make.py [SEED …]`` (seeds 0 to 4; about two minutes of CPU time each).

The notebook's networks on MNIST, which is downloaded where COURSE_DATA does not hold it, or read from ``datasets/mnist.npz`` in the
folder KERAS_HOME, where it lies there. The file is written after each seed; other seeds that stand there stay.
"""

import json
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from course_utils import datasets, training
from course_utils.quiet import keras
from course_utils.stages import ROOT
from course_utils.tools.definitions import selected

FILE = ROOT / "data" / "stage_01" / "mnist.json"
SEEDS, EPOCHS = range(5), 12
TOLD = "800 neurons, dropout"  # of this one, seed 0, what was taken for what is kept, too


def notebook() -> dict:
    """The notebook's networks and functions."""
    scope = {"np": np, "keras": keras, "training": training}
    return selected(1, ("NETWORKS", "digit_network", "digits_told"), scope)


def copy() -> Path:
    """Where Keras keeps its own copy of the data set, if it has one."""
    return Path(os.environ.get("KERAS_HOME", "no folder"), "datasets", "mnist.npz")


def mnist():
    """The data set, from Keras' own copy or by the loader."""
    if not copy().is_file():
        return datasets.load("mnist")
    with np.load(copy(), allow_pickle=False) as file:
        return SimpleNamespace(**{name: file[name] for name in file.files})


def main(seeds: list[int]) -> None:
    """Train, and write the file after each seed."""
    stage, data = notebook(), mnist()
    known = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}
    errors, spent = known.get("errors", {}), known.get("cpu_seconds", {})
    mistaken = known.get("mistaken")
    for seed in seeds:
        began = time.process_time()
        for name, recipe in stage["NETWORKS"].items():
            told = stage["digits_told"](*recipe, data, seed, EPOCHS)
            errors.setdefault(name, {})[str(seed)] = round(float(np.mean(told != data.y_test)), 4)
            print(seed, name, errors[name][str(seed)], f"{time.process_time() - began:.0f} CPU s", flush=True)
            if name == TOLD and seed == 0:
                table = np.zeros((10, 10), int)
                np.add.at(table, (data.y_test, told), 1)
                mistaken = table.tolist()
        spent[str(seed)] = round(time.process_time() - began)
        found = {
            "what": f"Shares of MNIST's 10,000 test pictures that are told wrong after {EPOCHS} passes over its 60,000 others, by seed; "
            f"mistaken: rows what it is, columns what “{TOLD}”, seed 0, took it for",
            "command": "python data/stage_01/make.py",
            "machine": "two CPU cores, shared",
            "versions": {"python": platform.python_version()}
            | {name: version(name) for name in ("keras", "tensorflow", "numpy")},
            "epochs": EPOCHS,
            "cpu_seconds": spent,
            "errors": errors,
            "mistaken": mistaken,
        }
        FILE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or list(SEEDS))
