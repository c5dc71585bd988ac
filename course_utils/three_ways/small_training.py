"""One small training for three experiments: ``python -m course_utils.three_ways.small_training EXPERIMENT``.

``own_step``: by ``fit``, and by a loop around a step written out for the backend (stage 2, "Three ways to train").
``killable FOLDER``: with a backup in FOLDER; it waits in epoch 5 to be killed ("Killed half-way").
``two_devices``: on one virtual device, and on two ("When one machine is not enough").
Keras is imported inside the functions: a processor can be split into devices only before the backend starts.
"""

import json
import os
import sys
import time
from contextlib import nullcontext
from importlib.metadata import version

import numpy as np

from ..errors import CourseError

__all__ = ["EPOCHS", "STEPS", "fit", "jax_step", "killable", "own_step", "tensorflow_step", "torch_step", "two_devices"]

EPOCHS, BATCH, ROWS = 6, 64, 512


def network_and_data():
    """A small network, always with the same first weights, and (512, 8) inputs with (512, 1) labels."""
    import keras

    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, 8)).astype("float32")
    y = (x[:, :1] ** 2 + x[:, 1:2] > 0.5).astype("float32")
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, "tanh"), keras.layers.Dense(1)])
    model.set_weights([rng.normal(size=weight.shape) * 0.3 for weight in model.get_weights()])
    model.compile(keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy(from_logits=True))
    return model, x, y


def fit(epochs=EPOCHS, callbacks=(), scope=None):
    """The loss of each epoch and the final weights, from the same first weights and the same rows every time.

    ``callbacks`` are for Keras' ``fit``; ``scope`` is what the model is made in: ``strategy.scope()``, or None.
    """
    with scope or nullcontext():
        model, x, y = network_and_data()
    curves = model.fit(x, y, batch_size=BATCH, epochs=epochs, shuffle=False, verbose=0, callbacks=list(callbacks))
    return curves.history["loss"], model.get_weights()


def killable(folder):
    """Train for 8 epochs with a backup after each; say so in the middle of epoch 5, and wait there to be killed."""
    from keras import callbacks

    class Pause(callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.epoch = epoch + 1

        def on_train_batch_begin(self, batch, logs=None):
            if (self.epoch, batch) == (5, 4):
                print("in the middle of epoch 5", flush=True)
                time.sleep(300)

    fit(epochs=8, callbacks=[callbacks.BackupAndRestore(folder), Pause()])


def tensorflow_step(model, loss_function, optimizer):
    """TensorFlow: a tape writes the sums down, and gives the gradients back."""
    import tensorflow as tf

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_function(y, model(x, training=True))
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss

    return step


def torch_step(model, loss_function, optimizer):
    """PyTorch: the loss walks back, and leaves each gradient beside its variable."""
    import torch

    def step(x, y):
        model.zero_grad()
        loss = loss_function(y, model(x, training=True))
        loss.backward()
        gradients = [variable.value.grad for variable in model.trainable_variables]
        with torch.no_grad():
            optimizer.apply(gradients, model.trainable_variables)
        return loss.detach()

    return step


def jax_step(model, loss_function, optimizer):
    """JAX: pure functions only, so all that changes (weights, statistics, optimiser) goes in and comes out."""
    import jax

    def measure(weights, fixed, x, y):
        answer, fixed = model.stateless_call(weights, fixed, x, training=True)
        return loss_function(y, answer), fixed

    @jax.jit
    def update(weights, fixed, memory, x, y):
        (loss, fixed), gradients = jax.value_and_grad(measure, has_aux=True)(weights, fixed, x, y)
        weights, memory = optimizer.stateless_apply(memory, gradients, weights)
        return loss, (weights, fixed, memory)

    kinds = (model.trainable_variables, model.non_trainable_variables, optimizer.variables)
    state = tuple([variable.value for variable in kind] for kind in kinds)

    def step(x, y):
        nonlocal state
        loss, state = update(*state, x, y)
        return loss

    return step


STEPS = {"tensorflow": tensorflow_step, "torch": torch_step, "jax": jax_step}


def own_step() -> dict[str, list[float]]:
    """The losses of each epoch on Keras' backend: by ``fit`` ("fit"), and by a loop around the step above ("own").

    Raises: CourseError for a backend that there is no step for.
    """
    import keras

    backend = keras.config.backend()
    if backend not in STEPS:
        raise CourseError(f"there is a step for {', '.join(STEPS)}; KERAS_BACKEND says {backend!r}")
    model, x, y = network_and_data()
    x, y = keras.ops.convert_to_tensor(x), keras.ops.convert_to_tensor(y)
    optimizer = keras.optimizers.Adam(0.01)
    optimizer.build(model.trainable_variables)
    step = STEPS[backend](model, keras.losses.BinaryCrossentropy(from_logits=True), optimizer)
    losses = []
    for _ in range(EPOCHS):
        batches = [float(step(x[i : i + BATCH], y[i : i + BATCH])) for i in range(0, ROWS, BATCH)]
        losses.append(float(np.mean(batches)))
    return {"fit": fit()[0], "own": losses}


def two_devices() -> dict:
    """The losses of each epoch on one virtual device ("one") and on two ("two"), and the number of devices.

    TensorFlow's engine is ``tf.distribute``, JAX's is ``keras.distribution``. Needs a process that has run nothing yet.
    Raises: CourseError for another backend.
    """
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if backend == "tensorflow":
        import tensorflow as tf

        processor = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)
        strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
        return {"devices": strategy.num_replicas_in_sync, "one": fit()[0], "two": fit(scope=strategy.scope())[0]}
    if backend == "jax":
        os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"
        from keras import distribution

        one, devices = fit()[0], distribution.list_devices()
        distribution.set_distribution(distribution.DataParallel(devices=devices))
        return {"devices": len(devices), "one": one, "two": fit()[0]}
    raise CourseError(f"KERAS_BACKEND must be tensorflow or jax here; got {backend!r}")


def main(arguments: list[str]) -> int:
    """Run one experiment; 2 for one that does not exist, or a backend that it does not know."""
    experiments = {"own_step": own_step, "killable": killable, "two_devices": two_devices}
    name, *options = arguments or [""]
    if name not in experiments or len(options) != (name == "killable"):
        print("usage: small_training own_step | killable FOLDER | two_devices", file=sys.stderr)
        return 2
    began = time.perf_counter()
    try:
        found = experiments[name](*options)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 2
    if found:
        import keras

        backend = keras.config.backend()
        found |= {"backend": backend, "version": version(backend), "keras": keras.__version__}
        found |= {"python": sys.version.split()[0], "seconds": round(time.perf_counter() - began, 1)}
        print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
