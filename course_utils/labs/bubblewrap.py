"""Submissions in bubblewrap, on Linux.

Inside there is no network, a read-only system with Python and ``course_utils`` alone (no notebooks, tests, submissions or
marks), an empty ``/tmp`` of its own, and no process but its own. Time, memory and processes are watched from outside.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .. import stages
from .limits import Limits, NoSandbox, environment

__all__ = ["command", "require"]

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime")  # fmt: skip


def require() -> None:
    """Return where submissions can be run in bubblewrap.

    Raises: NoSandbox, saying what is missing.
    """
    if not shutil.which("bwrap"):
        raise NoSandbox("not installed")
    trial = subprocess.run(
        ["bwrap", *_view(Limits().scratch), sys.executable, "-c", ""], capture_output=True, text=True
    )
    if trial.returncode:
        raise NoSandbox(
            f"here, but does not work: {trial.stderr.strip()[:200]}. Some systems and containers forbid user namespaces"
        )


def command(limits: Limits, program: list[str]) -> list[str]:
    """The words that start a program in bubblewrap.

    Args:
        limits: of which bubblewrap itself holds ``scratch``.
        program: and its arguments.
    """
    variables = environment(str(stages.ROOT), "/tmp/work")
    words = [part for name, value in variables.items() for part in ("--setenv", name, value)]
    return ["bwrap", *_view(limits.scratch), *_font_list(), "--clearenv", *words, *program]


def _view(size: int) -> list[str]:
    """What can be seen inside, all of it read-only but ``/tmp`` and ``/dev/shm`` of ``size`` bytes each."""
    arguments = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "lab"]
    for place in map(Path, SYSTEM):
        if place.is_symlink():
            arguments += ["--symlink", os.readlink(place), str(place)]
        elif place.exists():
            arguments += ["--ro-bind", str(place), str(place)]
    arguments += ["--proc", "/proc", "--dev", "/dev"]
    for scratch in ("/dev/shm", "/tmp"):
        arguments += ["--size", str(size), "--tmpfs", scratch]
    python = {Path(sys.base_prefix).resolve(), Path(sys.prefix), Path(sys.executable).resolve().parent.parent}
    course = (Path(__file__).resolve().parent.parent, stages.ROOT / "course_utils", stages.ROOT / "data")
    for place in [*sorted(python), *course]:
        if place.exists() and not place.is_relative_to("/usr"):
            arguments += ["--ro-bind", str(place), str(place)]
    return [*arguments, "--dir", "/tmp/work", "--chdir", "/tmp/work", "--remount-ro", "/dev", "--remount-ro", "/"]


def _font_list() -> list[str]:
    """Matplotlib's list of fonts, which takes seconds to make: the one that is there already."""
    import matplotlib

    place = Path(matplotlib.get_cachedir())
    found = sorted(place.glob("fontlist-*.json"))
    return [part for file in found for part in ("--ro-bind", str(file), f"/tmp/mpl/{file.name}")]
