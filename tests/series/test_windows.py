"""The windows that stage 5 writes: which days they read and answer, how they are divided and scaled, and that no later day leaks."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.tools.definitions import selected

taught = selected(5, {"window_places", "Part", "Windows"}, {"np": np, "dataclass": dataclass})
Windows, window_places = taught["Windows"], taught["window_places"]
DATES = np.datetime64("2001-01-01") + np.arange(40)
STARTS = ("2001-01-21", "2001-01-31")
rng = np.random.default_rng(0)
INPUTS, TARGETS = rng.normal(3, 2, (40, 2)), rng.normal(-1, 5, (40, 1))


def made(inputs=INPUTS, targets=TARGETS, dates=DATES, starts=STARTS, length=4, **options):
    return Windows(inputs, targets, dates, starts, length, **options)


def test_places_after_the_window_and_aligned():
    read, asked = window_places(7, 3, horizon=2, stride=2)
    assert read.tolist() == [[0, 1, 2], [2, 3, 4]]
    assert asked.tolist() == [[3, 4], [5, 6]]
    read, asked = window_places(5, 3, horizon=2, aligned=True)
    assert read.tolist() == [[0, 1, 2]]
    assert asked.tolist() == [[2, 3, 4]]


@settings(max_examples=60, deadline=None)
@given(
    length=st.integers(1, 8),
    horizon=st.integers(1, 5),
    stride=st.integers(1, 4),
    aligned=st.booleans(),
    spare=st.integers(0, 30),
)
def test_every_answer_lies_after_what_it_may_read(length, horizon, stride, aligned, spare):
    days = length + horizon + spare
    read, asked = window_places(days, length, horizon, stride, aligned)
    assert len(read) == len(asked) == spare // stride + 1
    assert read.min() == 0
    assert asked.max() < days
    assert (np.diff(read, axis=1) == 1).all()
    if aligned:
        assert (asked - read == horizon).all()
    else:
        assert asked.shape == (len(read), horizon)
        assert (asked[:, 0] == read[:, -1] + 1).all()


@pytest.mark.parametrize("options", [{}, {"horizon": 3}, {"horizon": 2, "aligned": True}, {"stride": 3}])
def test_no_answer_straddles_a_boundary_and_parts_do_not_share_one(options):
    windows = made(**options)
    bounds = np.array(["1900-01-01", *STARTS, "2100-01-01"], dtype="datetime64[D]")
    for part, low, high in zip((windows.train, windows.validation, windows.test), bounds[:-1], bounds[1:], strict=True):
        days = windows.dates[part.asked]
        assert (days >= low).all()
        assert (days < high).all()
    if not options:  # all 36 windows with one answer each: 16 + 10 + 10
        assert [len(part) for part in (windows.train, windows.validation, windows.test)] == [16, 10, 10]


def test_scaling_comes_from_the_training_days_alone():
    windows = made()
    np.testing.assert_allclose(windows.input_scale[0], INPUTS[:20].mean(axis=0))
    np.testing.assert_allclose(windows.target_scale[1], TARGETS[:20].std(axis=0))
    np.testing.assert_allclose(windows.train.x[2, 1], (INPUTS[3] - INPUTS[:20].mean(0)) / INPUTS[:20].std(0), rtol=1e-5)
    np.testing.assert_allclose(windows.unscale(windows.test.y), TARGETS[windows.test.asked], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(windows.scale(TARGETS)[windows.test.asked], windows.test.y)


def test_later_days_change_nothing_earlier():
    other_inputs, other_targets = INPUTS.copy(), TARGETS.copy()
    other_inputs[20:] *= 100
    other_targets[20:] += 1000
    before, after = made(horizon=2), made(other_inputs, other_targets, horizon=2)
    np.testing.assert_array_equal(before.train.x, after.train.x)
    np.testing.assert_array_equal(before.train.y, after.train.y)


def test_batches_hold_every_window_once():
    train = made().train
    plain = list(train.batches(5))
    assert [len(x) for x, _ in plain] == [5, 5, 5, 1]
    np.testing.assert_array_equal(np.concatenate([x for x, _ in plain]), train.x)
    shuffled = np.concatenate([y for _, y in train.batches(5, seed=1)])
    assert not np.array_equal(shuffled, train.y)
    np.testing.assert_array_equal(np.sort(shuffled, axis=0), np.sort(train.y, axis=0))
