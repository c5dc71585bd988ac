"""The course's own error: bad input, in words that say what came and what would do."""

__all__ = ["CourseError"]


class CourseError(ValueError):
    """Bad input to a function or command of the course; the message says what came and what would do.

    The command line prints it as one line. Every other error, a plain ValueError too, keeps its trace.
    """
