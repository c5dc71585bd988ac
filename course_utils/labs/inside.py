"""What runs inside the sandbox, as ``python -m course_utils.labs.inside``: one submission, judged by the course's own tests.

It is told what to do by lines of JSON on standard input and answers in lines of JSON on a descriptor of its own. The tests
of an exercise arrive only after the answer's cells have run, and run with names of their own: of what the answer defines, they see the names asked for and no others.
"""

import builtins
import inspect
import io
import json
import math
import os
import sys
import threading

from .cells import execute, own_copy

ANSWER = "<answer "  # how the file names of a learner's cells begin
FORBIDDEN = ("gc.get_", "ctypes.", "os.fork", "os.exec", "os.system", "os.posix_spawn", "subprocess.Popen", "sys.set",
             "sys._current_frames", "sys.addaudithook", "code.__new__", "os.kill", "pty.spawn", "cpython.")  # fmt: skip
WATCHED = ("course_utils", "numpy", "keras", "scipy", "sklearn", "networkx", "pandas", "tensorflow")


class Watch:
    """What an answer must leave alone: the modules that tests rely on, and the process itself."""

    def __init__(self):
        self.found: list[str] = []
        self.on = False
        self._looking = threading.local()  # each thread its own: one that looks must not let another pass
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple) -> None:
        if not self.on or getattr(self._looking, "busy", False):
            return
        self._looking.busy = True  # looking at a frame is an event itself
        try:
            forbidden = self._is_forbidden(event, arguments)
        finally:
            self._looking.busy = False
        if forbidden:
            self.found.append(f"it uses {event}")
            raise PermissionError(f"{event} is not for an answer")

    def _is_forbidden(self, event: str, arguments: tuple) -> bool:
        if event == "sys._getframe":  # libraries look at frames as well, so only the answer itself counts
            return sys._getframe(2).f_code.co_filename.startswith(ANSWER)
        if event == "object.__getattr__":  # a generator's or coroutine's frame, however it is asked for
            return arguments[1] in ("gi_frame", "cr_frame", "ag_frame") and _from_answer(sys._getframe(2))
        if event in ("open", "os.listdir", "os.scandir"):
            path = arguments[0] if arguments else ""
            if not (isinstance(path, str) and path.startswith("/proc")):
                return False
        elif not event.startswith(FORBIDDEN):
            return False
        return _from_answer(sys._getframe(2))

    def remember(self, names: dict) -> None:
        """Take down what the modules hold that are loaded now."""
        modules = {id(value): value for value in names.values() if inspect.ismodule(value)}
        for name, module in list(sys.modules.items()):
            if name in WATCHED or name.startswith("course_utils") or name.startswith("numpy."):
                modules[id(module)] = module
        modules |= {id(builtins): builtins, id(math): math}
        self.modules = [(module, dict(vars(module))) for module in modules.values() if inspect.ismodule(module)]
        self.classes, self.functions = [], []
        for _, held in self.modules:
            for value in held.values():
                if inspect.isclass(value) and value.__module__.split(".")[0] in WATCHED:
                    self.classes.append((value, dict(vars(value))))
                elif inspect.isfunction(value) and value.__module__.startswith("course_utils"):
                    self.functions.append((value, value.__code__, value.__defaults__))

    def changes(self) -> list[str]:
        """What is no longer as it was; it is put back where that is possible."""
        found = []
        for place, held in [*self.modules, *self.classes]:
            now = vars(place)
            for name, value in held.items():
                if name.startswith("__") and name not in ("__call__", "__init__", "__import__", "__eq__"):
                    continue
                if now.get(name) is not value and not _lazy(value):
                    found.append(f"it changes {place.__name__}.{name}")
                    setattr(place, name, value)
        for function, code, defaults in self.functions:
            if function.__code__ is not code or function.__defaults__ is not defaults:
                found.append(f"it changes {function.__name__}")
                function.__code__, function.__defaults__ = code, defaults
        return found


def _from_answer(frame) -> bool:
    while frame:
        if frame.f_code.co_filename.startswith(ANSWER):
            return True
        frame = frame.f_back
    return False


def _lazy(before) -> bool:
    """Whether a library has merely loaded or counted something: no function, class or constant (π) is replaced."""
    return not callable(before) and not inspect.ismodule(before) and not isinstance(before, float)


def main() -> None:
    """Serve until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    orders = os.fdopen(os.dup(0), encoding="utf-8")
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    sys.stdout = sys.stderr = _Silence()

    def say(**what) -> None:
        answers.write(json.dumps(what) + "\n")
        answers.flush()

    base = {"__name__": "__main__", "display": lambda *_, **__: None}
    watch = Watch()
    try:
        first = json.loads(orders.readline())
        _limit(first["scratch"])
        execute(first["setup"], "<set-up>", base)
    except BaseException as error:
        say(failed=f"{type(error).__name__}: {error}")
        return
    watch.remember(base)
    say(ready=True)
    for line in orders:
        order = json.loads(line)
        _exercise(order, base, watch, say, orders)


def _limit(scratch: int) -> None:
    """Bounds that this process and its children can't raise again, before anything of the submission runs."""
    if os.name != "posix":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (scratch, scratch))
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, 512))
    most = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    if most == resource.RLIM_INFINITY or most > 8192:  # a fork bomb must leave the guard a turn
        resource.setrlimit(resource.RLIMIT_NPROC, (8192, 8192))


class _Silence(io.TextIOBase):
    """Where everything printed goes: a learner's print is not a mark, and a million of them are not stored."""

    def write(self, text) -> int:
        return len(text)


def _exercise(order: dict, base: dict, watch: Watch, say, orders) -> None:
    """Run an exercise's cells; ``say`` the outcome of its answer, then of each test."""
    tests_see = own_copy(base)
    answer_sees = own_copy(base)
    wanted = set(order["names"])
    error = ""
    watch.on = True
    try:
        for number, cell in enumerate(order["before"]):
            mine = cell["role"] == "answer"
            name = f"{ANSWER if mine else '<exercise '}{order['exercise']}, cell {number}>"
            if not mine:
                watch.on = False
                execute(cell["source"], name, tests_see)
                watch.on = True
            execute(cell["source"], name, answer_sees)
    except BaseException as caught:
        error = _in_words(caught)
    finally:
        watch.on = False
    found = watch.found + watch.changes()
    say(answered=order["exercise"], error=error, found=found)
    watch.found = []
    tests = json.loads(orders.readline())
    tests_see |= {name: answer_sees[name] for name in wanted if name in answer_sees}
    for number, cell in enumerate(tests["tests"]):
        error, own = "", False
        watch.on = True
        try:
            execute(cell["source"], f"<test {number}>", tests_see)
        except BaseException as caught:
            error, own = _in_words(caught), type(caught).__name__ == "NotYet"
        finally:
            watch.on = False
        found = watch.found + watch.changes() + _blunt(base)
        if tests_see.get("labs") is not base.get("labs"):
            found.append("it puts another judge in the place of labs")
            tests_see["labs"] = base.get("labs")
        watch.found = []
        say(key=tests["key"], test=number, error=error, own=own, found=found)


def _blunt(names: dict) -> list[str]:
    """Whether a verdict that has to fail passes."""
    labs = names.get("labs")
    if labs is None:
        return []
    for wrong in (
        lambda: labs.agrees(1.0, 2.0, ""),
        lambda: labs.holds(False, ""),
        lambda: labs.has_shape([1.0], (2,), ""),
        lambda: labs.refuses(lambda: None, ""),
    ):
        try:
            wrong()
        except AssertionError:
            continue
        except BaseException:
            pass
        return ["the course's verdicts no longer tell right from wrong"]
    return []


def _in_words(error: BaseException) -> str:
    """The error in one line of bounded length."""
    try:
        text = f"{type(error).__name__}: {error}"
    except BaseException:
        text = type(error).__name__
    return " ".join(text.split())[:300]


if __name__ == "__main__":
    main()
