"""Submissions run here and nowhere else: bubblewrap, limits, and a watch on processes, memory and time.

Inside there is no network, a read-only system with Python and ``course_utils`` alone (no notebooks, tests, submissions or
marks), an empty ``/tmp`` of its own, and no process but its own.
"""

import contextlib
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from .. import stages

__all__ = ["Box", "Died", "Limits", "NoSandbox", "require"]

MIB = 2**20
INSTALL = "sudo apt install bubblewrap (Debian, Ubuntu), sudo dnf install bubblewrap (Fedora)"


class NoSandbox(ValueError):
    """There is no sandbox here, and nobody said to do without."""


class Died(Exception):
    """The process of a submission ended or was ended; the text says why, in a learner's words."""


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


def require() -> None:
    """Return where submissions can be run in bubblewrap.

    Raises: NoSandbox, saying what to install.
    """
    if not shutil.which("bwrap"):
        raise NoSandbox(
            "submissions are programs of other people, and there is no sandbox (bubblewrap) on this machine to run them in. "
            f"Install it: {INSTALL}; on Windows use WSL 2, on a Mac a Linux container. With --unsafe they run "
            "unprotected: they can read, change and send away whatever you can, the solutions and the marks included"
        )
    trial = subprocess.run(["bwrap", *_view(), sys.executable, "-c", ""], capture_output=True, text=True)
    if trial.returncode:
        raise NoSandbox(
            f"bubblewrap is here but does not work: {trial.stderr.strip()[:200]}. Some systems and containers forbid user "
            "namespaces; ask whoever runs the machine. With --unsafe submissions run unprotected"
        )


SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime")  # fmt: skip


def _view(size: int = 256 * MIB) -> list[str]:
    """bubblewrap's arguments: what can be seen inside, all of it read-only but ``/tmp`` and ``/dev/shm`` of ``size`` bytes each."""
    arguments = [
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--cap-drop",
        "ALL",
        "--hostname",
        "lab",
    ]
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
    return [
        *arguments,
        "--dir",
        "/tmp/work",
        "--chdir",
        "/tmp/work",
        "--remount-ro",
        "/dev",
        "--remount-ro",
        "/",
    ]


def _font_list() -> list[str]:
    """Matplotlib's list of fonts, which takes seconds to make: the one that is there already."""
    import matplotlib

    place = Path(matplotlib.get_cachedir())
    found = sorted(place.glob("fontlist-*.json"))
    return [part for file in found for part in ("--ro-bind", str(file), f"/tmp/mpl/{file.name}")]


class Box:
    """One process for one submission; use as ``with Box(setup, limits, safe) as box:``.

    Args:
        setup: source of the notebook's set-up cell.
        limits: what it may use.
        safe: in bubblewrap. Without it the process has this user's rights: only for what one wrote oneself.
    """

    def __init__(self, setup: str, limits: Limits, safe: bool = True):
        self.limits = limits
        self._why = ""
        self._place = None
        environment = {
            "PATH": "/usr/bin:/bin", "HOME": "/tmp/work", "LANG": "C.UTF-8", "MPLBACKEND": "agg", "MPLCONFIGDIR": "/tmp/mpl",
            "COURSE_PROFILE": "quick", "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1",
            "TF_NUM_INTEROP_THREADS": "2", "PYTHONPATH": str(stages.ROOT),
        }  # fmt: skip
        program = [sys.executable, "-B", "-P", "-m", f"{__package__}.inside"]  # -P: not from its own folder
        if safe:
            words = [part for name, value in environment.items() for part in ("--setenv", name, value)]
            program = [
                "bwrap",
                *_view(limits.scratch),
                *_font_list(),
                "--clearenv",
                *words,
                *program,
            ]
            folder, environment = None, dict(os.environ)
        else:
            self._place = tempfile.TemporaryDirectory()
            folder = self._place.name
            environment |= {"PATH": os.environ["PATH"], "HOME": folder, "MPLCONFIGDIR": folder}
            environment |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if name in os.environ}
        self._process = subprocess.Popen(
            program,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment,
            preexec_fn=self._limit if os.name == "posix" else None,
        )
        self._lines: queue.Queue = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._guard, daemon=True).start()
        try:
            self.send(setup=setup)
            answer = self.receive(limits.start)
        except Died as died:
            self.close()
            raise ValueError(f"the set-up cell did not run: {died}") from died
        if "failed" in answer:
            self.close()
            raise ValueError(f"the set-up cell did not run: {answer['failed']}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _limit(self) -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.limits.scratch,) * 2)
        resource.setrlimit(resource.RLIMIT_NOFILE, (512, 512))

    def _listen(self) -> None:
        """Hand on each line of bounded length; None at the end."""
        pipe = self._process.stdout
        while line := pipe.readline(2**16):
            self._lines.put(line)
        self._lines.put(None)

    def _guard(self) -> None:
        """End the process where it takes too much memory or too many processes."""
        try:
            root = psutil.Process(self._process.pid)
        except psutil.Error:
            return
        while self._process.poll() is None:
            family = []
            with contextlib.suppress(psutil.Error):
                family = root.children(recursive=True)
            if len(family) > self.limits.processes:
                return self._kill(f"it starts more than {self.limits.processes} processes")
            used = 0
            for process in family:
                with contextlib.suppress(psutil.Error):
                    used += process.memory_info().rss
            if used > self.limits.memory:
                return self._kill(f"it takes more than {self.limits.memory // MIB:,} MiB of memory")
            time.sleep(0.1)
        return None

    def _kill(self, why: str) -> None:
        self._why = self._why or why
        with contextlib.suppress(psutil.Error):  # where there is no namespace whose end ends them all
            for process in psutil.Process(self._process.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    process.kill()
        self._process.kill()

    def send(self, **order) -> None:
        """Tell the process what to do.

        Raises: Died where it is no longer there.
        """
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise Died(self._why or "it ended the process that ran it") from error

    def receive(self, seconds: float | None = None) -> dict:
        """The next answer.

        Raises: Died where the process ends, takes too long, or answers what is no answer.
        """
        seconds = seconds or self.limits.seconds
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            self._kill(f"it does not end within {seconds:g} s")
            raise Died(self._why) from None
        if line is None:
            self._process.wait()
            raise Died(self._why or "it ended the process that ran it")
        try:
            answer = json.loads(line)
            if not isinstance(answer, dict):
                raise ValueError
        except ValueError:
            self._kill("it writes into the channel of the verdicts")
            raise Died(self._why) from None
        return answer

    def close(self) -> None:
        """End the process, and all it started."""
        if self._process.poll() is None:
            self._kill("")
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError, ValueError):
                pipe.close()
        if self._place:
            with contextlib.suppress(OSError):
                self._place.cleanup()
