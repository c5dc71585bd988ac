"""What an answer has no need of: reading the source of a submission before it runs.

Python can't hide a test from code in the same process. So an answer that reaches for the process instead of the task
(other modules' attributes, frames, files, the interpreter) isn't run for marks: it is held for the instructor, with the line.
"""

import ast

__all__ = ["suspicious"]

MODULES = frozenset({
    "os", "sys", "gc", "inspect", "ctypes", "importlib", "subprocess", "socket", "builtins", "pickle",
    "marshal", "signal", "multiprocessing", "shutil", "atexit", "traceback", "types", "runpy", "threading",
    "pathlib", "tempfile", "linecache", "dis", "code", "codeop", "pdb", "nbgrader", "IPython", "resource",
    "pty", "faulthandler", "unittest", "operator", "weakref", "asyncio", "concurrent", "_thread", "cffi",
    "posix", "nt", "zipimport", "pkgutil", "site", "logging", "doctest", "trace", "bdb", "sysconfig",
})  # fmt: skip
NAMES = frozenset({
    "eval", "exec", "compile", "__import__", "globals", "vars", "locals", "open", "input", "breakpoint",
    "exit", "quit", "get_ipython", "__builtins__", "__loader__", "__spec__", "memoryview", "delattr",
})  # fmt: skip
ATTRIBUTES = frozenset({
    "f_back", "f_globals", "f_locals", "f_builtins", "f_code", "tb_frame", "tb_next", "gi_frame",
    "cr_frame", "ag_frame", "modules", "_getframe", "NotYet", "load_library_module", "memmap", "tofile",
    "fromfile", "f2py", "ctypeslib", "attrgetter", "methodcaller", "Formatter", "get_field",
    "currentframe",
})  # fmt: skip
DUNDERS = frozenset({
    "__globals__", "__closure__", "__code__", "__subclasses__", "__bases__", "__mro__", "__base__",
    "__builtins__", "__traceback__", "__context__", "__dict__", "__getattribute__", "__reduce__",
    "__reduce_ex__", "__defaults__", "__kwdefaults__", "__wrapped__", "__self__", "__func__", "__loader__",
    "__spec__", "__import__", "__cause__",
})  # fmt: skip


def suspicious(source: str) -> list[str]:
    """What an answer does that no answer needs, with its line; empty where nothing is, or where it isn't Python.

    Args:
        source: the answer's cell.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # it does not run either
    found = []
    texts = _docstrings(tree)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if what := _reaches_for(node, texts, called):
            found.append(f"line {getattr(node, 'lineno', 1)}: {what}")
    return list(dict.fromkeys(found))


def _reaches_for(node: ast.AST, texts: set[int], called: set[int]) -> str:
    if isinstance(node, ast.Import):
        names = [
            alias.name for alias in node.names if alias.name.split(".")[0] in MODULES or alias.name.startswith("_")
        ]
        return f"imports {names[0]}" if names else ""
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        hidden = module.startswith(("course_utils.labs", "_")) and module != "__future__"
        if hidden or module.split(".")[0] in MODULES:
            return f"imports {module}"
        names = [
            a.name
            for a in node.names
            if a.name in MODULES | ATTRIBUTES or ("course_utils" in module and a.name == "labs")
        ]
        return f"imports {names[0]} from {module}" if names else ""
    if isinstance(node, ast.Name):
        if node.id in NAMES | DUNDERS:
            return f"uses {node.id}"
        if node.id in ("getattr", "setattr") and id(node) not in called:
            return f"hands {node.id} on"
        return "uses labs, the judge" if node.id == "labs" else ""
    if isinstance(node, ast.Attribute):
        system = MODULES - {"code", "types", "operator", "signal", "site", "resource", "dis"}
        return f"uses .{node.attr}" if node.attr in ATTRIBUTES | DUNDERS | system else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("getattr", "setattr"):
        name = node.args[1] if len(node.args) > 1 else None
        if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
            return f"uses {node.func.id} with a name that is computed"
        return f"uses {node.func.id} of {name.value}" if name.value in ATTRIBUTES | DUNDERS | MODULES else ""
    if isinstance(node, ast.MatchClass):  # a pattern reads attributes, too
        names = [name for name in node.kwd_attrs if name in ATTRIBUTES | DUNDERS | MODULES]
        return f"uses .{names[0]} in a pattern" if names else ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in texts:
        word = next((word for word in (DUNDERS | {"f_back", "tb_frame", "/proc"}) if word in node.value), "")
        return f"has {word} in a text" if word else ""
    return ""


def _docstrings(tree: ast.AST) -> set[int]:
    """The texts that stand alone: descriptions, which do nothing."""
    return {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
