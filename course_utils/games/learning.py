"""Many gradient steps in one compiled call: what makes an agent on a CPU train in seconds."""

from collections.abc import Callable

import numpy as np

from ..errors import CourseError
from ..quiet import keras

__all__ = ["compile_steps"]


def compile_steps(
    loss: Callable,
    network: keras.Model,
    optimizer: keras.optimizers.Optimizer,
    target: keras.Model | None = None,
    copy_every: int = 1,
) -> Callable[..., np.ndarray]:
    """A function that takes arrays (steps, …), does one gradient step for each, and returns what each step reported.

    A step is what ``fit`` does for a batch; here a few hundred of them are one call of the compiled graph, because the
    call itself costs more than a step of a small network.

    Args:
        loss: a function, in ``keras.ops``, of one entry of each array that returns (loss, report): a scalar to go
            down, and a tensor to hand back, of the same shape every time.
        network: built; its trainable weights are moved.
        optimizer: a Keras optimiser of this network's own.
        target: a network of the same shape that is set to ``network`` before gradient step 0, copy_every, 2 × copy_every, …;
            steps are counted on from call to call.
        copy_every: at least 1.
    Returns: a function of arrays (steps, …) → (steps, …) float32, the reports.
    Raises: RuntimeError on another backend than TensorFlow; CourseError for copy_every below 1.
    """
    if keras.backend.backend() != "tensorflow":
        raise RuntimeError(
            f"compiled steps need the TensorFlow backend; this is {keras.backend.backend()}: start with "
            "KERAS_BACKEND=tensorflow"
        )
    if copy_every < 1:
        raise CourseError(f"copy_every must be at least 1; got {copy_every}")
    import tensorflow as tf

    optimizer.build(network.trainable_variables)

    @tf.function(reduce_retracing=True)
    def steps(arrays):
        count = tf.shape(arrays[0])[0]
        reports = tf.TensorArray(tf.float32, size=count)
        for step in tf.range(count):
            if target is not None and optimizer.iterations % copy_every == 0:
                for old, new in zip(target.variables, network.variables, strict=True):
                    old.assign(new)
            with tf.GradientTape() as tape:
                value, report = loss(*(array[step] for array in arrays))
            gradients = tape.gradient(value, network.trainable_variables)
            optimizer.apply(gradients, network.trainable_variables)
            reports = reports.write(step, report)
        return reports.stack()

    return lambda *arrays: steps([tf.convert_to_tensor(array) for array in arrays]).numpy()
