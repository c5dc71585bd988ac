"""The artist's curves, the ring and the paintings are what their docstrings say."""

import numpy as np
import pytest
import scipy.stats

from course_utils import datasets
from course_utils.gans import known, paintings


def test_curves_are_parabolas_between_their_bounds():
    drawn = known.curves(2000, seed=1)
    assert drawn.shape == (2000, 15)
    assert drawn.dtype == np.float32
    assert known.within_bounds(drawn, tolerance=1e-6).all()
    fits = np.polynomial.polynomial.polyfit(known.CURVE_X, drawn.T, 2)  # (3, samples): 1, x, x²
    np.testing.assert_allclose(fits[0], fits[2] - 1, atol=1e-5)
    np.testing.assert_allclose(fits[1], 0, atol=1e-6)
    np.testing.assert_allclose(known.coefficients(drawn), fits[2], atol=1e-5)
    assert scipy.stats.kstest(fits[2], "uniform", args=(1, 1)).pvalue > 0.001


def test_within_bounds_looks_at_every_point():
    low, high = known.curve_bounds()
    drawn = np.stack([low, high, (low + high) / 2, low, high])
    drawn[3, 7] -= 0.06
    drawn[4, 0] += 0.04
    assert known.within_bounds(drawn).tolist() == [True, True, True, False, True]
    assert known.within_bounds(drawn, 0.0)[4] == False  # noqa: E712
    with pytest.raises(ValueError, match="15"):
        known.within_bounds(np.zeros((3, 14)))
    with pytest.raises(ValueError, match="tolerance"):
        known.within_bounds(drawn, -1)


def test_coefficients_are_least_squares():
    drawn = known.curves(20) + np.random.default_rng(0).normal(0, 0.2, (20, 15))
    slope = (known.CURVE_X**2 + 1)[:, None]
    wanted = np.linalg.lstsq(slope, (drawn + 1).T, rcond=None)[0][0]
    np.testing.assert_allclose(known.coefficients(drawn), wanted)


def test_the_ring_has_its_blobs():
    points = known.ring(8000, seed=2, spread=0.1)
    centres = known.ring_centres(8)
    np.testing.assert_allclose(np.hypot(*centres.T), 2)
    apart = np.linalg.norm(points[:, None] - centres[None], axis=-1)
    counts = np.bincount(apart.argmin(axis=1))
    assert counts.min() > 850
    offsets = points - centres[apart.argmin(axis=1)]
    np.testing.assert_allclose(offsets.std(axis=0), 0.1, rtol=0.05)
    for call in (lambda: known.ring(0), lambda: known.ring(5, spread=-1)):
        with pytest.raises(ValueError, match="must be"):
            call()


def test_made_samples_follow_their_seed():
    for make in (known.curves, known.ring, lambda n, seed: paintings.paintings(n, seed)[0]):
        np.testing.assert_array_equal(make(6, seed=3), make(6, seed=3))
        assert not np.array_equal(make(6, seed=3), make(6, seed=4))


def test_paintings_have_four_styles_in_proportion():
    pictures, labels = paintings.paintings(42, seed=0)
    assert pictures.shape == (42, 32, 32, 3)
    assert pictures.dtype == np.float32
    assert 0 <= pictures.min() < 0.2
    assert 0.9 < pictures.max() <= 1
    assert sorted(np.bincount(labels)) == [10, 10, 11, 11]
    same = (pictures[1:] == pictures[:-1]).all(axis=(1, 2, 3))
    assert not same.any()


def test_each_style_is_what_it_says():
    rng = np.random.default_rng(0)
    grids = np.stack([paintings.paint("grid", rng) for _ in range(20)])
    ink = (np.abs(grids - paintings.INK) < 1e-3).all(axis=-1)
    assert (ink.all(axis=1).any(axis=1) & ink.all(axis=2).any(axis=1)).mean() > 0.9  # bars from edge to edge
    circles = np.stack([paintings.paint("circles", rng) for _ in range(20)])
    paper = (np.abs(circles - paintings.PAPER) < 1e-3).all(axis=-1)
    assert paper.mean() > 0.4
    strokes = np.stack([paintings.paint("strokes", rng) for _ in range(20)])
    assert strokes[..., 2].mean() > strokes[..., 0].mean()  # blue
    fields = np.stack([paintings.paint("fields", rng) for _ in range(20)])
    assert fields[..., 0].mean() > 2 * fields[..., 2].mean()  # glowing
    across, down = np.abs(np.diff(fields, axis=2)).mean(), np.abs(np.diff(fields, axis=1)).mean()
    assert across < down  # bands lie one above the other


def test_the_collection_follows_its_parameters():
    data = datasets.load("paintings", samples=40, test_share=0.25, seed=5)
    pictures, labels = paintings.paintings(40, 5)
    assert (len(data.x_train), len(data.x_test)) == (30, 10)
    whole = np.concatenate([data.x_train, data.x_test])
    np.testing.assert_allclose(whole, pictures, atol=0.5 / 255 + 1e-6)
    np.testing.assert_allclose(whole * 255, np.round(whole * 255), atol=1e-4)
    np.testing.assert_array_equal(np.concatenate([data.y_train, data.y_test]), labels)
    for bad in (0.0, 1.0, 0.001):
        with pytest.raises(ValueError, match="test_share"):
            datasets.load("paintings", samples=40, test_share=bad)


def test_unknown_styles_and_empty_collections_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="there are grid, circles, strokes, fields"):
        paintings.paint("cubism", rng)
    with pytest.raises(ValueError, match="samples"):
        paintings.paintings(0)
