"""Noise: each kind does what its level says, nothing at level 0, and the same for the same seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.filters import gaussian as skimage_gaussian

from course_utils.encoders import noise

GREY = np.full((20, 40, 40), 0.5, "float32")
FINE = np.random.default_rng(0).uniform(0.2, 0.8, (4, 30, 30))


@pytest.mark.parametrize("kind", noise.KINDS)
@pytest.mark.parametrize("images", [GREY, FINE])
def test_level_zero_changes_nothing_and_the_result_is_a_picture(kind, images):
    np.testing.assert_allclose(noise.add(images, kind, 0), images, atol=1e-6)
    result = noise.add(images, kind, 0.9)
    assert result.dtype == np.float32
    assert result.shape == images.shape
    assert ((result >= 0) & (result <= 1)).all()


@pytest.mark.parametrize("kind", [kind for kind in noise.KINDS if kind != "blur"])
def test_the_seed_decides_and_the_input_stays(kind):
    before = FINE.copy()
    first, again, other = (noise.add(FINE, kind, 0.3, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    np.testing.assert_array_equal(FINE, before)


def test_gaussian_and_speckle_have_the_stated_spread():
    error = noise.gaussian(GREY, 0.1) - GREY
    assert error.std() == pytest.approx(0.1, rel=0.02)
    assert abs(error.mean()) < 0.002
    error = noise.add(GREY, "speckle", 0.2) - GREY
    assert error.std() == pytest.approx(0.2 * 0.5, rel=0.02)
    assert not noise.add(np.zeros_like(GREY), "speckle", 0.5).any()  # black stays black


def test_salt_and_pepper_and_masking_hit_the_stated_share():
    result = noise.add(GREY, "salt and pepper", 0.3)
    assert np.mean(result == 0) == pytest.approx(0.15, abs=0.01)
    assert np.mean(result == 1) == pytest.approx(0.15, abs=0.01)
    assert set(np.unique(result)) == {0, 0.5, 1}
    result = noise.add(GREY, "masking", 0.3)
    assert np.mean(result == 0) == pytest.approx(0.3, abs=0.01)
    assert set(np.unique(result)) == {0, 0.5}


def test_blur_against_scikit_image_and_mixes_no_samples():
    expected = [skimage_gaussian(image, 1.3, mode="nearest") for image in FINE]
    np.testing.assert_allclose(noise.blur(FINE, 1.3), expected, atol=1e-6)
    one = FINE.copy()
    one[0] = 0
    np.testing.assert_array_equal(noise.blur(one, 2)[1:], noise.blur(FINE, 2)[1:])


@settings(deadline=None)
@given(st.sampled_from(["salt and pepper", "masking"]), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_level_hits_the_same_pixels_and_more(kind, a, b):
    low, high = sorted((a, b))
    hit = [noise.add(GREY[:2], kind, level, seed=5) != GREY[:2] for level in (low, high)]
    assert not (hit[0] & ~hit[1]).any()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: noise.gaussian(GREY[0], 0.1), "samples, rows, columns"),
        (lambda: noise.gaussian(GREY * 16, 0.1), r"in \[0, 1\]; got 8 to 8"),
        (lambda: noise.gaussian(GREY + np.nan, 0.1), r"in \[0, 1\]"),
        (lambda: noise.gaussian(GREY, -0.1), "0 or more"),
        (lambda: noise.add(GREY, "speckle", np.inf), "0 or more"),
        (lambda: noise.add(GREY, "masking", 1.5), "0 to 1"),
        (lambda: noise.add(GREY, "salt and pepper", np.nan), "0 to 1"),
        (lambda: noise.gaussian(GREY, 1, seed=-1), "seed"),
        (lambda: noise.gaussian(np.zeros((2, 4, 4, 3)), 0.1), r"got the shape \(2, 4, 4, 3\)"),
        (lambda: noise.add(GREY, "rain", 0.1), "gaussian, salt and pepper"),
    ],
)
def test_bad_input_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
