"""The playground as a widget: what the browser asks for is done by a thread, what comes out is sent back."""

from pathlib import Path
from weakref import WeakSet

import anywidget

from ...errors import CourseError
from ...live import show
from . import messages
from .engine import Engine, Picture
from .settings import Settings
from .still import still
from .worker import Worker

__all__ = ["Playground", "playground"]

HERE = Path(__file__).parent
REDRAW_SECONDS = 0.04  # of training between two redraws, so that a click is answered within 0.1 s

_open: WeakSet = WeakSet()


def playground(still_epochs: int = 200, seed: int = 0, **controls) -> None:
    """Show a small Keras network that learns before your eyes, with a control for each of its settings.

    The network trains in this kernel, beside the other cells; one playground plays at a time, and a new one stops
    those before. Where nobody can play (a page, a run without a browser) a picture after ``still_epochs`` epochs
    stands in its place.

    Args:
        still_epochs: 1 to 1000.
        seed: of the first data and the first weights, 0 to 2**31.
        controls: how the other controls stand at first; :class:`.Settings` says which there are.
    Raises: CourseError or TypeError for a value that won't do, naming what would.
    Example: ``playground(data="xor", features=("x1*x2",), hidden=())``.
    Taught in stage 1, "The playground".
    """
    settings = Settings(**controls, data_seed=seed, weights_seed=seed)
    for other in list(_open):
        other.retire()
    engine = Engine(settings)
    png = still(engine, still_epochs)
    show(Playground(engine), f"The playground, live in Jupyter; here as it stands after {still_epochs} epochs.", png)


class Playground(anywidget.AnyWidget):
    """The widget: takes the browser's messages, drives an engine, ready to train, through a worker, sends pictures back."""

    _esm = HERE / "playground.js"
    _css = HERE / "playground.css"

    def __init__(self, engine: Engine):
        super().__init__()
        self.playing = False
        self._engine, self._views, self._note = engine, 0, ""
        self._worker = Worker(self)
        self.on_msg(self._receive)
        _open.add(self)

    def close(self) -> None:
        """End the training thread and take the widget off the page."""
        if (worker := getattr(self, "_worker", None)) is not None:  # ipywidgets closes half-made widgets, too
            worker.close()
        super().close()

    def retire(self) -> None:
        """Make room for another playground: stop, and where no page shows this one any more, close."""
        if self._views:
            self._worker.post({"kind": "pause"})
        else:
            _open.discard(self)
            self.close()

    def _receive(self, _widget, content: dict, _buffers) -> None:
        """A message of the browser, on whichever thread the kernel handles it."""
        if content.get("kind") == "painted":
            self._worker.painted(content["number"])
        else:
            self._worker.post(content)

    # What follows is called on the worker's thread only.

    def obey(self, commands: list[dict]) -> None:
        """Carry out what the browser asked for, then send it the controls and a picture."""
        self._note = ""
        for command in commands:
            try:
                self._obey(command)
            except (TypeError, ValueError) as error:  # a value refused; nothing has changed
                self._note = str(error)
        self._tell(messages.state(self._engine, self.playing, self._note))
        self.deliver(self._engine.look())

    def _obey(self, command: dict) -> None:
        chosen = self._engine.settings
        match command["kind"]:
            case "hello":
                self._views += 1
                self._tell(messages.about())
            case "bye":
                self._views -= 1
                self.playing = self.playing and self._views > 0
            case "play":
                for other in _open - {self}:
                    other._worker.post({"kind": "pause"})
                self.playing = True
            case "pause":
                self.playing = False
            case "step":
                self.playing = False
                self._compile()
                self._engine.train(1)
            case "reset":
                self._engine.change(weights_seed=chosen.weights_seed + 1)
            case "new data":
                self._engine.change(data_seed=chosen.data_seed + 1)
            case "set":
                self._engine.change(**command["changes"])
            case unknown:
                raise CourseError(f"there is no command {unknown!r}")

    def prepare(self) -> Picture:
        """Train for one redraw."""
        self._compile()
        self._engine.train(self._engine.settings.epochs_per_redraw, REDRAW_SECONDS)
        return self._engine.look()

    def deliver(self, redraw: Picture) -> None:
        """Send a redraw; stop where the weights have grown beyond all bounds."""
        self._tell(messages.picture(redraw, self._engine.settings, self._worker.number()))
        if not redraw.finite:
            self._stop("The weights grew beyond all bounds. Choose a lower learning rate, then reset.")

    def stopped(self, error: Exception | None) -> None:
        """Say why it does not play any more."""
        nobody = "Paused, because nothing was painted any more. Press play to go on."
        self._stop(nobody if error is None else f"Stopped by an error. {type(error).__name__}: {error}")

    def _stop(self, why: str) -> None:
        self.playing, self._note = False, why
        self._tell(messages.state(self._engine, self.playing, self._note))

    def _compile(self) -> None:
        if not self._engine.compiled:
            self._tell(messages.state(self._engine, self.playing, "Compiling the network …"))
            self._engine.compile()
            self._tell(messages.state(self._engine, self.playing, self._note))

    def _tell(self, message: messages.Message) -> None:
        content, buffers = message
        self.send(content, buffers)
