"""The frame of all makers: which seeds and parts they make, what made them, and how a result gets into ``data/``.

A maker is a generator function under the decorator :func:`maker`. What it yields is what its file would hold with one seed or
one part alone; the frame puts that into what is there, and writes the file at once. In what is yielded, ``"seed"`` names the
seed, and keys that end with ``.npz`` are files beside it: arrays by name, or a Keras model, whose weights are stored.
"""

import ast
import json
import os
import platform
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from ..errors import CourseError
from ..stages import ROOT
from . import files

__all__ = ["DATA", "Maker", "find", "known", "maker"]

DATA = ROOT / "data"


@dataclass(frozen=True)
class Maker:
    """What makes ``data/stage_NN/NAME.json``, or ``NAME.csv`` where its rows have ``keys``.

    Attributes:
        function: a generator function of ``seeds`` and ``parts``, as far as there are such; its docstring says what it measures,
            in the first sentence as the index says it.
        seeds, parts: what is made where nothing is asked for. Other seeds can be asked for, other parts can't.
        aligned: the key of the file's lists with one entry a seed, in the order of the seeds.
        keys: columns that tell the runs of a table apart; the last one is ``"seed"``.
        packages: whose versions count, besides those of Python, Keras, TensorFlow and NumPy.
    """

    function: Callable
    seeds: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()
    aligned: str = ""
    keys: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """``"stage_04.two_stage"``."""
        return re.search(r"stage_\d+", self.function.__module__)[0] + "." + self.function.__name__

    def run(self, seeds=(), parts=(), data: Path | None = None) -> None:
        """Make the file anew; where seeds or parts are named, make these, and the rest of the file stays.

        Args:
            seeds, parts: what to make.
            data: the folder to write into, with an index of its own, in place of the course's ``data/``.
        Raises: CourseError for parts that this maker does not have, and for seeds below 0 or where it has none.
        """
        asked = self._asked(seeds, parts)
        data, name = data or DATA, self.name.replace(".", "/")
        path, place = data / f"{name}{'.csv' if self.keys else '.json'}", data / "shipped.json"
        index = json.loads(place.read_text(encoding="utf-8")) if place.is_file() else {}
        entry = index.get(name, {})
        body, before, done, beside = ([] if self.keys else {}), 0, set(), set()
        if (seeds or parts) and path.is_file():
            body, before = files.read(path)
            done = set(entry.get("seeds", ()))
        began = time.process_time()
        for found in self.function(**asked):
            if self.keys:
                body, done = files.rows(body, found, self.keys), done | set(asked["seeds"])
            else:
                seed = found.pop("seed", None)
                for file in [key for key in found if key.endswith(".npz")]:
                    files.store(path.with_name(file), found.pop(file))
                    beside.add(f"{name.split('/')[0]}/{Path(file).stem}")
                if self.aligned:
                    at = sum(one < seed for one in done)
                    found[self.aligned] = files.aligned(body.get(self.aligned), found[self.aligned], at, seed in done)
                body = files.merged(body, found)
                done = set(asked.get("seeds", entry.get("seeds", ()))) if seed is None else done | {seed}
            head = self._head(sorted(done)) | {"cpu_seconds": round(before + time.process_time() - began)}
            if body:
                files.write(path, files.table(body) if self.keys else files.text(head | body))
            print(f"{self.name}: {time.process_time() - began:.0f} CPU s, {str(found)[:400]}", flush=True)
        made = {one: head[one] for one in ("date", "machine", "command")}
        if body:
            index[name] = {"what": head["what"].split(". ")[0].rstrip(".")} | entry | {"seeds": head["seeds"]} | made
        for one in (beside & set(index)) - {name}:
            index[one] |= made
        lines = [f" {json.dumps(one)}: {json.dumps(entry, ensure_ascii=False)}" for one, entry in index.items()]
        files.write(place, "{\n" + ",\n".join(lines) + "\n}\n")

    def _asked(self, seeds, parts) -> dict[str, list]:
        asked = {}
        for kind, named in (("seeds", seeds), ("parts", parts)):
            have = getattr(self, kind)
            if named and not have:
                raise CourseError(f"{self.name} has no {kind} to choose from: it is made at once")
            if have:
                asked[kind] = list(named or have)
        if wrong := [seed for seed in seeds if seed < 0]:
            raise CourseError(f"a seed is a whole number from 0 on; got {', '.join(map(str, wrong))}")
        if wrong := [part for part in parts if part not in self.parts]:
            raise CourseError(f"{self.name} has no part {', '.join(wrong)}; there are {', '.join(self.parts)}")
        return asked

    def _head(self, seeds: list[int]) -> dict:
        packages = ("keras", "tensorflow", "numpy", *self.packages)
        return {
            "what": " ".join(self.function.__doc__.split()),
            "command": f"python -m course_utils.makers {self.name}",
            "seeds": seeds,
            "date": date.today().isoformat(),
            "machine": f"{os.cpu_count()} CPU cores",
            "versions": {"python": platform.python_version()} | {package: version(package) for package in packages},
        }


def maker(**options) -> Callable[[Callable], Callable]:
    """The decorator of a maker's function; options as :class:`Maker` has them. The function itself stays as it is."""

    def register(function: Callable) -> Callable:
        function.maker = Maker(
            function, **{name: value if name == "aligned" else tuple(value) for name, value in options.items()}
        )
        return function

    return register


def known() -> dict[str, tuple[str, str]]:
    """Name → module and first sentence of every maker, read from the files' text; no module is run."""
    here, found = Path(__file__).parent, {}
    for path in sorted(here.rglob("*.py")):
        module = ".".join(path.relative_to(here).with_suffix("").parts)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and any(
                ast.unparse(one).startswith("maker(") for one in node.decorator_list
            ):
                said = " ".join(ast.get_docstring(node).split()).split(". ")[0].rstrip(".")
                found[f"{module.split('.')[0]}.{node.name}"] = module, said
    return found


def find(name: str) -> Maker:
    """The maker of this name, its module imported."""
    module = import_module(f".{known()[name][0]}", __package__)
    return getattr(module, name.split(".")[1]).maker
