"""Stage 5: the notebook's own networks, its definitions taken out of sections 3 to 9, from five starts."""

from functools import cache

import numpy as np

from .. import datasets
from ..live import Timer
from ..tools.definitions import definitions
from .record import maker

LENGTHS = (1, 2, 5, 10, 22, 44, 66)
MARKETS = ("nasdaq", "sp500_2000", "shanghai", "aapl")
PREPARED = {
    "sp500", "prices", "nasdaq", "dates", "vol", "returns", "inputs", "targets", "past", "test", "volume", "volume_change",
    "nasdaq_columns", "years", "year_of",
}  # fmt: skip


@cache
def notebook() -> dict:
    """The notebook's functions and data."""
    return definitions(5, PREPARED)


def error(net, windows, seed: int) -> float:
    """The squared error on the test days after training from one start."""
    nb = notebook()
    nb["learn"](net, windows.train.x, windows.train.y[..., 0], seed=seed)
    return round(float(np.mean((nb["forecasts"](net, windows)[:, 0] - nb["vol"][nb["test"]]) ** 2)), 5)


def windows(columns, length: int):
    """Windows of the columns, with tomorrow's log volatility as the target."""
    nb = notebook()
    return nb["Windows"](columns, nb["vol"][:, None], nb["dates"], nb["STARTS"], length)


def gru(length: int, features: int):
    """A new GRU of the notebook's size."""
    nb = notebook()
    return nb["recurrent"](nb["layers"].GRU, length, features)


def networks(seeds) -> dict:
    nb = notebook()
    window, layers = nb["WINDOW"], nb["layers"]
    kinds = {"simple RNN": layers.SimpleRNN, "LSTM": layers.LSTM, "GRU": layers.GRU}
    nets = {name: nb["recurrent"](kind, window, 2) for name, kind in kinds.items()}
    nets |= {"convolution": nb["convolutional"](), "attention": nb["attentive"]()[0]}
    seen = windows(nb["inputs"], window)
    return {"errors": {name: [error(net, seen, seed) for seed in seeds] for name, net in nets.items()}}


def lengths(seeds) -> dict:
    columns = []
    for length in LENGTHS:
        net, seen = gru(length, 2), windows(notebook()["inputs"], length)
        columns.append([error(net, seen, seed) for seed in seeds])
    return {"lengths": LENGTHS, "errors": [list(row) for row in zip(*columns, strict=True)]}


def columns(seeds) -> dict:
    errors, nb = {}, notebook()
    for name, chosen in nb["COLUMNS"].items():
        net, seen = gru(nb["WINDOW"], len(chosen)), windows(np.column_stack(chosen), nb["WINDOW"])
        errors[name] = [error(net, seen, seed) for seed in seeds]
    return {"errors": errors}


def walk(seeds) -> dict:
    nb = notebook()
    net, years = gru(nb["WINDOW"], 2), nb["years"]
    errors = [[round(float(nb["walk_one"](net, int(year), seed)), 5) for year in years] for seed in seeds]
    return {"years": years.tolist(), "errors": errors}


def markets(seeds) -> dict:
    """Shift: how far the test days' mean lies from the training days', in standard deviations of those."""
    nb, errors, shift = notebook(), {}, {}
    nb["nets"] = {"GRU": gru(nb["WINDOW"], 2)}
    for market in MARKETS:
        table = datasets.load(market).table
        v = nb["log_volatility"](table[table["high"] > table["low"]])
        train, late = v[: int(0.65 * len(v))], v[int(0.75 * len(v)) :]
        shift[market] = round(float((late.mean() - train.mean()) / train.std()), 2)
        runs = [nb["elsewhere"](table, seed) for seed in seeds]
        for name in runs[0]:
            errors[f"{market}, {name}"] = [round(float(run[name]), 4) for run in runs]
    return {"shift": shift, "errors": errors}


GROUPS = {"networks": networks, "lengths": lengths, "columns": columns, "walk": walk, "markets": markets}


@maker(seeds=range(5), parts=GROUPS, packages=("arch",))
def forecasts(seeds, parts):
    """Mean squared errors of forecasts of the S&P 500's log volatility one day ahead, by seed; test days 2013 to 2018, for walk each
    year; for markets, shares of persistence's on the last quarter of each market's days. Markets need COURSE_DATA/stocks.
    """
    for part in parts:
        with Timer() as timer:
            found = GROUPS[part](seeds)
        yield {part: found | {"cpu_seconds": round(timer.seconds)}}
