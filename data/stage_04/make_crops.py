"""Make crops.json: the notebook's R-CNN trained on few and on all of the notebook's scenes, from three seeds each.

    python data/stage_04/make_crops.py [SCENES …]

Numbers of scenes that are named are made again, the others stay as they are in the file; each result is written as it is found.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import keras
import numpy as np
from keras import ops

from course_utils import proposals
from course_utils.datasets.scenes import CLASSES, scenes
from course_utils.definitions import selected
from course_utils.metrics.boxes import mean_average_precision
from course_utils.networks import faster_rcnn

FILE = Path(__file__).resolve().with_name("crops.json")
TRAINING, TESTING, SEEDS, EPOCHS = (350, 4000), 300, range(3), 12


def taught() -> dict:
    """The notebook's own functions of section 4.3."""
    space = {"np": np, "keras": keras, "ops": ops, "proposals": proposals, "faster_rcnn": faster_rcnn}
    return selected(4, {"steps_from", "crops_from", "crop_network", "detect_by_crops"}, space)


def one_seed(
    space: dict, crops: list[np.ndarray], test, boxes: list[np.ndarray], seed: int, epochs: int = EPOCHS
) -> dict:
    """Train a fresh network on the crops as the notebook does, and score it on the test scenes."""
    images, kinds, steps = crops
    keras.utils.set_random_seed(seed)
    network = space["crop_network"](len(CLASSES))
    losses = ["sparse_categorical_crossentropy", "mean_absolute_error"]
    network.compile(optimizer=keras.optimizers.Adam(2e-3), loss=losses, loss_weights=[1.0, 2.0])
    began = time.process_time()
    weights = [np.ones(len(kinds)), (kinds > 0).astype("float32")]
    network.fit(images, [kinds, steps], sample_weight=weights, epochs=epochs, batch_size=64, verbose=0)
    seconds = time.process_time() - began
    found = [
        space["detect_by_crops"](network, image, some) for image, some in zip(test.images, boxes, strict=True)
    ]
    scores = mean_average_precision(found, test.truths(), len(CLASSES))
    return {
        "scores": {name: round(value, 4) for name, value in scores.items()},
        "cpu_seconds": round(seconds),
    }


def main(sizes: list[int]) -> None:
    """Train, and write the file after each seed."""
    space = taught()
    train, test = scenes(max(TRAINING), seed=1), scenes(TESTING, split="test")
    boxes = [np.resize(proposals.selective_search(image)[:50], (50, 4)) for image in test.images]
    kept = json.loads(FILE.read_text(encoding="utf-8"))["scenes"] if FILE.exists() else {}
    for size in sizes:
        crops = space["crops_from"](train[:size])
        print(size, "scenes:", len(crops[0]), "crops", file=sys.stderr, flush=True)
        kept[str(size)] = {"crops": len(crops[0]), "seeds": {}}
        for seed in SEEDS:
            kept[str(size)]["seeds"][str(seed)] = one_seed(space, crops, test, boxes, seed)
            found = {
                "what": f"The notebook's R-CNN, {EPOCHS} epochs, by the number of scenes whose crops it learnt from, and by seed: AP, "
                f"AP50, AP75 on {TESTING} scenes of unseen writers, 50 proposals of selective search each",
                "command": "python data/stage_04/make_crops.py",
                "machine": "one CPU core",
                "versions": {"python": sys.version.split()[0]}
                | {name: version(name) for name in ("keras", "tensorflow", "numpy", "scikit-image")},
                "scenes": {name: kept[name] for name in sorted(kept, key=int)},
            }
            FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
            print(size, seed, kept[str(size)]["seeds"][str(seed)], file=sys.stderr, flush=True)


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or list(TRAINING))
