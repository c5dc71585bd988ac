"""Scenes: what the card says, boxes that fit, nothing shared between training and test."""

import numpy as np
import pytest

from course_utils.detection import scenes as S
from course_utils.detection.box_metrics import iou


@pytest.fixture(scope="module")
def some():
    return S.compose(200)


def test_scenes_are_what_the_card_says(some):
    arrays = {name: getattr(some, name) for name in S.CARD.shapes}
    assert {name: array.shape for name, array in arrays.items()} == S.CARD.shapes
    assert sum(array.nbytes for array in arrays.values()) == S.CARD.bytes
    assert some.checksum() == S.CARD.checksum


def test_boxes_lie_in_the_picture_and_padding_is_empty(some):
    boxes = some.boxes[some.mask]
    assert ((boxes >= 0) & (boxes <= S.SIZE)).all()
    assert (boxes[:, 2:] > boxes[:, :2]).all()
    assert not some.boxes[~some.mask].any()
    assert (some.classes[~some.mask] == -1).all()
    assert set(some.classes[some.mask]) == set(range(len(S.CLASSES)))
    assert ((some.images >= 0) & (some.images <= 1)).all()


def test_an_object_fills_its_box():
    """The picture with an object differs from the one without it just inside the box."""
    rng = np.random.default_rng(0)
    for label in range(len(S.CLASSES)):
        image = np.full((S.SIZE, S.SIZE, 3), 0.5)
        ink = S._handwriting("train")[label][0] if label < S.DIGITS else None
        S._paint(image, rng, label, ink, np.array([10.0, 20, 34, 50]))
        rows, columns = np.nonzero(np.abs(image - 0.5).max(axis=2) > 0.05)
        assert abs(columns.min() - 10) <= 1
        assert abs(columns.max() - 33) <= 1
        assert abs(rows.min() - 20) <= 1
        assert abs(rows.max() - 49) <= 1


def test_parameters_mean_what_they_say():
    small = S.compose(40, scale=(8, 12), cut_off=0)
    assert (small.boxes[small.mask][:, 3] - small.boxes[small.mask][:, 1]).max() <= 12.001
    assert (small.seen[small.mask] > 0.999).all()
    apart = S.compose(40, objects=(4, 6), overlap=0.0)
    for boxes, _ in apart.truths():
        for number, box in enumerate(boxes.astype(float)):
            others = np.delete(boxes.astype(float), number, axis=0)
            assert not len(others) or iou(box[None], others).max() < 1e-6
    edge = S.compose(40, cut_off=1.0)
    assert (edge.seen[edge.mask] < 0.99).any()
    assert (edge.seen[edge.mask] >= 0.499).all()


def test_the_same_seed_gives_the_same_scenes_and_parts_share_nothing():
    assert S.compose(5, seed=3).checksum() == S.compose(5, seed=3).checksum()
    assert S.compose(5, seed=3).checksum() != S.compose(5, seed=4).checksum()
    assert not set(S.TEXTURES["train"]) & set(S.TEXTURES["test"])
    train = {ink.tobytes() for samples in S._handwriting("train") for ink in samples}
    test = [ink.tobytes() for samples in S._handwriting("test") for ink in samples]
    assert sum(ink in train for ink in test) == 0


def test_slices_and_truths(some):
    part = some[3:7]
    assert len(part) == 4
    assert part.mask.sum() == sum(len(boxes) for boxes, _ in part.truths()) == sum(len(c) for _, c in part.truths())
    assert "4 scenes" in repr(part)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"count": 0}, "count"),
        ({"count": 1, "split": "valid"}, "split"),
        ({"count": 1, "objects": (0, 2)}, "objects"),
        ({"count": 1, "scale": (4, 60)}, "scale"),
        ({"count": 1, "overlap": 1.0}, "overlap"),
        ({"count": 1, "seed": -1}, "seed"),
    ],
)
def test_bad_parameters_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        S.compose(**options)
