"""A network as a picture: one box a layer, with what comes out of it and how many parameters it has."""

import itertools
import math
from html import escape

from ..errors import CourseError

__all__ = ["diagram"]

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 132, 62, 30, 18, 14
# fill and border by what a layer does; the same blue, orange, green as in the other figures, made light
_JOINS = ("Add", "Average", "Concatenate", "Dot", "Maximum", "Multiply", "Subtract")
_KINDS = {
    "input": ("#ffffff", "#333333"),
    "weights": ("#dceaf5", "#0072B2"),
    "shape": ("#f2f2f2", "#999999"),
    "join": ("#fdf1d8", "#E69F00"),
}


def diagram(model):
    """An SVG picture of a Sequential or Functional model, drawn from the input at the left to the output at the right.

    A layer that is used twice is one box with two arrows into it. Blue boxes hold weights, orange ones join
    branches, grey ones only change the values or the shape.

    Args:
        model: a built ``keras.Sequential`` or a Functional ``keras.Model``.
    Returns: an ``IPython.display.SVG``; its ``data`` is the text.
    Raises: CourseError for a subclassed model, whose graph exists only while ``call`` runs, or one that is not built.
    Stage 2, "The same network three ways".
    """
    from IPython.display import SVG

    boxes, edges = _graph(model)
    rank = _ranks(boxes, edges)
    columns: dict[int, list[str]] = {}
    for name in boxes:
        columns.setdefault(rank[name], []).append(name)
    tallest = max(map(len, columns.values()))
    top = MARGIN + (26 if any(rank[end] - rank[start] > 1 for start, end in edges) else 0)  # for the arcs
    place = {}
    for column, names in columns.items():
        free = (tallest - len(names)) * (HEIGHT + GAP_Y) / 2
        for row, name in enumerate(names):
            place[name] = (MARGIN + column * (WIDTH + GAP_X), top + free + row * (HEIGHT + GAP_Y))
    width = 2 * MARGIN + len(columns) * (WIDTH + GAP_X) - GAP_X
    height = top + tallest * (HEIGHT + GAP_Y) - GAP_Y + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:g}" width="{width}" '
        f'style="max-width:100%;background:#ffffff" font-family="DejaVu Sans, Arial, sans-serif" text-anchor="middle">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z" fill="#555555"/></marker></defs>',
    ]
    for start, end in edges:
        between = [at for at in place.values() if place[start][0] < at[0] < place[end][0]]
        parts.append(_arrow(place[start], place[end], between))
    parts += [_box(*place[name], *box) for name, box in boxes.items()]
    return SVG("\n".join([*parts, "</svg>"]))


def _graph(model) -> tuple[dict[str, tuple], list[tuple[str, str]]]:
    """Layer name → (kind, title, shape, parameters), in the model's order, and the arrows between names."""
    import keras

    if not isinstance(model, keras.Model) or not getattr(model, "layers", None) or not model.built:
        kind = f"a {type(model).__name__} that is not built" if hasattr(model, "layers") else type(model).__name__
        raise CourseError(f"a built Sequential or Functional model can be drawn; got {kind}")
    if isinstance(model, keras.Sequential):
        layers = model.layers
        boxes = {"": ("input", "Input", _shape(model.input_shape), "")}
        boxes |= {layer.name: _describe(layer) for layer in layers}
        names = list(boxes)
        return boxes, list(itertools.pairwise(names))
    try:
        config = model.get_config()["layers"]
    except (KeyError, NotImplementedError):
        raise CourseError(
            "a subclassed model can't be drawn: which layer follows which is known only while its call() runs"
        ) from None
    boxes, edges = {}, []
    operations = {operation.name: operation for operation in model.operations}  # layers, and keras.ops between them
    for entry in config:
        name = entry["name"]
        boxes[name] = _describe(operations[name])
        for parent in _parents(entry["inbound_nodes"]):
            if (parent, name) not in edges:
                edges.append((parent, name))
    return boxes, edges


def _parents(config) -> list[str]:
    """The names of the layers whose outputs a layer's recorded calls take."""
    if isinstance(config, dict):
        if config.get("class_name") == "__keras_tensor__":
            return [config["config"]["keras_history"][0]]
        config = list(config.values())
    if isinstance(config, list | tuple):
        return [name for part in config for name in _parents(part)]
    return []


def _describe(layer) -> tuple[str, str, str, str]:
    kind = type(layer).__name__
    if kind == "InputLayer":
        name = "Input" if layer.name.startswith("input_layer") else layer.name  # a name that was given says something
        return ("input", name, _shape(layer.output.shape), "")
    title = kind + (f" {size}" if (size := getattr(layer, "units", None) or getattr(layer, "filters", None)) else "")
    if not layer.name.replace("_", "").startswith(kind.lower()):
        title = f"{layer.name}: {title}"  # a name that was given says something
    count = sum(math.prod(variable.shape) for variable in getattr(layer, "weights", ()))
    group = "join" if kind in _JOINS else "weights" if count else "shape"
    return (group, title, _shape(layer.output.shape), f"{count:,} parameters" if count else "")


def _shape(shape) -> str:
    return "(" + ", ".join("·" if size is None else str(size) for size in shape) + ")"


def _ranks(boxes, edges) -> dict[str, int]:
    """The column of each box: one right of its rightmost parent (boxes come in an order that keeps parents first)."""
    rank = dict.fromkeys(boxes, 0)
    for _ in boxes:
        for start, end in edges:
            rank[end] = max(rank[end], rank[start] + 1)
    for name in boxes:  # an input that is only needed late stands just before its first use
        after = [rank[end] for start, end in edges if start == name]
        if after and not any(end == name for _, end in edges):
            rank[name] = min(after) - 1
    return rank


def _arrow(start, end, between: list) -> str:
    x1, y1 = start[0] + WIDTH, start[1] + HEIGHT / 2
    x2, y2 = end[0] - 2, end[1] + HEIGHT / 2
    style = 'fill="none" stroke="#555555" stroke-width="1.4" marker-end="url(#tip)"'
    if between and abs(y1 - y2) < 1:  # a shortcut: over the boxes between
        x1, y1, x2, y2 = start[0] + WIDTH * 0.75, start[1], end[0] + WIDTH * 0.35, end[1] - 2
        rise = y1 - 26
        return f'<path d="M{x1:g},{y1:g} C{x1 + 20:g},{rise:g} {x2 - 20:g},{rise:g} {x2:g},{y2:g}" {style}/>'
    row = ""
    if between and not any(y <= y1 <= y + HEIGHT for _, y in between):  # its row is free: it keeps to it
        x1 = x2 + 2 - GAP_X
        row = f" H{x1:g}"
    middle = (x1 + x2) / 2
    path = f"M{start[0] + WIDTH:g},{y1:g}{row} C{middle:g},{y1:g} {middle:g},{y2:g} {x2:g},{y2:g}"
    return f'<path d="{path}" {style}/>'


def _box(x: float, y: float, kind: str, title: str, shape: str, parameters: str) -> str:
    fill, border = _KINDS[kind]
    centre = x + WIDTH / 2
    size = min(11.5, round(200 / len(title), 1))  # a long title is set smaller, to fit
    lines = [(title, "bold", size), (shape, "normal", 11), (parameters, "normal", 10)]
    text = "".join(
        f'<text x="{centre:g}" y="{y + 19 + 17 * row}" font-size="{size}" font-weight="{weight}" fill="#222222">'
        f"{escape(words)}</text>"
        for row, (words, weight, size) in enumerate(lines)
        if words
    )
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="6" fill="{fill}" stroke="{border}" '
        f'stroke-width="1.5"/>{text}'
    )
