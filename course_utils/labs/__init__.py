"""The stages as labs: blanks to fill in, a verdict at once, marks for a class.

A notebook says ``from course_utils import labs`` and calls, in the test cells of an exercise:

    labs.agrees(answer, expected, what, tol=1e-6)     same shape and values
    labs.has_shape(answer, (None, 3), what)           the sizes of the axes
    labs.holds(condition, what, hint="")              a property ("the rows sum to 1")
    labs.refuses(lambda: f(bad), what, error=ValueError)   bad input raises

Each prints ``PASS …`` or raises :class:`NotYet` with what is wrong, never with the value that was expected
(:mod:`.verdicts`). A test cell must not end with a value and must write nothing to stderr: nbgrader reads both as marks.
:mod:`.practice` writes the learner's copy, :mod:`.release` what is handed out, :mod:`.grade` marks what comes back.
"""

from .verdicts import NotYet, agrees, has_shape, holds, refuses

__all__ = ["NotYet", "agrees", "has_shape", "holds", "refuses"]
