"""What the ten notebooks share: ``from course_utils import check, labs, live, plots, start``.

What a stage teaches is written out in its notebook; what it merely uses is here: shared things by kind
(:mod:`.datasets`, :mod:`.networks`, :mod:`.plots`), a stage's own things in a folder of its subject
(:mod:`.neurons` … :mod:`.language`). Importing this package imports neither Keras nor a backend: :func:`start`
does, quietly.
"""

from .results import shipped
from .session import pick, profile, start

__all__ = ["pick", "profile", "shipped", "start"]
__version__ = "0.1.0"
