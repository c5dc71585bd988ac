"""Planes and tables: scores are written, and what is no score is refused."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from course_utils import plots


@pytest.fixture(autouse=True)
def _styled():
    plots.use_style()
    yield
    plt.close("all")


def test_points_say_the_class_by_colour_and_by_shape():
    _, axes = plots.panels(1, 1)
    plots.points(axes[0, 0], np.array([[0.0, 1.0], [2.0, 3.0], [1.0, 1.0]]), np.array([0, 1, 1]))
    zero, one = axes[0, 0].collections
    assert [len(zero.get_offsets()), len(one.get_offsets())] == [1, 2]
    assert len(zero.get_paths()[0]) != len(one.get_paths()[0])  # a disc and a square
    assert not np.array_equal(zero.get_facecolor(), one.get_facecolor())
    with pytest.raises(ValueError, match=r"got \(3, 2\) and \(2,\)"):
        plots.points(axes[0, 0], np.zeros((3, 2)), np.zeros(2))


def test_boundary_is_a_line_only_where_the_answer_changes():
    _, axes = plots.panels(1, 2)
    plots.boundary(axes[0, 0], lambda x: 1 / (1 + np.exp(-(x[:, 0] - 2))))
    plots.boundary(axes[0, 1], lambda x: np.full(len(x), 0.7))
    assert axes[0, 0].collections
    assert not axes[0, 1].collections
    np.testing.assert_allclose(axes[0, 1].images[0].get_array(), 0.7)


class TestScoreTable:
    def test_writes_each_score(self):
        axes = plots.score_table(np.array([[0.5, 0.996], [1, 0]]), ["a", "b"], ["c", "d"], "t").axes[0]
        assert [text.get_text() for text in axes.texts] == ["0.50", "1.00", "1.00", "0.00"]

    def test_refuses_headings_that_do_not_fit(self):
        with pytest.raises(ValueError, match=r"\(1, 2\) does not fit 1 rows and 1 columns"):
            plots.score_table(np.ones((1, 2)), ["a"], ["b"], "t")

    @pytest.mark.parametrize("bad", [np.nan, 1.1, -0.1])
    def test_refuses_what_is_no_score(self, bad):
        with pytest.raises(ValueError, match="from 0 to 1"):
            plots.score_table([[bad]], ["a"], ["b"], "t")
