"""Build a network layer by layer: its shapes, its parameters, and the three Keras programs for it side by side.

Stage 2, "The same network three ways", plays with :class:`Playground`; the functions above it are plain text in, text out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ..errors import CourseError
from ..live import WIDGET_VIEW
from ..plots.diagrams import diagram
from ..quiet import keras

__all__ = ["Playground", "Step", "programs"]

#: What can come in, by name: the shape of one sample.
INPUTS = {"a table row, 8 numbers": (8,), "a grey image, 16 × 16": (16, 16, 1), "a series, 24 steps of 3": (24, 3)}
ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
#: Layers on offer: how each is written, the ranks of one sample that it takes, and what it needs in words.
KINDS = {
    "Dense": ("Dense({size}{activation})", (1, 2, 3), "numbers along the last axis"),
    "Dense with shortcut": ("Dense({width}{activation})", (1, 2, 3), "numbers along the last axis"),
    "Conv2D": ('Conv2D({size}, 3, padding="same"{activation})', (3,), "(height, width, channels)"),
    "MaxPooling2D": ("MaxPooling2D()", (3,), "(height, width, channels)"),
    "GlobalAveragePooling2D": ("GlobalAveragePooling2D()", (3,), "(height, width, channels)"),
    "LSTM": ("LSTM({size})", (2,), "(steps, features)"),
    "Flatten": ("Flatten()", (2, 3), "more than one axis"),
    "BatchNormalization": ("BatchNormalization()", (1, 2, 3), "numbers along the last axis"),
    "Dropout": ("Dropout(0.2)", (1, 2, 3), "anything"),
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
        return KINDS[self.kind][0].format(size=self.size, width=width, activation=activation)


def build(input_shape: Sequence[int], steps: Sequence[Step]) -> tuple[keras.Model, list[tuple[int, ...]]]:
    """The network as a Functional model, and the shape of one sample before each step and after the last.

    Raises: CourseError where a layer can't take what comes in, with what it needs.
    """
    inputs = x = keras.Input(tuple(input_shape))
    shapes = [x.shape[1:]]
    for number, step in enumerate(steps, 1):
        now, (_, ranks, needs) = shapes[-1], KINDS[step.kind]
        if len(now) not in ranks:
            raise CourseError(f"layer {number}, {step.kind}, needs {needs}; what comes in has the shape {now}")
        if step.kind == "MaxPooling2D" and min(now[:2]) < 2:
            raise CourseError(f"layer {number}, MaxPooling2D, can't halve what comes in: its shape is {now}")
        layer = eval("layers." + step.code(now[-1]), {"layers": keras.layers})  # from checked names and numbers
        x = x + layer(x) if "shortcut" in step.kind else layer(x)
        shapes.append(x.shape[1:])
    return keras.Model(inputs, x), shapes


def programs(input_shape: Sequence[int], steps: Sequence[Step]) -> dict[str, str]:
    """The Python text that makes the network, for "Sequential", "Functional" and "Subclassed".

    ``input_shape`` is that of one sample, without the batch axis; at least one layer is needed. Each text can be run after ``import keras`` and ``from keras import layers`` and leaves the network in ``model``. A
    network with a shortcut is not a plain chain: its Sequential text is a comment that says so.

    Raises: CourseError without steps, or where a layer can't take what comes in.
    """
    if not steps:
        raise CourseError("a network needs at least one layer")
    _, shapes = build(input_shape, steps)
    stack, graph, make, use = [], [], [], []
    before = "inputs"
    for number, (step, incoming) in enumerate(zip(steps, shapes, strict=False), 1):
        call, name = "layers." + step.code(incoming[-1]), f"self.layer_{number}"
        splits = "shortcut" in step.kind
        stack.append(_line("    ", call, ","))
        graph.append(_line(f"x = {before} + " if splits else "x = ", call, f"({before})"))
        make.append(_line(f"        {name} = ", call, "", 58))
        use.append(f"        x = x + {name}(x)" if splits else f"        x = {name}(x)")
        before = "x"
    sequential = ["model = keras.Sequential([", f"    keras.Input({shapes[0]}),", *stack, "])"]
    if any("shortcut" in step.kind for step in steps):
        sequential = ["# Not possible: a shortcut splits the\n# path in two, and a Sequential model\n# is one chain."]
    functional = [f"inputs = keras.Input({shapes[0]})", *graph, "model = keras.Model(inputs, x)"]
    subclassed = ["class Network(keras.Model):", "    def __init__(self):", "        super().__init__()", *make, ""]
    subclassed += ["    def call(self, x):", *use, "        return x", ""]
    subclassed += ["model = Network()", f"model(keras.Input({shapes[0]}))  # makes the weights"]
    texts = {"Sequential": sequential, "Functional": functional, "Subclassed": subclassed}
    return {name: "\n".join(lines) for name, lines in texts.items()}


def _line(before: str, call: str, after: str, width: int = 48) -> str:
    """The line of code, in two where it is wider than ``width``, so that three programs fit side by side."""
    if len(before + call + after) <= width or ", activation" not in call:
        return before + call + after
    head, tail = call.split(" activation", 1)
    return f"{before}{head}\n{' ' * len(before + call[: call.index('(') + 1])}activation{tail}{after}"


def table(input_shape: Sequence[int], steps: Sequence[Step]) -> list[tuple[str, str, int]]:
    """(layer, shape of one sample that comes out, parameters) for the input and each step, counted by Keras."""
    model, shapes = build(input_shape, steps)
    rows = [("Input", str(shapes[0]), 0)]
    for step, layer, before, after in zip(steps, model.layers[1:], shapes[:-1], shapes[1:], strict=True):
        name = step.code(before[-1]) + (" + shortcut" if "shortcut" in step.kind else "")
        rows.append((name, str(after), layer.count_params()))
    return rows


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
        self.problem, self.view = ipywidgets.HTML(), ipywidgets.HTML(self.html())
        self.add.on_click(self._add)
        self.remove.on_click(lambda _: self._try(self.steps[:-1]))
        self.restart.on_click(lambda _: self._try([]))
        self.input.observe(self._change_input, "value")
        self.kind.observe(self._offer, "value")

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one sample of the chosen input."""
        return INPUTS[self.input.value]

    def show(self) -> None:
        """Display the control; without a browser, its first state as a table and text."""
        import ipywidgets
        from IPython.display import display

        rows = [self.input, self.kind, self.size, self.activation], [self.add, self.remove, self.restart]
        boxes = [ipywidgets.HBox(row, layout={"flex_flow": "row wrap"}) for row in rows]
        view = ipywidgets.VBox([*boxes, self.problem, self.view])._repr_mimebundle_()[WIDGET_VIEW]
        display({WIDGET_VIEW: view, "text/html": self.html(), "text/plain": self.text()}, raw=True)

    def text(self) -> str:
        """The present state as plain text: a row for each layer, the total, and the three programs."""
        rows = table(self.shape, self.steps)
        rows.append(("Total", "", sum(count for *_, count in rows)))
        width = max(len(name) for name, _, _ in rows) + 3
        lines = [f"{name:<{width}}{shape:<16}{count:>8,}" for name, shape, count in rows]
        texts = (f"\n{name}\n{text}" for name, text in programs(self.shape, self.steps).items())
        return "\n".join([*lines, *texts])

    def html(self) -> str:
        """The present state as HTML: the network's picture, and the three programs side by side."""
        if not self.steps:
            return "<p>Only an input so far. Add a layer.</p>"
        model, _ = build(self.shape, self.steps)
        columns = "".join(
            f'<td style="vertical-align:top;text-align:left;padding:6px 12px 6px 0"><b>{name}</b>'
            f'<pre style="font-size:10.5px;line-height:1.35;margin:4px 0;white-space:pre">{escape(text)}</pre></td>'
            for name, text in programs(self.shape, self.steps).items()
        )
        return (
            f'<div>{diagram(model).data}</div><p style="margin:6px 0"><b>{model.count_params():,} parameters</b>; '
            f"from {self.shape} to {model.output_shape[1:]}</p>"
            f'<div style="overflow-x:auto"><table><tr>{columns}</tr></table></div>'
        )

    def _add(self, _button) -> None:
        self._try([*self.steps, Step(self.kind.value, self.size.value, self.activation.value)])

    def _try(self, steps: list[Step]) -> None:
        """Take the new list of layers if it fits together; say why not otherwise, and keep the old one."""
        old, self.steps = self.steps, steps
        try:
            self.view.value = self.html()
            self.problem.value = ""
        except CourseError as error:
            self.problem.value = f"<b>{escape(str(error))}</b>"
            self.steps = old

    def _change_input(self, _change) -> None:
        """Keep the layers, from the first one on, that fit the chosen input; say how many are gone."""
        before = len(self.steps)
        while self.steps:
            try:
                build(self.shape, self.steps)
                break
            except CourseError:
                self.steps = self.steps[:-1]
        self._try(self.steps)
        if lost := before - len(self.steps):
            self.problem.value = f"<b>{lost} of {before} layers do not fit this input and are gone</b>"

    def _offer(self, _change) -> None:
        written = KINDS[self.kind.value][0]
        self.size.disabled = "{size}" not in written
        self.activation.disabled = "{activation}" not in written
