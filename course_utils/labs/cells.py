"""The process in which the cells of exercises run: ``python -m course_utils.labs.cells RESULT`` with work on its input.

It imports nothing of the course's own, so that what it measures and holds is what the cells do. :mod:`.inside` runs cells
the same way for marks.
"""

import contextlib
import copy
import io
import json
import linecache
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
    names = own_copy(base)
    results = []
    for number, cell in enumerate(job["cells"]):
        error, began = "", time.process_time()
        try:
            execute(cell["source"], f"<{job['exercise']}, {job['variant']}, cell {number}>", names)
        except (Exception, SystemExit) as caught:
            error = f"{type(caught).__name__}: {caught}"
        results.append({"error": error, "seconds": time.process_time() - began})
    return results


def own_copy(names: dict) -> dict:
    """The names, with copies of the data that an answer could change in place."""
    return {name: copy.deepcopy(value) if _is_data(name, value) else value for name, value in names.items()}


def _is_data(name: str, value) -> bool:
    """Whether an answer could change the value in place, so that the next one needs its own copy."""
    kinds = ("ndarray", "DataFrame", "Series")
    return not name.startswith("__") and (
        isinstance(value, list | dict | set) or type(value).__name__ in kinds
    )


if __name__ == "__main__":
    main()
