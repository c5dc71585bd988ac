"""What a learner plays with also stands still: text or a picture where no one is there."""

import gc

import anywidget
import ipywidgets
import pytest
from matplotlib import pyplot as plt

from course_utils import live


@pytest.fixture
def shown(monkeypatch):
    """What was displayed, as a list of MIME bundles."""
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: bundles.append(data))
    return bundles


@pytest.fixture
def widgets(monkeypatch, shown):
    """The widgets that were displayed."""
    kept, show = [], live.show
    monkeypatch.setattr(live, "show", lambda widget, *rest: (kept.append(widget), show(widget, *rest)))
    return kept


class Any(anywidget.AnyWidget):
    _esm = "export default { render() {} }"


@pytest.mark.parametrize("make", [ipywidgets.IntSlider, Any], ids=["ipywidgets", "anywidget"])
def test_a_widget_is_shown_with_its_text_and_picture(shown, make):
    widget = make()
    live.show(widget, "A slider", b"\x89PNG")
    assert shown[0][live.WIDGET_VIEW]["model_id"] == widget.model_id
    assert shown[0]["text/plain"] == "A slider"
    assert shown[0]["image/png"] == b"\x89PNG"
    live.show(widget, "A slider")
    assert set(shown[1]) == {live.WIDGET_VIEW, "text/plain"}


def look(widgets):
    """Value and style of the bar shown last."""
    bar = widgets[-1].children[1]
    return bar.value, bar.bar_style


def test_progress_gives_the_items_and_the_same_text_on_every_run(shown, widgets):
    assert list(live.progress("abc", "Going")) == ["a", "b", "c"]
    assert shown[0]["text/plain"] == "Going: 3 steps"
    assert look(widgets) == (3, "success")
    assert list(live.progress(iter("ab"), "Going", total=2)) == ["a", "b"]
    assert list(live.progress([], "Going")) == []


def test_progress_says_at_once_that_it_needs_a_total(shown):
    with pytest.raises(TypeError, match="how many items a list_iterator has can't be known beforehand; give total="):
        live.progress(iter([1]), "Going")
    assert shown == []


def test_a_bar_is_green_only_when_its_work_was_done(widgets):
    items = live.progress([1, 2], "Going")
    next(items)
    items.close()  # what `break` and an error in the body lead to
    assert look(widgets)[1] == "warning"
    with pytest.raises(KeyError), live.Bar("Going", 2):
        raise KeyError
    assert look(widgets)[1] == "danger"


def test_an_error_in_the_body_of_a_loop_leaves_no_green_bar(widgets):
    def body():
        for item in live.progress([1, 0], "Going"):
            1 / item

    with pytest.raises(ZeroDivisionError):
        body()
    gc.collect()
    assert look(widgets) == (1, "warning")


def test_a_timer_counts_the_seconds_of_its_clock():
    with live.Timer(iter([3.0, 5.5]).__next__) as timer:
        pass
    assert timer.seconds == 2.5


def test_a_bar_is_not_redrawn_for_every_step(shown, monkeypatch):
    clock = iter([0.0, 0.001, 0.002, 0.2, 0.201, 0.3])
    monkeypatch.setattr("time.perf_counter", lambda: next(clock))
    with live.Bar("Training", 5, "epochs") as bar:
        bar._drawn = 0.0
        values = []
        for done in range(1, 6):
            bar.update(done, "loss 0.5")
            values.append(bar._bar.value)
    assert values == [0, 0, 3, 3, 5]
    assert bar._note.value == "5/5 epochs · loss 0.5 · 0.3 s"


def draw(size=1, name="a"):
    if size > 8:
        raise ValueError("too large")
    figure, axes = plt.subplots()
    axes.plot([0, size])
    return figure


def test_controls_show_the_first_state_and_redraw(shown, widgets):
    live.controls(draw, size=(1, 9, 1, 3), name=["a", "b"])
    assert shown[0]["text/plain"] == "Controls: size, name"
    assert shown[0]["image/png"].startswith(b"\x89PNG")
    assert plt.get_fignums() == [], "a figure left open is shown a second time"
    sliders, picture, problem = widgets[0].children
    size = sliders.children[0]
    assert size.value == 3
    assert picture.value == shown[0]["image/png"]
    size.value = 5
    assert picture.value != shown[0]["image/png"]
    before = picture.value
    size.value = 9
    assert (picture.value, problem.value) == (before, "<b>too large</b>")
    size.value = 2
    assert problem.value == ""


def test_controls_refuse_what_is_no_figure_or_no_control(shown):
    with pytest.raises(TypeError, match="must return a Matplotlib figure; it returned int"):
        live.controls(lambda size: 3, size=(1, 9))
    with pytest.raises(TypeError, match=r"size: <object .* can't be turned into a control"):
        live.controls(draw, size=object())
    assert shown == []


def test_an_easel_is_painted_anew_but_not_too_often(shown, widgets, monkeypatch):
    with live.Easel("Training", 4, "rounds") as easel:
        easel.update(2, "loss 0.5")
        easel.paint(draw)
        first = bytes(easel._picture.value)
        assert first.startswith(b"\x89PNG")
        easel.paint(lambda: draw(5))
        assert easel._picture.value == first
        monkeypatch.setattr(live.Easel, "REPAINT_SECONDS", 0.0)
        easel.paint(lambda: draw(5))
        assert easel._picture.value != first
        with pytest.raises(TypeError, match="must return a Matplotlib figure"):
            easel.paint(lambda: 3)
    assert shown[0]["text/plain"] == "Training: 4 rounds"
    assert plt.get_fignums() == []


def test_a_text_counts_when_enter_is_pressed_and_has_room_for_a_sentence():
    box = live._control("you_say", "hello")
    assert not box.continuous_update
    assert box.layout.width == "640px"
    assert live._control("rate", (0.0, 1.0, 0.1)).continuous_update
