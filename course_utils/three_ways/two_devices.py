"""The same training on one device and on two, as a program: ``python -m course_utils.three_ways.two_devices``.

Prints one line of JSON: the backend, the number of virtual devices, and the loss of each epoch on "one" and on "two".
A processor can only be split into virtual devices before the backend starts, hence a process of its own. On
TensorFlow the engine is ``tf.distribute``, on JAX ``keras.distribution``. Stage 2, "When one machine is not enough".
"""

import json
import os
import sys
import time

__all__ = ["EPOCHS", "train"]

EPOCHS, BATCH, ROWS = 6, 64, 512


def train(scope=None) -> list[float]:
    """The loss of each epoch, from the same first weights and the same rows every time.

    Args:
        scope: what the model is made in: ``strategy.scope()`` of ``tf.distribute``; None for one device.
    """
    from contextlib import nullcontext

    import keras
    import numpy as np

    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, 8)).astype("float32")
    y = (x[:, :1] ** 2 + x[:, 1:2] > 0.5).astype("float32")
    first = [rng.normal(size=shape) * 0.3 for shape in ((8, 16), (16,), (16, 1), (1,))]
    with scope or nullcontext():
        model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, "tanh"), keras.layers.Dense(1)])
        model.set_weights(first)
        model.compile(keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy(from_logits=True))
    return model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0).history["loss"]


def main() -> int:
    """Train twice and print the comparison; 2 for a backend that this program does not know."""
    backend, began = os.environ.get("KERAS_BACKEND", "tensorflow"), time.perf_counter()
    if backend == "tensorflow":
        import tensorflow as tf

        processor = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)
        one = train()
        strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
        found = {
            "backend": backend,
            "devices": strategy.num_replicas_in_sync,
            "one": one,
            "two": train(strategy.scope()),
        }
    elif backend == "jax":
        os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"
        import jax
        import keras

        one = train()
        keras.distribution.set_distribution(keras.distribution.DataParallel(devices=keras.distribution.list_devices()))
        found = {"backend": backend, "devices": len(keras.distribution.list_devices()), "one": one, "two": train()}
        found |= {"jax": jax.__version__, "keras": keras.__version__, "python": sys.version.split()[0]}
        found["what"] = "loss of each epoch of the same training on one and on two virtual devices"
        found["command"] = "KERAS_BACKEND=jax python -m course_utils.three_ways.two_devices"
        found["seconds"] = round(time.perf_counter() - began, 1)
    else:
        print(f"KERAS_BACKEND must be tensorflow or jax here; got {backend!r}", file=sys.stderr)
        return 2
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
