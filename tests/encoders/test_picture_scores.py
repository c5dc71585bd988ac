"""PSNR and SSIM against scikit-image, and the laws they keep."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import metrics

from course_utils.encoders import scores as m

RNG = np.random.default_rng(0)
SHAPES = [(3, 8, 8), (2, 17, 12), (2, 9, 11, 3)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("peak", [1.0, 255.0])
def test_psnr_against_scikit_image(shape, peak):
    a, b = peak * RNG.random((2, *shape))
    expected = [metrics.peak_signal_noise_ratio(y, x, data_range=peak) for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(m.psnr(a, b, peak), expected, rtol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("window", [3, 7])
@pytest.mark.parametrize("peak", [1.0, 255.0])
def test_ssim_against_scikit_image(shape, window, peak):
    b = peak * RNG.random(shape)
    a = np.clip(b + 0.2 * peak * RNG.normal(size=shape), 0, peak)
    options = {"data_range": peak, "win_size": window, "channel_axis": -1 if len(shape) == 4 else None}
    expected = [metrics.structural_similarity(y, x, **options) for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(m.ssim(a, b, peak, window), expected, rtol=1e-9)


def test_psnr_of_a_known_error():
    truth = np.full((1, 4, 4), 0.5)
    assert m.psnr(truth + 0.1, truth)[0] == pytest.approx(20)  # a hundredth of the peak, squared
    assert m.psnr(truth + 0.01, truth)[0] == pytest.approx(40)


def test_equal_pictures_and_negatives():
    picture = RNG.random((2, 16, 16))
    assert np.isinf(m.psnr(picture, picture)).all()
    np.testing.assert_allclose(m.ssim(picture, picture), 1)
    assert (m.ssim(1 - picture, picture) < 0).all()


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 0.5))
def test_both_are_symmetric_ssim_bounded_and_ten_times_less_noise_is_twenty_decibels(seed, level):
    rng = np.random.default_rng(seed)
    a = rng.random((2, 9, 9))
    noise = level * rng.normal(size=a.shape)
    np.testing.assert_allclose(m.psnr(a, a + noise), m.psnr(a + noise, a))
    np.testing.assert_allclose(m.ssim(a, a + noise), m.ssim(a + noise, a))
    assert (np.abs(m.ssim(a, a + noise)) <= 1 + 1e-12).all()
    np.testing.assert_allclose(m.psnr(a + noise / 10, a) - m.psnr(a + noise, a), 20, rtol=1e-6)


PICTURE = np.zeros((2, 8, 8))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: m.psnr(PICTURE, PICTURE[:1]), "of the same shape"),
        (lambda: m.psnr(PICTURE[0], PICTURE[0]), "samples, rows, columns"),
        (lambda: m.psnr(PICTURE[:0], PICTURE[:0]), "are needed"),
        (lambda: m.psnr(PICTURE, PICTURE + np.nan), "finite"),
        (lambda: m.psnr(PICTURE, PICTURE, 0), "peak must be above 0"),
        (lambda: m.ssim(PICTURE, PICTURE, window=4), "odd"),
        (lambda: m.ssim(PICTURE, PICTURE, window=9), "fit into 8×8"),
        (lambda: m.ssim(PICTURE, PICTURE, window=1), "3 or more"),
    ],
)
def test_bad_input_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
