"""Train the video networks of stage 3 over several seeds and write what they reached beside this file.

    python data/stage_03/make_actions.py [SEED ...]        actions.json: made figures; about 80 CPU seconds a seed
    python data/stage_03/make_actions.py jhmdb [SEED ...]  jhmdb.json: real skeletons, which have to be fetched first

Without seeds: 0 to 4. With the made figures a seed stands for new clips, new weights and a new order; with the real ones
for new weights and a new order. Results of other seeds that are in the file already are kept.
"""

import json
import platform
import sys
import time
from importlib.metadata import version

import numpy as np

from course_utils import datasets
from course_utils.quiet import keras
from course_utils.stages import ROOT
from course_utils.vision import video

HERE = ROOT / "data" / "stage_03"
BATCH, RATE = 32, 0.003
EPOCHS = {"actions": 12, "jhmdb": 30}
WHAT = {
    "actions": "Test accuracy on 1,100 clips of unseen figures after 12 epochs on 1,650 clips, for each seed",
    "jhmdb": "Test accuracy on JHMDB's first split (176 films, 14 actions), drawn as 8 frames of 24 x 24, after 30 epochs "
    "on the 433 training films and their mirror images, for each seed",
}
BUILD = {
    "one frame": video.one_frame,
    "mean of frames": video.mean_of_frames,
    "attention without order": lambda *shape: video.cnn_attention(*shape, order=False),
    "C3D": video.small_c3d,
    "CNN + LSTM": video.cnn_lstm,
    "CNN + attention": video.cnn_attention,
}


def loaded(data_set: str, seed: int) -> tuple:
    """Training and test clips in [0, 1] with their labels, and the number of classes."""
    if data_set == "actions":
        data = datasets.load("actions", seed=seed)
    else:
        data = datasets.load("jhmdb", frames=8, size=24)
    x_train, x_test = (x.astype("float32") / 255 for x in (data.x_train, data.x_test))
    y_train = data.y_train
    if data_set == "jhmdb":  # few films: each one also in a mirror
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


def main(data_set: str, seeds: list[int]) -> None:
    file = HERE / f"{data_set}.json"
    accuracy, spent = {}, {}
    for seed in seeds:
        data = loaded(data_set, seed)
        for name in BUILD:
            began = time.process_time()
            reached = trained_accuracy(name, data, EPOCHS[data_set], seed)
            accuracy.setdefault(name, {})[str(seed)] = round(reached, 4)
            spent.setdefault(name, {})[str(seed)] = round(time.process_time() - began, 1)
            print(data_set, seed, name, accuracy[name][str(seed)], spent[name][str(seed)], flush=True)
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for measured, name in ((accuracy, "test_accuracy"), (spent, "cpu_seconds")):
        for network, runs in measured.items():
            together = kept.get(name, {}).get(network, {}) | runs
            measured[network] = dict(sorted(together.items(), key=lambda run: int(run[0])))
    result = {
        "what": WHAT[data_set],
        "command": "python data/stage_03/make_actions.py" + " jhmdb" * (data_set == "jhmdb"),
        "machine": "two CPU cores",
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("keras", "tensorflow", "numpy")},
        "cpu_seconds": spent,
        "test_accuracy": accuracy,
    }
    file.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    chosen = arguments.pop(0) if arguments[:1] == ["jhmdb"] else "actions"
    main(chosen, [int(text) for text in arguments] or list(range(5)))
