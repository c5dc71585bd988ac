"""What a submission may use, whatever it runs in."""

from dataclasses import dataclass

from ..errors import CourseError

__all__ = ["MIB", "Limits", "NoSandbox", "environment"]

MIB = 2**20


class NoSandbox(CourseError):
    """A sandbox can't be used here; the text says why."""


@dataclass(frozen=True)
class Limits:
    """What a submission may use.

    Attributes:
        seconds: for one step: an exercise's answer, or one of its tests.
        start: seconds for the set-up cell.
        memory: bytes of all its processes together.
        processes: at most.
        scratch: bytes of its own temporary folder and of any file.
    """

    seconds: float = 30
    start: float = 180
    memory: int = 3072 * MIB
    processes: int = 16
    scratch: int = 256 * MIB


def environment(course: str, home: str) -> dict[str, str]:
    """The environment variables of a submission's process; it has no others.

    Args:
        course: the folder that ``course_utils`` is in, as the process sees it.
        home: a folder it may write to.
    """
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home, "LANG": "C.UTF-8", "MPLBACKEND": "agg", "MPLCONFIGDIR": "/tmp/mpl",
        "COURSE_PROFILE": "quick", "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "2", "PYTHONPATH": course,
    }  # fmt: skip
