"""Stage 3's networks for films: on figures made here, and on the skeletons of JHMDB."""

import numpy as np

from ... import datasets
from ...live import Timer
from ...quiet import keras
from ...vision import video
from ..record import maker

BATCH, RATE = 32, 0.003
EPOCHS = {"actions": 12, "jhmdb": 30}
BUILD = {
    "one frame": video.one_frame,
    "mean of frames": video.mean_of_frames,
    "attention without order": lambda *shape: video.cnn_attention(*shape, order=False),
    "C3D": video.small_c3d,
    "CNN + LSTM": video.cnn_lstm,
    "CNN + attention": video.cnn_attention,
}


def loaded(name: str, seed: int) -> tuple:
    """Training and test clips in [0, 1] with their labels, and the number of classes."""
    data = datasets.load("actions", seed=seed) if name == "actions" else datasets.load("jhmdb", frames=8, size=24)
    x_train, x_test = (x.astype("float32") / 255 for x in (data.x_train, data.x_test))
    y_train = data.y_train
    if name == "jhmdb":  # few films: each one also in a mirror
        x_train, y_train = (np.concatenate([x_train, x_train[:, :, :, ::-1]]), np.concatenate([y_train, y_train]))
    return x_train, y_train, x_test, data.y_test, len(data.class_names)


def trained_accuracy(name: str, data: tuple, epochs: int, seed: int) -> float:
    """Test accuracy of a network trained with the stage's recipe."""
    x_train, y_train, x_test, y_test, classes = data
    keras.utils.set_random_seed(seed)
    model = BUILD[name](classes, x_train.shape[1:])
    rate = keras.optimizers.schedules.CosineDecay(RATE, epochs * -(-len(x_train) // BATCH))
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    model.fit(x_train, y_train, batch_size=BATCH, epochs=epochs, verbose=0)
    parts = [np.asarray(model(x_test[first : first + 220])) for first in range(0, len(x_test), 220)]
    return float(np.mean(np.concatenate(parts).argmax(axis=1) == y_test))


def on_films(name: str, seeds):
    """What a maker yields of all six networks."""
    for seed in seeds:
        data, accuracy, spent = loaded(name, seed), {}, {}
        for network in BUILD:
            with Timer() as timer:
                accuracy[network] = {str(seed): round(trained_accuracy(network, data, EPOCHS[name], seed), 4)}
            spent[network] = {str(seed): round(timer.seconds, 1)}
        yield {"seed": seed, "cpu_seconds": spent, "test_accuracy": accuracy}


@maker(seeds=range(5))
def actions(seeds):
    """Test accuracy of six networks on films made here. 1,100 clips of unseen figures after 12 epochs on 1,650 clips; a seed stands for new
    clips, new weights and a new order.
    """
    yield from on_films("actions", seeds)


@maker(seeds=range(5))
def jhmdb(seeds):
    """JHMDB, test accuracy of six networks on films of skeletons. Its first split (176 films, 14 actions), drawn as 8 frames of 24 x 24, after
    30 epochs on the 433 training films and their mirror images; a seed stands for new weights and a new order.
    """
    yield from on_films("jhmdb", seeds)
