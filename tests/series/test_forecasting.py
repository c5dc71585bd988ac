"""Windows: which days they read and answer, how they are divided and scaled, and that no later day leaks into an earlier part."""

from dataclasses import dataclass

import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.series.forecasting import Windows, window_places
from course_utils.stages import STAGES

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
    with pytest.raises(ValueError, match="size must be 1 or more"):
        next(train.batches(0))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"length": 0}, "length must be 1 or more"),
        ({"length": 40}, "need 41 days; the series has 40"),
        ({"horizon": 0}, "horizon must be 1 or more"),
        ({"stride": 0}, "stride must be 1 or more"),
        ({"inputs": INPUTS[:-1]}, "inputs must have the shape"),
        ({"targets": TARGETS[:, 0]}, "targets must have the shape"),
        ({"inputs": np.where(np.arange(40)[:, None] == 7, np.nan, INPUTS)}, "not finite .* in row 7"),
        ({"dates": DATES[::-1]}, "must rise"),
        ({"starts": STARTS[::-1]}, "two dates"),
        ({"starts": STARTS[:1]}, "two dates"),
        ({"inputs": np.ones((40, 1))}, "constant"),
        ({"length": 25}, "a part has no window"),
    ],
)
def test_bad_input_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        made(**change)


@pytest.fixture(scope="module")
def taught():
    """What stage 5, section 3 defines: window_places, Part and Windows, taken out of the notebook."""
    names = {"np": np, "dataclass": dataclass}
    for cell in nbformat.read(STAGES[4].path, as_version=4).cells:
        for start in ("def window_places", "@dataclass(frozen=True, eq=False)\nclass Part", "class Windows"):
            if cell.cell_type == "code" and cell.source.startswith(start):
                exec(cell.source.split("\n\n\n")[0], names)
    return names


@pytest.mark.parametrize("options", [{}, {"horizon": 3}, {"horizon": 2, "aligned": True}, {"stride": 3, "horizon": 2}])
def test_the_notebook_teaches_the_same(taught, options):
    ours, theirs = made(**options), taught["Windows"](INPUTS, TARGETS, DATES, STARTS, 4, **options)
    for name in ("train", "validation", "test"):
        for field in ("x", "y", "read", "asked"):
            np.testing.assert_array_equal(getattr(getattr(ours, name), field), getattr(getattr(theirs, name), field))
    for mine, other in zip(ours.train.batches(5, seed=2), theirs.train.batches(5, seed=2), strict=True):
        np.testing.assert_array_equal(mine[0], other[0])
    np.testing.assert_array_equal(ours.unscale(ours.test.y), theirs.unscale(theirs.test.y))
    np.testing.assert_array_equal(ours.dates, theirs.dates)
    for mine, other in zip(window_places(30, 4, **options), taught["window_places"](30, 4, **options), strict=True):
        np.testing.assert_array_equal(mine, other)
