"""Makes scenes.json: ``COURSE_DATA=FOLDER python data/stage_03/make_scenes.py [SEED …]`` (about a quarter of an hour of CPU time a seed).

Scenes from the air (``rsscn7``, whose class folders must lie in FOLDER): the notebook's own small ResNet, and two linear models that
see colours only. Seeds that are in the file already are kept, so that a long job can be done in parts.
"""

import json
import platform
import sys
import time
from importlib.metadata import version

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from course_utils import datasets, networks
from course_utils.quiet import keras
from course_utils.stages import ROOT
from course_utils.tools.definitions import selected

FILE = ROOT / "data" / "stage_03" / "scenes.json"
BINS = 16


def residual_network():
    """The notebook's function: seed to answers and right answers."""
    scope = {"np": np, "keras": keras, "datasets": datasets, "networks": networks}
    return selected(3, ("CROSS_ENTROPY", "turned", "on_scenes"), scope)["on_scenes"]


def colours(x: np.ndarray) -> np.ndarray:
    """Of pictures (n, rows, columns, 3), 0 to 1: how many of the pixels fall into each of 16 steps of red, green and blue, (n, 48)."""
    steps = (x * BINS).astype(int).clip(0, BINS - 1)
    return np.concatenate([(steps == step).mean((1, 2)) for step in range(BINS)], axis=1)


def counted(said: np.ndarray, was: np.ndarray) -> list[list[int]]:
    """Rows: what it was; columns: what the model said."""
    table = np.zeros((7, 7), int)
    np.add.at(table, (was, said), 1)
    return table.tolist()


def linear(x, y, x_test, y_test) -> list[list[int]]:
    """Confusions of logistic regression."""
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)).fit(x, y)
    return counted(model.predict(x_test), y_test)


def main(seeds: list[int]) -> None:
    """Train, and write the file after each seed."""
    record = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {"cpu_seconds": {}, "confusions": {}}
    real = datasets.load("rsscn7")
    means = real.x_train.mean((1, 2)), real.x_test.mean((1, 2))
    record["confusions"]["mean colour, linear"] = linear(means[0], real.y_train, means[1], real.y_test)
    histograms = colours(real.x_train), colours(real.x_test)
    record["confusions"]["colour histogram, linear"] = linear(histograms[0], real.y_train, histograms[1], real.y_test)
    runs, on_scenes = record["confusions"].setdefault("ResNet-20", {}), residual_network()
    for seed in [seed for seed in seeds if str(seed) not in runs]:
        before = time.process_time()

        def told(epochs, seed=seed, before=before):
            for epoch in epochs:
                yield epoch
                print(f"seed {seed}, epoch {epoch + 1}, {time.process_time() - before:.0f} CPU s", flush=True)

        said, was = on_scenes(seed, progress=told)
        runs[str(seed)] = counted(said, was)
        record["cpu_seconds"][str(seed)] = round(time.process_time() - before)
        print(f"seed {seed}: test accuracy {np.mean(said == was):.4f}", flush=True)
        write(record)
    write(record)


def write(record: dict) -> None:
    """The file, with what made it."""
    about = {
        "what": "RSSCN7 at 64 × 64, 1,400 test scenes, 200 or so of each kind: rows what it was, columns what was said; ResNet-20: 40 passes",
        "command": "COURSE_DATA=FOLDER python data/stage_03/make_scenes.py",
        "seeds": sorted(map(int, record["confusions"]["ResNet-20"])),
        "machine": "two CPU cores, shared; one was used",
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("keras", "tensorflow", "numpy", "scikit-learn")},
        "kinds": list(datasets.satellites.SCENES),
    }
    FILE.write_text(json.dumps(about | record, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [0, 1, 2])
