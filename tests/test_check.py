"""Claims print one line that is the same everywhere, or raise with what was measured."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils import check
from course_utils.check import ClaimError


class Tensor:
    """As PyTorch's: NumPy refuses it until it is off the graph."""

    def __init__(self, values):
        self.values = values

    def detach(self):
        return self

    def cpu(self):
        return self.values

    def __array__(self, *_, **__):
        raise RuntimeError("call detach() first")


@pytest.mark.parametrize(
    ("claim", "line"),
    [
        (lambda: check.equal(3, 3, "layers"), "PASS layers equal 3"),
        (lambda: check.equal((2, 3), (2, 3), "shape"), "PASS shape equal (2, 3)"),
        (lambda: check.equal("relu", "relu", "name"), "PASS name equal relu"),
        (lambda: check.equal(np.arange(3), [0, 1, 2], "order"), "PASS order equal [0, 1, 2]"),
        (
            lambda: check.equal(np.ones((3, 4)), np.ones((3, 4)), "all"),
            "PASS all equal an array of shape (3, 4)",
        ),
        (lambda: check.equal([1, [2, 3]], [1, [2, 3]], "nest"), "PASS nest equal [1, [2, 3]]"),
        (lambda: check.equal({"a": 1}, {"a": 1}, "counts"), "PASS counts equal {'a': 1}"),
        (lambda: check.equal(None, None, "nothing"), "PASS nothing equal None"),
        (lambda: check.equal(Tensor(np.ones(2)), [1, 1], "tensor"), "PASS tensor equal [1, 1]"),
        (lambda: check.close(1.000001, 1, "sum"), "PASS sum within 1e-05"),
        (lambda: check.close(1e6 + 5, 1e6, "large"), "PASS large within 1e-05"),
        (lambda: check.close(Tensor(np.ones(2)), np.ones(2), "tensor"), "PASS tensor within 1e-05"),
        (lambda: check.close(1 + 1j, 1 + 1j, "complex"), "PASS complex within 1e-05"),
        (lambda: check.at_least(0.97123, 0.97, "test accuracy"), "PASS test accuracy at least 0.97"),
        (lambda: check.at_least(np.array([0.97]), 0.97, "it"), "PASS it at least 0.97"),
        (lambda: check.at_most(0.1, 0.1, "loss"), "PASS loss at most 0.1"),
        (lambda: check.better(0.9, 0.8, "two layers above none"), "PASS two layers above none"),
        (
            lambda: check.better(0.9, 0.8, "deep above flat", by=0.05),
            "PASS deep above flat by more than 0.05",
        ),
        (lambda: check.better(0.1, 0.2, "loss below", lower=True), "PASS loss below"),
    ],
)
def test_what_holds_prints_one_line_without_the_measurement(claim, line, capsys):
    assert claim() is None
    assert capsys.readouterr().out == line + "\n"


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (lambda: check.equal(4, 3, "layers"), "layers equal 3: does not hold; got 4"),
        (lambda: check.equal((2, 3), (2, 4), "shape"), "got (2, 3)"),
        (lambda: check.equal("1", 1, "kind"), "got 1"),
        (lambda: check.equal(None, 0, "nothing"), "got None"),
        (lambda: check.equal([1, 2], [[1, 2]], "axes"), "got [1, 2]"),
        (lambda: check.equal([1, [2, 3]], [1, [2, 4]], "nest"), "got [1, [2, 3]]"),
        (lambda: check.equal(np.zeros(9), np.ones(9), "array"), "got an array of shape (9,)"),
        (lambda: check.equal(float("nan"), float("nan"), "nan"), "got nan"),
        (lambda: check.close(1.1, 1.0, "sum", hint="the bias"), "largest difference 0.1. Look at: the bias"),
        (lambda: check.close(1e6 + 20, 1e6, "large"), "largest difference 2e-05"),
        (lambda: check.close([1.0], [[1.0]], "axes"), "shapes differ: (1,) and (1, 1)"),
        (lambda: check.close(np.nan, np.nan, "sum"), "not finite"),
        (lambda: check.close(np.inf, np.inf, "sum"), "not finite"),
        (
            lambda: check.at_least(0.96, 0.97, "accuracy"),
            "accuracy at least 0.97: does not hold; measured 0.96",
        ),
        (lambda: check.at_least(np.nan, 0.97, "accuracy"), "measured nan"),
        (lambda: check.at_least(np.inf, 0.97, "accuracy"), "measured inf"),
        (
            lambda: check.at_least([1, 1], 0.97, "accuracy"),
            "one number is needed here; got an array of shape (2,)",
        ),
        (lambda: check.at_most(0.11, 0.1, "loss"), "measured 0.11"),
        (lambda: check.at_most(-np.inf, 0.1, "loss"), "measured -inf"),
        (lambda: check.at_most(np.nan, 0.1, "loss"), "measured nan"),
        (lambda: check.better(0.8, 0.8, "deep above flat"), "measured 0.8 against 0.8"),
        (lambda: check.better(0.84, 0.8, "deep above flat", by=0.05), "measured 0.84 against 0.8"),
        (lambda: check.better(0.3, 0.2, "loss below", lower=True), "measured 0.3 against 0.2"),
        (lambda: check.better(np.inf, 0.2, "it"), "measured inf"),
        (lambda: check.better(0.3, np.nan, "it"), "against nan"),
    ],
)
def test_what_does_not_hold_raises_with_the_measurement(claim, said, capsys):
    with pytest.raises(ClaimError, match=re.escape(said)):
        claim()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("tol", [0, -1, float("nan")])
def test_a_tolerance_has_to_be_positive(tol):
    with pytest.raises(ValueError, match="tol must be positive; got"):
        check.close(1, 1, "it", tol=tol)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_at_least_and_at_most_agree_with_the_order_of_numbers(value, bound):
    for claim, holds in ((check.at_least, value >= bound), (check.at_most, value <= bound)):
        if holds:
            claim(value, bound, "it")
        else:
            with pytest.raises(ClaimError):
                claim(value, bound, "it")
