"""Results that were measured before and ship in ``data/``: ``results = shipped("stage_04/two_stage")``."""

import json
from functools import cached_property

from . import stages
from .errors import CourseError

__all__ = ["Shipped", "shipped"]


class Shipped(dict):
    """A stored result: the content of ``data/NAME.json``, and the arrays of ``NAME.npz`` and the table of ``NAME.csv`` where there are such.

    Give it to a claim as ``source=``, and the claim says ``SHIPPED`` in place of ``PASS``.

    Attributes:
        name: ``"stage_04/two_stage"``.
        line: one line that says what it is, from which seeds, when and where it was made.
    """

    def __init__(self, name: str, content: dict, line: str):
        super().__init__(content)
        self.name, self.line = name, line

    @cached_property
    def arrays(self) -> dict:
        """Name to array, of the file NAME.npz.

        Raises: CourseError where the result has none.
        """
        import numpy as np

        path = stages.ROOT / "data" / f"{self.name}.npz"
        if not path.is_file():
            raise CourseError(f"{self.name} has no arrays; there is no data/{self.name}.npz")
        with np.load(path) as file:
            return dict(file)

    @cached_property
    def table(self):
        """The rows of the file NAME.csv, as a pandas data frame.

        Raises: CourseError where the result has none.
        """
        import pandas as pd

        path = stages.ROOT / "data" / f"{self.name}.csv"
        if not path.is_file():
            raise CourseError(f"{self.name} has no table; there is no data/{self.name}.csv")
        return pd.read_csv(path)


def shipped(name: str) -> Shipped:
    """A stored result, after one line that says that it was not measured here: what, seeds, date, machine.

    Args:
        name: folder and file below ``data/``, without an ending: ``"stage_04/two_stage"``.
    Raises: CourseError for an unknown name (it lists those of the folder), or a file that can't be read.
    """
    data = stages.ROOT / "data"
    index = _read(data / "shipped.json")
    if name not in index:
        stage = [known for known in index if known.split("/")[0] == str(name).split("/")[0]] or list(index)
        raise CourseError(f"there is no shipped result {name!r}; there are {', '.join(stage)}")
    entry = index[name]
    path = data / f"{name}.json"
    found = Shipped(name, _read(path) if path.is_file() else {}, _line(name, entry))
    print(found.line)
    return found


def _line(name: str, entry: dict) -> str:
    seeds = entry["seeds"]
    if not seeds:
        said = "no seed"
    elif len(seeds) == 1:
        said = f"seed {seeds[0]}"
    elif seeds == list(range(seeds[0], seeds[-1] + 1)):
        said = f"seeds {seeds[0]} to {seeds[-1]}"
    else:
        said = f"seeds {', '.join(map(str, seeds))}"
    return f"SHIPPED {name}: {entry['what']} · {said} · {entry['date']} · {entry['machine']}"


def _read(path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CourseError(f"data/{path.name} can't be read ({error.strerror}); get the course's files again") from None
    except json.JSONDecodeError as error:
        raise CourseError(f"data/{path.name} is damaged ({error}); get the course's files again") from None
