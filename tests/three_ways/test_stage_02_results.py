"""The results that ship with stage 2 say what they are made of, and a slice of them comes out again."""

import json

import numpy as np
import pytest

from course_utils.stages import ROOT

FOLDER = ROOT / "data" / "stage_02"
YEAR, ALL = (
    json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")) for name in ("late_flights", "all_flights")
)


@pytest.mark.parametrize(("record", "kept"), [(YEAR, 81_837), (ALL, 327_346)], ids=["every fourth", "all"])
def test_every_day_of_the_year_was_tested_once(record, kept):
    flights = np.array(record["flights"])
    assert len(flights) == 365
    assert flights.sum() == kept
    assert {"what", "command", "cpu_seconds", "versions"} <= set(record)
    for sums in (
        record["losses"]["logistic regression"],
        record["losses"]["gradient boosting"],
        *record["losses"]["network"],
    ):
        mean = np.array(sums) / flights
        assert mean.shape == (365,)
        assert (mean > 0).all()
        assert 0.4 < np.sum(sums) / flights.sum() < 0.6
    assert len(record["losses"]["network"]) == 5


@pytest.mark.slow
def test_logistic_regression_on_one_split_comes_out_again():
    """Independent of the notebook: pandas' dummies, and scaling by hand."""
    import pandas as pd
    from sklearn.linear_model import LogisticRegression

    from course_utils.three_ways.flights import CATEGORIES, NUMBERS, load

    table = load(4)
    place = table["week"] % 5
    train, test = place < 3, place == 4
    numbers = table[list(NUMBERS)]
    scaled = ((numbers - numbers[train].mean()) / numbers[train].std(ddof=1)).fillna(0)
    gaps = numbers.isna().loc[:, numbers[train].isna().any()].add_suffix("_gap")
    seen = pd.get_dummies(table[list(CATEGORIES)])
    x = np.hstack([scaled, gaps, seen]).astype("float64")
    model = LogisticRegression(max_iter=200, tol=1e-3).fit(x[train], table["late"][train])
    p = model.predict_proba(x[test])[:, 1]
    loss = -np.log(np.where(table["late"][test] == 1, p, 1 - p))
    days = np.unique(table["day"][test])
    stored = np.array(YEAR["losses"]["logistic regression"])
    assert loss.mean() == pytest.approx(stored[days].sum() / test.sum(), abs=1e-3)
