"""Makes cifar.json: ``COURSE_DATA=FOLDER python data/stage_03/make_cifar.py FAST SLOW [STATE]``.

Plain-20, residual-20, plain-56 and residual-56 on CIFAR-10 as in the paper (K. He and others, 2015, section 4.2), but with half
of its filters and a small part of its steps: FAST rounds at the rate 0.1, then SLOW rounds at 0.01. A round is 78 steps
of 128 pictures for each of the four in turn; all see the same pictures. The file is written after each round. Where STATE, a folder, is named, weights and
momentum are kept in it, so that a long job can be done in parts.
"""

import json
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

from course_utils import datasets, networks, training
from course_utils.datasets.images import shifted
from course_utils.quiet import keras
from course_utils.stages import ROOT

FILE = ROOT / "data" / "stage_03" / "cifar.json"
NAMES = ("plain 20", "residual 20", "plain 56", "residual 56")
FILTERS, BATCH, STEPS, SEED = 8, 128, 78, 0
PARTS = 5  # rounds in one pass over the 50,000 training pictures
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def network(name: str) -> keras.Model:
    """The network with its first weights, compiled with the paper's optimiser."""
    kind, depth = name.split()
    model = networks.small_resnet(int(depth), 10, (32, 32, 3), FILTERS, "A", kind)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9, weight_decay=1e-4), cross_entropy, metrics=["accuracy"])
    model.optimizer.build(model.trainable_variables)
    return training.reinitialise(model, SEED)


def pictures_of(number: int, x: np.ndarray, y: np.ndarray, mean: np.ndarray):
    """What all four see in a round: another fifth of the pictures each time, shifted and mirrored at random, and its classes."""
    turn, part = divmod(number, PARTS)
    order = np.random.default_rng([SEED, turn]).permutation(len(x))
    rows = order[part * STEPS * BATCH : (part + 1) * STEPS * BATCH]
    return (shifted(x[rows], np.random.default_rng([SEED, turn, part])) - mean) / 64, y[rows]


def state(model: keras.Model) -> list[keras.Variable]:
    return model.weights + model.optimizer.variables


def main(fast: int, slow: int, folder: str = "") -> None:
    """Train, and write the file."""
    cifar = datasets.load("cifar10")
    mean = cifar.x_train.mean(0, dtype="float64").astype("float32")  # the mean of each pixel, as in the paper
    x_test = (cifar.x_test - mean) / 64
    models = {name: network(name) for name in NAMES}
    record = {"rounds": 0, "training_error": {}, "test_error": {}, "cpu_seconds": {}}
    kept = Path(folder or "no folder")
    if (kept / "record.json").is_file():
        record = json.loads((kept / "record.json").read_text(encoding="utf-8"))
        for name, model in models.items():
            with np.load(kept / f"{name}.npz") as arrays:
                for place, variable in enumerate(state(model)):
                    variable.assign(arrays[str(place)])
    for number in range(record["rounds"], fast + slow):
        x, y = pictures_of(number, cifar.x_train, cifar.y_train, mean)
        for name, model in models.items():
            before = time.process_time()
            model.optimizer.learning_rate = 0.1 if number < fast else 0.01
            accuracy = model.fit(x, y, BATCH, shuffle=False, verbose=0).history["accuracy"][0]
            record["training_error"].setdefault(name, []).append(round(1 - accuracy, 4))
            if (number + 1) % PARTS == 0 or number + 1 in (fast, fast + slow):
                error = 1 - model.evaluate(x_test, cifar.y_test, 250, verbose=0)[1]
                record["test_error"].setdefault(name, {})[str(number + 1)] = round(error, 4)
            spent = record["cpu_seconds"].get(name, 0) + time.process_time() - before
            record["cpu_seconds"][name] = round(spent, 1)
        record["rounds"] = number + 1
        write(record | {"rates": {"0.1": min(fast, number + 1), "0.01": max(0, number + 1 - fast)}}, models)
        if folder:
            kept.mkdir(parents=True, exist_ok=True)
            for name, model in models.items():
                arrays = {str(place): np.asarray(variable) for place, variable in enumerate(state(model))}
                np.savez(kept / f"{name}.npz", **arrays)
            (kept / "record.json").write_text(json.dumps(record), encoding="utf-8")
        now = {name: errors[-1] for name, errors in record["training_error"].items()}
        print(number + 1, now, record["test_error"], record["cpu_seconds"], flush=True)


def write(record: dict, models: dict[str, keras.Model]) -> None:
    rates = record["rates"]
    found = {
        "what": "Errors on CIFAR-10; training: mean over the 78 steps of each round, on shifted and mirrored pictures; test: all "
        "10,000 test pictures after the round named",
        "command": f"COURSE_DATA=FOLDER python data/stage_03/make_cifar.py {rates['0.1']} {rates['0.01']}",
        "seeds": [SEED],
        "machine": "two CPU cores, shared",
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("keras", "tensorflow", "numpy")},
        "filters": FILTERS,
        "batch": BATCH,
        "steps_a_round": STEPS,
        "rounds_at_rate": rates,
        "parameters": {name: model.count_params() for name, model in models.items()},
        **{key: record[key] for key in ("cpu_seconds", "training_error", "test_error")},
    }
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
