"""Scores of generated samples, against scipy, scikit-learn and cases worked out on paper."""

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors

from course_utils.gans import scores


def test_frechet_distance_against_scipys_matrix_root():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(300, 6)) @ rng.normal(size=(6, 6)), rng.normal(1, 2, size=(200, 6))
    root = scipy.linalg.sqrtm(np.cov(a.T) @ np.cov(b.T)).real
    shift = a.mean(0) - b.mean(0)
    wanted = shift @ shift + np.trace(np.cov(a.T) + np.cov(b.T) - 2 * root)
    assert scores.frechet_distance(a, b) == pytest.approx(wanted, rel=1e-6)
    assert scores.frechet_distance(b, a) == pytest.approx(wanted, rel=1e-6)


def test_frechet_distance_by_hand():
    """In one dimension it is (difference of means)² + (difference of deviations)²."""
    a = np.array([[-1.0], [1.0]])  # mean 0, variance 2
    b = np.array([[1.0], [5.0]])  # mean 3, variance 8
    assert scores.frechet_distance(a, b) == pytest.approx(9 + (np.sqrt(8) - np.sqrt(2)) ** 2)
    assert scores.frechet_distance(a, a) == pytest.approx(0, abs=1e-12)
    flat = np.zeros((5, 3))  # a collapse: no variance at all
    assert scores.frechet_distance(flat, flat + 2) == pytest.approx(12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(-5, 5))
def test_frechet_distance_of_a_shift_is_its_square(seed, shift):
    a = np.random.default_rng(seed).normal(size=(30, 3))
    assert scores.frechet_distance(a, a + shift) == pytest.approx(3 * shift**2, abs=1e-6)


def by_neighbours(real, fake, k):
    """Precision by scikit-learn's neighbours."""
    radius = NearestNeighbors(n_neighbors=k + 1).fit(real).kneighbors(real)[0][:, k]
    inside = [(np.linalg.norm(real - one, axis=1) <= radius).any() for one in fake]
    return np.mean(inside)


def test_precision_and_recall_against_scikit_learn():
    rng = np.random.default_rng(1)
    real, fake = rng.normal(size=(120, 4)), rng.normal(0.8, 0.7, size=(90, 4))
    precision, recall = scores.precision_recall(real, fake, 3)
    assert precision == pytest.approx(by_neighbours(real, fake, 3))
    assert recall == pytest.approx(by_neighbours(fake, real, 3))
    assert 0 < recall < 1
    assert scores.precision_recall(fake, real, 3) == (recall, precision)


def test_precision_and_recall_on_paper():
    real = np.array([[0.0], [1.0], [10.0], [11.0]])  # balls of radius 1 with one neighbour
    fake = np.array([[0.5], [1.5], [5.0]])
    precision, recall = scores.precision_recall(real, fake, 1)
    assert precision == pytest.approx(2 / 3)  # 5 lies in no ball
    assert recall == pytest.approx(2 / 4)  # the fake balls: 1, 1 and 3.5 around 0.5, 1.5 and 5
    collapsed = np.zeros((5, 1))
    assert scores.precision_recall(real, collapsed, 1) == (1.0, 0.25)


def test_modes_and_quality_on_paper():
    centres = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
    samples = np.array([[0.0, 0.1]] * 8 + [[4.1, 0.0]] + [[2.0, 2.0]])
    assert scores.modes_and_quality(samples, centres, 0.3, share=0.1) == (2, 0.9)
    assert scores.modes_and_quality(samples, centres, 0.3, share=0.2) == (1, 0.9)
    assert scores.modes_and_quality(samples + 100, centres, 0.3) == (0, 0.0)


def test_nearest_finds_the_copy_and_measures_in_pixels():
    rng = np.random.default_rng(3)
    pool = rng.random((20, 4, 4, 3))
    numbers, apart = scores.nearest(pool[[7, 3]] + np.array([0.0, 0.1])[:, None, None, None], pool)
    assert numbers.tolist() == [7, 3]
    np.testing.assert_allclose(apart, [0, 0.1], atol=1e-7)


A = np.zeros((4, 2))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: scores.frechet_distance(A[:1], A), "at least 2"),
        (lambda: scores.frechet_distance(A, A[:, :1]), "same number of features"),
        (lambda: scores.frechet_distance(A * np.nan, A), "not finite"),
        (lambda: scores.precision_recall(A, A, 4), "neighbours must be 1 to 3"),
        (lambda: scores.precision_recall(A, A, 0), "neighbours must be 1 to 3"),
        (lambda: scores.modes_and_quality(A, A, 0), "radius must be positive"),
        (lambda: scores.modes_and_quality(A, A, 1, 0), "share above 0"),
        (lambda: scores.nearest(A, A[:, :1]), "same number of features"),
        (lambda: scores.nearest(A[:0], A), "at least 1"),
    ],
)
def test_bad_input_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
