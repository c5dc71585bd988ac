"""Full-batch training on a graph: many epochs in one compiled call, and the same over several seeds or splits."""

import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ..errors import CourseError
from ..live import progress
from ..quiet import keras

__all__ = ["fit_graph", "fit_seeds", "renew", "sparse_tensor"]

POINTS = 20  # the curves are measured this often on the way
_COMPILED = weakref.WeakKeyDictionary()  # build → shapes → model: compiling costs more than a short training


def renew(model: keras.Model, build: Callable[[], keras.Model], inputs: Any, seed: int) -> keras.Model:
    """The same model with the weights that a fresh ``build()`` draws, and an optimiser that remembers nothing.

    What :func:`fit_graph` compiled for it stays, which is what makes the next training cheap.

    Args:
        model: made by ``build``.
        build: makes a model of this architecture.
        inputs: as in :func:`fit_graph`; they give the weights their shapes.
        seed: for the new weights and for dropout, 0 to 2**32 - 1.
    """
    inputs = keras.tree.map_structure(_tensor, inputs)
    keras.utils.set_random_seed(seed)
    fresh = build()
    fresh(inputs)
    model(inputs)
    for variable, new in zip(model.variables, fresh.variables, strict=True):  # dropout's state among them
        variable.assign(new)
    optimizer = getattr(model, "_course_optimizer", None)
    if optimizer is not None:
        for variable in optimizer.variables:
            variable.assign(keras.ops.zeros(variable.shape, variable.dtype))
    return model


def sparse_tensor(matrix):
    """A scipy sparse matrix as the backend's sparse tensor, float32, for ``keras.ops.matmul`` from the left.

    Args:
        matrix: (rows, columns) scipy.sparse matrix or array.
    Returns: a tf.SparseTensor, a JAX BCOO or, with PyTorch, whose Keras backend has none, a dense tensor.
    Raises: TypeError for anything that is not sparse.
    """
    import scipy.sparse

    if not scipy.sparse.issparse(matrix):
        raise TypeError(f"a scipy.sparse matrix is needed; got {type(matrix).__name__}")
    entries = matrix.tocoo()
    places = np.stack([entries.row, entries.col], axis=1)
    order = np.lexsort((places[:, 1], places[:, 0]))  # row by row, as both backends want it
    places, values = places[order], entries.data[order].astype("float32")
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.SparseTensor(places.astype("int64"), values, matrix.shape)
    if keras.backend.backend() == "jax":
        from jax.experimental.sparse import BCOO

        return BCOO((keras.ops.convert_to_tensor(values), keras.ops.convert_to_tensor(places)), shape=matrix.shape)
    return keras.ops.convert_to_tensor(matrix.toarray().astype("float32"))


def fit_graph(
    model: keras.Model,
    inputs: Any,
    targets: np.ndarray,
    rows: Mapping[str, np.ndarray],
    epochs: int = 200,
    learning_rate: float = 0.01,
) -> dict[str, np.ndarray]:
    """The learning curves of a model trained with Adam on a whole graph at once, all epochs compiled into one loop.

    One epoch is one step: the model sees the whole graph, and the loss is taken over the rows to train on. Keras'
    ``fit`` spends 40 to 50 ms on such an epoch whatever the graph; here a small graph's takes one or two.

    Args:
        model: maps ``inputs`` to logits, (rows, classes) for labels or (rows,) for yes-or-no targets. What its layers
            add to ``model.losses`` (weight decay) counts in training.
        inputs: array, or nested tuple of arrays, given to the model as they are.
        targets: (rows,) int labels from 0, or 0 and 1 for a model with one logit a row.
        rows: "train" → numbers of the rows to train on; other names (such as "test") are only measured.
        epochs: at least 1.
        learning_rate: of Adam, positive.
    Returns: "epoch", (points,) int; for each name in ``rows``, "NAME_loss" and "NAME_accuracy", (points,) float,
        measured without dropout or weight decay at 20 evenly spaced epochs (or after each one, if fewer).
    Raises: CourseError where ``rows`` has no "train", a row does not exist, or a number is out of range.
    """
    targets, rows = _checked(targets, rows, epochs, learning_rate)
    inputs = keras.tree.map_structure(_tensor, inputs)
    model(inputs)  # makes the weights
    run = _compiled if keras.backend.backend() == "tensorflow" else _stepwise
    if getattr(model, "_course_optimizer", None) is None:
        model._course_optimizer = keras.optimizers.Adam(learning_rate)
        model._course_optimizer.build(model.trainable_variables)
    model._course_optimizer.learning_rate = learning_rate
    marks = np.unique(np.linspace(0, epochs, min(POINTS, epochs) + 1).round().astype(int))
    values = run(model, inputs, targets, rows, np.diff(marks))
    curves = {"epoch": marks[1:]}
    for column, name in enumerate(rows):
        curves[f"{name}_loss"], curves[f"{name}_accuracy"] = values[:, column].T.astype("float64")
    return curves


def fit_seeds(
    build: Callable[[], keras.Model],
    inputs: Any,
    targets: np.ndarray,
    splits: Iterable[Mapping[str, np.ndarray]],
    epochs: int = 200,
    learning_rate: float = 0.01,
    what: str = "Training over seeds",
) -> tuple[list[dict[str, np.ndarray]], np.ndarray]:
    """Curves and outputs of one architecture trained afresh for each split, with seeds 0, 1, 2, …

    The network is compiled once for a ``build`` and the shapes of its inputs; each run starts from the weights that a
    fresh ``build()`` draws under its seed.

    Args:
        build: makes the model, always of the same architecture. Give the same function again, not a new lambda, to
            have it compiled once.
        inputs, targets, epochs, learning_rate: as in :func:`fit_graph`.
        splits: for each run its ``rows``, as in :func:`fit_graph`.
        what: stands before the progress bar.
    Returns: a list with each run's curves, and (runs, rows, …) float32, each run's outputs without dropout.
    """
    splits = list(splits)
    inputs = keras.tree.map_structure(_tensor, inputs)
    shapes = str([(tuple(part.shape), str(part.dtype)) for part in keras.tree.flatten(inputs)])
    kept = _COMPILED.setdefault(build, {})
    model = kept[shapes] if shapes in kept else kept.setdefault(shapes, build())
    model(inputs)
    histories, outputs = [], []
    for seed, rows in enumerate(progress(splits, what)):
        renew(model, build, inputs, seed)
        histories.append(fit_graph(model, inputs, targets, rows, epochs, learning_rate))
        outputs.append(keras.ops.convert_to_numpy(model(inputs, training=False)))
    return histories, np.array(outputs)


def _tensor(value):
    """The value as a tensor; sparse ones, and whatever is a tensor already, stay as they are."""
    return keras.ops.convert_to_tensor(value) if isinstance(value, np.ndarray) else value


def _checked(targets, rows, epochs, learning_rate) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    targets = np.asarray(targets)
    if targets.ndim != 1 or targets.dtype.kind not in "iub":
        raise CourseError(f"targets must be (rows,) whole numbers; got {targets.dtype} of shape {targets.shape}")
    if epochs < 1 or not learning_rate > 0:
        raise CourseError(f"epochs must be at least 1 and learning_rate positive; got {epochs!r} and {learning_rate!r}")
    if "train" not in rows:
        raise CourseError(f'rows needs "train", the rows to train on; got {sorted(rows)}')
    rows = {name: np.asarray(numbers) for name, numbers in rows.items()}
    for name, numbers in rows.items():
        if numbers.ndim != 1 or numbers.dtype.kind not in "iu" or not numbers.size:
            raise CourseError(f"rows[{name!r}] must be a list of row numbers; got {numbers.dtype} {numbers.shape}")
        if numbers.min() < 0 or numbers.max() >= len(targets):
            raise CourseError(
                f"rows[{name!r}] must be from 0 to {len(targets) - 1}; got {numbers.min()} to {numbers.max()}"
            )
    return targets.astype("int32"), {name: numbers.astype("int32") for name, numbers in rows.items()}


def _loss(model, targets, logits):
    if len(logits.shape) == 1:
        return keras.ops.mean(
            keras.losses.binary_crossentropy(
                keras.ops.cast(targets, logits.dtype)[:, None], logits[:, None], from_logits=True
            )
        )
    return keras.ops.mean(keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True))


def _step_loss(model, inputs, targets, chosen):
    logits = model(inputs, training=True)
    loss = _loss(model, keras.ops.take(targets, chosen), keras.ops.take(logits, chosen, axis=0))
    return loss + sum(model.losses)


def _measured(model, inputs, targets, rows):
    logits = model(inputs, training=False)
    pairs = []
    for chosen in rows:
        some, wanted = keras.ops.take(logits, chosen, axis=0), keras.ops.take(targets, chosen)
        guess = some > 0 if len(some.shape) == 1 else keras.ops.argmax(some, axis=-1)
        right = keras.ops.equal(keras.ops.cast(guess, "int32"), wanted)
        pairs.append([_loss(model, wanted, some), keras.ops.mean(keras.ops.cast(right, "float32"))])
    return keras.ops.stack([keras.ops.stack(pair) for pair in pairs])


def _compiled(model, inputs, targets, rows, counts) -> np.ndarray:
    """(points, names, 2) loss and accuracy, trained through one TensorFlow graph that the model keeps."""
    import tensorflow as tf

    if not hasattr(model, "_course_graph"):
        optimizer = model._course_optimizer

        @tf.function(reduce_retracing=True, autograph=False)
        def graph(inputs, targets, rows, counts):
            def step(done):
                with tf.GradientTape() as tape:
                    loss = _step_loss(model, inputs, targets, rows[0])
                gradients = tape.gradient(loss, model.trainable_variables)
                optimizer.apply(gradients, model.trainable_variables)
                return done + 1

            def to_next_point(point, table):
                tf.while_loop(lambda done: done < counts[point], step, [0])
                return point + 1, table.write(point, _measured(model, inputs, targets, rows))

            table = tf.TensorArray(tf.float32, size=tf.shape(counts)[0])
            _, table = tf.while_loop(lambda point, _: point < tf.shape(counts)[0], to_next_point, [0, table])
            return table.stack()

        model._course_graph = graph
    order = [rows["train"], *(numbers for name, numbers in rows.items() if name != "train")]
    names = ["train", *(name for name in rows if name != "train")]
    values = model._course_graph(
        inputs, tf.constant(targets), [tf.constant(numbers) for numbers in order], tf.constant(counts, tf.int32)
    ).numpy()
    return values[:, [names.index(name) for name in rows]]


def _stepwise(model, inputs, targets, rows, counts) -> np.ndarray:
    """The same through ``train_on_batch``, for JAX and PyTorch; rows that are not trained on weigh nothing."""
    if not getattr(model, "compiled", False):
        kind = "BinaryCrossentropy" if len(model(inputs).shape) == 1 else "SparseCategoricalCrossentropy"
        loss = getattr(keras.losses, kind)(from_logits=True, reduction="mean_with_sample_weight")
        model.compile(optimizer=model._course_optimizer, loss=loss)
    weights = np.zeros(len(targets), dtype="float32")
    weights[rows["train"]] = 1
    table = []
    for count in counts:
        for _ in range(count):
            model.train_on_batch(inputs, targets, sample_weight=weights)
        table.append(keras.ops.convert_to_numpy(_measured(model, inputs, targets, list(rows.values()))))
    return np.array(table)
