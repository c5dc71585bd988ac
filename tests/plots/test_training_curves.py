"""Learning curves and the line of time: the numbers that reach the axes, and what is refused."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from course_utils import plots


@pytest.fixture(autouse=True)
def _styled():
    plots.use_style()
    yield
    plt.close("all")


def test_curves_count_from_one_and_leave_out_what_is_not_finite():
    figure = plots.curves({"a": np.array([3.0, np.inf, 1.0]), "b": np.array([2.0])}, "Finding", "loss")
    first, second = figure.axes[0].lines
    np.testing.assert_array_equal(first.get_xdata(), [1, 2, 3])
    np.testing.assert_array_equal(np.isnan(first.get_ydata()), [False, True, False])
    assert first.get_linestyle() != second.get_linestyle()  # told apart without colour
    assert figure.axes[0].get_title(loc="left") == "Finding"


@pytest.mark.parametrize("lines", [{}, {"a": np.array([])}])
def test_curves_refuse_nothing(lines):
    with pytest.raises(ValueError, match="at least one"):
        plots.curves(lines, "Finding", "loss")


def test_curves_fill_a_logarithmic_axis():
    axis = plots.curves({"a": np.array([1.0, 1e-2, 1e-4])}, "found", "loss", log=True).axes[0]
    bottom, top = axis.get_ylim()
    assert 1e-5 < bottom < 1e-4
    assert 1 < top < 10


def test_curves_stand_where_they_are_told_to():
    x = np.array([-1.0, 0.5])
    lines = plots.curves({"a": x, "b": -x}, "found", "gradient", x=x).axes[0].lines
    assert [(line.get_xdata().tolist(), line.get_ydata().tolist()) for line in lines] == [
        ([-1, 0.5], [-1, 0.5]),
        ([-1, 0.5], [1, -0.5]),
    ]
    with pytest.raises(ValueError, match="same first dimension"):
        plots.curves({"a": np.zeros(3)}, "found", "gradient", x=x)


class TestTimeline:
    EVENTS = ((1943, "neuron", 1), (1958, "perceptron", None), (1986, "way back", 1))

    def test_every_event_has_its_year_and_stage(self):
        figure = plots.timeline(self.EVENTS, "found", breaks=(2,))
        assert [len(axes.texts) for axes in figure.axes] == [4, 2]  # label and year of two events, then of one
        assert [text.get_text() for text in figure.axes[0].texts] == ["neuron\n→ stage 1", "1943", "perceptron", "1958"]
        assert figure.get_suptitle() == "found"

    @pytest.mark.parametrize("events", [(), ((1958, "b", None), (1943, "a", None))])
    def test_refuses_no_event_or_falling_years(self, events):
        with pytest.raises(ValueError, match="years that do not fall"):
            plots.timeline(events, "t")

    def test_refuses_a_break_outside(self):
        with pytest.raises(ValueError, match=r"inside the 3 events; got \[3\]"):
            plots.timeline(self.EVENTS, "t", breaks=(3,))
