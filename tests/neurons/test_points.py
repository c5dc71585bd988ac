"""The points in the plane keep the laws that their docstrings state."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.linear_model import LogisticRegression

from course_utils.neurons import points

ALL = points.CLASSIFICATION | points.REGRESSION
SURE_LABEL = ("gauss", "spiral")  # noise moves the input; in the others it moves the spot that is looked up

some = settings(max_examples=30, deadline=None)
samples_ = st.integers(2, 400)
noises = st.floats(0.0, 0.5)
seeds = st.integers(0, 2**32)


def test_the_six_shapes_of_the_playground():
    assert list(points.CLASSIFICATION) == ["circle", "xor", "gauss", "spiral"]
    assert list(points.REGRESSION) == ["plane", "multi_gauss"]


@some
@given(st.sampled_from(sorted(ALL)), samples_, noises, seeds)
def test_shape_type_range_and_reproducibility(name, samples, noise, seed):
    x, y = ALL[name](samples, noise, seed)
    assert x.shape == (samples, 2)
    assert x.dtype == np.float32
    assert np.abs(x).max() <= 6
    assert y.shape == (samples,)
    if name in points.CLASSIFICATION:
        assert y.dtype == np.int64
        assert set(y) <= {0, 1}
    else:
        assert y.dtype == np.float32
        assert np.abs(y).max() <= 1
    again = ALL[name](samples, noise, seed)
    np.testing.assert_array_equal(x, again[0])
    np.testing.assert_array_equal(y, again[1])


@pytest.mark.parametrize("name", sorted(ALL))
def test_another_seed_gives_other_points(name):
    assert not np.array_equal(ALL[name](50, 0.1, 0)[0], ALL[name](50, 0.1, 1)[0])


@some
@given(st.sampled_from(sorted(points.CLASSIFICATION)), samples_, seeds, noises)
def test_half_of_the_points_are_in_each_class(name, samples, seed, noise):
    _, y = points.CLASSIFICATION[name](samples, noise if name in SURE_LABEL else 0.0, seed)
    assert y.sum() in (samples // 2, samples - samples // 2)


@pytest.mark.parametrize("name", sorted(points.CLASSIFICATION))
def test_the_order_says_nothing_about_the_class(name):
    _, y = points.CLASSIFICATION[name](4000, 0.0, 0)
    following = (y[1:] == y[:-1]).mean()  # 1 where sorted, 0 where the classes alternate
    assert abs(following - 0.5) < 4 * 0.5 / np.sqrt(4000)


@some
@given(samples_, seeds)
def test_circle_the_radius_decides(samples, seed):
    x, y = points.circle(samples, 0.0, seed)
    radius = np.hypot(*x.T.astype("float64"))
    assert (radius[y == 1] <= 2.5 + 1e-6).all()
    assert ((radius[y == 0] >= 3.5 - 1e-6) & (radius[y == 0] <= 5 + 1e-6)).all()


@some
@given(samples_, seeds)
def test_xor_the_sign_of_the_product_decides(samples, seed):
    x, y = points.xor(samples, 0.0, seed)
    np.testing.assert_array_equal(y, x[:, 0] * x[:, 1] > 0)
    assert np.abs(x).min() >= 0.3 - 1e-6


def test_xor_fills_its_four_quadrants_alike():
    x, _ = points.xor(400, 0.3, 0)
    assert {
        tuple(corner): count for corner, count in zip(*np.unique(np.sign(x), axis=0, return_counts=True), strict=True)
    } == {(a, b): 100 for a in (-1.0, 1.0) for b in (-1.0, 1.0)}


@some
@given(samples_, seeds)
def test_spiral_each_arm_lies_on_its_curve(samples, seed):
    x, y = points.spiral(samples, 0.0, seed)
    radius = np.hypot(*x.T.astype("float64"))
    angle = 1.75 * 2 * np.pi * radius / 5
    arm = np.stack([np.sin(angle), np.cos(angle)], axis=1) * radius[:, None]
    np.testing.assert_allclose(x, np.where(y == 1, 1, -1)[:, None] * arm, atol=1e-4)
    assert radius.max() == pytest.approx(5)


def test_spiral_the_arms_keep_apart_without_noise():
    x, y = points.spiral(500, 0.0, 0)
    far = np.hypot(*x.T) > 0.5  # they come from one point in the middle
    gap = np.linalg.norm(x[far & (y == 0)][:, None] - x[far & (y == 1)][None], axis=2).min()
    assert gap > 0.9


@some
@given(samples_, seeds)
def test_plane_is_the_plane(samples, seed):
    x, y = points.plane(samples, 0.0, seed)
    np.testing.assert_allclose(y, x.sum(axis=1) / 12, atol=1e-6)


@some
@given(samples_, seeds)
def test_multi_gauss_is_the_nearest_bump(samples, seed):
    x, y = points.multi_gauss(samples, 0.0, seed)
    centres = np.array([(-4, 2.5), (0, 2.5), (4, 2.5), (-4, -2.5), (0, -2.5), (4, -2.5)])
    signs = np.array([1, -1, 1, -1, 1, -1])
    distance = np.linalg.norm(x[:, None] - centres[None], axis=2)
    nearest = distance.argmin(axis=1)
    expected = signs[nearest] * np.clip(1 - distance.min(axis=1) / 2, 0, None)
    np.testing.assert_allclose(y, expected, atol=1e-6)


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.25, 2.25), (0.5, 4.0)])
def test_gauss_has_the_variance_it_states(noise, variance):
    x, y = points.gauss(20_000, noise, 0)
    for label, centre in ((1, 2.0), (0, -2.0)):
        deviation = np.sqrt(variance)
        law = stats.truncnorm((-6 - centre) / deviation, (6 - centre) / deviation, centre, deviation)
        for axis in (0, 1):
            assert stats.kstest(x[y == label, axis], law.cdf).pvalue > 0.001


@some
@given(samples_, noises, seeds)
def test_spiral_noise_moves_a_point_by_at_most_its_size(samples, noise, seed):
    clean, labels = points.spiral(samples, 0.0, seed)
    moved, same = points.spiral(samples, noise, seed)
    np.testing.assert_array_equal(labels, same)
    assert np.abs(moved - clean).max() <= noise + 1e-5


def test_spiral_noise_is_uniform():
    shift = points.spiral(5000, 0.4, 0)[0] - points.spiral(5000, 0.0, 0)[0]
    assert stats.kstest(shift.ravel(), stats.uniform(-0.4, 0.8).cdf).pvalue > 0.001


@some
@given(st.sampled_from(sorted(set(ALL) - set(SURE_LABEL))), samples_, noises, seeds)
def test_where_noise_moves_the_look_the_inputs_stay(name, samples, noise, seed):
    np.testing.assert_array_equal(ALL[name](samples, noise, seed)[0], ALL[name](samples, 0.0, seed)[0])


def test_noise_changes_the_labels_near_a_border_and_no_others():
    for noise in (0.1, 0.3):
        x, clean = points.xor(5000, 0.0, 0)
        changed = points.xor(5000, noise, 0)[1] != clean
        near = np.abs(x).min(axis=1) < 5 * noise
        assert changed[near].any()
        assert not changed[~near].any()
        x, clean = points.circle(5000, 0.0, 0)
        changed = points.circle(5000, noise, 0)[1] != clean
        near = np.abs(np.hypot(*x.T) - 2.5) < 5 * noise * np.sqrt(2)
        assert changed[near].any()
        assert not changed[~near].any()


def test_plane_noise_has_the_variance_it_states():
    x, y = points.plane(20_000, 0.2, 0)
    inner = np.abs(x.sum(axis=1)) < 12 - 2 * 6 * 0.2  # where no target is cut off
    error = (y - x.sum(axis=1) / 12)[inner]
    assert np.abs(error).max() <= 0.2 + 1e-6
    assert error.var() == pytest.approx(2 * (6 * 0.2) ** 2 / 3 / 144, rel=0.05)


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        ({"samples": 1}, ValueError, "samples must be 2 or more; got 1"),
        ({"samples": 10.0}, TypeError, "samples must be a whole number; got 10.0"),
        ({"samples": "many"}, TypeError, "samples must be a whole number"),
        ({"noise": 0.6}, ValueError, "noise must be from 0 to 0.5"),
        ({"noise": -0.1}, ValueError, "got -0.1"),
        ({"noise": float("nan")}, ValueError, "got nan"),
        ({"noise": None}, TypeError, "noise must be a number"),
        ({"seed": -1}, ValueError, "seed must be 0 or more"),
        ({"seed": 1.5}, TypeError, "seed must be a whole number"),
    ],
)
@pytest.mark.parametrize("name", sorted(ALL))
def test_bad_arguments_are_named(name, arguments, kind, words):
    with pytest.raises(kind, match=words):
        ALL[name](**arguments)


def test_features_are_what_their_names_say():
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    expected = [[1, -2, 1, 4, -2, np.sin(1), np.sin(-2)], [0.5, 3, 0.25, 9, 1.5, np.sin(0.5), np.sin(3)]]
    every = points.features(x)
    assert every.dtype == np.float32
    np.testing.assert_allclose(every, expected, rtol=1e-6)
    np.testing.assert_array_equal(points.features(x, ["x1*x2", "x1"]), every[:, [4, 0]])
    np.testing.assert_array_equal(points.features(x, "x2^2"), every[:, [3]])


@pytest.mark.parametrize(
    ("x", "names", "words"),
    [
        ([[1, 2]], ["x3"], "no feature 'x3'; the features are x1, x2, x1\\^2"),
        ([[1, 2]], [], "at least one feature"),
        ([[1, 2]], ["x1", "x1"], "only once"),
        ([1, 2], ["x1"], r"shape \(samples, 2\); got \(2,\)"),
        ([[1, 2, 3]], ["x1"], r"got \(1, 3\)"),
        ([[1, np.nan]], ["x1"], "not finite"),
    ],
)
def test_features_refuse_what_they_cannot_use(x, names, words):
    with pytest.raises(ValueError, match=words):
        points.features(np.array(x, dtype="float64"), names)


@pytest.mark.parametrize(("name", "right"), [("circle", ["x1^2", "x2^2"]), ("xor", ["x1*x2"])])
def test_the_right_features_make_a_shape_linear(name, right):
    x, y = points.CLASSIFICATION[name](400, 0.0, 0)
    fit = LogisticRegression().fit
    assert fit(points.features(x, right), y).score(points.features(x, right), y) == 1.0
    assert fit(x, y).score(x, y) < 0.7
