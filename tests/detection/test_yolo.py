"""YOLO: targets, each term of the loss worked out on paper, decoding back, and what the networks hold."""

import numpy as np
import pytest

from course_utils import networks, training
from course_utils.detection import yolo
from course_utils.detection.boxes import mean_average_precision
from course_utils.detection.scenes import CLASSES, scenes

KINDS = len(CLASSES)


def one(box, label, grid=8):
    return yolo.targets(np.array([[box]]), np.array([[label]]), np.array([[True]]), KINDS, grid)


def test_targets_on_paper():
    said = one([16.0, 8, 40, 24], 2)  # centre (28, 16), 24 by 16
    assert said.shape == (1, 8, 8, 5 + KINDS)
    np.testing.assert_allclose(said[0, 2, 3, :5], [1, 0.5, 0, 24 / 64, 16 / 64], atol=1e-6)
    assert said[0, 2, 3, 5:].tolist() == [0, 0, 1, 0, 0, 0, 0, 0]
    assert said.sum() == pytest.approx(said[0, 2, 3].sum())


def test_of_two_centres_in_one_cell_the_larger_object_stays():
    boxes = np.array([[[16.0, 8, 40, 24], [24, 12, 32, 20]]])
    for order in ([0, 1], [1, 0]):
        said = yolo.targets(boxes[:, order], np.array([[2, 5]])[:, order], np.ones((1, 2), bool), KINDS)
        assert said[..., 0].sum() == 1
        assert said[0, 2, 3, 5 + 2] == 1
        assert said[0, 2, 3, 5:].sum() == 1


def test_targets_refuse_what_does_not_fit():
    with pytest.raises(ValueError, match="are needed"):
        yolo.targets(np.zeros((1, 2, 4)), np.zeros((1, 3)), np.ones((1, 2)), KINDS)
    with pytest.raises(ValueError, match="outside"):
        one([60.0, 60, 90, 90], 0)
    with pytest.raises(ValueError, match="class outside"):
        one([0.0, 0, 9, 9], KINDS)


def test_each_term_on_paper():
    truth = one([16.0, 8, 40, 24], 2)
    said = np.zeros((1, 8, 8, 10 + KINDS), dtype="float32")
    said[..., [4, 9]] = 0.1
    said[0, 2, 3, :10] = 0.7, 0.1, np.sqrt(24 / 64) + 0.1, np.sqrt(16 / 64), 0.6, 0.5, 0, 0.1, 0.1, 0.3
    said[0, 2, 3, 10:] = np.eye(KINDS)[4]
    terms = {name: float(value[0]) for name, value in yolo.loss_terms(truth, said).items()}
    assert list(terms) == list(yolo.TERMS)
    assert terms["place"] == pytest.approx(0.2**2 + 0.1**2, abs=1e-6)
    assert terms["size"] == pytest.approx(0.1**2, abs=1e-6)
    width = (np.sqrt(24 / 64) + 0.1) ** 2 * 64
    # x: centre 29.6, so that it spans 29.6 ± width / 2; the truth 16 to 40. y: moved down by 0.8.
    shared = (40 - max(16, 29.6 - width / 2)) * (16 - 0.8)
    assert terms["object"] == pytest.approx((0.6 - shared / (24 * 16 + width * 16 - shared)) ** 2, abs=1e-5)
    assert terms["no object"] == pytest.approx(0.3**2 + 126 * 0.1**2, abs=1e-5)
    assert terms["class"] == pytest.approx(2.0, abs=1e-6)
    loss = yolo.YoloLoss()
    weighted = sum(weight * terms[name] for name, weight in yolo.TERMS.items())
    assert float(loss(truth, said)) == pytest.approx(weighted, rel=1e-5)
    loss.weights.assign([0, 0, 0, 0, 3.0])
    assert float(loss(truth, said)) == pytest.approx(6.0, rel=1e-5)


def test_a_picture_without_objects_pays_for_confidence_only():
    said = np.full((1, 8, 8, 10 + KINDS), 0.5, dtype="float32")
    terms = yolo.loss_terms(np.zeros((1, 8, 8, 5 + KINDS), "float32"), said)
    assert {name: float(value[0]) for name, value in terms.items()} == {
        "place": 0, "size": 0, "object": 0, "no object": 128 * 0.25, "class": 0
    }  # fmt: skip


def test_gradients_of_the_terms_move_what_they_should():
    truth = one([16.0, 8, 40, 24], 2)
    said = np.random.default_rng(0).uniform(0.2, 0.8, (1, 8, 8, 10 + KINDS)).astype("float32")
    slopes = yolo.term_gradients(yolo.loss_terms, truth, said)
    assert set(np.nonzero(slopes["class"])[3]) == set(range(10, 10 + KINDS))
    assert set(np.nonzero(slopes["object"])[3]) <= {4, 9}
    assert (np.abs(slopes["no object"][..., [4, 9]]) > 0).sum() == 127
    step = 1e-2
    for number in (0, 12):
        moved = [said.copy(), said.copy()]
        moved[0][0, 2, 3, number] += step
        moved[1][0, 2, 3, number] -= step
        for name in ("place", "class"):
            high, low = (float(yolo.loss_terms(truth, part)[name][0]) for part in moved)
            assert slopes[name][0, 2, 3, number] == pytest.approx((high - low) / (2 * step), abs=2e-3)


def test_perfect_answers_decode_to_the_truth():
    some = scenes(40, seed=3, overlap=0.0)
    truth = yolo.targets(some.boxes, some.classes, some.mask, KINDS)
    said = np.zeros((40, 8, 8, 10 + KINDS))
    said[..., 0:2], said[..., 2:4], said[..., 4] = truth[..., 1:3], np.sqrt(truth[..., 3:5]), truth[..., 0]
    said[..., 10:] = truth[..., 5:]
    assert mean_average_precision(yolo.decode(said, KINDS), some.truths(), KINDS)["AP"] > 0.98


@pytest.mark.slow
def test_the_compact_network_learns_and_its_step_is_compiled_once():
    some = scenes(64, seed=4)
    model = yolo.compact_yolo(KINDS, filters=4)
    parts = (some.images, some.boxes, some.classes, some.mask)
    losses = yolo.fit(model, *parts, epochs=4, batch_size=16)["loss"]
    assert losses[-1] < losses[0]
    step = model.train_function
    yolo.fit(model, *parts, epochs=1, batch_size=16, weights={"no object": 0.0})
    assert model.train_function is step
    np.testing.assert_allclose(model.loss.weights.numpy()[3], 0)
    before = model.get_weights()[0].copy()
    training.reinitialise(model, 3)
    assert not np.allclose(model.get_weights()[0], before)
    assert model.train_function is step
    found = yolo.detect(model, some.images[:8], KINDS, least=0.0)
    assert len(found) == 8
    assert all(len(b) == len(s) == len(c) for b, s, c in found)
    with pytest.raises(ValueError, match="terms are"):
        yolo.fit(model, *parts, weights={"shape": 1.0})
    with pytest.raises(ValueError, match="images must be"):
        yolo.fit(model, some.images[:, :32], *parts[1:])
    with pytest.raises(ValueError, match="multiple of 8"):
        yolo.compact_yolo(KINDS, size=60)


def test_the_paper_s_network_is_counted():
    with networks.blueprint():  # without the gigabyte of its weights
        paper = yolo.yolo_v1()
    names = [type(layer).__name__ for layer in paper.layers]
    assert (names.count("Conv2D"), names.count("Dense"), names.count("MaxPooling2D")) == (24, 2, 4)
    assert paper.output_shape == (None, 7, 7, 30)
    assert paper.count_params() == 271_703_550
