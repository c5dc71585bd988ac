"""Run in a kernel before a notebook's first cell (``PYTHONSTARTUP``): each cell that binds a name to another kind of thing says so.

A name keeps one meaning in a notebook. The line ``REBOUND x: list, now dict`` is not among the stored outputs, so nbval fails there.
Names of loops, of ``with`` and of these may change: figure, axes, axis, rng, and names that begin with an underscore.
"""


def _watch():
    import ast
    import sys
    from collections.abc import Mapping, Set
    from numbers import Number
    from types import ModuleType

    free = {"figure", "axes", "axis", "rng"}
    kinds = {}

    def kind(value):
        if value is None:
            return None
        if isinstance(value, type):
            return "class"
        if isinstance(value, ModuleType):
            return "module"
        for types, word in (
            (str, "text"),
            (Number, "number"),
            ((list, tuple), "list"),
            (Mapping, "dict"),
            (Set, "set"),
        ):
            if isinstance(value, types):
                return word
        if keras := sys.modules.get("keras"):
            for types, word in (
                (keras.Model, "model"),
                (keras.layers.Layer, "layer"),
                (keras.optimizers.Optimizer, "optimizer"),
            ):
                if isinstance(value, types):
                    return word
        if hasattr(value, "dtype") and hasattr(value, "shape"):
            name = type(value).__name__
            return name if name in ("DataFrame", "Series") else "array" if tuple(value.shape) else "number"
        return "function" if callable(value) else type(value).__name__

    def bound(source):
        """Names that the cell itself binds, without those of loops, of ``with`` and of comprehensions."""
        try:
            tree = ast.parse(source)
        except SyntaxError:
            return set()
        names, passing, todo = set(), set(), [tree]
        while todo:
            node = todo.pop()
            if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
                names.add(getattr(node, "name", None))
                continue
            if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
                continue
            targets = [node.target] if isinstance(node, ast.For) else []
            targets += [item.optional_vars for item in node.items] if isinstance(node, ast.With) else []
            passing |= {
                part.id for target in targets if target for part in ast.walk(target) if isinstance(part, ast.Name)
            }
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            if isinstance(node, ast.alias):
                names.add((node.asname or node.name).split(".")[0])
            todo += ast.iter_child_nodes(node)
        return names - passing - free

    def after(result):
        values = get_ipython().user_ns  # noqa: F821
        for name in sorted(filter(None, bound(result.info.raw_cell))):
            now = kind(values.get(name))
            before = kinds.setdefault(name, now) or now
            if now is not None and before != now and not name.startswith("_"):
                print(f"REBOUND {name}: {before}, now {now}")
            kinds[name] = now or before

    get_ipython().events.register("post_run_cell", after)  # noqa: F821


if "get_ipython" in globals():
    _watch()
del _watch
