"""What the ten notebooks share: ``from course_utils import check, datasets, plots, start``.

What a stage teaches is written out in its notebook; what it merely uses is here. Importing this package
imports neither Keras nor a backend: :func:`start` does, quietly.
"""

from .session import pick, profile, start

__all__ = ["pick", "profile", "start"]
__version__ = "0.1.0"
