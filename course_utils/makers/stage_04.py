"""Stage 4: both detectors on the notebook's scenes and on real blood cells. The measures and all of YOLO are the notebook's own code."""

import numpy as np

from .. import datasets, training
from ..detection import faster_rcnn, folders, proposals, scenes
from ..detection.box_metrics import error_kinds
from ..live import Timer
from ..quiet import keras
from ..tools.definitions import selected
from .files import rounded
from .record import maker

NAMES = {
    "to_centres", "to_corners", "area", "iou", "giou", "nms", "soft_nms", "match", "precision_recall", "average_precision",
    "coco_scores", "CLASSES", "alike", "CELL_PIXELS", "GRID", "BOXES", "KINDS", "cell_targets", "overlap_of", "yolo_terms",
    "yolo_v1", "compact_yolo", "WEIGHTS", "yolo_loss", "fit_detector", "decode_cells", "with_score",
}  # fmt: skip
COUNTS = (5, 10, 25, 50)
TRAINING, TESTING = 4000, 300  # scenes


def taught() -> dict:
    """Stage 4's functions and constants by name, taken out of its notebook anew."""
    scope = {"np": np, "keras": keras, "layers": keras.layers, "ops": keras.ops, "training": training, "scenes": scenes}
    return selected(4, NAMES, scope)


def searched(images) -> list[np.ndarray]:
    """Selective search's proposals for each image."""
    return [proposals.selective_search(image, taught()["alike"]) for image in images]


def recalls(regions, truths) -> dict[str, float]:
    return {str(count): round(proposals.recall(regions, truths, count), 4) for count in COUNTS}


def train_two_stage(model, train, test, search: list[np.ndarray], seed: int) -> dict:
    """Train Faster R-CNN afresh and score it, ``search`` being :func:`searched` of the test's images."""
    training.reinitialise(model, seed)
    targets = {"boxes": train.boxes, "classes": train.classes, "present": train.mask}
    with Timer() as timer:
        taught()["fit_detector"](model, train.images, targets)
    detections, regions = faster_rcnn.detect(model, test.images)
    coco_scores, kinds = taught()["coco_scores"], len(scenes.CLASSES)
    padded = np.stack([np.resize(boxes[:50], (50, 4)) for boxes in search]).astype("float32")
    heads = model.second_look(model.features(test.images), padded)
    on_search = faster_rcnn.to_detections(heads["probabilities"], heads["boxes"])
    return {
        "scores": rounded(coco_scores(detections, test.truths(), kinds)),
        "AP50_on_selective_search": round(float(coco_scores(on_search, test.truths(), kinds)["AP50"]), 4),
        "recall": recalls(list(regions), test.truths()),
        "cpu_seconds": round(timer.seconds),
    }


@maker(seeds=range(5), packages=("scikit-image",))
def two_stage(seeds):
    """A compact Faster R-CNN on scenes, by seed. Trained on 4,000 scenes and tested on 300 of unseen writers: AP, AP50, AP75; AP50 of its head on
    selective search's first 50 proposals; recall at IoU 0.5 of its first 5 to 50 proposals.
    """
    train, test = scenes.compose(TRAINING, seed=1), scenes.compose(TESTING, split="test")
    search, model = searched(test.images), faster_rcnn.FasterRCNN(len(scenes.CLASSES))
    for seed in seeds:
        run = train_two_stage(model, train, test, search, seed)
        about = {"parameters": model.count_params(), "selective_search_recall": recalls(search, test.truths())}
        yield {"seed": seed} | about | {"seeds": {str(seed): run}}


SURE = 0.3


def train_one_stage(train, test, seed: int, weights: dict[str, float] | None = None) -> dict:
    """Train the notebook's YOLO with its loss, some of the terms' weights changed, and score it."""
    nb = taught()
    targets = np.stack([nb["cell_targets"](*truth) for truth in train.truths()])
    keras.utils.set_random_seed(seed)
    model = nb["compact_yolo"](nb["KINDS"])
    with Timer() as timer:
        nb["fit_detector"](model, train.images, targets, nb["yolo_loss"](nb["WEIGHTS"] | (weights or {})))
    detections = [nb["decode_cells"](cells) for cells in model.predict(test.images, batch_size=50, verbose=0)]
    sure = [nb["with_score"](picture, SURE) for picture in detections]
    return {
        "scores": rounded(nb["coco_scores"](detections, test.truths(), nb["KINDS"])),
        "kinds": error_kinds(sure, test.truths()).counts,
        "cpu_seconds": round(timer.seconds),
    }


@maker(seeds=range(5), parts=("whole", "without"), packages=("scikit-image",))
def one_stage(seeds, parts):
    """A compact YOLO on scenes, by seed. Trained on 4,000 scenes and tested on 300 of unseen writers: AP, AP50, AP75; what its detections with a
    score from 0.3 are; the same without each term of the loss (part "without", seeds 0 and 1).
    """
    train, test, nb = scenes.compose(TRAINING, seed=1), scenes.compose(TESTING, split="test"), taught()
    about = {"parameters": nb["compact_yolo"](nb["KINDS"]).count_params(), "weights": nb["WEIGHTS"]}
    changes = {f"without {term}": {term: 0.0} for term in nb["WEIGHTS"]}
    changes["size at the paper's weight"] = {"size": nb["WEIGHTS"]["size"] / nb["GRID"]}
    for seed in seeds if "whole" in parts else ():
        yield {"seed": seed} | about | {"seeds": {str(seed): train_one_stage(train, test, seed)}}
    for seed in [seed for seed in seeds if seed < 2] if "without" in parts else ():
        for name, weights in changes.items():
            yield {"seed": seed, "changed": {name: {str(seed): train_one_stage(train, test, seed, weights)}}}


SIZE, PASSES, MOST, SHOWN, SHOWN_FROM = 128, 25, 32, 3, 0.5


def train_on_cells(seed: int, cells, images, size: int = SIZE, epochs: int = PASSES) -> dict[str, tuple]:
    """What each detector finds on the images after its training on blood cells, and its CPU seconds."""
    nb = taught()
    keras.utils.set_random_seed(seed)
    with Timer() as first:
        anchors = (3 * size // 32, 5 * size // 32, size // 4)
        two = faster_rcnn.FasterRCNN(3, size, sizes=anchors, candidates=256, proposals=100, sampled=48)
        boxes = dict(zip(("boxes", "classes", "present"), cells[1:], strict=True))
        nb["fit_detector"](two, cells[0], boxes, epochs=epochs)
        of_two = faster_rcnn.detect(two, images, batch_size=24)[0]
    keras.utils.set_random_seed(seed)
    with Timer() as second:
        one = nb["compact_yolo"](3, size)
        targets = [nb["cell_targets"](b[there], c[there], size, 3) for b, c, there in zip(*cells[1:], strict=True)]
        loss = nb["yolo_loss"](nb["WEIGHTS"] | {"size": 5.0 * size / nb["CELL_PIXELS"]})  # sizes in cells
        nb["fit_detector"](one, cells[0], np.stack(targets), loss, epochs=epochs)
        of_one = [nb["decode_cells"](found) for found in one.predict(images, batch_size=24, verbose=0)]
    return {"Faster R-CNN": (of_two, first.seconds), "YOLO": (of_one, second.seconds)}


@maker(seeds=range(3))
def blood_cells(seeds):
    """BCCD at 128 × 128 pixels, both detectors after 25 passes over its other pictures, by seed. AP, AP50 and AP75 on its test pictures. The arrays:
    the first three of those, their boxes, and what each detector finds there with a score from 0.5, of seed 0.
    """
    pictures = datasets.load("bccd")
    cells = folders.as_scenes(pictures["train"] + pictures["val"], SIZE, MOST)
    images, *truth = folders.as_scenes(pictures["test"], SIZE, MOST)
    real = [(boxes[mask], classes[mask]) for boxes, classes, mask in zip(*truth, strict=True)]
    for seed in seeds:
        runs, results = train_on_cells(seed, cells, images), {}
        for name, (detections, seconds) in runs.items():
            scores = rounded(taught()["coco_scores"](detections, real, 3))
            results[name] = {str(seed): scores | {"cpu_seconds": round(seconds)}}
        shown = {"blood_cells.npz": first_pictures(images, real, runs)} if seed == 0 else {}
        yield {"seed": seed, "results": results} | shown


def first_pictures(images, real, runs) -> dict[str, np.ndarray]:
    """The arrays that ship of the first test pictures."""
    arrays = {"images": np.round(255 * images[:SHOWN]).astype("uint8")}
    for number in range(SHOWN):
        arrays[f"truth_boxes_{number}"], arrays[f"truth_classes_{number}"] = real[number]
        for name, (detections, _) in runs.items():
            boxes, scores, classes = detections[number]
            sure = scores >= SHOWN_FROM
            arrays[f"{name}_boxes_{number}"] = boxes[sure].astype("float32")
            arrays[f"{name}_classes_{number}"] = classes[sure]
    return arrays
