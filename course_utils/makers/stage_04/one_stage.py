"""Make one_stage.json: the compact YOLO trained from five seeds, on the notebook's scenes, and without each term of its loss.

    python data/stage_04/make_one_stage.py [SEED …]              five seeds
    python data/stage_04/make_one_stage.py without [SEED …]      the terms of its loss, two seeds

About 90 s of CPU time a training, written as soon as it is done. What is named is trained again, the rest stays as it is in the
file. With the word "missing" only what the file lacks is trained, so that a run that was stopped goes on.
"""

import json
import sys
import time
from importlib.metadata import version

import numpy as np

from course_utils.detection import scenes
from course_utils.detection.box_metrics import error_kinds
from course_utils.makers.stage_04 import taught
from course_utils.quiet import keras
from course_utils.stages import ROOT

FILE = ROOT / "data" / "stage_04" / "one_stage.json"
TRAINING, TESTING, SURE = 4000, 300, 0.3


def one_seed(train, test, seed: int, weights: dict[str, float] | None = None) -> dict:
    """Train the notebook's network with its loss, some of the terms' weights changed, and score it."""
    stage = taught()
    targets = np.stack([stage["cell_targets"](*truth) for truth in train.truths()])
    keras.utils.set_random_seed(seed)
    model = stage["compact_yolo"](stage["KINDS"])
    began = time.process_time()
    stage["fit_yolo"](model, stage["yolo_loss"](stage["WEIGHTS"] | (weights or {})), train.images, targets)
    seconds = time.process_time() - began
    detections = [stage["decode_cells"](said) for said in model.predict(test.images, batch_size=50, verbose=0)]
    scores = stage["coco_scores"](detections, test.truths(), stage["KINDS"])
    sure = [stage["with_score"](picture, SURE) for picture in detections]
    return {
        "scores": {name: round(float(value), 4) for name, value in scores.items()},
        "kinds": error_kinds(sure, test.truths()).counts,
        "cpu_seconds": round(seconds),
    }


def main(arguments: list[str]) -> None:
    """Train what is asked for, and write the file."""
    without, missing = "without" in arguments, "missing" in arguments
    seeds = [int(text) for text in arguments if text not in ("without", "missing")]
    train, test = scenes.compose(TRAINING, seed=1), scenes.compose(TESTING, split="test")
    stage = taught()
    weights_of = stage["WEIGHTS"]
    changes = {f"without {term}": {term: 0.0} for term in weights_of} if without else {"": None}
    if without:
        changes["size at the paper's weight"] = {"size": weights_of["size"] / stage["GRID"]}
    for seed in seeds or range(2 if without else 5):
        for term, weights in changes.items():
            kept = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"seeds": {}, "changed": {}}
            place = kept["changed"].setdefault(term, {}) if term else kept["seeds"]
            if missing and str(seed) in place:
                continue
            found = place[str(seed)] = one_seed(train, test, seed, weights)
            print(term, seed, found, file=sys.stderr, flush=True)
            whole = {
                "what": f"A compact YOLO trained on {TRAINING} scenes and tested on {TESTING} of unseen writers, by seed: AP, AP50, "
                f"AP75; what its detections with a score from {SURE} are; the same without each term of the loss",
                "command": "python data/stage_04/make_one_stage.py; python data/stage_04/make_one_stage.py without",
                "machine": "two CPU cores",
                "versions": {"python": sys.version.split()[0]}
                | {name: version(name) for name in ("keras", "tensorflow", "numpy", "scikit-image")},
                "parameters": stage["compact_yolo"](stage["KINDS"]).count_params(),
                "weights": weights_of,
                "seeds": {name: kept["seeds"][name] for name in sorted(kept["seeds"], key=int)},
                "changed": kept["changed"],
            }
            FILE.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
