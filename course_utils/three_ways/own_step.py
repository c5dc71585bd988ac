"""One training step written out for each backend, as a program: ``KERAS_BACKEND=jax python -m course_utils.three_ways.own_step``.

Prints one line of JSON: the backend, and the loss of each epoch by ``fit`` and by a loop around the step below. Network,
loss and optimiser are Keras' and the same everywhere; only the way to the gradient is the backend's own. Stage 2, "Three
ways to train".
"""

import json
import sys
import time
from importlib.metadata import version

from ..errors import CourseError

__all__ = ["EPOCHS", "STEPS", "jax_step", "tensorflow_step", "torch_step", "train"]

EPOCHS, BATCH, ROWS = 6, 64, 512


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


def train() -> dict[str, list[float]]:
    """The losses of each epoch, "fit" and "own", from the same first weights and the same rows, on Keras' backend.

    Raises: CourseError for a backend that there is no step for.
    """
    import keras
    import numpy as np

    if keras.config.backend() not in STEPS:
        raise CourseError(f"there is a step for {', '.join(STEPS)}; KERAS_BACKEND says {keras.config.backend()!r}")
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, 8)).astype("float32")
    y = (x[:, :1] ** 2 + x[:, 1:2] > 0.5).astype("float32")
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, "tanh"), keras.layers.Dense(1)])
    first = [rng.normal(size=weight.shape) * 0.3 for weight in model.get_weights()]
    loss_function = keras.losses.BinaryCrossentropy(from_logits=True)

    model.set_weights(first)
    model.compile(keras.optimizers.Adam(0.01), loss_function)
    by_fit = model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0).history["loss"]

    model.set_weights(first)
    optimizer = keras.optimizers.Adam(0.01)
    optimizer.build(model.trainable_variables)
    step, own = STEPS[keras.config.backend()](model, loss_function, optimizer), []
    batches = [
        tuple(keras.ops.convert_to_tensor(part[i : i + BATCH]) for part in (x, y)) for i in range(0, ROWS, BATCH)
    ]
    for _ in range(EPOCHS):
        own.append(float(np.mean([float(step(*batch)) for batch in batches])))
    return {"fit": by_fit, "own": own}


def main() -> int:
    """Train twice and print both curves; 2 for a backend that this program does not know."""
    import keras

    began = time.perf_counter()
    try:
        found = {"backend": keras.config.backend(), **train()}
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    found |= {"version": version(found["backend"]), "keras": keras.__version__}
    found |= {"python": sys.version.split()[0], "seconds": round(time.perf_counter() - began, 1)}
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
