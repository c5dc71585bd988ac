"""Make two_stage.json: the compact Faster R-CNN trained from five seeds, on the notebook's scenes.

    python data/stage_04/make_two_stage.py [SEED …]

About 90 s of CPU time a seed. Seeds that are named are trained again, the others stay as they are in the file.
"""

import json
import sys
import time
from importlib.metadata import version

import numpy as np

from course_utils import training
from course_utils.detection import faster_rcnn, proposals, scenes
from course_utils.makers.stage_04 import taught
from course_utils.stages import ROOT

FILE = ROOT / "data" / "stage_04" / "two_stage.json"
COUNTS = (5, 10, 25, 50)
TRAINING, TESTING = 4000, 300


def one_seed(model, train, test, searched: list[np.ndarray], seed: int) -> dict:
    """Train the model afresh and score it."""
    training.reinitialise(model, seed)
    began = time.process_time()
    faster_rcnn.fit(model, train.images, train.boxes, train.classes, train.mask)
    seconds = time.process_time() - began
    detections, regions = faster_rcnn.detect(model, test.images)
    regions = list(regions)
    coco_scores, kinds = taught()["coco_scores"], len(scenes.CLASSES)
    scores = coco_scores(detections, test.truths(), kinds)
    padded = np.stack([np.resize(boxes[:50], (50, 4)) for boxes in searched]).astype("float32")
    said = model.second_look(model.features(test.images), padded)
    on_search = faster_rcnn.to_detections(said["probabilities"], said["boxes"])
    return {
        "scores": {name: round(float(value), 4) for name, value in scores.items()},
        "AP50_on_selective_search": round(float(coco_scores(on_search, test.truths(), kinds)["AP50"]), 4),
        "recall": {str(count): round(proposals.recall(regions, test.truths(), count), 4) for count in COUNTS},
        "cpu_seconds": round(seconds),
    }


def main(seeds: list[int]) -> None:
    """Train the seeds, and write the file."""
    train, test = scenes.compose(TRAINING, seed=1), scenes.compose(TESTING, split="test")
    searched = [proposals.selective_search(image, taught()["alike"]) for image in test.images]
    model = faster_rcnn.FasterRCNN(len(scenes.CLASSES))
    kept = json.loads(FILE.read_text(encoding="utf-8"))["seeds"] if FILE.exists() else {}
    for seed in seeds:
        kept[str(seed)] = one_seed(model, train, test, searched, seed)
        found = {
            "what": f"A compact Faster R-CNN trained on {TRAINING} scenes and tested on {TESTING} of unseen writers, by seed: AP, AP50, "
            "AP75; AP50 of its head on selective search's first 50 proposals; recall at IoU 0.5 of its first 5 to 50 proposals",
            "command": "python data/stage_04/make_two_stage.py",
            "machine": "two CPU cores",
            "versions": {"python": sys.version.split()[0]}
            | {name: version(name) for name in ("keras", "tensorflow", "numpy", "scikit-image")},
            "parameters": model.count_params(),
            "selective_search_recall": {
                str(count): round(proposals.recall(searched, test.truths(), count), 4) for count in COUNTS
            },
            "seeds": {name: kept[name] for name in sorted(kept, key=int)},
        }
        FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        print(seed, kept[str(seed)], file=sys.stderr, flush=True)


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or list(range(5)))
