"""The process in which the cells of exercises run: ``python -m course_utils.labs.cells RESULT`` with work on its input.

It imports nothing of the course's own, so that what it measures and holds is what the cells do. :mod:`.inside` runs cells
the same way for marks.
"""

import contextlib
import copy
import hashlib
import inspect
import io
import json
import linecache
import pickle
import sys
import time
from pathlib import Path


def main() -> None:
    """Read set-up and jobs from standard input, write the outcomes to the file named."""
    work = json.load(sys.stdin)
    base = {"__name__": "__main__", "display": lambda *_, **__: None}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        execute(work["setup"], "<set-up>", base)
        outcomes = [_outcome(job, base) for job in work["jobs"]]
    Path(sys.argv[1]).write_text(json.dumps(outcomes), encoding="utf-8")


def execute(source: str, name: str, names: dict) -> None:
    """Execute a cell whose source can be looked up afterwards, as in a kernel: tf.function reads it."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(compile(source, name, "exec"), names)


def _outcome(job: dict, base: dict) -> list[dict]:
    """Run the cells of one variant in a copy of the set-up's names; each on its own, as nbgrader does."""
    names, parrots = own_copy(base), []
    results = []
    for number, cell in enumerate(job["cells"]):
        error, began, before = "", time.process_time(), set(names)
        for parrot in parrots:
            parrot.learning = cell["role"] != "hidden"
        try:
            execute(cell["source"], f"<{job['exercise']}, {job['variant']}, cell {number}>", names)
        except (Exception, SystemExit) as caught:
            error = f"{type(caught).__name__}: {caught}"
        results.append({"error": error, "seconds": time.process_time() - began})
        if job.get("parrot") and cell["role"] == "answer":
            made = {name: names[name] for name in set(names) - before if inspect.isfunction(names[name])}
            names |= {name: Parrot(function) for name, function in made.items()}
            parrots += [names[name] for name in made]
    return results if parrots or not job.get("parrot") else []


class Parrot:
    """A function that learns what the visible tests ask; after that it knows nothing else.

    Asked something new, it says what it said last. Hidden tests that it passes could be passed by reading the visible ones.
    """

    def __init__(self, function):
        self.function, self.known, self.learning = function, {}, True
        self.last = (None, None)

    def __call__(self, *arguments, **options):
        try:
            asked = pickle.dumps((arguments, options))
        except Exception:
            asked = repr((arguments, options)).encode()
        asked = hashlib.sha256(asked).digest()
        if self.learning:
            try:
                self.known[asked] = self.last = (self.function(*arguments, **options), None)
            except Exception as error:
                self.known[asked] = (None, error)
        result, error = self.known.get(asked, self.last)
        if error is not None:
            raise error
        return result


def own_copy(names: dict) -> dict:
    """The names, with copies of the data that an answer could change in place."""
    return {name: copy.deepcopy(value) if _is_data(name, value) else value for name, value in names.items()}


def _is_data(name: str, value) -> bool:
    """Whether an answer could change the value in place, so that the next one needs its own copy."""
    kinds = ("ndarray", "DataFrame", "Series")
    return not name.startswith("__") and (isinstance(value, list | dict | set) or type(value).__name__ in kinds)


if __name__ == "__main__":
    main()
