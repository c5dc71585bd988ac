"""Make full_size.json: train the notebook's own networks on Cora and the Facebook pages, and write down what came out.

    COURSE_PROFILE=full COURSE_DATA=FOLDER python data/stage_09/make.py
    COURSE_PROFILE=full COURSE_DATA=FOLDER python data/stage_09/make.py SGC     (that method alone; the rest stays)

FOLDER holds planetoid/ind.cora.* and musae_facebook/facebook*.{csv,json}, as their publishers lay them out.
"""

import json
import platform
import sys
import time
from importlib.metadata import version

from course_utils.stages import ROOT
from course_utils.tools.definitions import definitions

HERE = ROOT / "data" / "stage_09"


def main() -> None:
    """Train, and write full_size.json."""
    scope = definitions(9)
    began = time.process_time()
    accuracy = scope["full_size"]()
    record = {
        "what": "Test accuracy of each run; Cora: public split, seeds 0-9 (majority, label propagation and SGC have no seed); "
        "Facebook pages: random splits 0-4, 50 labelled pages of each kind, 5,000 to test on",
        "command": "COURSE_PROFILE=full COURSE_DATA=FOLDER python data/stage_09/make.py",
        "cpu_seconds": round(time.process_time() - began),
        "machine": "two CPU cores",
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("keras", "tensorflow", "numpy", "scipy", "scikit-learn")},
        "test_accuracy": accuracy,
    }
    (HERE / "full_size.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    for name, values in accuracy.items():
        print(f"{name:34} {sum(values) / len(values):.4f}")


def again() -> None:
    """Make SGC's numbers again, which train no network, and put them into full_size.json."""
    scope, record = definitions(9), json.loads((HERE / "full_size.json").read_text(encoding="utf-8"))
    began = time.process_time()
    cora, pages = scope["graphs"].cora(), scope["graphs"].facebook_pages()
    parts = [scope["random_split"](pages.labels, seed, per_class=50, test=5000) for seed in range(5)]
    for net, splits in ((cora, [cora.splits]), (pages, parts)):
        found = [round(float(score), 4) for score in scope["smoothed_scores"](net, splits)]
        record["test_accuracy"][f"{net.name}, SGC"] = found
        print(f"{net.name}, SGC: {found}")
    spent = round(time.process_time() - began)
    record["cpu_seconds"] += spent - record.get("of them SGC's, made last", 0)
    record["of them SGC's, made last"] = spent
    (HERE / "full_size.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    again() if sys.argv[1:] == ["SGC"] else main()
