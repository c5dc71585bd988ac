"""Makes the results that stage 3 shows beside its own runs: ``python data/stage_03/make.py NAME [SEED …]``.

NAME is degradation, rates, great_depth, copies, shortcuts, side_by_side, regularisation or transfer. Each writes NAME.json beside this file: the
results over the seeds (0 to 4 where none are given), with the command, versions and CPU seconds that made them.
Seeds that are in the file already are kept, so that a long job can be done in parts.
"""

import json
import platform
import sys
import time
from importlib.metadata import version

import numpy as np

from course_utils import datasets, networks, training
from course_utils.quiet import keras
from course_utils.stages import ROOT
from course_utils.vision import classics, seeing
from course_utils.vision.shapes import shapes

HERE = ROOT / "data" / "stage_03"
SEEDS = (0, 1, 2, 3, 4)
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


# --- ResNet in depth -----------------------------------------------------------------------------------------------


def error(y, logits):
    """1 where the largest logit is not the right class's, else 0."""
    return 1 - keras.metrics.sparse_categorical_accuracy(y, logits)


def train_on_digits(
    kind: str, depth: int, seeds, shortcut: str = "A", rate: float = 0.1, copies: bool = False
) -> list[dict]:
    """Learning curves of a small ResNet or its plain twin on scikit-learn's digits, one set of curves a seed.

    With ``copies`` each block begins as a copy: the scale of its last BatchNormalization is 0 before training.

    ``batch_error`` is the training error at the end with the means and variances of all training digits in place of
    BatchNormalization's running ones.
    """
    digits = datasets.load("digits")
    x_train, x_test = (x[..., None] / 8 - 1 for x in (digits.x_train, digits.x_test))
    model = networks.small_resnet(depth, 10, (8, 8, 1), 8, shortcut, kind)
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), cross_entropy)
    runs = []
    for seed in seeds:
        training.reinitialise(model, seed)
        for layer in model.layers if copies else ():
            if layer.name.endswith("_2_bn"):
                layer.gamma.assign(np.zeros(layer.gamma.shape))
        curves = training.fit_compiled(
            model, x_train, digits.y_train, 12, 128, (x_test, digits.y_test), seed, {"error": error}
        )
        logits, _ = model.stateless_call(
            model.trainable_variables, model.non_trainable_variables, x_train, training=True
        )
        batch_error = float(np.mean(error(digits.y_train, logits)))
        runs.append(
            {name: np.round(values, 5).tolist() for name, values in curves.items()}
            | {"batch_error": round(batch_error, 5)}
        )
    return runs


def degradation(seeds) -> dict[str, list]:
    return {
        f"{kind} {depth}": train_on_digits(kind, depth, seeds) for kind in ("plain", "residual") for depth in (20, 44)
    }


RATES = (0.1, 0.03, 0.01)


def rates(seeds) -> dict[str, list]:
    return {
        f"plain {depth} at {rate}": [
            {key: run[key] for key in ("loss", "error", "val_error", "batch_error")}
            for run in train_on_digits("plain", depth, seeds, rate=rate)
        ]
        for depth in (20, 44)
        for rate in RATES
    }


def great_depth(seeds) -> dict[str, list]:
    return {f"{kind} 110": train_on_digits(kind, 110, seeds) for kind in ("residual", "preactivation")}


def copies(seeds) -> dict[str, list]:
    return {"residual 110": train_on_digits("residual", 110, seeds, copies=True)}


def shortcuts(seeds) -> dict[str, list]:
    return {kind: train_on_digits("residual", 20, seeds, kind) for kind in "ABC"}


# --- the frame of section 4 ----------------------------------------------------------------------------------------

COMPACT = {
    "AlexNet": (classics.small_alexnet, {}),
    "VGG-16": (classics.small_vgg, {"depth": 16}),
    "GoogLeNet": (classics.small_googlenet, {}),
    "ResNet-14": (networks.small_resnet, {"depth": 14, "filters": 8, "shortcut": "B"}),
}


def frame(samples: int = 3000, classes: tuple[int, ...] = tuple(range(10)), seed: int = 0):
    """Pictures of outlines, about -2 to 2: x_train, y_train, x_test, y_test; the last 1,000 for testing."""
    x, y = shapes(samples + 1000, seed=seed, classes=classes)
    x = (x - 0.5) / 0.25
    return x[:samples], y[:samples], x[samples:], y[samples:]


def compiled(build, options: dict, steps: int | None = None):
    """A network with Adam at 0.001, or along a cosine from 0.001 to 0 in so many steps."""
    rate = keras.optimizers.schedules.CosineDecay(0.001, steps) if steps else 0.001
    model = build(**options)
    model.compile(keras.optimizers.Adam(rate), cross_entropy, metrics=["accuracy"])
    return model


def side_by_side(seeds) -> dict[str, list]:
    x_train, y_train, x_test, y_test = frame()
    results = {}
    for name, (build, options) in COMPACT.items():
        model, results[name] = compiled(build, options, 12 * -(-len(x_train) // 32)), []
        for seed in seeds:
            training.reinitialise(model, seed)
            before = time.process_time()
            history = model.fit(x_train, y_train, batch_size=32, epochs=12, verbose=0).history
            seconds = time.process_time() - before
            accuracy = model.evaluate(x_test, y_test, batch_size=250, verbose=0)[1]
            results[name].append(
                {
                    "accuracy": round(accuracy, 4),
                    "training_accuracy": round(history["accuracy"][-1], 4),
                    "cpu_seconds": round(seconds, 1),
                }
            )
            print(name, seed, results[name][-1], flush=True)
    return results


# --- one factor at a time ------------------------------------------------------------------------------------------


def turned(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each picture in one of its eight positions: turned by quarters, mirrored or not."""
    quarters, mirrored = rng.integers(0, 4, len(x)), rng.random(len(x)) < 0.5
    x = np.where(mirrored[:, None, None, None], x[:, :, ::-1], x)
    for k in (1, 2, 3):
        x = np.where((quarters == k)[:, None, None, None], np.rot90(x, k, (1, 2)), x)
    return x


def resnet_with(dropout: float = 0.0, decay: float = 0.0) -> keras.Model:
    """A small ResNet with one thing changed: dropout before its dense layer, or L2 on all its kernels."""
    plain = networks.small_resnet(8, 10, filters=16, shortcut="B")
    x = plain.get_layer("avg_pool").output
    if dropout:
        x = keras.layers.Dropout(dropout)(x)
    model = keras.Model(plain.input, keras.layers.Dense(10)(x))
    if not decay:
        return model

    def with_decay(layer):
        config = layer.get_config()
        if "kernel_regularizer" in config:
            config["kernel_regularizer"] = keras.regularizers.L2(decay)
        return type(layer).from_config(config)

    return keras.models.clone_model(model, clone_function=with_decay)


FACTORS = {"none": {}, "dropout 0.5": {"dropout": 0.5}, "weight decay 0.001": {"decay": 1e-3}, "turning": {}}


def regularisation(seeds) -> dict[str, list]:
    x_train, y_train, x_test, y_test = frame(1000)
    results = {}
    for name, options in FACTORS.items():
        model, results[name] = compiled(resnet_with, options), []
        for seed in seeds:
            training.reinitialise(model, seed)
            rng = np.random.default_rng(seed)
            for _ in range(15):
                x = turned(x_train, rng) if name == "turning" else x_train
                model.fit(x, y_train, batch_size=32, verbose=0)
            results[name].append(
                {
                    "accuracy": round(model.evaluate(x_test, y_test, batch_size=250, verbose=0)[1], 4),
                    "training_accuracy": round(model.evaluate(x_train, y_train, batch_size=250, verbose=0)[1], 4),
                }
            )
            print(name, seed, results[name][-1], flush=True)
    return results


# --- transfer ------------------------------------------------------------------------------------------------------

NEW = (10, 11, 12, 13)  # outlines that are not among the first ten
LABELS = (5, 10, 25, 50, 100)


def transfer(seeds) -> dict[str, list]:
    """Test accuracy on four new outlines for 5 to 100 labels a class.

    Frozen features with a linear layer; all layers fine-tuned at once with a new last layer; first frozen, then
    fine-tuned from there with care; from scratch.
    """
    x_old, y_old, _, _ = frame()
    x_new, y_new, x_test, y_test = frame(1000, NEW, seed=5)
    shape = {"depth": 14, "filters": 8, "shortcut": "B"}
    source = compiled(networks.small_resnet, shape, 12 * -(-len(x_old) // 32))
    target, careful = (compiled(networks.small_resnet, shape | {"classes": len(NEW)}) for _ in range(2))
    for layer in careful.layers:  # BatchNormalization keeps the means and variances of the old task
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    careful.compile(keras.optimizers.Adam(0.0001), cross_entropy, metrics=["accuracy"])
    results = {name: [] for name in ("frozen", "fine-tuned at once", "frozen, then fine-tuned", "from scratch")}
    for seed in seeds:
        training.reinitialise(source, seed)
        source.fit(x_old, y_old, batch_size=32, epochs=12, verbose=0)
        for labels in LABELS:
            chosen = few(y_new, labels, seed)
            last, accuracy = frozen(source, x_new[chosen], y_new[chosen], x_test, y_test)
            row = {"frozen": accuracy}
            for name, model in zip(list(results)[1:], (target, careful, target), strict=True):
                training.reinitialise(model, seed)
                if name != "from scratch":
                    hand_over(source, model)
                if model is careful:
                    model.layers[-1].set_weights(last)
                epochs = max(6, 1000 // (labels * len(NEW)))  # about as many steps for all
                model.fit(x_new[chosen], y_new[chosen], batch_size=20, epochs=epochs, verbose=0)
                row[name] = round(model.evaluate(x_test, y_test, batch_size=250, verbose=0)[1], 4)
            for name, value in row.items():
                if labels == LABELS[0]:
                    results[name].append([])
                results[name][-1].append(value)
        print(seed, {name: rows[-1] for name, rows in results.items()}, flush=True)
    return results


def few(y: np.ndarray, labels: int, seed: int) -> np.ndarray:
    """Places of ``labels`` samples of each class."""
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.permutation(np.flatnonzero(y == k))[:labels] for k in np.unique(y)])


def frozen(source, x, y, x_test, y_test) -> tuple[list[np.ndarray], float]:
    """Logistic regression on what the source's last hidden layer says: weights and bias of a dense layer, test accuracy."""
    from sklearn.linear_model import LogisticRegression

    features = seeing.inside(source, ["avg_pool"])
    fit, held = (np.reshape(features.predict(part, verbose=0), (len(part), -1)) for part in (x, x_test))
    scale = fit.std() + 1e-9
    model = LogisticRegression(max_iter=2000).fit(fit / scale, y)
    return [model.coef_.T / scale, model.intercept_], round(model.score(held / scale, y_test), 4)


def hand_over(source, target) -> None:
    """All weights but the last layer's."""
    for old, new in zip(source.layers[:-1], target.layers[:-1], strict=True):
        new.set_weights(old.get_weights())


def main(name: str, seeds: tuple[int, ...]) -> None:
    path = HERE / f"{name}.json"
    known = (
        json.loads(path.read_text(encoding="utf-8"))
        if path.exists()
        else {"seeds": [], "results": {}, "cpu_seconds": 0}
    )
    seeds = tuple(seed for seed in seeds if seed not in known["seeds"])
    before = time.process_time()
    results = globals()[name](seeds)
    merged = {key: known["results"].get(key, []) + runs for key, runs in results.items()}
    record = {
        "command": f"python data/stage_03/make.py {name}",
        "seeds": known["seeds"] + list(seeds),
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("keras", "tensorflow", "numpy")},
        "cpu_seconds": round(known["cpu_seconds"] + time.process_time() - before),
        "results": merged,
    }
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], tuple(map(int, sys.argv[2:])) or SEEDS)
