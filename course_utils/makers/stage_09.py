"""Stage 9: the notebook's own networks on Cora and the Facebook pages; the folder COURSE_DATA holds ``planetoid`` and ``musae_facebook``."""

import os

from ..live import Timer
from ..tools.definitions import definitions
from .record import maker


@maker(parts=("all", "SGC"), packages=("scipy", "scikit-learn"))
def full_size(parts):
    """Test accuracy of each run. Cora: public split, seeds 0-9 (majority, label propagation and SGC have no seed); Facebook pages: random
    splits 0-4, 50 labelled pages of each kind, 5,000 to test on. The part SGC makes its numbers alone.
    """
    os.environ.setdefault("COURSE_PROFILE", "full")
    nb = definitions(9)
    if "all" in parts:
        yield {"test_accuracy": nb["full_size"]()}
        return
    with Timer() as timer:
        cora, pages = nb["social"].cora(), nb["social"].facebook_pages()
        splits = [nb["random_split"](pages.labels, seed, per_class=50, test=5000) for seed in range(5)]
        found = {net.name: nb["smoothed_scores"](net, some) for net, some in ((cora, [cora.splits]), (pages, splits))}
    accuracy = {f"{name}, SGC": [round(float(score), 4) for score in scores] for name, scores in found.items()}
    yield {"test_accuracy": accuracy, "of them SGC's, made last": round(timer.seconds)}
