"""Stage 9: the notebook's own networks on Cora and the Facebook pages; the folder COURSE_DATA holds ``planetoid`` and ``musae_facebook``."""

from ..tools.definitions import definitions
from .record import maker


@maker(packages=("scipy", "scikit-learn"))
def full_size():
    """Cora and Facebook pages, test accuracy of each method. Each run; Cora: public split, seeds 0-9 (majority, label propagation and SGC have no seed);
    Facebook pages: random splits 0-4, 50 labelled pages of each kind, 5,000 to test on.
    """
    yield {"test_accuracy": definitions(9)["full_size"]()}
