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

from course_utils import training
from course_utils.detection import yolo
from course_utils.detection.boxes import error_kinds, mean_average_precision
from course_utils.detection.scenes import CLASSES, scenes
from course_utils.stages import ROOT

FILE = ROOT / "data" / "stage_04" / "one_stage.json"
TRAINING, TESTING, SURE = 4000, 300, 0.3


def one_seed(model, train, test, seed: int, **options) -> dict:
    """Train the model afresh and score it."""
    training.reinitialise(model, seed)
    began = time.process_time()
    yolo.fit(model, train.images, train.boxes, train.classes, train.mask, **options)
    seconds = time.process_time() - began
    detections = yolo.detect(model, test.images, len(CLASSES))
    scores = mean_average_precision(detections, test.truths(), len(CLASSES))
    sure = [(b[s >= SURE], s[s >= SURE], c[s >= SURE]) for b, s, c in detections]
    return {
        "scores": {name: round(value, 4) for name, value in scores.items()},
        "kinds": error_kinds(sure, test.truths()).counts,
        "cpu_seconds": round(seconds),
    }


def main(arguments: list[str]) -> None:
    """Train what is asked for, and write the file."""
    without, missing = "without" in arguments, "missing" in arguments
    seeds = [int(text) for text in arguments if text not in ("without", "missing")]
    train, test = scenes(TRAINING, seed=1), scenes(TESTING, split="test")
    model = yolo.compact_yolo(len(CLASSES))
    changes = {f"without {term}": {term: 0.0} for term in yolo.TERMS} if without else {"": None}
    if without:
        changes["size at the paper's weight"] = {"size": yolo.TERMS["size"]}
    for seed in seeds or range(2 if without else 5):
        for term, weights in changes.items():
            kept = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"seeds": {}, "changed": {}}
            place = kept["changed"].setdefault(term, {}) if term else kept["seeds"]
            if missing and str(seed) in place:
                continue
            found = place[str(seed)] = one_seed(model, train, test, seed, weights=weights)
            print(term, seed, found, file=sys.stderr, flush=True)
            whole = {
                "what": f"A compact YOLO trained on {TRAINING} scenes and tested on {TESTING} of unseen writers, by seed: AP, AP50, "
                f"AP75; what its detections with a score from {SURE} are; the same without each term of the loss",
                "command": "python data/stage_04/make_one_stage.py; python data/stage_04/make_one_stage.py without",
                "machine": "two CPU cores",
                "versions": {"python": sys.version.split()[0]}
                | {name: version(name) for name in ("keras", "tensorflow", "numpy", "scikit-image")},
                "parameters": model.count_params(),
                "weights": yolo.TERMS | {"size": 8 * yolo.TERMS["size"]},
                "seeds": {name: kept["seeds"][name] for name in sorted(kept["seeds"], key=int)},
                "changed": kept["changed"],
            }
            FILE.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
