"""Full-batch training on a graph: many epochs in one compiled call, and the same over several seeds or splits."""

import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ..errors import CourseError
from ..live import progress
from ..quiet import keras

__all__ = ["fit_graph", "fit_seeds", "renew", "sparse_tensor"]

_COMPILED = weakref.WeakKeyDictionary()  # build → shapes → model: compiling costs more than a short training


def renew(model: keras.Model, build: Callable[[], keras.Model], inputs: Any, seed: int) -> keras.Model:
    """The same model with the weights that a fresh ``build()`` draws, and an optimiser that remembers nothing.

    What :func:`fit_graph` compiled for it stays, which is what makes the next training cheap.

    Args:
        model, build: the model, and what made it.
        inputs: as in :func:`fit_graph`; they give the weights their shapes.
        seed: for the new weights and for dropout, 0 to 2**32 - 1.
    """
    inputs = _tensors(inputs)
    keras.utils.set_random_seed(seed)
    fresh = build()
    fresh(inputs)
    model(inputs)
    for variable, new in zip(model.variables, fresh.variables, strict=True):  # dropout's state among them
        variable.assign(new)
    if getattr(model, "optimizer", None) is not None:
        for variable in model.optimizer.variables:
            variable.assign(keras.ops.zeros(variable.shape, variable.dtype))
    return model


def sparse_tensor(matrix):
    """A scipy.sparse matrix or array as the backend's sparse tensor, float32, for ``keras.ops.matmul`` from the left.

    Returns: a tf.SparseTensor, a JAX BCOO or, with PyTorch, whose Keras backend has none, a dense tensor.
    Raises: CourseError for anything that is not sparse.
    """
    import scipy.sparse

    if not scipy.sparse.issparse(matrix):
        raise CourseError(f"a scipy.sparse matrix is needed; got {type(matrix).__name__}")
    entries = scipy.sparse.coo_array(matrix.tocsr().sorted_indices(), dtype="float32")  # row by row, as both want it
    places = np.stack(entries.coords, axis=1).astype("int64")
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.SparseTensor(places, entries.data, matrix.shape)
    if keras.backend.backend() == "jax":
        from jax.experimental.sparse import BCOO

        return BCOO(tuple(map(keras.ops.convert_to_tensor, (entries.data, places))), shape=matrix.shape)
    return keras.ops.convert_to_tensor(entries.toarray())


def fit_graph(model: keras.Model, inputs: Any, targets: np.ndarray, rows: np.ndarray, epochs: int = 200) -> np.ndarray:
    """Train a model with Adam (rate 0.01) on a whole graph at once, all epochs compiled into one loop.

    One epoch is one step: the model sees the whole graph, and the loss (cross-entropy) is taken over the rows to train
    on. Keras' ``fit`` spends 40 to 50 ms on such an epoch whatever the graph; here a small graph's takes one or two.

    Args:
        model: maps ``inputs`` to logits, (rows, classes) for labels or (rows,) for yes-or-no targets. What its layers
            add to ``model.losses`` (weight decay) counts.
        inputs: array, or nested tuple of arrays, given to the model as they are.
        targets: (rows,) int labels from 0, or 0 and 1 for a model with one logit a row.
        rows: numbers of the rows to train on.
        epochs: at least 1.
    Returns: (epochs,) float, the loss before each step, with dropout and weight decay.
    Raises: CourseError where a row does not exist, or a number is out of range.
    """
    targets, rows = _checked(targets, rows, epochs)
    inputs = _tensors(inputs)
    outputs = model(inputs)  # makes the weights
    if not getattr(model, "compiled", False):
        kind = "BinaryCrossentropy" if len(outputs.shape) == 1 else "SparseCategoricalCrossentropy"
        loss = getattr(keras.losses, kind)(from_logits=True, reduction="mean_with_sample_weight")
        model.compile(keras.optimizers.Adam(), loss)
        model.optimizer.build(model.trainable_variables)
    model.optimizer.learning_rate = 0.01  # which `renew` forgot
    if keras.backend.backend() != "tensorflow":
        return _stepwise(model, inputs, targets, rows, epochs)
    if not hasattr(model, "_course_graph"):
        model._course_graph = _compiled(model)
    counted = map(keras.ops.convert_to_tensor, (targets, rows, np.int32(epochs)))
    return model._course_graph(inputs, *counted).numpy()


def fit_seeds(
    build: Callable[[], keras.Model],
    inputs: Any,
    targets: np.ndarray,
    splits: Iterable[Mapping[str, np.ndarray]],
    epochs: int = 200,
    what: str = "Training over seeds",
) -> np.ndarray:
    """Outputs of one architecture trained afresh for each split, with seeds 0, 1, 2, …

    The network is compiled once for a ``build`` and the shapes of its inputs; each run starts from the weights that a
    fresh ``build()`` draws under its seed.

    Args:
        build: makes the model, always of the same architecture. Give the same function again, not a new lambda, to
            have it compiled once.
        inputs, targets, epochs: as in :func:`fit_graph`.
        splits: for each run the numbers of its rows, "train" among them.
        what: stands before the progress bar.
    Returns: (runs, rows, …) float32, each run's outputs without dropout.
    """
    inputs = _tensors(inputs)
    shapes = str([(tuple(part.shape), str(part.dtype)) for part in keras.tree.flatten(inputs)])
    models = _COMPILED.setdefault(build, {})
    if shapes not in models:
        models[shapes] = build()
    model, outputs = models[shapes], []
    for seed, split in enumerate(progress(list(splits), what)):
        renew(model, build, inputs, seed)
        fit_graph(model, inputs, targets, split["train"], epochs)
        outputs.append(keras.ops.convert_to_numpy(model(inputs, training=False)))
    return np.array(outputs)


def _tensors(inputs):
    """The arrays as tensors; sparse ones, and whatever is a tensor already, stay as they are."""
    convert = keras.ops.convert_to_tensor
    return keras.tree.map_structure(lambda part: convert(part) if isinstance(part, np.ndarray) else part, inputs)


def _checked(targets, rows, epochs) -> tuple[np.ndarray, np.ndarray]:
    targets, rows = np.asarray(targets), np.asarray(rows)
    if targets.ndim != 1 or targets.dtype.kind not in "iub":
        raise CourseError(f"targets must be (rows,) whole numbers; got {targets.dtype} of shape {targets.shape}")
    if epochs < 1:
        raise CourseError(f"epochs must be at least 1; got {epochs!r}")
    if rows.ndim != 1 or rows.dtype.kind not in "iu" or not rows.size or rows.min() < 0 or rows.max() >= len(targets):
        raise CourseError(f"rows must be a list of row numbers from 0 to {len(targets) - 1}; got {rows!r:.80}")
    return targets.astype("int32"), rows.astype("int32")


def _compiled(model) -> Callable:
    """All epochs as one TensorFlow graph: (inputs, targets, rows, epochs) → (epochs,) losses."""
    import tensorflow as tf

    @tf.function(reduce_retracing=True, autograph=False)
    def graph(inputs, targets, rows, epochs):
        def step(epoch, losses):
            with tf.GradientTape() as tape:
                logits, labels = tf.gather(model(inputs, training=True), rows), tf.gather(targets, rows)
                if len(logits.shape) == 1:  # yes or no
                    logits, labels = logits[:, None], tf.cast(labels, logits.dtype)[:, None]
                loss = model.compute_loss(inputs, labels, logits)
            model.optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
            return epoch + 1, losses.write(epoch, loss)

        start = 0, tf.TensorArray(tf.float32, size=epochs)
        return tf.while_loop(lambda epoch, _: epoch < epochs, step, start)[1].stack()

    return graph


def _stepwise(model, inputs, targets, rows, epochs) -> np.ndarray:
    """The same through ``train_on_batch``, for JAX and PyTorch; rows that are not trained on weigh nothing."""
    weights = np.zeros(len(targets), dtype="float32")
    weights[rows] = 1
    losses = []
    for _ in range(epochs):
        model.reset_metrics()  # or else the loss would be a running mean
        losses.append(float(model.train_on_batch(inputs, targets, sample_weight=weights)))
    return np.array(losses)
