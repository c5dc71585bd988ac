"""Make forecasts.json: ``COURSE_DATA=FOLDER python data/stage_05/make.py`` (about ten minutes of CPU time).

Trains the notebook's own networks (its definitions are taken out of sections 3 to 9) from five starts: five kinds of network,
windows of seven lengths, five choices of inputs, nineteen years of walking forward, and four other markets, three of them from
files that FOLDER/stocks has to hold. ``python data/stage_05/make.py walk``
makes one group alone and keeps the others.
"""

import json
import sys
import time
from importlib.metadata import version

import numpy as np

from course_utils import datasets
from course_utils.stages import ROOT
from course_utils.tools.definitions import definitions

HERE = ROOT / "data" / "stage_05"
FILE = HERE / "forecasts.json"
STARTS = range(5)
LENGTHS = (1, 2, 5, 10, 22, 44, 66)
MARKETS = ("nasdaq", "sp500_2000", "shanghai", "aapl")
PREPARED = {
    "sp500", "prices", "nasdaq", "dates", "vol", "returns", "inputs", "targets", "past", "test", "volume", "volume_change",
    "nasdaq_columns", "years", "year_of",
}  # fmt: skip


class Maker:
    """The five groups of results; each method returns what is stored under its name."""

    def __init__(self):
        self.space = definitions(5, PREPARED)
        for name in ("vol", "inputs", "dates", "test"):
            setattr(self, name, self.space[name])

    def error(self, net, windows, seed: int) -> float:
        """The squared error on the test days after training from one start."""
        self.space["learn"](net, windows.train.x, windows.train.y[..., 0], seed=seed)
        forecast = self.space["forecasts"](net, windows)[:, 0]
        return round(float(np.mean((forecast - self.vol[self.test]) ** 2)), 5)

    def windows(self, columns, length: int):
        """Windows of the columns, with tomorrow's log volatility as the target."""
        return self.space["Windows"](columns, self.vol[:, None], self.dates, self.space["STARTS"], length)

    def gru(self, length: int, features: int):
        """A new GRU of the notebook's size."""
        return self.space["recurrent"](self.space["layers"].GRU, length, features)

    def networks(self) -> dict:
        layers, recurrent, window = (self.space[name] for name in ("layers", "recurrent", "WINDOW"))
        nets = {
            "simple RNN": recurrent(layers.SimpleRNN, window, 2),
            "LSTM": recurrent(layers.LSTM, window, 2),
            "GRU": recurrent(layers.GRU, window, 2),
            "convolution": self.space["convolutional"](),
            "attention": self.space["attentive"]()[0],
        }
        windows = self.windows(self.inputs, window)
        return {"errors": {name: [self.error(net, windows, seed) for seed in STARTS] for name, net in nets.items()}}

    def lengths(self) -> dict:
        columns = []
        for length in LENGTHS:
            net, windows = self.gru(length, 2), self.windows(self.inputs, length)
            columns.append([self.error(net, windows, seed) for seed in STARTS])
        return {"lengths": list(LENGTHS), "errors": [list(row) for row in zip(*columns, strict=True)]}

    def columns(self) -> dict:
        errors = {}
        for name, columns in self.space["COLUMNS"].items():
            length = self.space["WINDOW"]
            net, windows = self.gru(length, len(columns)), self.windows(np.column_stack(columns), length)
            errors[name] = [self.error(net, windows, seed) for seed in STARTS]
        return {"errors": errors}

    def walk(self) -> dict:
        net, years = self.gru(self.space["WINDOW"], 2), self.space["years"]
        errors = [[round(float(self.space["walk_one"](net, int(year), seed)), 5) for year in years] for seed in STARTS]
        return {"years": years.tolist(), "errors": errors}

    def markets(self) -> dict:
        """Shares of persistence's squared error on the last quarter of each market's days; needs the full profile's files.

        ``shift``: how far the test days' mean lies from the training days', in standard deviations of those.
        """
        self.space["nets"], errors, shift = {"GRU": self.gru(self.space["WINDOW"], 2)}, {}, {}
        for market in MARKETS:
            table = datasets.load(market).table
            v = self.space["log_volatility"](table[table["high"] > table["low"]])
            train, late = v[: int(0.65 * len(v))], v[int(0.75 * len(v)) :]
            shift[market] = round(float((late.mean() - train.mean()) / train.std()), 2)
            runs = [self.space["elsewhere"](table, seed) for seed in STARTS]
            for name in runs[0]:
                errors[f"{market}, {name}"] = [round(float(run[name]), 4) for run in runs]
        return {"shift": shift, "errors": errors}


def main(groups: list[str]) -> None:
    """Train, and write the file; only the groups named, where some are."""
    known = ("networks", "lengths", "columns", "walk", "markets")
    if unknown := set(groups) - set(known):
        raise SystemExit(f"there is no group {sorted(unknown)}; the groups are {', '.join(known)}")
    found = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() and groups else {}
    found |= {
        "what": "Mean squared errors of forecasts of the S&P 500's log volatility one day ahead, from five starts; test days "
        "2013 to 2018, for walk each year; for markets, shares of persistence's on the last quarter of each market's days",
        "command": "COURSE_DATA=FOLDER python data/stage_05/make.py",
        "seeds": list(STARTS),
        "machine": "two CPU cores",
        "versions": {"python": sys.version.split()[0]}
        | {name: version(name) for name in ("keras", "tensorflow", "numpy", "arch")},
    }
    maker = Maker()
    for group in groups or known:
        began = time.process_time()
        found[group] = getattr(maker, group)()
        found[group]["cpu_seconds"] = round(time.process_time() - began)
        print(group, found[group], file=sys.stderr, flush=True)
    FILE.write_text(compact(found) + "\n", encoding="utf-8", newline="\n")


def compact(found: dict) -> str:
    """JSON with one line for each key, and for each row within a group."""
    lines = []
    for key, value in found.items():
        if isinstance(value, dict) and "errors" in value:
            errors = value["errors"]
            named = errors.items() if isinstance(errors, dict) else enumerate(errors)
            rows = [
                (f"{json.dumps(name)}: " if isinstance(errors, dict) else "") + json.dumps(row) for name, row in named
            ]
            ends = "{}" if isinstance(errors, dict) else "[]"
            body = f'"errors": {ends[0]}\n   ' + ",\n   ".join(rows) + f"\n  {ends[1]}"
            others = [f"{json.dumps(name)}: {json.dumps(other)}" for name, other in value.items() if name != "errors"]
            lines.append(f'"{key}": {{\n  ' + ",\n  ".join([*others, body]) + "\n }")
        else:
            lines.append(f"{json.dumps(key)}: {json.dumps(value)}")
    return "{\n " + ",\n ".join(lines) + "\n}"


if __name__ == "__main__":
    main(sys.argv[1:])
