"""Proposals: windows, selective search, recall, labels and warps, against loops and scikit-image."""

import numpy as np
import pytest

from course_utils.detection import proposals
from course_utils.detection.box_metrics import iou
from course_utils.detection.scenes import compose
from course_utils.makers.stage_04 import taught

ALIKE = taught()["alike"]  # the notebook's own


@pytest.fixture(scope="module")
def image():
    return compose(1, seed=4).images[0]


def test_windows_lie_inside_and_at_even_steps():
    boxes = proposals.sliding_windows(64, (16,), 0.5, (1.0,))
    assert len(boxes) == 7 * 7
    assert boxes.min() == 0
    assert boxes.max() == 64
    assert np.unique(boxes[:, 0]).tolist() == [0, 8, 16, 24, 32, 40, 48]
    tall = proposals.sliding_windows(64, (16,), 0.5, (4.0,))
    np.testing.assert_allclose(tall[:, 2:] - tall[:, :2], np.tile([8, 32], (len(tall), 1)))


def test_regions_describe_their_pixels(image):
    labels, regions, neighbours = proposals.segment(image, 40)
    assert len(regions) == labels.max() + 1
    for number, region in enumerate(regions):
        y, x = np.nonzero(labels == number)
        assert region.size == len(y)
        assert region.box.tolist() == [x.min(), y.min(), x.max() + 1, y.max() + 1]
        red = np.histogram(image[y, x, 0], bins=np.linspace(0, 1, proposals.BINS + 1))[0]
        np.testing.assert_allclose(region.colour[: proposals.BINS], red / red.sum() / 3, atol=0.02)
        assert region.colour.sum() == pytest.approx(1)
        assert region.texture.sum() == pytest.approx(1)
    wanted = set()
    for a, b in ((labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:])):
        wanted |= {
            (min(p, q), max(p, q)) for p, q in zip(a.ravel().tolist(), b.ravel().tolist(), strict=True) if p != q
        }
    assert neighbours == wanted


def test_merging_ends_with_the_whole_image_and_takes_the_most_similar_first(image):
    labels, regions, neighbours = proposals.segment(image, 40)
    found, pairs = proposals.merge_regions(regions, neighbours, labels.size, ALIKE)
    assert len(found) == 2 * len(regions) - 1
    assert found[-1].box.tolist() == [0, 0, 64, 64]
    assert found[-1].size == labels.size
    scores = {p: ALIKE(regions[p[0]], regions[p[1]], labels.size) for p in neighbours}
    assert scores[pairs[0]] == max(scores.values())
    parents = [number for pair in pairs for number in pair]
    assert sorted(parents) == list(range(len(found) - 1))  # everything is joined once


def test_a_joined_region_is_that_of_both_pixels(image):
    labels, regions, neighbours = proposals.segment(image, 40)
    a, b = sorted(neighbours)[0]
    joined = regions[a].joined(regions[b])
    y, x = np.nonzero((labels == a) | (labels == b))
    assert joined.size == len(y)
    blue = (image[y, x, 2] * proposals.BINS).astype(int).clip(0, proposals.BINS - 1)
    share = np.bincount(blue, minlength=proposals.BINS) / len(y) / 3
    np.testing.assert_allclose(joined.colour[-proposals.BINS :], share, atol=1e-9)


def test_selective_search_finds_a_patch_that_stands_out():
    image = np.full((64, 64, 3), 0.2)
    image[20:40, 10:30] = (0.9, 0.3, 0.1)
    boxes = proposals.selective_search(image, ALIKE)
    assert iou(boxes, np.array([[10.0, 20, 30, 40]])).max() > 0.8
    assert len(np.unique(boxes, axis=0)) == len(boxes)
    assert (boxes[:, 2:] - boxes[:, :2]).min() >= 6
    np.testing.assert_array_equal(boxes, proposals.selective_search(image, ALIKE))


def test_recall_by_hand():
    truths = [(np.array([[0.0, 0, 10, 10], [20, 20, 30, 30]]), np.zeros(2)), (np.zeros((0, 4)), np.zeros(0))]
    boxes = [np.array([[0.0, 0, 10, 9], [20, 20, 30, 30]]), np.zeros((0, 4))]
    assert proposals.recall(boxes, truths) == 1
    assert proposals.recall(boxes, truths, 1) == 0.5
    assert proposals.recall([np.array([[0.0, 0, 10, 4.9]]), boxes[1]], truths) == 0  # just below a half


def test_labels_by_hand():
    truth = (np.array([[0.0, 0, 10, 10]]), np.array([3]))
    boxes = np.array([[0.0, 0, 10, 10], [0, 0, 10, 4], [50, 50, 60, 60]])
    labels, nearest = proposals.label_proposals(boxes, truth)
    assert labels.tolist() == [3, -2, -1]
    assert (nearest == truth[0]).all()


def test_warping_is_scikit_images(image):
    from skimage.transform import warp

    box = np.array([[10.3, 5.0, 31.7, 44.5]])
    ours = proposals.warp(image, box, 12)[0]
    place = (np.arange(12) + 0.5) / 12
    y = 5 + 39.5 * place - 0.5
    x = 10.3 + 21.4 * place - 0.5
    grid = np.stack(np.meshgrid(y, x, indexing="ij"))
    for channel in range(3):
        theirs = warp(image[..., channel].astype("float64"), grid, order=1, mode="edge")
        np.testing.assert_allclose(ours[..., channel], theirs, atol=1e-4)


def test_bad_input_is_refused(image):
    truths = [(np.zeros((0, 4)), np.zeros(0))]
    calls = {
        "fits": lambda: proposals.sliding_windows(10, (20,), 0.5, (1.0,)),
        "positive": lambda: proposals.sliding_windows(64, (20,), 0, (1.0,)),
        r"\(height": lambda: proposals.segment(image[..., 0], 40),
        "scale": lambda: proposals.segment(image, 0),
        "0, 1": lambda: proposals.segment(image * 255, 40),
        "as many": lambda: proposals.recall([], truths),
        "no object": lambda: proposals.recall([np.zeros((1, 4))], truths),
        "an object": lambda: proposals.label_proposals(np.zeros((1, 4)), truths[0]),
        "width": lambda: proposals.warp(image, np.zeros((1, 4)), 8),
        "boxes": lambda: proposals.warp(image, np.zeros(4), 8),
    }
    for said, call in calls.items():
        with pytest.raises(ValueError, match=said):
            call()
