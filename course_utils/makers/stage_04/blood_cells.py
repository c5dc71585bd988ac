"""Make blood_cells.json and blood_cells.npz: both detectors trained on real blood cells.

    COURSE_DATA=FOLDER python data/stage_04/make_blood_cells.py [SIZE [EPOCHS [SEED …]]]

FOLDER holds bccd/BCCD as its publisher lays it out. Pictures of SIZE pixels (128 where none is given; the full profile of the
notebook takes 256), EPOCHS passes (25; the notebook 60), seeds 0 to 2. The archive holds the first three of the publisher's test
pictures at that size, their boxes, and what each detector of the first seed finds there.
"""

import json
import sys
import time
from importlib.metadata import version

import numpy as np

from course_utils import datasets
from course_utils.detection import faster_rcnn, folders
from course_utils.makers.stage_04 import taught
from course_utils.quiet import keras
from course_utils.stages import ROOT

FILE = ROOT / "data" / "stage_04" / "blood_cells.json"
MOST, SHOWN, SURE = 32, 3, 0.5


def train(size: int, epochs: int, seed: int, cells, test_images) -> dict[str, tuple]:
    """What each detector finds on the test pictures after its training, its CPU seconds and its parameters."""
    found = {}
    began = time.process_time()
    keras.utils.set_random_seed(seed)
    anchors = (3 * size // 32, 5 * size // 32, size // 4)
    two = faster_rcnn.FasterRCNN(3, size, sizes=anchors, candidates=256, proposals=100, sampled=48)
    faster_rcnn.fit(two, *cells, epochs=epochs)
    answers = faster_rcnn.detect(two, test_images, batch_size=24)[0]
    found["Faster R-CNN"] = answers, time.process_time() - began
    began = time.process_time()
    keras.utils.set_random_seed(seed)
    stage = taught()
    one = stage["compact_yolo"](3, size)
    targets = [stage["cell_targets"](b[there], c[there], size, 3) for b, c, there in zip(*cells[1:], strict=True)]
    loss = stage["yolo_loss"](stage["WEIGHTS"] | {"size": 5.0 * size / stage["CELL_PIXELS"]})  # sizes in cells
    stage["fit_yolo"](one, loss, cells[0], np.stack(targets), epochs=epochs)
    answers = [stage["decode_cells"](said) for said in one.predict(test_images, batch_size=24, verbose=0)]
    found["YOLO"] = answers, time.process_time() - began
    return found


def main(size: int = 128, epochs: int = 25, *seeds: int) -> None:
    """Train, score, and write both files."""
    parts = datasets.load("bccd")
    cells = folders.as_scenes(parts["train"] + parts["val"], size, MOST)
    images, *truth = folders.as_scenes(parts["test"], size, MOST)
    real = [(boxes[mask], classes[mask]) for boxes, classes, mask in zip(*truth, strict=True)]
    results = {}
    for seed in seeds or range(3):
        for name, (answers, seconds) in train(size, epochs, seed, cells, images).items():
            scores = taught()["coco_scores"](answers, real, 3)
            results.setdefault(name, {})[str(seed)] = {key: round(float(value), 4) for key, value in scores.items()} | {
                "cpu_seconds": round(seconds)
            }
            print(name, seed, results[name][str(seed)], file=sys.stderr, flush=True)
            if seed == (seeds or range(3))[0]:
                results.setdefault("", {})[name] = answers[:SHOWN]
    shown = results.pop("")
    record = {
        "what": f"AP, AP50 and AP75 on the {len(images)} test pictures of BCCD, {size} × {size} pixels, after {epochs} passes over its "
        f"{len(cells[0])} other pictures, by seed",
        "command": f"COURSE_DATA=FOLDER python data/stage_04/make_blood_cells.py {size} {epochs}",
        "machine": "two CPU cores",
        "versions": {"python": sys.version.split()[0]}
        | {name: version(name) for name in ("keras", "tensorflow", "numpy")},
        "results": results,
    }
    FILE.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    arrays = {"images": np.round(255 * images[:SHOWN]).astype("uint8")}
    for number in range(SHOWN):
        arrays[f"truth_boxes_{number}"], arrays[f"truth_classes_{number}"] = real[number]
        for name, answers in shown.items():
            boxes, scores, classes = answers[number]
            sure = scores >= SURE
            arrays[f"{name}_boxes_{number}"] = boxes[sure].astype("float32")
            arrays[f"{name}_classes_{number}"] = classes[sure]
    np.savez_compressed(FILE.with_suffix(".npz"), **arrays)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
