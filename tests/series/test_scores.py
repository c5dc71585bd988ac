"""Scores of forecasts against scikit-learn, statsmodels and scipy, and the laws they keep."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats
from sklearn import metrics
from statsmodels.regression.linear_model import OLS

from course_utils.series import scores as f

RNG = np.random.default_rng(0)
TRUTH, FORECAST = RNG.normal(size=300), RNG.normal(size=300)


def test_errors_against_scikit_learn():
    assert f.mse(FORECAST, TRUTH) == pytest.approx(metrics.mean_squared_error(TRUTH, FORECAST), rel=1e-12)
    mine = f.gain(FORECAST, np.full(300, TRUTH.mean()), TRUTH)
    assert mine == pytest.approx(metrics.r2_score(TRUTH, FORECAST), rel=1e-12)


def test_gain_of_the_truth_the_baseline_and_the_mirror():
    base = np.zeros(300)
    assert f.gain(TRUTH, base, TRUTH) == 1
    assert f.gain(base, base, TRUTH) == 0
    assert f.gain(-TRUTH, base, TRUTH) == pytest.approx(-3)


def test_qlike_is_half_a_kullback_leibler_divergence():
    """Of two normal distributions, mean 0: an integral knows nothing of the formula."""
    truth, forecast = 1.7, 0.6

    def surprise(x):
        p, q = stats.norm(0, truth**0.5), stats.norm(0, forecast**0.5)
        return p.pdf(x) * (p.logpdf(x) - q.logpdf(x))

    divergence = integrate.quad(surprise, -12, 12)[0]
    assert f.qlike([forecast], [truth]) == pytest.approx(2 * divergence, rel=1e-6)


@given(st.floats(0.01, 100), st.floats(0.01, 100), st.floats(0.01, 100))
def test_qlike_is_least_at_the_truth_whatever_the_unit(truth, forecast, unit):
    assert f.qlike([truth], [truth]) == 0
    assert f.qlike([forecast], [truth]) >= 0
    assert f.qlike([unit * forecast], [unit * truth]) == pytest.approx(f.qlike([forecast], [truth]), abs=1e-9)


@pytest.mark.parametrize("lags", [0, 1, 7, None])
def test_diebold_mariano_against_least_squares_with_newey_west_errors(lags):
    a = np.convolve(RNG.normal(size=520), np.ones(5), "valid") ** 2
    b = np.convolve(RNG.normal(size=520), np.ones(5), "valid") ** 2
    used = int(4 * (len(a) / 100) ** (2 / 9)) if lags is None else lags
    fit = OLS(a - b, np.ones(len(a))).fit(cov_type="HAC", cov_kwds={"maxlags": used, "use_correction": False})
    mine = f.diebold_mariano(a, b, lags)
    assert mine.difference == pytest.approx(fit.params[0], rel=1e-9)
    assert mine.statistic == pytest.approx(fit.tvalues[0], rel=1e-9)
    assert mine.p_value == pytest.approx(fit.pvalues[0], rel=1e-9, abs=1e-300)


def test_diebold_mariano_turns_its_sign_with_the_forecasts():
    a, b = TRUTH**2, FORECAST**2
    assert f.diebold_mariano(a, b).statistic == pytest.approx(-f.diebold_mariano(b, a).statistic)


def test_equally_good_forecasts_are_called_different_one_time_in_twenty():
    rng = np.random.default_rng(1)
    called = [f.diebold_mariano(*rng.normal(size=(2, 400)) ** 2).p_value < 0.05 for _ in range(1000)]
    assert 0.03 < np.mean(called) < 0.08


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: f.mse([1, 2], [1]), "of one shape"),
        (lambda: f.mse([], []), "not empty"),
        (lambda: f.mse([np.nan], [1]), "finite"),
        (lambda: f.qlike([0.0], [1.0]), "positive"),
        (lambda: f.gain([1.0], [2.0], [2.0]), "no error"),
        (lambda: f.diebold_mariano(np.ones(20), np.zeros(20)), "same amount"),
        (lambda: f.diebold_mariano(np.ones(5), np.zeros(5)), "at least 10 days"),
        (lambda: f.diebold_mariano(TRUTH, FORECAST, 300), "300 lags"),
    ],
)
def test_bad_input_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
