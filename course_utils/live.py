"""What a learner plays with: progress bars and sliders that also stand as text or a still figure when nobody is there.

A widget is shown together with plain text or a picture of the same size. A notebook program with a person in front
draws the widget; a page made from the notebook, or a run without a browser, keeps the text or the picture.
"""

import io
import time
from collections.abc import Callable, Iterable, Iterator

__all__ = ["Timer", "controls", "progress", "show"]

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class Timer:
    """``with Timer() as timer: …`` and then ``timer.seconds``: CPU seconds of this process, all its threads counted.

    Args:
        clock: another clock: ``time.perf_counter`` (seconds that pass), ``time.thread_time`` (of this thread alone).
    """

    def __init__(self, clock: Callable[[], float] = time.process_time):
        self._clock = clock

    def __enter__(self) -> "Timer":
        self._began = self._clock()
        return self

    def __exit__(self, *_) -> None:
        self.seconds = self._clock() - self._began


def show(widget, text: str, png: bytes | None = None) -> None:
    """Display a widget with a stand-in for when nobody is there.

    Args:
        widget: an ipywidgets or anywidget object.
        text: what a reader without the widget is told; the same on every run.
        png: a picture of the widget's first state, shown in place of the text where there is one.
    """
    from IPython.display import display

    bundle = widget._repr_mimebundle_()
    view = bundle[0] if isinstance(bundle, tuple) else bundle  # anywidget adds metadata, ipywidgets does not
    data = {WIDGET_VIEW: view[WIDGET_VIEW], "text/plain": text}
    if png is not None:
        data["image/png"] = png
    display(data, raw=True)


def progress(items: Iterable, what: str, total: int | None = None) -> Iterator:
    """The items, one by one, with a progress bar above the work done on them.

    Args:
        items: what to go through; ``total`` is needed where it has no length.
        what: what is being done, in a learner's words ("Training over 30 seeds").
        total: how many items there are.
    Returns: an iterator over ``items``.
    Raises: TypeError at once where the number of items can't be known.
    """
    if total is None and not hasattr(items, "__len__"):
        raise TypeError(f"how many items a {type(items).__name__} has can't be known beforehand; give total=")
    return _with_bar(items, what, len(items) if total is None else total)


def _with_bar(items: Iterable, what: str, total: int) -> Iterator:
    with Bar(what, total) as bar:
        for done, item in enumerate(items):
            yield item
            bar.update(done + 1)


class Bar:
    """A progress bar as a context manager: ``with Bar("Training", 40) as bar: bar.update(3, "loss 0.31")``.

    Args:
        what: what is being done.
        total: how many steps there are, at least 1.
        unit: the name of a step, in the plural.
    """

    REDRAW_SECONDS = 0.1  # a message for every step would cost more than a small step

    def __init__(self, what: str, total: int, unit: str = "steps"):
        import ipywidgets

        self.what, self.total, self.unit = what, int(total), unit
        self._bar = ipywidgets.IntProgress(0, 0, max(self.total, 1), layout={"width": "260px"})
        self._note = ipywidgets.Label()
        self._box = ipywidgets.HBox([ipywidgets.Label(what), self._bar, self._note])
        self._drawn = 0.0

    def __enter__(self) -> "Bar":
        self._began = time.perf_counter()
        show(self._box, f"{self.what}: {self.total} {self.unit}")
        return self

    def update(self, done: int, note: str = "") -> None:
        """Say that ``done`` of the steps are done; ``note`` stands beside the bar (a loss, a score)."""
        now = time.perf_counter()
        if now - self._drawn < self.REDRAW_SECONDS and done < self.total:
            return
        self._drawn = now
        seconds = now - self._began
        left = seconds / done * (self.total - done) if done else 0.0
        when = f"{left:.0f} s left" if done < self.total else f"{seconds:.1f} s"
        self._bar.value = min(done, self.total)
        self._note.value = " · ".join(part for part in (f"{done}/{self.total} {self.unit}", note, when) if part)

    def __exit__(self, kind, error, trace) -> None:
        if kind is None:
            self._bar.bar_style = "success"
        else:  # the loop was left: by `break`, or by an error in its body; `progress` can't tell which
            self._bar.bar_style = "warning" if kind is GeneratorExit else "danger"


class Easel(Bar):
    """A progress bar with a picture under it that is painted anew while the work goes on.

    ``with Easel("Training", 40) as easel: easel.update(3, "loss 0.31"); easel.paint(lambda: figure_of(samples))``.
    The arguments are those of :class:`Bar`. Where nobody is there, the bar's text is all that stays.
    """

    REPAINT_SECONDS = 2.0  # a figure takes longer to draw than many steps to train

    def __init__(self, what: str, total: int, unit: str = "steps"):
        import ipywidgets

        super().__init__(what, total, unit)
        self._picture = ipywidgets.Image(format="png", layout={"max_width": "100%", "align_self": "flex-start"})
        self._box = ipywidgets.VBox([self._box, self._picture])
        self._painted = float("-inf")

    def paint(self, draw: Callable) -> None:
        """Show the figure that ``draw()`` returns, unless one was painted in the last two seconds.

        Raises: TypeError where it does not return a Matplotlib figure.
        """
        if time.perf_counter() - self._painted >= self.REPAINT_SECONDS:
            self._picture.value = _png(draw())
            self._painted = time.perf_counter()


def controls(draw: Callable, **choices) -> None:
    """Show a figure with a control for each of its arguments; it is redrawn as they are moved.

    Args:
        draw: a function of keyword arguments that returns a Matplotlib figure. It is called once at once, with
            each control's first state, and that figure is what a reader sees when nobody is there.
        choices: for each argument, as in ipywidgets' ``interact``: a widget, a ``(low, high)`` or
            ``(low, high, step)`` range, a list of options, or one value (bool: a tick box; str: a text field).
            A 4-tuple ``(low, high, step, first)`` sets where a slider starts.
    Raises: TypeError where ``draw`` does not return a figure, or a choice can't be turned into a control.
    """
    import ipywidgets

    widgets = {name: _control(name, choice) for name, choice in choices.items()}
    # At its own size: a box would stretch the picture to its full width.
    picture = ipywidgets.Image(format="png", layout={"max_width": "100%", "align_self": "flex-start"})
    problem = ipywidgets.HTML()

    def redraw(_change=None) -> None:
        try:
            picture.value = _png(draw(**{name: widget.value for name, widget in widgets.items()}))
            problem.value = ""
        except ValueError as error:  # a combination that the function refuses; the controls stay alive
            problem.value = f"<b>{error}</b>"

    first = _png(draw(**{name: widget.value for name, widget in widgets.items()}))
    picture.value = first
    for widget in widgets.values():
        widget.observe(redraw, "value")
    box = ipywidgets.VBox([ipywidgets.HBox(list(widgets.values()), layout={"flex_flow": "row wrap"}), picture, problem])
    show(box, "Controls: " + ", ".join(name.replace("_", " ") for name in choices), first)


def _control(name: str, choice):
    import ipywidgets

    label = name.replace("_", " ")
    if isinstance(choice, tuple) and len(choice) == 4:
        low, high, step, first = choice
        kind = ipywidgets.IntSlider if all(isinstance(v, int) for v in choice) else ipywidgets.FloatSlider
        widget = kind(first, min=low, max=high, step=step)
    else:
        widget = choice if isinstance(choice, ipywidgets.Widget) else ipywidgets.interactive.widget_from_abbrev(choice)
    if widget is None:
        raise TypeError(f"{name}: {choice!r} can't be turned into a control; give a range, a list or a widget")
    widget.description = widget.description or label
    widget.style = {"description_width": "initial"}
    text = isinstance(widget, ipywidgets.Text)
    if text:
        widget.layout.width = "640px"  # a sentence; ipywidgets gives a word
        widget.layout.max_width = "100%"
    if hasattr(widget, "continuous_update"):
        widget.continuous_update = not text  # a text counts when Enter is pressed, not at each letter
    return widget


def _png(figure) -> bytes:
    """The figure as PNG bytes; it is closed, so that the notebook does not show it a second time."""
    from matplotlib import pyplot as plt
    from matplotlib.figure import Figure

    if not isinstance(figure, Figure):
        raise TypeError(f"the drawing function must return a Matplotlib figure; it returned {type(figure).__name__}")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    plt.close(figure)
    return buffer.getvalue()
