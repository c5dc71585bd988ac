"""Submissions run here and nowhere else: in bubblewrap or in a container, with limits of time, memory and processes.

Which of them is here, and why not the others: :func:`choose`. :class:`Box` is one process for one submission, in any of them.
"""

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time

import psutil

from .. import stages
from ..errors import CourseError
from . import bubblewrap, container
from .limits import MIB, Limits, NoSandbox, environment

__all__ = ["SANDBOXES", "UNSAFE", "Box", "Died", "Limits", "NoSandbox", "choose", "end_all", "report", "side_by_side"]

SANDBOXES = ("bubblewrap", *container.ENGINES)  # in the order in which they are tried
UNSAFE = ""  # in place of a sandbox: none
_RUNNING: set["Box"] = set()
INSTALL = f"""One of them will do:
- bubblewrap, on Linux: sudo apt install bubblewrap (Debian, Ubuntu, WSL 2), sudo dnf install bubblewrap (Fedora);
- Podman or Docker, on macOS and Windows as well: install one, then build the course's image with {stages.command(container.BUILD)}"""


class Died(Exception):
    """The process of a submission ended or was ended; the text says why, in a learner's words."""


def choose(wanted: str = "") -> str:
    """The sandbox to run submissions in: bubblewrap where it works, else podman or docker with the course's image.

    Args:
        wanted: one of ``SANDBOXES``; without it the first that works.
    Raises: NoSandbox, saying what is missing and what to do; CourseError for an unknown name.
    """
    if wanted and wanted not in SANDBOXES:
        raise CourseError(f"there is no sandbox {wanted!r}; choose one of {', '.join(SANDBOXES)}")
    problems = []
    for name in [wanted] if wanted else SANDBOXES:
        try:
            _require(name)
        except NoSandbox as problem:
            problems.append(f"- {name}: {problem}")
        else:
            return name
    none = "that sandbox can't be used here" if wanted else "there is no sandbox on this machine to run them in"
    raise NoSandbox(
        f"submissions are programs of other people, and {none}:\n"
        + "\n".join(problems)
        + f"\n{INSTALL}.\nWith --unsafe they run unprotected: they can read, change and send away whatever you can, "
        "the solutions and the marks included"
    )


def report() -> int:
    """Print a line for each sandbox, and what grading would use; the exit status, 1 where none works."""
    working = []
    for name in SANDBOXES:
        try:
            _require(name)
        except NoSandbox as problem:
            print(f"{name}: {problem}")
        else:
            print(f"{name}: works")
            working.append(name)
    print(f"Submissions would run in {working[0]}." if working else f"{INSTALL}.")
    return 0 if working else 1


def side_by_side(sandbox: str) -> int:
    """How many submissions to run at a time: one a core, and no more than a virtual machine has room for."""
    return container.room(sandbox) if sandbox in container.ENGINES else os.cpu_count() or 1


def end_all() -> None:
    """End the processes of all submissions that run now; who waits for an answer of theirs gets :class:`Died`."""
    for box in _RUNNING.copy():
        box._kill("marking was stopped")


def _require(name: str) -> None:
    bubblewrap.require() if name == "bubblewrap" else container.require(name)


class Box:
    """One process for one submission; use as ``with Box(setup, limits, sandbox) as box:``.

    Args:
        setup: source of the notebook's set-up cell.
        limits: what it may use.
        sandbox: from :func:`choose`. ``UNSAFE``: the process has this user's rights: only for what one wrote oneself.
    """

    def __init__(self, setup: str, limits: Limits, sandbox: str):
        self.limits = limits
        self._why = ""
        self._unboxed = sandbox == UNSAFE  # then the process itself is the answer's, elsewhere a child of it
        self._engine = sandbox if sandbox in container.ENGINES else ""
        self._name = container.new_name() if self._engine else ""
        self._place = None
        inside = ["-B", "-P", "-m", f"{__package__}.inside"]  # -P: not from its own folder
        folder, variables = None, dict(os.environ)
        if self._engine:
            self._place = tempfile.TemporaryDirectory()  # Podman may leave a file "oom" where it is started
            folder = self._place.name
            program = container.command(self._engine, self._name, limits, ["python", *inside])
        elif sandbox == "bubblewrap":
            program = bubblewrap.command(limits, [sys.executable, *inside])
        else:
            self._place = tempfile.TemporaryDirectory()
            folder = self._place.name
            program = [sys.executable, *inside]
            variables = environment(str(stages.ROOT), folder)
            variables |= {"PATH": os.environ["PATH"], "MPLCONFIGDIR": folder}
            variables |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if name in os.environ}
        self._process = subprocess.Popen(
            program,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=variables,
            preexec_fn=self._limit if os.name == "posix" and not self._engine else None,
        )
        _RUNNING.add(self)
        self._lines: queue.Queue = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        if not self._engine:  # which has limits of its own
            threading.Thread(target=self._guard, daemon=True).start()
        try:
            self.send(setup=setup)
            answer = self.receive(limits.start)
        except Died as died:
            self.close()
            raise CourseError(f"the set-up cell did not run: {died}") from died
        if "failed" in answer:
            self.close()
            raise CourseError(f"the set-up cell did not run: {answer['failed']}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _limit(self) -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.limits.scratch,) * 2)
        resource.setrlimit(resource.RLIMIT_NOFILE, (512, 512))
        most = resource.getrlimit(resource.RLIMIT_NPROC)[1]
        if most == resource.RLIM_INFINITY or most > 8192:  # a fork bomb must leave the guard a turn
            resource.setrlimit(resource.RLIMIT_NPROC, (8192, 8192))

    def _listen(self) -> None:
        """Hand on each line of bounded length; None at the end. Nobody answers a hundred lines ahead: a flood is not kept."""
        pipe = self._process.stdout
        while line := pipe.readline(2**16):
            if self._lines.qsize() < 100:
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
                family = ([root] if self._unboxed else []) + root.children(recursive=True)
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
        if self._engine:
            container.kill(self._engine, self._name)
        with contextlib.suppress(psutil.Error):  # where there is no namespace whose end ends them all
            for process in psutil.Process(self._process.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    process.kill()
        self._process.kill()

    def _ended(self) -> str:
        """Why the process is no longer there."""
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:  # it closed its channel, and stays
            self._kill("it closes the channel of the verdicts")
        if self._engine and not self._why:
            self._why = container.why(self._engine, self._name, self.limits)
        return self._why or "it ended the process that ran it"

    def send(self, **order) -> None:
        """Tell the process what to do.

        Raises: Died where it is no longer there.
        """
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise Died(self._ended()) from error

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
            raise Died(self._ended())
        try:
            answer = json.loads(line)
            if not isinstance(answer, dict):
                raise CourseError
        except ValueError:
            self._kill("it writes into the channel of the verdicts")
            raise Died(self._why) from None
        return answer

    def close(self) -> None:
        """End the process, and all it started."""
        if self._process.poll() is None:
            self._kill("")
        self._process.wait()
        _RUNNING.discard(self)
        if self._engine:
            container.remove(self._engine, self._name)
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError, ValueError):
                pipe.close()
        if self._place:
            with contextlib.suppress(OSError):
                self._place.cleanup()
