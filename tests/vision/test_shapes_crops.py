"""The outlines and the fields that the course makes for stage 3: what is in them, and what they refuse."""

import numpy as np
import pytest

from course_utils import datasets
from course_utils.vision import crops, shapes


def test_outlines_have_the_shape_and_range_that_they_say():
    x, y, masks = shapes.shapes(50, seed=3, with_masks=True)
    assert x.shape == (50, 32, 32, 3)
    assert (x.dtype, y.dtype) == (np.float32, np.int64)
    assert x.min() >= 0
    assert x.max() <= 1
    assert masks.shape == (50, 32, 32)
    assert (masks.min(), masks.max()) == (0, 1)
    assert set(y) <= set(range(10))


def test_the_same_seed_gives_the_same_pictures_and_another_others():
    a, b, c = (shapes.shapes(5, seed=seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


def test_outlines_are_light_or_dark_by_the_contrast_asked_for():
    x, _, masks = shapes.shapes(300, contrast=0.4, seed=0, with_masks=True)
    inside, outside = masks > 0.99, masks < 0.01
    step = np.array([p[i].mean() - p[o].mean() for p, i, o in zip(x, inside, outside, strict=True)])
    assert 0.3 < np.abs(step).mean() < 0.45
    assert 0.4 < (step > 0).mean() < 0.6


@pytest.mark.parametrize("kind", range(14))
def test_an_outline_lies_wholly_in_the_picture_and_has_an_area(kind):
    _, y, masks = shapes.shapes(40, seed=kind, classes=(kind,), with_masks=True)
    assert set(y) == {0}
    share = masks.mean((1, 2))
    assert share.min() > 0.02
    assert share.max() < 0.5
    border = np.concatenate([masks[:, [0, -1]].reshape(40, -1), masks[:, :, [0, -1]].reshape(40, -1)], 1)
    assert (border.max(1) > 0.5).mean() < 0.2


def test_a_ring_has_a_hole_and_a_disc_has_none():
    def holes(kind):
        from scipy.ndimage import label

        _, _, masks = shapes.shapes(30, seed=1, classes=(kind,), with_masks=True)
        return [label(np.pad(mask, 1) < 0.5)[1] - 1 for mask in masks]

    assert set(holes(shapes.NAMES.index("disc"))) == {0}
    assert np.mean(holes(shapes.NAMES.index("ring"))) > 0.9


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"samples": 0}, "at least 1"),
        ({"contrast": 1.5}, "contrast 0 to 1"),
        ({"classes": ()}, "classes must be"),
        ({"classes": (14,)}, "from 0 to 13"),
    ],
)
def test_outlines_refuse_what_makes_no_sense(options, message):
    with pytest.raises(ValueError, match=message):
        shapes.shapes(**({"samples": 3} | options))


def test_fields_have_the_shape_and_range_that_they_say():
    curves, tiles, y = crops.fields(60, seed=2)
    assert curves.shape == (60, 24)
    assert tiles.shape == (60, 16, 16, 4)
    assert np.abs(curves).max() <= 1
    assert 0 <= tiles.min() <= tiles.max() <= 1
    assert y.dtype == np.int64


def medians(**options):
    curves, _, y = crops.fields(1200, seed=0, **options)
    return {name: np.median(curves[y == k], 0) for k, name in enumerate(crops.CROPS)}


def peaks(curve, height=0.5):
    inner = curve[1:-1]
    return [
        int(crops.DAYS[1 + k]) for k in np.flatnonzero((inner > curve[:-2]) & (inner >= curve[2:]) & (inner > height))
    ]


def test_each_crop_keeps_its_calendar():
    median = medians()
    two = median["wheat, then maize"]
    by_day = dict(zip(crops.DAYS.tolist(), two.tolist(), strict=True))
    assert by_day[113] > 0.6  # wheat in late April
    assert by_day[173] < 0.45  # stubble and sowing in June
    assert by_day[233] > 0.6  # maize in August
    assert min(peaks(median["rice"])) > 205
    assert 175 <= crops.DAYS[np.argmax(median["spring maize"])] <= 225
    assert crops.DAYS[np.argmax(median["rapeseed"])] < 130
    rice = dict(zip(crops.DAYS.tolist(), median["rice"].tolist(), strict=True))
    assert rice[173] < rice[23] - 0.04  # water has a lower index than bare soil
    green_days = (median["alfalfa"] > 0.4).sum() * 15
    assert green_days > 180


def test_a_late_year_moves_the_curves():
    early, late = medians()["spring maize"], medians(late=30)["spring maize"]
    assert np.abs(early[:-2] - late[2:]).mean() < 0.05
    assert np.abs(early - late).mean() > 10 * np.abs(early[:-2] - late[2:]).mean()


def test_ndvi_by_hand():
    soil, leaf = np.array([0.1, 0.1, 0.2, 0.3]), np.array([0.1, 0.1, 0.05, 0.45])
    assert np.allclose(crops.ndvi(np.stack([soil, leaf])), [0.2, 0.8])


def test_both_views_are_of_the_same_fields():
    curve, tile = datasets.load("crops", samples=40), datasets.load("crops", samples=40, view="tile")
    assert np.array_equal(curve.y_train, tile.y_train)
    assert np.array_equal(curve.y_test, tile.y_test)
    assert tile.x_train.shape == (20, 16, 16, 4)
    assert curve.feature_names[0] == "day 8"


@pytest.mark.parametrize(("name", "least"), [("shapes", 4), ("crops", 2)])
def test_each_part_gets_at_least_one_sample(name, least):
    assert len(datasets.load(name, samples=least).x_test) == 1
    with pytest.raises(ValueError, match=f"samples must be at least {least}"):
        datasets.load(name, samples=least - 1)


def test_an_unknown_view_and_no_field_are_refused():
    with pytest.raises(ValueError, match="'curve' or 'tile'"):
        datasets.load("crops", view="map")
    with pytest.raises(ValueError, match="at least 1"):
        crops.fields(0)
