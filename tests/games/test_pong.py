"""Pong's court: drawn from positions as it is seen; and the games themselves where ale-py is installed."""

from importlib.util import find_spec

import numpy as np
import pytest

from course_utils.games import full, pong
from course_utils.makers.stage_08 import positions_on

needs_ale = pytest.mark.skipif(find_spec("ale_py") is None, reason="ale-py is not installed")


def test_a_court_on_paper():
    nothing = np.full((1, 8), pong.MISSING)
    assert not pong.draw(nothing).any()
    ball = nothing.copy()
    ball[0, :4] = 8, 4, 16, 8  # fills the cell in row 1, column 1
    picture = pong.draw(ball)[0]
    assert picture.shape == (40, 20)
    assert picture.dtype == np.uint8
    assert np.argwhere(picture).tolist() == [[1, 1]]
    assert picture[1, 1] == 255
    half = ball.copy()
    half[0, :4] = 12, 4, 14, 8  # a quarter of that cell
    assert pong.draw(half)[0, 1, 1] == int((236 - 87) * 4 / 4)
    paddles = nothing.copy()
    paddles[0, 4:] = 0, 16, 144, 160
    rows = np.argwhere(pong.draw(paddles)[0])
    assert {tuple(place) for place in rows.tolist()} == {(r, 2) for r in range(4)} | {(r, 17) for r in range(36, 40)}


def test_drawn_screens_are_read_back():
    rng = np.random.default_rng(0)
    screens, truth = np.full((20, 210, 160), 87, "uint8"), []
    for screen in screens:
        x, y, left, right = (int(value) for value in rng.integers(30, 120, 4))
        screen[34:194][y : y + 4, x : x + 2] = 236
        screen[34:194][left : left + 16, 16:20] = 148
        screen[34:194][right : right + 16, 140:144] = 147
        truth.append((x, y, x + 2, y + 4, left, left + 16, right, right + 16))
    assert positions_on(screens).tolist() == [list(row) for row in truth]
    assert positions_on(np.full((1, 210, 160), 87, "uint8")).tolist() == [[pong.MISSING] * 8]


def test_positions_that_are_none_are_refused():
    with pytest.raises(ValueError, match=r"\(n, 8\) numbers; got the shape \(3, 4\)"):
        pong.draw(np.zeros((3, 4)))
    with pytest.raises(ValueError, match="pixels of the court, 0 to 160"):
        pong.draw(np.full((1, 8), 200))


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(full, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="pip install ale-py"):
        pong.courts(1)


@needs_ale
def test_what_is_seen_is_what_can_be_drawn():
    envs, rng = pong.courts(2), np.random.default_rng(0)
    states, _ = envs.reset(seed=0)
    assert states.shape == (2, *envs.single_observation_space.shape) == (2, 40, 20, 2)
    assert states.dtype == np.uint8
    apart, ended = [], np.zeros(2, bool)
    for _ in range(200):
        later, _, terminated, truncated, _ = envs.step(rng.integers(3, size=2))
        assert np.array_equal(later[~ended][..., 0], states[~ended][..., 1])
        drawn = pong.draw(positions_on(envs.env.screens[:, 0]))
        apart.append(np.abs(drawn.astype(int) - later[..., 1]).max())
        states, ended = later, terminated | truncated
    assert np.median(apart) < 60  # a ball that moves between two frames is no rectangle


@needs_ale
def test_a_point_ends_an_episode_where_it_is_asked_for_and_the_game_goes_on():
    whole, points = pong.courts(1), pong.courts(1, a_point_ends=True)
    assert np.array_equal(whole.reset(seed=0)[0], points.reset(seed=0)[0])
    ends = []
    for step in range(160):
        one, two = whole.step([step % 3]), points.step([step % 3])
        assert np.array_equal(one[0], two[0])
        assert np.array_equal(one[1], two[1])
        assert two[2][0] == (one[1][0] != 0)
        assert not one[2][0]
        ends.append(two[2][0])
    assert any(ends)
