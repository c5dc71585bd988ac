"""Build a network layer by layer: its shapes, its parameters, and the three Keras programs for it side by side.

Stage 2, "The same network three ways", plays with :class:`Playground`; the functions below it are plain text in, text out.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ..errors import CourseError

__all__ = [
    "ACTIVATIONS", "INPUTS", "KINDS", "Playground", "Step", "build", "programs", "shapes", "side_by_side", "table",
]  # fmt: skip

#: What can come in, by name: the shape of one sample.
INPUTS = {"a table row, 8 numbers": (8,), "a grey image, 16 × 16": (16, 16, 1), "a series, 24 steps of 3": (24, 3)}
ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")


@dataclass(frozen=True)
class Kind:
    """A kind of layer on offer: the rank of one sample that it takes, and whether it has a size and an activation."""

    ranks: tuple[int, ...]
    sized: bool
    needs: str


KINDS = {
    "Dense": Kind((1, 2, 3), True, "numbers along the last axis"),
    "Dense with shortcut": Kind((1, 2, 3), False, "numbers along the last axis"),
    "Conv2D": Kind((3,), True, "(height, width, channels)"),
    "MaxPooling2D": Kind((3,), False, "(height, width, channels)"),
    "GlobalAveragePooling2D": Kind((3,), False, "(height, width, channels)"),
    "LSTM": Kind((2,), True, "(steps, features)"),
    "Flatten": Kind((2, 3), False, "more than one axis"),
    "BatchNormalization": Kind((1, 2, 3), False, "numbers along the last axis"),
    "Dropout": Kind((1, 2, 3), False, "anything"),
}


@dataclass(frozen=True)
class Step:
    """One layer of the network to build.

    Attributes:
        kind: a name from ``KINDS``.
        size: units or filters, 1 to 512; ignored by kinds that have none.
        activation: from ``ACTIVATIONS``; for Dense, Dense with shortcut and Conv2D.
    """

    kind: str
    size: int = 16
    activation: str = "relu"

    def __post_init__(self):
        if self.kind not in KINDS:
            raise CourseError(f"there is no layer {self.kind!r} here; the layers are {', '.join(KINDS)}")
        if not 1 <= self.size <= 512:
            raise CourseError(f"size must be 1 to 512; got {self.size!r}")
        if self.activation not in ACTIVATIONS:
            raise CourseError(f"activation must be one of {', '.join(ACTIVATIONS)}; got {self.activation!r}")

    def code(self, width: int) -> str:
        """The call that makes the layer; ``width`` is the length of the last axis that comes in."""
        activation = f', activation="{self.activation}"' if self.activation != "linear" else ""
        return "layers." + {
            "Dense": f"Dense({self.size}{activation})",
            "Dense with shortcut": f"Dense({width}{activation})",
            "Conv2D": f'Conv2D({self.size}, 3, padding="same"{activation})',
            "MaxPooling2D": "MaxPooling2D()",
            "GlobalAveragePooling2D": "GlobalAveragePooling2D()",
            "LSTM": f"LSTM({self.size})",
            "Flatten": "Flatten()",
            "BatchNormalization": "BatchNormalization()",
            "Dropout": "Dropout(0.2)",
        }[self.kind]  # fmt: skip


def shapes(input_shape: Sequence[int], steps: Sequence[Step]) -> list[tuple[int, ...]]:
    """The shape of one sample before each step and after the last: ``len(steps) + 1`` tuples.

    Raises: CourseError where a layer can't take what comes in, with what it needs.
    """
    found = [tuple(input_shape)]
    for number, step in enumerate(steps, 1):
        now = found[-1]
        kind = KINDS[step.kind]
        if len(now) not in kind.ranks:
            raise CourseError(f"layer {number}, {step.kind}, needs {kind.needs}; what comes in has the shape {now}")
        if step.kind == "MaxPooling2D" and min(now[:2]) < 2:
            raise CourseError(f"layer {number}, MaxPooling2D, can't halve what comes in: its shape is {now}")
        if step.kind == "Dense" or step.kind == "Conv2D":
            now = (*now[:-1], step.size)
        elif step.kind == "MaxPooling2D":
            now = (now[0] // 2, now[1] // 2, now[2])
        elif step.kind == "GlobalAveragePooling2D":
            now = now[-1:]
        elif step.kind == "LSTM":
            now = (step.size,)
        elif step.kind == "Flatten":
            now = (math.prod(now),)
        found.append(now)
    return found


def programs(input_shape: Sequence[int], steps: Sequence[Step]) -> dict[str, str]:
    """The Python text that makes the network, for "Sequential", "Functional" and "Subclassed".

    Each text can be run after ``import keras`` and ``from keras import layers`` and leaves the network in ``model``. A
    network with a shortcut is not a plain chain: its Sequential text is a comment that says so.

    Args:
        input_shape: of one sample, without the batch axis.
        steps: the layers, at least one.
    Raises: CourseError without steps, or where a layer can't take what comes in.
    """
    if not steps:
        raise CourseError("a network needs at least one layer")
    widths = [shape[-1] for shape in shapes(input_shape, steps)]
    calls = [step.code(width) for step, width in zip(steps, widths, strict=False)]
    shortcut = [step.kind == "Dense with shortcut" for step in steps]
    shape = tuple(input_shape)
    sequential = "\n".join(
        [
            "model = keras.Sequential([",
            f"    keras.Input({shape}),",
            *(_line("    ", call, ",") for call in calls),
            "])",
        ]
    )
    if any(shortcut):
        sequential = "# Not possible: a shortcut splits the\n# path in two, and a Sequential model\n# is one chain."
    lines, before = [f"inputs = keras.Input({shape})"], "inputs"
    for call, splits in zip(calls, shortcut, strict=True):
        lines.append(_line(f"x = {before} + " if splits else "x = ", call, f"({before})"))
        before = "x"
    functional = "\n".join([*lines, "model = keras.Model(inputs, x)"])
    names = [f"self.layer_{number}" for number in range(1, len(steps) + 1)]
    body = [_line(f"        {name} = ", call, "", 58) for name, call in zip(names, calls, strict=True)]
    flow = [
        f"        x = x + {name}(x)" if s else f"        x = {name}(x)" for name, s in zip(names, shortcut, strict=True)
    ]
    subclassed = "\n".join(
        ["class Network(keras.Model):", "    def __init__(self):", "        super().__init__()", *body, "",
         "    def call(self, x):", *flow, "        return x", "", "model = Network()", f"model(keras.Input({shape}))  # makes the weights"]
    )  # fmt: skip
    return {"Sequential": sequential, "Functional": functional, "Subclassed": subclassed}


def _line(before: str, call: str, after: str, width: int = 48) -> str:
    """The line of code, in two where it is wider than ``width``, so that three programs fit side by side."""
    if len(before + call + after) <= width or ", activation" not in call:
        return before + call + after
    head, tail = call.split(" activation", 1)
    return f"{before}{head}\n{' ' * len(before + call[: call.index('(') + 1])}activation{tail}{after}"


def build(input_shape: Sequence[int], steps: Sequence[Step]):
    """The network as a Functional ``keras.Model``: what the Functional program of :func:`programs` makes."""
    from ..quiet import keras

    space = {"keras": keras, "layers": keras.layers}
    exec(programs(input_shape, steps)["Functional"], space)  # our own text, from checked names and numbers
    return space["model"]


def table(input_shape: Sequence[int], steps: Sequence[Step]) -> list[tuple[str, str, int]]:
    """(layer, shape that comes out, parameters) for the input and each step, counted by Keras.

    The shape is that of one sample. Raises what :func:`programs` raises.
    """
    found = shapes(input_shape, steps)
    model = build(input_shape, steps)
    counted = (layer.count_params() for layer in model.layers[1:])
    return [("Input", str(found[0]), 0)] + [
        (
            step.code(before[-1]).removeprefix("layers.") + (" + shortcut" if "shortcut" in step.kind else ""),
            str(after),
            next(counted),
        )
        for step, before, after in zip(steps, found, found[1:], strict=False)
    ]


def side_by_side(texts: dict[str, str], gap: int = 3) -> str:
    """The texts as columns of one text, each under its name."""
    columns = [[name, "-" * len(name), *text.split("\n")] for name, text in texts.items()]
    widths = [max(map(len, column)) + gap for column in columns]
    rows = max(map(len, columns))
    lines = (
        "".join(
            (column[row] if row < len(column) else "").ljust(width)
            for column, width in zip(columns, widths, strict=True)
        )
        for row in range(rows)
    )
    return "\n".join(line.rstrip() for line in lines)


class Playground:
    """The live control: choose a layer, add it, and see network, shapes, parameters and programs change.

    Args:
        input_name: a name from ``INPUTS``.
        steps: the network to begin with; the first state is what a reader sees when nobody is there.
    Raises: CourseError for an unknown input, or a network that does not fit together.
    """

    def __init__(self, input_name: str, steps: Sequence[Step]):
        import ipywidgets

        if input_name not in INPUTS:
            raise CourseError(f"there is no input {input_name!r}; the inputs are {', '.join(INPUTS)}")
        self.steps = list(steps)
        small = {"width": "auto"}
        self.input = ipywidgets.Dropdown(options=list(INPUTS), value=input_name, description="input", layout=small)
        self.kind = ipywidgets.Dropdown(options=list(KINDS), description="layer", layout=small)
        self.size = ipywidgets.BoundedIntText(16, min=1, max=512, description="size", layout={"width": "150px"})
        self.activation = ipywidgets.Dropdown(options=ACTIVATIONS, description="activation", layout=small)
        self.add = ipywidgets.Button(description="Add layer", button_style="primary")
        self.remove = ipywidgets.Button(description="Remove last")
        self.restart = ipywidgets.Button(description="Start over")
        self.problem = ipywidgets.HTML()
        self.view = ipywidgets.HTML()
        self.add.on_click(
            lambda _: self._try([*self.steps, Step(self.kind.value, self.size.value, self.activation.value)])
        )
        self.remove.on_click(lambda _: self._try(self.steps[:-1]))
        self.restart.on_click(lambda _: self._try([]))
        self.input.observe(self._change_input, "value")
        self.kind.observe(self._offer, "value")
        self.view.value = self.html()

    def show(self) -> None:
        """Display the control; without a browser, its first state as a table and text."""
        import ipywidgets
        from IPython.display import display

        from ..live import WIDGET_VIEW

        row = {"flex_flow": "row wrap"}
        box = ipywidgets.VBox(
            [
                ipywidgets.HBox([self.input, self.kind, self.size, self.activation], layout=row),
                ipywidgets.HBox([self.add, self.remove, self.restart], layout=row),
                self.problem,
                self.view,
            ]
        )
        view = box._repr_mimebundle_()[WIDGET_VIEW]
        display({WIDGET_VIEW: view, "text/html": self.html(), "text/plain": self.text()}, raw=True)

    def text(self) -> str:
        """The present state as plain text: a row for each layer, the total, and the three programs side by side."""
        rows = table(INPUTS[self.input.value], self.steps)
        width = max(len(name) for name, _, _ in rows) + 3
        lines = [f"{name:<{width}}{shape:<16}{count:>8,}" for name, shape, count in rows]
        lines.append(f"{'Total':<{width}}{'':<16}{sum(count for *_, count in rows):>8,}")
        return "\n".join([*lines, "", side_by_side(programs(INPUTS[self.input.value], self.steps))])

    def html(self) -> str:
        """The present state as HTML: the network's picture, and the three programs side by side."""
        from ..plots.diagrams import diagram

        shape = INPUTS[self.input.value]
        if not self.steps:
            return "<p>Only an input so far. Add a layer.</p>"
        rows = table(shape, self.steps)
        picture = diagram(build(shape, self.steps)).data
        total = sum(count for *_, count in rows)
        columns = "".join(
            f'<td style="vertical-align:top;text-align:left;padding:6px 12px 6px 0"><b>{name}</b>'
            f'<pre style="font-size:10.5px;line-height:1.35;margin:4px 0;white-space:pre">{escape(text)}</pre></td>'
            for name, text in programs(shape, self.steps).items()
        )
        return (
            f'<div>{picture}</div><p style="margin:6px 0"><b>{total:,} parameters</b>; from {shape} to {rows[-1][1]}</p>'
            f'<div style="overflow-x:auto"><table><tr>{columns}</tr></table></div>'
        )

    def _try(self, steps: list[Step]) -> None:
        """Take the new list of layers if it fits together; say why not otherwise, and keep the old one."""
        old, self.steps = self.steps, steps
        try:
            self.view.value = self.html()
            self.problem.value = ""
        except ValueError as error:
            self.problem.value = f"<b>{escape(str(error))}</b>"
            self.steps = old

    def _change_input(self, _change) -> None:
        before = len(self.steps)
        self._try(self._fitting())
        if lost := before - len(self.steps):
            self.problem.value = f"<b>{lost} of {before} layers do not fit this input and are gone</b>"

    def _fitting(self) -> list[Step]:
        """The layers, from the first one on, that still fit the chosen input."""
        kept = []
        for step in self.steps:
            try:
                shapes(INPUTS[self.input.value], [*kept, step])
            except ValueError:
                break
            kept.append(step)
        return kept

    def _offer(self, _change) -> None:
        kind = self.kind.value
        self.size.disabled = not KINDS[kind].sized
        self.activation.disabled = kind not in ("Dense", "Dense with shortcut", "Conv2D")
