"""The notebook's YOLO: targets, each term of the loss worked out on paper, decoding back, and a training that learns what the loss says."""

import inspect
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from course_utils.detection import networks, scenes
from course_utils.makers.stage_04 import taught
from course_utils.networks import blueprint

KINDS = len(scenes.CLASSES)


@pytest.fixture(scope="module")
def yolo():
    """What the notebook defines, by name."""
    return SimpleNamespace(**taught())


@pytest.fixture
def paper(yolo):
    """The target of the example on paper: centre (28, 16), 24 by 16, class 2."""
    return yolo.cell_targets(np.array([[16.0, 8, 40, 24]]), np.array([2]))[None]


def test_targets_on_paper(paper):
    assert paper.shape == (1, 8, 8, 5 + KINDS)
    np.testing.assert_allclose(paper[0, 2, 3, :5], [1, 0.5, 0, 24 / 64, 16 / 64], atol=1e-6)
    assert paper[0, 2, 3, 5:].tolist() == [0, 0, 1, 0, 0, 0, 0, 0]
    assert paper.sum() == pytest.approx(paper[0, 2, 3].sum())


def test_targets_of_a_larger_picture(yolo):
    target = yolo.cell_targets(np.array([[32.0, 16, 80, 48]]), np.array([1]), size=128, kinds=3)
    assert target.shape == (16, 16, 8)
    np.testing.assert_allclose(target[4, 7], [1, 0, 0, 48 / 128, 32 / 128, 0, 1, 0], atol=1e-6)


def test_of_two_centres_in_one_cell_the_larger_object_stays(yolo):
    boxes = np.array([[16.0, 8, 40, 24], [24, 12, 32, 20]])
    for order in ([0, 1], [1, 0]):
        target = yolo.cell_targets(boxes[order], np.array([2, 5])[order])
        assert target[..., 0].sum() == 1
        assert target[2, 3, 5:].tolist() == [0, 0, 1, 0, 0, 0, 0, 0]


def test_each_term_on_paper(yolo, paper):
    said = np.zeros((1, 8, 8, 10 + KINDS), dtype="float32")
    said[..., [4, 9]] = 0.1
    said[0, 2, 3, :10] = 0.7, 0.1, np.sqrt(24 / 64) + 0.1, np.sqrt(16 / 64), 0.6, 0.5, 0, 0.1, 0.1, 0.3
    said[0, 2, 3, 10:] = np.eye(KINDS)[4]
    terms = {name: float(value[0]) for name, value in yolo.yolo_terms(paper, said).items()}
    assert list(terms) == list(yolo.WEIGHTS)
    assert terms["place"] == pytest.approx(0.2**2 + 0.1**2, abs=1e-6)
    assert terms["size"] == pytest.approx(0.1**2, abs=1e-6)
    width = (np.sqrt(24 / 64) + 0.1) ** 2 * 64
    # x: centre 29.6, so that it spans 29.6 ± width / 2; the truth 16 to 40. y: moved down by 0.8.
    shared = (40 - max(16, 29.6 - width / 2)) * (16 - 0.8)
    assert terms["object"] == pytest.approx((0.6 - shared / (24 * 16 + width * 16 - shared)) ** 2, abs=1e-5)
    assert terms["no object"] == pytest.approx(0.3**2 + 126 * 0.1**2, abs=1e-5)
    assert terms["class"] == pytest.approx(2.0, abs=1e-6)
    weighted = sum(weight * terms[name] for name, weight in yolo.WEIGHTS.items())
    assert float(yolo.yolo_loss()(paper, said)[0]) == pytest.approx(weighted, rel=1e-5)
    only_class = dict.fromkeys(yolo.WEIGHTS, 0.0) | {"class": 3.0}
    assert float(yolo.yolo_loss(only_class)(paper, said)[0]) == pytest.approx(6.0, rel=1e-5)


def test_a_picture_without_objects_pays_for_confidence_only(yolo):
    said = np.full((1, 8, 8, 10 + KINDS), 0.5, dtype="float32")
    terms = yolo.yolo_terms(np.zeros((1, 8, 8, 5 + KINDS), "float32"), said)
    assert {name: float(value[0]) for name, value in terms.items()} == {
        "place": 0, "size": 0, "object": 0, "no object": 128 * 0.25, "class": 0
    }  # fmt: skip


def test_gradients_of_the_terms_move_what_they_should(yolo, paper):
    said = np.random.default_rng(0).uniform(0.2, 0.8, (1, 8, 8, 10 + KINDS)).astype("float32")
    slopes = networks.term_gradients(yolo.yolo_terms, paper, said)
    assert set(np.nonzero(slopes["class"])[3]) == set(range(10, 10 + KINDS))
    assert set(np.nonzero(slopes["object"])[3]) <= {4, 9}
    assert (np.abs(slopes["no object"][..., [4, 9]]) > 0).sum() == 127
    step = 1e-2
    for number in (0, 12):
        moved = [said.copy(), said.copy()]
        moved[0][0, 2, 3, number] += step
        moved[1][0, 2, 3, number] -= step
        for name in ("place", "class"):
            high, low = (float(yolo.yolo_terms(paper, part)[name][0]) for part in moved)
            assert slopes[name][0, 2, 3, number] == pytest.approx((high - low) / (2 * step), abs=2e-3)


def test_perfect_answers_decode_to_the_truth(yolo):
    some = scenes.compose(40, seed=3, overlap=0.0)
    truth = np.stack([yolo.cell_targets(*entry) for entry in some.truths()])
    said = np.zeros((40, 8, 8, 10 + KINDS))
    said[..., 0:2], said[..., 2:4], said[..., 4] = truth[..., 1:3], np.sqrt(truth[..., 3:5]), truth[..., 0]
    said[..., 10:] = truth[..., 5:]
    decoded = [yolo.decode_cells(cells) for cells in said]
    assert yolo.coco_scores(decoded, some.truths(), KINDS)["AP"] > 0.98


def test_decoding_by_a_loop_over_all_boxes(yolo):
    """Score, place and suppression of each candidate, written out."""
    said = np.random.default_rng(0).uniform(0, 1, (4, 4, 10 + 3)).astype("float32")
    candidates = []
    for row, column, number, label in np.ndindex(4, 4, 2, 3):
        x, y, w, h, confidence = said[row, column, 5 * number : 5 * number + 5].tolist()
        score = confidence * float(said[row, column, 10 + label])
        x, y, w, h = (column + x) * 8, (row + y) * 8, w**2 * 32, h**2 * 32
        box = np.clip([x - w / 2, y - h / 2, x + w / 2, y + h / 2], 0, 32)
        if score >= 0.4:
            candidates.append((score, label, box))
    kept = []
    for score, label, box in sorted(candidates, key=lambda entry: -entry[0]):
        rivals = [other for _, name, other in kept if name == label]
        if not rivals or yolo.iou(box[None], np.array(rivals)).max() <= 0.5:
            kept.append((score, label, box))
    boxes, scores, classes = yolo.decode_cells(said, least=0.4)
    order = np.argsort(-scores)
    assert len(kept) > 5
    assert classes[order].tolist() == [label for _, label, _ in kept]
    np.testing.assert_allclose(scores[order], [score for score, _, _ in kept], rtol=1e-5)
    np.testing.assert_allclose(boxes[order], [box for _, _, box in kept], atol=1e-4)


def trained(yolo, epochs=12):
    """Mean confidence of a small network's boxes after a training on 64 scenes with the loss in ``yolo``."""
    some = scenes.compose(64, seed=4)
    keras.utils.set_random_seed(0)
    network = yolo.compact_yolo(KINDS, filters=4)
    targets = np.stack([yolo.cell_targets(*entry) for entry in some.truths()])
    losses = yolo.fit_detector(network, some.images, targets, yolo.yolo_loss(), epochs=epochs)["loss"]
    said = network.predict(some.images, verbose=0)
    return losses, said[..., [4, 9]].mean(), network


@pytest.mark.slow
def test_a_wrong_sign_in_the_notebook_s_loss_changes_what_is_learnt(yolo):
    losses, confidence, _ = trained(yolo)
    assert losses[-1] < 0.7 * losses[0]
    assert confidence < 0.4  # falling from a half
    source = inspect.getsource(yolo.yolo_terms)
    right = "(1 - responsible) * ops.square(confidence)"
    assert source.count(right) == 1
    edited = taught()  # as if a learner had edited the cell and run it
    exec(source.replace(right, f"-{right}"), edited)
    _, shouting, _ = trained(SimpleNamespace(**edited))
    assert shouting > 0.6


@pytest.mark.slow
def test_each_training_has_its_own_schedule(yolo):
    """A second call trains as long and as fast as it is asked to, and ends at the rate 0."""
    _, _, network = trained(yolo, epochs=1)
    some = scenes.compose(64, seed=4)
    targets = np.stack([yolo.cell_targets(*entry) for entry in some.truths()])
    yolo.fit_detector(network, some.images, targets, yolo.yolo_loss(), epochs=5, learning_rate=0.001)
    optimizer = network.optimizer
    assert int(optimizer.iterations) == 20
    assert float(optimizer.learning_rate) == pytest.approx(0, abs=1e-7)
    assert optimizer.get_config()["learning_rate"]["config"]["warmup_target"] == 0.001


def test_the_network_s_answers_are_between_0_and_1(yolo):
    network = yolo.compact_yolo(3, size=128, filters=4)
    said = network.predict(np.random.default_rng(0).random((2, 128, 128, 3)), verbose=0)
    assert said.shape == (2, 16, 16, 13)
    assert said.min() >= 0
    assert said.max() <= 1
    np.testing.assert_allclose(said[..., 10:].sum(axis=-1), 1, atol=1e-5)


def test_the_paper_s_network_is_counted(yolo):
    with blueprint():  # without the gigabyte of its weights
        paper = yolo.yolo_v1()
    names = [type(layer).__name__ for layer in paper.layers]
    assert (names.count("Conv2D"), names.count("Dense"), names.count("MaxPooling2D")) == (24, 2, 4)
    assert paper.output_shape == (None, 7, 7, 30)
    assert paper.count_params() == 271_703_550
