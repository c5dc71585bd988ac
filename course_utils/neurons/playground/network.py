"""The playground's Keras network: many steps in one compiled call, and every neuron's picture."""

from collections.abc import Callable

import numpy as np

from ...quiet import keras

__all__ = ["Network"]

_TENSORFLOW = keras.backend.backend() == "tensorflow"


class Network:
    """A compiled ``keras.Sequential`` of Dense layers that trains in chunks of steps.

    What may change while it learns (learning rate, penalty) is a variable, so that one compiled graph serves; the
    layers and the optimiser are fixed. Nothing global is touched: seeds and automatic names stay the notebook's.

    Args:
        inputs: number of features.
        hidden: neurons of each hidden layer.
        activation: of the hidden layers.
        optimizer: "sgd" or "adam".
        classifies: a sigmoid output with binary cross-entropy, else a linear one with the mean squared error.
    """

    def __init__(self, inputs: int, hidden: tuple[int, ...], activation: str, optimizer: str, classifies: bool):
        self.penalty = _Penalty()
        self.model = keras.Sequential([keras.Input((inputs,), name="features")], name="playground")
        layers = [(size, activation, f"hidden_{number}") for number, size in enumerate(hidden, 1)]
        for size, kind, name in [*layers, (1, "sigmoid" if classifies else "linear", "output")]:
            glorot = keras.initializers.GlorotUniform(seed=0)  # without a seed it would draw from Python's generator
            options = {"kernel_initializer": glorot, "kernel_regularizer": self.penalty, "name": name}
            self.model.add(keras.layers.Dense(size, kind, **options))
        self.model.compile(optimizer, loss="binary_crossentropy" if classifies else "mean_squared_error")
        self.model.optimizer.build(self.model.trainable_variables)
        outputs = [layer.output for layer in self.model.layers]
        self._inside = keras.Model(self.model.inputs[0], outputs, name="inside")
        self._train = None

    def restart(self, seed: int) -> None:
        """Draw fresh Glorot weights, set the biases to zero, and let the optimiser forget."""
        for number, layer in enumerate(self.model.layers):
            draw = keras.initializers.GlorotUniform(seed=seed * 10 + number)  # at most five layers
            layer.kernel.assign(draw(layer.kernel.shape))
            layer.bias.assign(keras.ops.zeros_like(layer.bias))
        for variable in self.model.optimizer.variables:
            if variable is not self.model.optimizer.learning_rate:
                variable.assign(keras.ops.zeros_like(variable))

    def set_rates(self, learning_rate: float, l1: float, l2: float) -> None:
        """Set the optimiser's learning rate and the penalty l1 × Σ|w| + l2 × Σw² on the weights (not the biases)."""
        self.model.optimizer.learning_rate = learning_rate
        self.penalty.l1.assign(l1)
        self.penalty.l2.assign(l2)

    @property
    def compiled(self) -> bool:
        """Whether :meth:`train` can begin at once; compiling it takes up to two seconds of CPU time."""
        return self._train is not None

    def compile(self) -> None:
        """Compile the training step now, so that the first one comes as fast as the others."""
        if not self.compiled:
            self._train = (_compiled_steps if _TENSORFLOW else _steps)(self.model)

    def train(self, x: np.ndarray, y: np.ndarray, order: np.ndarray, bounds: np.ndarray) -> None:
        """Take one optimiser step for each row of ``bounds``.

        Args:
            x: (samples, inputs) float32.
            y: (samples, 1) float32.
            order: (places,) int32, the rows of ``x`` in the order in which they are learnt from.
            bounds: (steps, 2) int32, where in ``order`` each batch begins and ends.
        """
        self.compile()
        self._train(x, y, order, bounds)

    def look(self, x: np.ndarray) -> list[np.ndarray]:
        """The activations of every layer for (samples, inputs) float32: a (samples, neurons) float32 array each."""
        layers = keras.tree.flatten(self._inside(x, training=False))
        return [keras.ops.convert_to_numpy(layer) for layer in layers]


class _Penalty(keras.regularizers.Regularizer):
    """L1 and L2 with rates that can be changed after compiling; Keras' own are fixed numbers."""

    def __init__(self):
        self.l1 = keras.Variable(0.0, trainable=False, name="l1")
        self.l2 = keras.Variable(0.0, trainable=False, name="l2")

    def __call__(self, weights):
        return self.l1 * keras.ops.sum(keras.ops.abs(weights)) + self.l2 * keras.ops.sum(weights**2)


def _compiled_steps(model) -> Callable:
    """:meth:`Network.train` as one graph, traced for data of any length."""
    import tensorflow as tf

    rows, column = tf.TensorSpec(model.input_shape, tf.float32), tf.TensorSpec((None, 1), tf.float32)
    order, bounds = tf.TensorSpec((None,), tf.int32), tf.TensorSpec((None, 2), tf.int32)

    @tf.function(input_signature=[rows, column, order, bounds])
    def train(x, y, order, bounds):
        for step in tf.range(tf.shape(bounds)[0]):
            batch = order[bounds[step, 0] : bounds[step, 1]]
            inputs, targets = tf.gather(x, batch), tf.gather(y, batch)
            with tf.GradientTape() as tape:
                loss = model.compute_loss(inputs, targets, model(inputs, training=True))
            gradients = tape.gradient(loss, model.trainable_variables)
            model.optimizer.apply(gradients, model.trainable_variables)

    # The concrete function skips TensorFlow's count of traces, which would warn of many networks.
    graph = train.get_concrete_function()
    return lambda *arrays: graph(*map(tf.constant, arrays))


def _steps(model) -> Callable:
    """:meth:`Network.train` in plain Keras calls, for JAX and PyTorch."""

    def train(x, y, order, bounds):
        for begin, end in bounds:
            model.train_on_batch(x[order[begin:end]], y[order[begin:end]])

    return train
