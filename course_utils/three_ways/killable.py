"""A training that can be killed and resumed: ``python -m course_utils.three_ways.killable FOLDER``.

As a program it says when it is in the middle of epoch 5 and waits there to be killed. Stage 2, "Killed half-way".
"""

import sys
import time

from ..quiet import keras

__all__ = ["Pause", "train"]


class Pause(keras.callbacks.Callback):
    """Say so in the middle of epoch 5, and wait to be killed."""

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch + 1

    def on_train_batch_begin(self, batch, logs=None):
        if (self.epoch, batch) == (5, 10):
            print("in the middle of epoch 5", flush=True)
            time.sleep(300)


def train(backup=None, pause=False):
    """Losses by epoch and final weights of 8 epochs.

    Args:
        backup: a folder; after each epoch the state goes there, and a state that lies there is where training begins.
        pause: stop in the middle of epoch 5.
    Returns: list of floats (of the epochs trained now), list of arrays.
    """
    import numpy as np

    rng = np.random.default_rng(0)
    x = rng.normal(size=(640, 8)).astype("float32")
    y = (x[:, :1] ** 2 + x[:, 1:2] > 0.5).astype("float32")
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, "tanh"), keras.layers.Dense(1)])
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    callbacks = [keras.callbacks.BackupAndRestore(backup)] if backup else []
    callbacks += [Pause()] if pause else []
    history = model.fit(x, y, batch_size=32, epochs=8, shuffle=False, verbose=0, callbacks=callbacks)
    return history.history["loss"], model.get_weights()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m course_utils.three_ways.killable FOLDER")
    train(sys.argv[1], pause=True)
