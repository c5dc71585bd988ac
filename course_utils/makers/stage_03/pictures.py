"""Stage 3 on scikit-learn's digits and on outlines made here: depth, four compact networks, one factor at a time, transfer."""

import numpy as np
from sklearn.linear_model import LogisticRegression

from ... import datasets, networks, training
from ...live import Timer
from ...quiet import keras
from ...tools.definitions import selected
from ...vision import classics, seeing
from ...vision.shapes import shapes
from ..record import maker

CROSS_ENTROPY = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

# --- ResNet in depth -----------------------------------------------------------------------------------------------


def error(y, logits):
    """1 where the largest logit is not the right class's, else 0."""
    return 1 - keras.metrics.sparse_categorical_accuracy(y, logits)


def digit_network(kind: str, depth: int, shortcut: str = "A", rate: float = 0.1) -> keras.Model:
    """A small ResNet or its plain twin for scikit-learn's digits, compiled."""
    model = networks.small_resnet(depth, 10, (8, 8, 1), 8, shortcut, kind)
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), CROSS_ENTROPY)
    return model


def train_on_digits(model: keras.Model, seed: int, copies: bool = False) -> dict:
    """Learning curves from one seed, 12 epochs. With ``copies`` each block begins as one: its last scale is 0 before training.

    ``batch_error`` is the training error at the end with the means and variances of all training digits in place of
    BatchNormalization's running ones.
    """
    digits = datasets.load("digits")
    x_train, x_test = (x[..., None] / 8 - 1 for x in (digits.x_train, digits.x_test))
    training.reinitialise(model, seed)
    for layer in model.layers if copies else ():
        if layer.name.endswith("_2_bn"):
            layer.gamma.assign(np.zeros(layer.gamma.shape))
    held_out = x_test, digits.y_test
    curves = training.fit_compiled(model, x_train, digits.y_train, 12, 128, held_out, seed, {"error": error})
    variables = model.trainable_variables, model.non_trainable_variables
    logits, _ = model.stateless_call(*variables, x_train, training=True)
    found = {name: np.round(values, 5).tolist() for name, values in curves.items()}
    return found | {"batch_error": round(float(np.mean(error(digits.y_train, logits))), 5)}


def on_digits(models: dict[str, keras.Model], seeds, **options):
    """What a maker yields of these networks."""
    for seed in seeds:
        yield {"seed": seed, "results": {name: [train_on_digits(one, seed, **options)] for name, one in models.items()}}


@maker(seeds=range(5), aligned="results")
def degradation(seeds):
    """Digits, plain and residual networks of 20 and 44 layers. Loss and error after each of 12 epochs."""
    kinds = [(kind, depth) for kind in ("plain", "residual") for depth in (20, 44)]
    yield from on_digits({f"{kind} {depth}": digit_network(kind, depth) for kind, depth in kinds}, seeds)


@maker(seeds=range(5), aligned="results")
def rates(seeds):
    """Digits, plain networks of 20 and 44 layers at three learning rates. Loss and error after each of 12 epochs, and the training error
    with the statistics of all training digits.
    """
    kinds = [(depth, rate) for depth in (20, 44) for rate in (0.1, 0.03, 0.01)]
    models = {f"plain {depth} at {rate}": digit_network("plain", depth, rate=rate) for depth, rate in kinds}
    for found in on_digits(models, seeds):
        for (run,) in found["results"].values():
            del run["val_loss"]
        yield found


@maker(seeds=range(5), aligned="results")
def great_depth(seeds):
    """Digits, residual networks of 110 layers, two units. Loss and error after each of 12 epochs."""
    yield from on_digits({f"{kind} 110": digit_network(kind, 110) for kind in ("residual", "preactivation")}, seeds)


@maker(seeds=range(5), aligned="results")
def copies(seeds):
    """Digits, a residual network of 110 layers, its blocks begun as copies. Loss and error after each of 12 epochs."""
    yield from on_digits({"residual 110": digit_network("residual", 110)}, seeds, copies=True)


@maker(seeds=range(5), aligned="results")
def shortcuts(seeds):
    """Digits, residual networks of 20 layers with three kinds of shortcut. Loss and error after each of 12 epochs."""
    yield from on_digits({kind: digit_network("residual", 20, kind) for kind in "ABC"}, seeds)


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
    model.compile(keras.optimizers.Adam(rate), CROSS_ENTROPY, metrics=["accuracy"])
    return model


def accuracy(model, x, y) -> float:
    return round(model.evaluate(x, y, batch_size=250, verbose=0)[1], 4)


@maker(seeds=range(5), aligned="results")
def side_by_side(seeds):
    """Outlines, four compact networks after 12 epochs on 3,000 pictures. Test and training accuracy, CPU seconds."""
    x_train, y_train, x_test, y_test = frame()
    models = {name: compiled(*one, 12 * -(-len(x_train) // 32)) for name, one in COMPACT.items()}
    for seed in seeds:
        results = {}
        for name, model in models.items():
            training.reinitialise(model, seed)
            with Timer() as timer:
                history = model.fit(x_train, y_train, batch_size=32, epochs=12, verbose=0).history
            found = {
                "accuracy": accuracy(model, x_test, y_test),
                "training_accuracy": round(history["accuracy"][-1], 4),
            }
            results[name] = [found | {"cpu_seconds": round(timer.seconds, 1)}]
        yield {"seed": seed, "results": results}


# --- one factor at a time ------------------------------------------------------------------------------------------


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


@maker(seeds=range(5), aligned="results")
def regularisation(seeds):
    """Outlines, one factor at a time on 1,000 pictures, 15 epochs. Test and training accuracy."""
    x_train, y_train, x_test, y_test = frame(1000)
    models = {name: compiled(resnet_with, options) for name, options in FACTORS.items()}
    turned = selected(3, ("turned",), {"np": np})["turned"]
    for seed in seeds:
        results = {}
        for name, model in models.items():
            training.reinitialise(model, seed)
            rng = np.random.default_rng(seed)
            for _ in range(15):
                x = turned(x_train, rng) if name == "turning" else x_train
                model.fit(x, y_train, batch_size=32, verbose=0)
            both = {"accuracy": (x_test, y_test), "training_accuracy": (x_train, y_train)}
            results[name] = [{key: accuracy(model, *pair) for key, pair in both.items()}]
        yield {"seed": seed, "results": results}


# --- transfer ------------------------------------------------------------------------------------------------------

NEW = (10, 11, 12, 13)  # outlines that are not among the first ten
LABELS = (5, 10, 25, 50, 100)
WAYS = ("fine-tuned at once", "frozen, then fine-tuned", "from scratch")


@maker(seeds=range(5), aligned="results")
def transfer(seeds):
    """Outlines, a trained network for four new kinds with 5 to 100 labels each, in four ways. Test accuracy of frozen features with a
    linear layer; of all layers fine-tuned at once with a new last layer; first frozen, then fine-tuned from there with care; from scratch.
    """
    x_old, y_old, _, _ = frame()
    x_new, y_new, x_test, y_test = frame(1000, NEW, seed=5)
    shape = {"depth": 14, "filters": 8, "shortcut": "B"}
    source = compiled(networks.small_resnet, shape, 12 * -(-len(x_old) // 32))
    target, careful = (compiled(networks.small_resnet, shape | {"classes": len(NEW)}) for _ in range(2))
    for layer in careful.layers:  # BatchNormalization keeps the means and variances of the old task
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    careful.compile(keras.optimizers.Adam(0.0001), CROSS_ENTROPY, metrics=["accuracy"])
    for seed in seeds:
        training.reinitialise(source, seed)
        source.fit(x_old, y_old, batch_size=32, epochs=12, verbose=0)
        reached = {name: [] for name in ("frozen", *WAYS)}
        for labels in LABELS:
            chosen = few(y_new, labels, seed)
            last, linear = frozen(source, x_new[chosen], y_new[chosen], x_test, y_test)
            reached["frozen"].append(linear)
            for name, model in zip(WAYS, (target, careful, target), strict=True):
                training.reinitialise(model, seed)
                if name != "from scratch":
                    hand_over(source, model)
                if model is careful:
                    model.layers[-1].set_weights(last)
                epochs = max(6, 1000 // (labels * len(NEW)))  # about as many steps for all
                model.fit(x_new[chosen], y_new[chosen], batch_size=20, epochs=epochs, verbose=0)
                reached[name].append(accuracy(model, x_test, y_test))
        yield {"seed": seed, "results": {name: [row] for name, row in reached.items()}}


def few(y: np.ndarray, labels: int, seed: int) -> np.ndarray:
    """Places of ``labels`` samples of each class."""
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.permutation(np.flatnonzero(y == k))[:labels] for k in np.unique(y)])


def frozen(source, x, y, x_test, y_test) -> tuple[list[np.ndarray], float]:
    """Logistic regression on what the source's last hidden layer says: weights and bias of a dense layer, test accuracy."""
    features = seeing.inside(source, ["avg_pool"])
    fit, held = (np.reshape(features.predict(part, verbose=0), (len(part), -1)) for part in (x, x_test))
    scale = fit.std() + 1e-9
    model = LogisticRegression(max_iter=2000).fit(fit / scale, y)
    return [model.coef_.T / scale, model.intercept_], round(model.score(held / scale, y_test), 4)


def hand_over(source, target) -> None:
    """All weights but the last layer's."""
    for old, new in zip(source.layers[:-1], target.layers[:-1], strict=True):
        new.set_weights(old.get_weights())
