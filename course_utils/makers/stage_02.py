"""Stage 2: the notebook's own cells of section 7, from the split to the network, on five splits of the year."""

import sys
from collections.abc import Iterable
from contextlib import redirect_stdout
from io import StringIO

import numpy as np

from .cells import Ledger, cells, run
from .record import maker

SECTIONS = ("The split", "The preprocessing is a model too", "Baselines first", "The network")
BASELINES = ("logistic regression", "gradient boosting")


def losses(every: int, starts: list[int], turns: Iterable[int] = range(5)) -> dict:
    """Flights of each day, and summed log losses of each method on that day, each day being a test day of one split.

    Args:
        every: which flights are kept: every so many-th.
        starts: seeds of the network.
        turns: which splits, each a week on from the one before; with all five each day of 2013 is a test day once.
    """
    setup = next(source for section, _, source in cells(2) if not section)
    code = [source for _, heading, source in cells(2) if heading in SECTIONS]
    nb = {"__name__": "notebook"}
    with redirect_stdout(StringIO()):
        exec(setup, nb)
    nb |= {"table": nb["flights"].load(every), "check": Ledger()}
    nb["columns"] = {"numbers": list(nb["flights"].NUMBERS), "names": list(nb["flights"].CATEGORIES)}
    days = nb["table"]["day"].max() + 1
    flights, sums = np.zeros(days, int), {name: np.zeros(days) for name in BASELINES}
    networks = np.zeros((len(starts), days))
    for turn in turns:
        with redirect_stdout(StringIO()):
            run([source.replace("split(table)", f"split(table, {turn})") for source in code], nb)
            forecasts = [nb["forecast"][name] for name in BASELINES] + [nb["learn"](nb["net"], seed) for seed in starts]
        day, late = nb["test"]["day"].to_numpy(), nb["y_test"][:, 0]
        flights += np.bincount(day, minlength=days)
        for target, p in zip([*sums.values(), *networks], forecasts, strict=True):
            target += np.bincount(day, -np.log(np.where(late == 1, p, 1 - p)), minlength=days)
        print(turn, {name: round(value.sum() / flights.sum(), 4) for name, value in sums.items()}, file=sys.stderr)
    summed = {name: value.round(2).tolist() for name, value in sums.items()}
    return {"flights": flights.tolist(), "losses": summed | {"network": networks.round(2).tolist()}}


@maker(seeds=range(5), packages=("scikit-learn",))
def late_flights(seeds):
    """Summed log loss of the flights of each day of 2013 (every fourth flight), each day as a test day of one of five splits; the network
    from each seed.
    """
    yield losses(4, seeds)


@maker(seeds=range(5), packages=("scikit-learn",))
def all_flights(seeds):
    """Summed log loss of the flights of each day of 2013 (all flights), each day as a test day of one of five splits; the network from
    each seed.
    """
    yield losses(1, seeds)
