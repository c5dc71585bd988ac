"""The figures of stage 8 show the numbers they are given."""

import io

import matplotlib
import numpy as np
import pandas as pd
import pytest
from PIL import Image

matplotlib.use("Agg")
from matplotlib import pyplot as plt

from course_utils import games
from course_utils.games import figures


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_a_film_plays_every_picture_enlarged():
    frames = np.random.default_rng(0).integers(0, 2, (5, 12, 10)).astype("uint8") * 255
    film = Image.open(io.BytesIO(figures.film(frames, zoom=4)))
    assert film.n_frames == 5
    for number, frame in enumerate(frames):
        film.seek(number)
        assert np.array_equal(np.asarray(film.convert("L"))[::4, ::4], frame)
    with pytest.raises(ValueError, match=r"\(12, 10\)"):
        figures.film(frames[0])


def test_regret_draws_the_mean():
    values = np.arange(20.0).reshape(10, 2)
    axes = figures.regret({"one": values}, "finding").axes[0]
    low, high = np.percentile(values, (25, 75), axis=1)
    band = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == (low.min(), high.max())
    assert np.array_equal(axes.lines[0].get_ydata(), values.mean(axis=1))


def test_values_leave_the_cliff_out_and_point_to_the_best_move():
    world = games.cliff_walk()
    table = np.arange(24.0)[:, None] - np.arange(4)  # the first move is the best
    figure = figures.values({"once": table, "again": -table}, "finding", (0, 23), world, columns=2)
    axes, other = figure.axes
    shown = np.ma.getmaskarray(axes.images[0].get_array()).ravel()
    assert np.flatnonzero(shown).tolist() == [*world.cliff, world.goal]
    texts = [text.get_text() for text in axes.texts]
    assert texts[0] == "0.0\n↑"
    assert texts[23] == "goal"
    assert texts.count("▼") == 4
    assert other.get_title() == "again"
    assert other.texts[1].get_text() == "2.0\n←"


def test_values_without_a_world_print_each():
    values = np.arange(6.0).reshape(2, 3)
    axes = figures.values({"a": values}, "finding", (0, 5), columns=1).axes[0]
    assert [text.get_text() for text in axes.texts] == [f"{value:.1f}" for value in values.ravel()]


def test_lines_draw_the_curves_and_what_they_are_compared_with():
    _, axes = plt.subplots()
    figures.lines(axes, np.arange(3), {"a": [1, 2, 4], "b": [2, 2, 2]}, ("most", 5), title="finding")
    assert [line.get_ydata().tolist() for line in axes.lines] == [[1, 2, 4], [2, 2, 2], [5, 5, 5]]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b", "most"]
    assert axes.get_title() == "finding"


def test_bands_hold_all_seeds_and_draw_the_median():
    rows = [(s, k, "a", k + s) for s in range(5) for k in (1, 2, 3)]
    frame = pd.DataFrame(rows, columns=["seed", "steps", "case", "score"])
    _, axes = plt.subplots()
    figures.bands(frame, ["a"], "score", axes, "score", "finding", scale=10)
    assert axes.lines[0].get_ydata().tolist() == [30, 40, 50]
    band = axes.collections[0].get_paths()[0].vertices
    assert (band[:, 1].min(), band[:, 1].max()) == (10, 70)
    with pytest.raises(ValueError, match="no rows for the case 'b'"):
        figures.bands(frame, ["b"], "score", axes, "score", "finding")


def test_a_decision_marks_the_best_action():
    figure = figures.decision(np.zeros((12, 10)), np.array([0.1, 0.9, 0.3]), np.zeros((12, 10)), games.ACTIONS, "now")
    colours = [bar.get_facecolor() for bar in figure.axes[2].patches]
    assert colours[1] != colours[0] == colours[2]
    assert [bar.get_height() for bar in figure.axes[2].patches] == [0.1, 0.9, 0.3]


def test_a_strip_shows_eight_carts_from_first_to_last():
    states = np.zeros((15, 4))
    states[-1] = 0.5, 0, 0.1, 0
    axes = figures.cart_strip(states, "carts").axes
    assert [panel.get_title() for panel in axes] == [f"step {step}" for step in range(0, 15, 2)]
    foot, top = np.array(axes[-1].lines[1].get_data()).T
    assert foot[0] == 0.5
    assert np.arctan2(*(top - foot)) == pytest.approx(0.1)


def test_moments_and_trainings_have_a_panel_for_each_part():
    figure = figures.decisions(np.zeros((3, 12, 10)), np.zeros((3, 12, 10)), list("abc"), "moments")
    assert len(figure.axes) == 6
    assert len(figures.training([1, 2], [3, 4], [5, 6], "t", "return").axes) == 2


def test_a_flight_draws_each_state_with_its_engine():
    states = np.random.default_rng(0).normal(size=(30, 8))
    actions = np.arange(30) % 4
    left, right = figures.flight(states, actions, "finding").axes
    for action, engine in enumerate(left.collections):
        assert np.array_equal(engine.get_offsets(), states[actions == action, :2])
    assert np.array_equal(right.lines[0].get_ydata(), -states[:, 3])


def test_a_court_shows_the_ball_twice_and_the_best_action_in_another_colour():
    before, now = [40, 60, 43, 66, 10, 26, 100, 116], [48, 64, 51, 70, 10, 26, 104, 120]
    left, right = figures.court(np.array([before, now]), [-0.5, 0.2, 0.1], ["stay", "up", "down"], "t").axes
    corners = [patch.get_xy() for patch in left.patches]
    assert corners == [(39, 59), (47, 63), (16, 10), (140, 104)]
    assert [bar.get_height() for bar in right.patches] == [-0.5, 0.2, 0.1]
    colours = [bar.get_facecolor() for bar in right.patches]
    assert colours[1] != colours[0] == colours[2]
    hidden = np.array([before, [-1, -1, -1, -1, *now[4:]]])
    assert len(figures.court(hidden, [0, 0, 0], ["stay", "up", "down"], "t").axes[0].patches) == 3


def test_a_rally_draws_heights_and_marks_the_points():
    positions = np.tile([40, 60, 43, 66, 10, 26, 100, 116], (5, 1))
    positions[2, :4] = -1  # the ball is out of sight
    above, below = figures.rally(positions, np.linspace(0, 1, 5), [0, 0, 1, 0, -1], "t").axes
    heights = above.lines[0].get_ydata()
    assert np.isnan(heights[2])
    assert heights[0] == 160 - 63
    assert np.array_equal(below.lines[0].get_ydata(), np.linspace(0, 1, 5))
    assert [line.get_xdata()[0] for line in above.lines[1:]] == [2, 4]
