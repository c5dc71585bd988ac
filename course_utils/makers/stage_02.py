"""Make late_flights.json: ``python data/stage_02/make.py`` (about three minutes of CPU time), of every fourth flight; with the
word ``all`` behind it, all_flights.json, of all of them (about twelve).

Runs the notebook's own cells (section 7, from the split to the network) on five splits, each a week on from the one before,
so that every day of 2013 is a test day once; the network from five different starts on each split.
"""

import json
import sys
import time
from contextlib import redirect_stdout
from importlib.metadata import version
from io import StringIO

import numpy as np

from course_utils.stages import ROOT, find
from course_utils.tools.notebooks import read

HERE = ROOT / "data" / "stage_02"
TURNS, STARTS = range(5), range(5)
KEPT = {1: "all flights", 4: "every fourth flight"}
SECTIONS = ("The split", "The preprocessing is a model too", "Baselines first", "The network")


def cells() -> list[str]:
    """The set-up cell, and section 7's cells up to the network's training, without the figures."""
    code, section = [], ""
    for cell in read(find(2).path).cells:
        if cell.cell_type == "markdown":
            for line in cell.source.splitlines():
                section = line.lstrip("# ") if line.startswith(("## ", "### ")) else section
        elif not code or section in SECTIONS:
            code.append(cell.source)
    return code


class Unchecked:
    """Stands in for the claims, which hold numbers of the first split."""

    def __getattr__(self, _name):
        return lambda *_, **__: None


def main(every: int, name: str, command: str) -> None:
    """Train on every so many-th flight, and write the file."""
    began = time.process_time()
    setup, *section = cells()
    space = {"__name__": "notebook"}
    exec(setup + "\nfrom keras import callbacks", space)
    space["table"] = space["flights"].load(every)
    space["columns"] = {"numbers": list(space["flights"].NUMBERS), "names": list(space["flights"].CATEGORIES)}
    space["check"] = Unchecked()
    days = space["table"]["day"].max() + 1
    flights = np.zeros(days, int)
    sums = {"logistic regression": np.zeros(days), "gradient boosting": np.zeros(days)}
    networks = np.zeros((len(STARTS), days))
    for turn in TURNS:
        with redirect_stdout(StringIO()):
            for source in section:
                source = source.replace("split(table)", f"split(table, {turn})")
                source = source.replace("plots.diagram(net)", "net")
                exec(source, space)
        day = space["test"]["day"].to_numpy()
        late = space["y_test"][:, 0]
        flights += np.bincount(day, minlength=days)
        forecasts = {name: space["forecast"][name] for name in sums}
        starts = [space["forecast"]["network"]]
        with redirect_stdout(StringIO()):
            starts += [space["learn"](space["net"], seed) for seed in STARTS[1:]]
        for target, p in [*((sums[name], p) for name, p in forecasts.items()), *zip(networks, starts, strict=True)]:
            target += np.bincount(day, -np.log(np.where(late == 1, p, 1 - p)), minlength=days)
        means = {name: round(value.sum() / flights.sum(), 4) for name, value in sums.items()}
        print(turn, means, (networks.sum(axis=1) / flights.sum()).round(4), file=sys.stderr, flush=True)
    found = {
        "what": f"Summed log loss of the flights of each day of 2013 ({KEPT[every]}), each day as a test day of one of "
        "five splits; the network from five starts",
        "command": command,
        "cpu_seconds": round(time.process_time() - began),
        "machine": "two CPU cores",
        "versions": {"python": sys.version.split()[0]}
        | {name: version(name) for name in ("keras", "tensorflow", "numpy", "scikit-learn")},
        "flights": flights.tolist(),
        "losses": {name: value.round(2).tolist() for name, value in sums.items()}
        | {"network": networks.round(2).tolist()},
    }
    (HERE / name).write_text(compact(found) + "\n", encoding="utf-8")


def compact(found: dict) -> str:
    """JSON with one line for each list of numbers."""
    lines = []
    for key, value in found.items():
        if key == "losses":
            rows = [f'  "{name}": {_rows(numbers)}' for name, numbers in value.items()]
            lines.append('"losses": {\n' + ",\n".join(rows) + "\n }")
        else:
            lines.append(f'"{key}": {json.dumps(value)}')
    return "{\n " + ",\n ".join(lines) + "\n}"


def _rows(numbers: list) -> str:
    if isinstance(numbers[0], list):
        return "[\n   " + ",\n   ".join(map(json.dumps, numbers)) + "]"
    return json.dumps(numbers)


if __name__ == "__main__":
    if sys.argv[1:] == ["all"]:
        main(1, "all_flights.json", "python data/stage_02/make.py all")
    elif sys.argv[1:]:
        raise SystemExit(f"no part {' '.join(sys.argv[1:])}; there is: all, or nothing for every fourth flight")
    else:
        main(4, "late_flights.json", "python data/stage_02/make.py")
