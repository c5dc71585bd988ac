"""Faster R-CNN's parts against loops written for the test; the whole learns a little in seconds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import training
from course_utils.detection import faster_rcnn as net
from course_utils.detection.box_metrics import iou, nms
from course_utils.detection.scenes import compose
from course_utils.makers.stage_04 import taught

fit_detector = taught()["fit_detector"]  # the notebook's own


def random_boxes(rng, *shape, size=60.0):
    corner = rng.uniform(0, size - 20, (*shape, 2))
    return np.concatenate([corner, corner + rng.uniform(3, 20, (*shape, 2))], axis=-1).astype("float32")


def test_anchors_lie_around_the_centres():
    anchors = net.make_anchors(32, 8, (10, 20), (1.0, 4.0))
    assert anchors.shape == (4 * 4 * 2 * 2, 4)
    np.testing.assert_allclose(anchors[0], [-1, -1, 9, 9])
    np.testing.assert_allclose(anchors[1], [4 - 2.5, 4 - 10, 4 + 2.5, 4 + 10])  # four times as high as wide
    np.testing.assert_allclose(anchors[4][:2] - anchors[0][:2], [8, 0])  # the next cell to the right
    sizes = anchors[:, 2:] - anchors[:, :2]
    np.testing.assert_allclose(sizes.prod(axis=1), np.tile([100, 100, 400, 400], 16), rtol=1e-5)


def test_steps_by_hand():
    steps = net.encode(np.array([5.0, 10, 45, 50]), np.array([10.0, 10, 30, 50]))
    np.testing.assert_allclose(steps, [0.25, 0, np.log(2), 0], atol=1e-6)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_decode_is_the_inverse_of_encode(seed):
    rng = np.random.default_rng(seed)
    boxes, references = random_boxes(rng, 20).astype("float64"), random_boxes(rng, 20).astype("float64")
    np.testing.assert_allclose(net.decode(net.encode(boxes, references), references), boxes, atol=1e-6)


def test_steps_that_are_too_large_stay_finite():
    box = net.decode(np.array([[0.0, 0, 1000, 1000]], "float32"), np.array([[0.0, 0, 10, 10]], "float32"))
    assert np.isfinite(box).all()


def test_overlaps_are_iou():
    rng = np.random.default_rng(0)
    a, b = random_boxes(rng, 2, 9), random_boxes(rng, 2, 5)
    found = np.asarray(net.overlaps(a, b))
    for i in range(2):
        np.testing.assert_allclose(found[i], iou(a[i], b[i]), atol=1e-5)


def targets_by_loops(anchors, boxes, high, low):
    table = iou(anchors, boxes)
    labels = []
    for row in table:
        first = any(v >= table[:, k].max() - 1e-6 and v > 0.05 for k, v in enumerate(row))
        labels.append(1 if first or row.max() >= high else 0 if row.max() < low else -1)
    return np.array(labels), table.argmax(axis=1)


def test_targets_are_the_loops():
    rng = np.random.default_rng(1)
    anchors = net.make_anchors(64, 8, (14, 20, 28), (1.0, 1.6))
    boxes = random_boxes(rng, 3, 5, size=64)
    present = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [0, 0, 0, 0, 0]])
    boxes[1, 2:] = boxes[2] = 0
    labels, steps = map(np.asarray, net.anchor_targets(anchors, boxes, present))
    for i in range(2):
        count = present[i].sum()
        wanted, nearest = targets_by_loops(anchors, boxes[i, :count], 0.6, 0.3)
        np.testing.assert_array_equal(labels[i], wanted)
        some = wanted == 1
        assert some.any()
        back = net.decode(steps[i][some], anchors[some])
        np.testing.assert_allclose(back, boxes[i][nearest[some]], atol=1e-3)
    assert (labels[2] == 0).all()  # no object: all background
    assert np.isfinite(steps).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.1, 0.3, 0.5, 0.7]))
def test_suppression_at_once_is_the_greedy_loop(seed, threshold):
    rng = np.random.default_rng(seed)
    boxes = random_boxes(rng, 2, 40, size=40)
    kept = np.asarray(net.suppress(boxes, threshold))
    for i in range(2):
        greedy = nms(boxes[i].astype("float64"), -np.arange(40.0), threshold)
        assert np.flatnonzero(kept[i]).tolist() == greedy.tolist()


def test_suppression_of_a_long_chain():
    """Each box overlaps the next one only: every second one stays, and the last verdict comes last."""
    x = np.arange(30, dtype="float32") * 6
    chain = np.stack([x, 0 * x, x + 10, 0 * x + 10], axis=1)[None]
    assert np.flatnonzero(np.asarray(net.suppress(chain, 0.2))[0]).tolist() == list(range(0, 30, 2))


@pytest.fixture(scope="module")
def model():
    return net.FasterRCNN(8)


def test_what_it_says_has_the_shapes(model):
    images = compose(3, split="test").images
    out = model(images)
    assert tuple(out["proposals"].shape) == (3, 50, 4)
    assert tuple(out["probabilities"].shape) == (3, 50, 9)
    np.testing.assert_allclose(np.asarray(out["probabilities"]).sum(axis=-1), 1, atol=1e-5)
    boxes = np.asarray(out["proposals"])
    assert boxes.min() >= 0
    assert boxes.max() <= 65
    assert (boxes[..., 2:] > boxes[..., :2]).all()
    assert model.count_params() < 200_000


def test_sampled_regions_hold_objects_and_no_padding(model):
    some = compose(16, seed=3)
    present = some.mask.astype("float32")
    regions = random_boxes(np.random.default_rng(0), 16, 50, size=64)
    chosen, kinds, steps = map(np.asarray, model._sample(regions, some.boxes, some.classes.astype("int32"), present))
    assert chosen.shape == (16, 24, 4)
    for i, (boxes, classes) in enumerate(some.truths()):
        table = iou(chosen[i].astype("float64"), boxes)
        wanted = np.where(table.max(axis=1) >= 0.5, classes[table.argmax(axis=1)] + 1, 0)
        np.testing.assert_array_equal(kinds[i], wanted)
        assert (kinds[i] > 0).sum() >= len(boxes)  # the true boxes are among them
        objects = kinds[i] > 0
        back = net.decode(steps[i][objects] / np.array(model.SCALE, "float32"), chosen[i][objects])
        np.testing.assert_allclose(back, boxes[table.argmax(axis=1)[objects]], atol=1e-2)
    assert not (chosen == np.array([0, 0, 1, 1])).all(axis=-1).any()  # padding's boxes


@pytest.mark.slow
def test_it_learns_and_can_begin_again(model):
    train = compose(320, seed=1)
    targets = {"boxes": train.boxes, "classes": train.classes, "present": train.mask}
    training.reinitialise(model, 5)
    first = fit_detector(model, train.images, targets, epochs=3)
    assert set(first) == {"loss", "rpn_object", "rpn_box", "head_class", "head_box"}
    assert first["rpn_object"][-1] < 0.7 * first["rpn_object"][0]
    found, proposed = net.detect(model, train.images[:50])
    assert len(found) == 50
    assert proposed.shape == (50, 50, 4)
    training.reinitialise(model, 5)
    again = fit_detector(model, train.images, targets, epochs=3)
    np.testing.assert_allclose(again["loss"][0], first["loss"][0], rtol=0.15)
    sums = sum(first[name][-1] for name in first if name != "loss")
    assert first["loss"][-1] == pytest.approx(sums, rel=1e-3)


@pytest.mark.slow
def test_each_training_has_its_own_schedule():
    """A second call trains as long and as fast as it is asked to, and ends at the rate 0."""
    some = compose(32, seed=1)
    targets = {"boxes": some.boxes, "classes": some.classes, "present": some.mask}
    model = net.FasterRCNN(8)
    fit_detector(model, some.images, targets, epochs=1)
    fit_detector(model, some.images, targets, epochs=5, learning_rate=0.001)
    assert int(model.optimizer.iterations) == 10
    assert float(model.optimizer.learning_rate) == pytest.approx(0, abs=1e-7)
    assert model.optimizer.get_config()["learning_rate"]["config"]["warmup_target"] == 0.001


def test_the_loss_is_the_sum_of_its_four_parts_and_needs_targets_alone(model):
    some = compose(4, seed=1)
    said = model(some.images)
    targets = {"boxes": some.boxes, "classes": some.classes.astype("int32"), "present": some.mask.astype("float32")}
    for tracker in model.trackers:
        tracker.reset_state()
    loss = float(model.compute_loss(some.images, targets, said))
    assert loss == pytest.approx(sum(float(tracker.result()) for tracker in model.trackers), rel=1e-5)
    assert not model.losses  # calling it adds none


def test_as_many_candidates_and_proposals_as_are_asked_for():
    model = net.FasterRCNN(3, 32, sizes=(10,), candidates=20, proposals=7)
    said = model(np.zeros((2, 32, 32, 3), "float32"))
    assert tuple(said["proposals"].shape) == (2, 7, 4)


def test_detections_are_thinned_out_class_by_class():
    boxes = np.array([[[0, 0, 10, 10], [1, 0, 11, 10], [30, 30, 40, 40]]], dtype="float32")
    chances = np.array([[[0.1, 0.8, 0.1], [0.2, 0.7, 0.1], [0.98, 0.01, 0.01]]])
    ((places, scores, classes),) = net.to_detections(chances, boxes)
    assert scores.tolist() == [0.8, 0.1]
    assert classes.tolist() == [0, 1]
    np.testing.assert_array_equal(places, boxes[0, [0, 0]])


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="multiple"):
        net.make_anchors(30, 8, (10,), (1.0,))
    with pytest.raises(ValueError, match="positive"):
        net.make_anchors(32, 8, (0,), (1.0,))
