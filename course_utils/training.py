"""Training that more than one stage needs: a progress bar for ``fit``, many steps in one compiled call, weights fresh or stored."""

import os
import random
import zipfile
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import IPython
import numpy as np

from .errors import CourseError
from .live import Bar
from .quiet import keras
from .stages import ROOT

__all__ = ["Progress", "fit_compiled", "gradients", "load_or_train", "reinitialise", "save_weights"]

HALF_PRECISION = 65_504  # the largest number that it holds


class Progress(keras.callbacks.Callback):
    """A progress bar over the epochs of ``model.fit(…, verbose=0, callbacks=[training.Progress()])``.

    Args:
        what: what stands before the bar.
    """

    def __init__(self, what: str = "Training"):
        super().__init__()
        self.what = what

    def on_train_begin(self, logs=None):
        self._open = ExitStack()
        self._bar = self._open.enter_context(Bar(self.what, self.params["epochs"], "epochs"))
        if shell := IPython.get_ipython():  # Keras does not say when an error or an interruption ends a training
            shell.events.register("post_run_cell", self._leave)
            self._open.callback(shell.events.unregister, "post_run_cell", self._leave)

    def on_epoch_end(self, epoch, logs=None):
        self._bar.update(epoch + 1, ", ".join(f"{name} {value:.3f}" for name, value in (logs or {}).items()))

    def on_train_end(self, logs=None):
        self._open.close()

    def _leave(self, result):
        error = result.error_in_exec
        self._open.__exit__(type(error) if error else KeyboardInterrupt, error, None)


def reinitialise(model: keras.Model, seed: int) -> keras.Model:
    """The same built model with fresh weights and an optimiser that remembers nothing.

    Each layer's own initialisers draw again, seeded; a compiled training step stays compiled, which is what makes
    the second seed cheap. Works for layers whose weights come from ``*_initializer`` attributes (Dense,
    convolutions, embeddings, BatchNormalization, simple recurrent layers).

    Args:
        model: a built model.
        seed: for the new weights, 0 to 2**32 - 1.
    Raises: CourseError for a model that is not built.
    """
    if not model.built:
        raise CourseError("the model is not built yet, so it has no weights; call it on data or give it an Input")
    keras.utils.set_random_seed(seed)
    known, weights, states, after = getattr(model, "_course_fresh", (None, None, None, None))
    if known == seed:  # a seed draws the same each time, and building the model to draw costs half a second
        random.setstate(after)
    else:
        fresh = keras.models.clone_model(model)  # its layers draw new weights from their initialisers
        weights = fresh.get_weights()
        states = [keras.ops.convert_to_numpy(variable) for variable in _random_states(fresh)]
        model._course_fresh = (seed, weights, states, random.getstate())
    model.set_weights(weights)
    for variable, new in zip(_random_states(model), states, strict=True):
        variable.assign(new)  # dropout and noise begin again, too
    optimizer = getattr(model, "optimizer", None)
    if optimizer is not None and optimizer.built:
        anew = type(optimizer).from_config(optimizer.get_config())  # not all of them begin with zeros
        anew.build(model.trainable_variables)
        for variable, new in zip(optimizer.variables, anew.variables, strict=True):
            variable.assign(new)
    return model


def _random_states(model: keras.Model) -> list[keras.Variable]:
    return [variable for variable in model.variables if variable.name == "seed_generator_state"]


def fit_compiled(
    model: keras.Model,
    x: np.ndarray,
    y: np.ndarray,
    epochs: int,
    batch_size: int = 32,
    validation_data: tuple[np.ndarray, np.ndarray] | None = None,
    seed: int = 0,
    metrics: dict[str, Callable] | None = None,
    on_epochs: Callable[[int, dict], None] | None = None,
    measure: bool = True,
) -> dict[str, np.ndarray]:
    """The learning curves of a compiled model, trained with many epochs in one compiled call.

    The same steps as ``model.fit`` (shuffle, batch, gradient, update), 5 to 20 times faster for small networks
    because Python is called once for many epochs. Two differences, both on purpose: a last, smaller batch is left
    out, and the losses and metrics are measured *after* each epoch on the whole data without dropout or penalty, so that
    training and validation curves mean the same.

    Args:
        model: compiled, with one input, one output and one loss.
        x: (samples, …) float inputs.
        y: (samples, …) targets.
        epochs: at least 1.
        batch_size: 1 to samples.
        validation_data: ``(x, y)`` to measure on, too.
        seed: for the order of the samples.
        metrics: name to function of ``(y, prediction)``, as in ``keras.metrics.binary_accuracy``.
        on_epochs: called about twenty times on the way with the number of epochs done and the curves so far.
        measure: False where nobody looks at the curves: nothing is measured, which saves a quarter of the time.
    Returns: ``loss``, and each metric by its name, as (epochs,) float arrays; with ``val_`` before the name for
        the validation data. Nothing without ``measure``.
    Raises: CourseError for a model not compiled, sizes that do not fit, values that are not finite, or something to
        measure together with ``measure=False``.
    """
    sets = {"": _checked_arrays(x, y, "training")}
    if validation_data is not None:
        sets["val_"] = _checked_arrays(*validation_data, "validation")
    if not getattr(model, "compiled", False):
        raise CourseError("compile the model first: model.compile(optimizer=…, loss=…)")
    if epochs < 1 or not 1 <= batch_size <= len(x):
        raise CourseError(f"epochs must be at least 1 and batch_size 1 to {len(x)}; got {epochs} and {batch_size}")
    if len(model.output_shape) == 2 and model.output_shape[-1] == 1:  # one output: targets as (samples, 1), too
        sets = {prefix: (inputs, targets.reshape(len(targets), 1)) for prefix, (inputs, targets) in sets.items()}
    if not measure and (metrics or validation_data):
        raise CourseError("measure=False measures nothing; leave metrics and validation_data out, or measure")
    functions = {"loss": keras.losses.get(model.loss)} | (metrics or {}) if measure else {}
    run = _compiled_epochs if keras.backend.backend() == "tensorflow" else _fitted_epochs
    rng = np.random.default_rng(seed)
    steps, chunk = len(x) // batch_size, max(1, epochs // 20)
    curves = {prefix + name: [] for prefix in sets for name in functions}
    for first in range(0, epochs, chunk):
        count = min(chunk, epochs - first)
        order = np.stack([rng.permutation(len(x))[: steps * batch_size] for _ in range(count)])
        measured = run(model, order.reshape(count, steps, batch_size).astype("int32"), sets, functions)
        for name, values in zip(curves, measured.T, strict=True):
            curves[name].extend(values)
        if on_epochs:
            on_epochs(first + count, {name: np.array(values) for name, values in curves.items()})
    return {name: np.array(values, dtype="float64") for name, values in curves.items()}


def _compiled_epochs(model, order, sets, functions) -> np.ndarray:
    """Run the epochs of ``order`` (epochs, steps, batch) as one graph: (epochs, curves) what was measured after each."""
    import tensorflow as tf

    # One graph a model, for any number of samples and epochs and any batch size: tracing costs more than training.
    kinds = tuple((array.shape[1:], array.dtype.str) for pair in sets.values() for array in pair)
    key = (model.optimizer, tuple(functions.items()), kinds)
    kept = getattr(model, "_course_epochs", (None, None))
    if kept[0] == key:
        graph = kept[1]
    else:
        model.optimizer.build(model.trainable_variables)
        counts = tf.TensorSpec((None, None, None), tf.int32)
        arrays = [
            tuple(tf.TensorSpec((None, *array.shape[1:]), array.dtype) for array in pair) for pair in sets.values()
        ]
        # Loops written out, since translating Python loops (AutoGraph) takes longer than all the rest.
        graph = tf.function(_epochs_graph(model, functions), input_signature=[counts, arrays], autograph=False)
        model._course_epochs = (key, graph)
    return graph(tf.constant(order), [(tf.constant(x), tf.constant(y)) for x, y in sets.values()]).numpy()


def _epochs_graph(model, functions) -> Callable:
    import tensorflow as tf

    def train_step(batch, x, y) -> None:
        inputs, targets = tf.gather(x, batch), tf.gather(y, batch)
        with tf.GradientTape() as tape:
            loss = model.compute_loss(inputs, targets, model(inputs, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        model.optimizer.apply(gradients, model.trainable_variables)

    def graph(order, arrays):
        epochs, steps = tf.shape(order)[0], tf.shape(order)[1]

        def one_step(epoch, step):
            train_step(order[epoch, step], *arrays[0])
            return epoch, step + 1

        def one_epoch(epoch, rows):
            done = tf.while_loop(lambda _, step: step < steps, one_step, (epoch, 0), parallel_iterations=1)
            with tf.control_dependencies(done):
                measured = _measured(model, arrays, functions)
                return epoch + 1, rows.write(epoch, tf.stack(measured) if measured else tf.zeros((0,)))

        rows = tf.TensorArray(tf.float32, size=epochs)
        _, rows = tf.while_loop(lambda epoch, _: epoch < epochs, one_epoch, (0, rows), parallel_iterations=1)
        return rows.stack()

    return graph


def _fitted_epochs(model, order, sets, functions) -> np.ndarray:
    """The same through ``train_on_batch``, for JAX and PyTorch."""
    x, y = sets[""]
    rows = []
    for epoch in order:
        for batch in epoch:
            model.train_on_batch(x[batch], y[batch])
        rows.append([float(value) for value in _measured(model, sets.values(), functions)])
    return np.array(rows)


def _measured(model, arrays, functions) -> list:
    measured = []
    for x, y in arrays:
        prediction = model(x, training=False)
        measured += [keras.ops.mean(function(y, prediction)) for function in functions.values()]
    return measured


def _checked_arrays(x, y, which: str) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.asarray(x), np.asarray(y)
    if len(x) != len(y) or not len(x):
        raise CourseError(f"the {which} data need as many targets as inputs, at least one; got {len(y)} and {len(x)}")
    for name, array in (("inputs", x), ("targets", y)):
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise CourseError(f"the {which} {name} hold values that are not finite (NaN or infinity)")
    to = "float32" if x.dtype.kind == "f" else x.dtype
    return x.astype(to), y.astype("float32" if y.dtype.kind == "f" else y.dtype)


def gradients(model: keras.Model, x: np.ndarray, y: np.ndarray, loss: Callable) -> list[np.ndarray]:
    """The gradient of the mean loss with respect to each trainable weight, by the backend's own differentiation.

    What ``fit`` computes before each update; stage 1, "A network by hand", compares its own derivation with it.

    Args:
        model: built, with one input and one output.
        x: (samples, …) inputs of the model's dtype.
        y: (samples, …) targets, in the form ``loss`` wants.
        loss: function of ``(y, prediction)``, as in ``keras.losses.binary_crossentropy``; its mean is differentiated.
    Returns: one array for each of ``model.trainable_weights``, of its shape and dtype.
    Raises: CourseError where the model is not built or the lengths differ, NotImplementedError for another backend
        than TensorFlow.
    """
    if not model.built:
        raise CourseError("the model is not built yet; call it on data or give it an Input")
    if len(x) != len(y) or not len(x):
        raise CourseError(f"as many targets as inputs are needed, at least one; got {len(y)} and {len(x)}")
    if keras.backend.backend() != "tensorflow":
        raise NotImplementedError(
            f"gradients needs the TensorFlow backend; this is {keras.backend.backend()} (set KERAS_BACKEND=tensorflow)"
        )
    import tensorflow as tf

    with tf.GradientTape() as tape:
        value = keras.ops.mean(loss(keras.ops.convert_to_tensor(y), model(x)))
    return [np.asarray(part) for part in tape.gradient(value, [weight.value for weight in model.trainable_weights])]


def load_or_train(model: keras.Model, path: Path | str, train: Callable[[], keras.Model]) -> keras.Model:
    """The model with stored weights in it; where there are none, they are trained and stored first.

    What ships with the course is loaded so; delete the file, and the next call trains it anew. Weights are read as plain
    numbers, never unpickled, and the file's own checksums (a zip's, one for each array) say where it is damaged.

    Args:
        model: built, of the shape the weights have or will have.
        path: of the ``.npz`` file, as :func:`save_weights` writes it: ``"stage_10/translator.npz"`` below the course's
            ``data``, or a whole path.
        train: gives a trained model of the same shape; called only where the file is not there.
    Returns: ``model`` itself, with the weights as they are stored.
    Raises: CourseError for a damaged file, one that is not of stored weights, or weights of other shapes.
    """
    path = ROOT / "data" / path
    if not path.is_file():
        save_weights(train(), path)
    try:
        with np.load(path, allow_pickle=False) as file:
            weights = [file[f"weight_{place}"].astype("float32") for place in range(len(file.files))]
    except (
        OSError,
        EOFError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise CourseError(
            f"{path} does not hold stored weights, or is damaged ({error}). Delete it, and the next call trains it anew; "
            f"or get the file that ships with: git checkout -- {path.name}"
        ) from error
    stored, own = [weight.shape for weight in weights], [tuple(w.shape) for w in model.get_weights()]
    if stored != own:
        raise CourseError(f"{path.name} holds weights of the shapes {stored}; the model has {own}")
    model.set_weights(weights)
    return model


def save_weights(model: keras.Model, path: Path | str) -> None:
    """Store a built model's weights, compressed, in half precision: a quarter of the space, good to three digits.

    Args:
        model: built.
        path: as in :func:`load_or_train`; its folder is made.
    Raises: CourseError for a weight that is not finite or beyond half precision, 65,504; nothing is written then.
    """
    path = ROOT / "data" / path
    for weight in model.weights:
        largest = float(np.abs(keras.ops.convert_to_numpy(weight)).max(initial=0))
        if not largest <= HALF_PRECISION:
            raise CourseError(
                f"{weight.path} has a weight of magnitude {largest:g}; half precision holds finite ones up to {HALF_PRECISION:,}"
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {f"weight_{place}": weight.astype("float16") for place, weight in enumerate(model.get_weights())}
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        np.savez_compressed(file, **arrays)
    os.replace(part, path)
