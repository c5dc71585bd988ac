"""Stage 3 on real pictures: CIFAR-10, series of fields, scenes from the air."""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ... import datasets, networks, training
from ...errors import CourseError
from ...live import Timer
from ...quiet import keras
from ...tools.definitions import selected
from ...vision.satellites import SCENES
from ..record import maker

CROSS_ENTROPY = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

# --- CIFAR-10 as in the paper (K. He and others, 2015, section 4.2), but half of its filters, a small part of its steps --------------

KINDS = ("plain 20", "residual 20", "plain 56", "residual 56")
FILTERS, BATCH, STEPS, SEED = 8, 128, 78, 0
PARTS = 5  # rounds in one pass over the 50,000 training pictures
FAST, SLOW = 12, 3  # rounds at the rate 0.1, then at 0.01


def cifar_network(name: str) -> keras.Model:
    """The network with its first weights, compiled with the paper's optimiser."""
    kind, depth = name.split()
    model = networks.small_resnet(int(depth), 10, (32, 32, 3), FILTERS, "A", kind)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9, weight_decay=1e-4), CROSS_ENTROPY, metrics=["accuracy"])
    return training.reinitialise(model, SEED)


def pictures_of(number: int, x: np.ndarray, y: np.ndarray, mean: np.ndarray):
    """What all four see in a round: another fifth of the pictures each time, shifted and mirrored at random, and its classes."""
    turn, part = divmod(number, PARTS)
    order = np.random.default_rng([SEED, turn]).permutation(len(x))
    rows = order[part * STEPS * BATCH : (part + 1) * STEPS * BATCH]
    return (shifted(x[rows], np.random.default_rng([SEED, turn, part])) - mean) / 64, y[rows]


def shifted(x: np.ndarray, rng: np.random.Generator, by: int = 4) -> np.ndarray:
    """Each picture moved by up to ``by`` pixels each way, zeros where nothing was, and half of them mirrored.

    The augmentation that He and others (2015) used on CIFAR-10; stage 3, "Augmentation", has one for outlines.

    Args:
        x: (N, height, width, channels) of any number type.
        rng: decides where each goes.
        by: pixels, 0 or more.
    Returns: as ``x``, of its shape and type.
    Raises: CourseError where ``x`` is not four-dimensional or ``by`` is negative.
    """
    if x.ndim != 4 or by < 0:
        raise CourseError(f"shifted wants (N, height, width, channels) and by ≥ 0; got {x.shape} and {by}")
    height, width = x.shape[1:3]
    padded = np.pad(x, [(0, 0), (by, by), (by, by), (0, 0)])
    top, left = rng.integers(0, 2 * by + 1, size=(2, len(x), 1, 1))
    columns = np.broadcast_to(np.arange(width), (len(x), 1, width))
    columns = np.where(rng.random((len(x), 1, 1)) < 0.5, columns[..., ::-1], columns)
    rows = np.arange(height)[None, :, None]
    return padded[np.arange(len(x))[:, None, None], top + rows, left + columns]


@maker()
def cifar():
    """CIFAR-10, errors of plain and residual networks, three epochs. Training: mean over the 78 steps of each round, on shifted and mirrored
    pictures; test: all 10,000 test pictures after the round named.
    """
    data = datasets.load("cifar10")
    mean = data.x_train.mean(0, dtype="float64").astype("float32")  # the mean of each pixel, as in the paper
    x_test = (data.x_test - mean) / 64
    models = {name: cifar_network(name) for name in KINDS}
    spent, learning, tests = dict.fromkeys(KINDS, 0.0), {name: [] for name in KINDS}, {name: {} for name in KINDS}
    for number in range(FAST + SLOW):
        x, y = pictures_of(number, data.x_train, data.y_train, mean)
        for name, model in models.items():
            with Timer() as timer:
                model.optimizer.learning_rate = 0.1 if number < FAST else 0.01
                accuracy = model.fit(x, y, BATCH, shuffle=False, verbose=0).history["accuracy"][0]
                learning[name].append(round(1 - accuracy, 4))
                if (number + 1) % PARTS == 0 or number + 1 in (FAST, FAST + SLOW):
                    wrong = 1 - model.evaluate(x_test, data.y_test, 250, verbose=0)[1]
                    tests[name][str(number + 1)] = round(wrong, 4)
            spent[name] = round(spent[name] + timer.seconds, 1)
        yield {
            "filters": FILTERS,
            "batch": BATCH,
            "steps_a_round": STEPS,
            "rounds_at_rate": {"0.1": min(FAST, number + 1), "0.01": max(0, number + 1 - FAST)},
            "parameters": {name: model.count_params() for name, model in models.items()},
            "cpu_seconds": spent,
            "training_error": learning,
            "test_error": tests,
        }


# --- fields and scenes: the notebook's own networks, and linear models -----------------------------------------------------------


def linear_model(x: np.ndarray, y: np.ndarray):
    """Logistic regression on scaled columns, fitted."""
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)).fit(x, y)


def network_in_time():
    """The notebook's function: seed to test accuracy."""
    scope = {"np": np, "keras": keras, "layers": keras.layers, "datasets": datasets}
    return selected(3, ("CROSS_ENTROPY", "on_real_fields"), scope)["on_real_fields"]


@maker(seeds=range(5), packages=("scikit-learn",))
def fields(seeds):
    """Test accuracy on crop_sits of a network in time and of a linear model, 260 series of other fields, 13 classes. Network: 60 passes, each
    seed; logistic regression has no seed.
    """
    on_real_fields, real = network_in_time(), datasets.load("crop_sits")
    x, x_test = (np.reshape(part, (len(part), -1)) for part in (real.x_train, real.x_test))
    straight = round(linear_model(x, real.y_train).score(x_test, real.y_test), 4)
    yield {"test_accuracy": {"1-D network": [round(on_real_fields(seed), 4) for seed in seeds], "linear": [straight]}}


BINS = 16


def residual_network():
    """The notebook's function: seed to predictions and true labels."""
    scope = {"np": np, "keras": keras, "datasets": datasets, "networks": networks}
    return selected(3, ("CROSS_ENTROPY", "turned", "on_scenes"), scope)["on_scenes"]


def colours(x: np.ndarray) -> np.ndarray:
    """Of pictures (n, rows, columns, 3), 0 to 1: how many of the pixels fall into each of 16 steps of red, green and blue, (n, 48)."""
    steps = (x * BINS).astype(int).clip(0, BINS - 1)
    return np.concatenate([(steps == step).mean((1, 2)) for step in range(BINS)], axis=1)


def counted(predictions: np.ndarray, labels: np.ndarray) -> list[list[int]]:
    """Rows: what it was; columns: what the model said."""
    table = np.zeros((7, 7), int)
    np.add.at(table, (labels, predictions), 1)
    return table.tolist()


def linear_confusions(real, seen) -> list[list[int]]:
    """Confusions of logistic regression on what ``seen`` makes of the pictures."""
    return counted(linear_model(seen(real.x_train), real.y_train).predict(seen(real.x_test)), real.y_test)


@maker(seeds=[0], packages=("scikit-learn",))
def scenes(seeds):
    """RSSCN7 at 64 × 64, 1,400 test scenes, which kind was taken for which. Rows what it was, columns what was said; ResNet-20: 40 passes."""
    real, on_scenes = datasets.load("rsscn7"), residual_network()
    linear = {
        "mean colour, linear": linear_confusions(real, lambda x: x.mean((1, 2))),
        "colour histogram, linear": linear_confusions(real, colours),
    }
    for seed in seeds:
        with Timer() as timer:
            table = counted(*on_scenes(seed))
        runs = {
            "cpu_seconds": {str(seed): round(timer.seconds)},
            "confusions": linear | {"ResNet-20": {str(seed): table}},
        }
        yield {"seed": seed, "kinds": list(SCENES)} | runs
