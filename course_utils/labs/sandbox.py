"""Submissions run here and nowhere else: in bubblewrap, with limits of time, memory and processes.

:class:`Box` is one process for one submission. One sandbox, on Linux and so in WSL 2 on Windows, is kept well in place of several:
a container engine would need an image of the whole course that has to be built anew with each change of it.
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
from . import bubblewrap
from .limits import MIB, Limits, NoSandbox, environment

__all__ = ["BUBBLEWRAP", "UNSAFE", "Box", "Died", "Limits", "NoSandbox", "choose", "end_all"]

BUBBLEWRAP = "bubblewrap"
UNSAFE = ""  # in place of a sandbox: none
_RUNNING: set["Box"] = set()
INSTALL = (
    "Install it: sudo apt install bubblewrap (Debian, Ubuntu, WSL 2 on Windows), sudo dnf install bubblewrap (Fedora). On macOS, "
    "mark in a virtual machine with Linux."
)


class Died(Exception):
    """The process of a submission ended or was ended; the text says why, in a learner's words."""


def choose() -> str:
    """The sandbox to run submissions in: bubblewrap.

    Raises: NoSandbox, saying what is missing and what to do.
    """
    try:
        bubblewrap.require()
    except NoSandbox as problem:
        raise NoSandbox(
            f"submissions are programs of other people, and the sandbox they run in can't be used here. bubblewrap: {problem}.\n"
            f"{INSTALL}\nWith --unsafe they run unprotected: they can read, change and send away whatever you can, the "
            "solutions and the marks included"
        ) from None
    return BUBBLEWRAP


def end_all() -> None:
    """End the processes of all submissions that run now; who waits for an answer of theirs gets :class:`Died`."""
    for box in _RUNNING.copy():
        box._kill("marking was stopped")


class Box:
    """One process for one submission; use as ``with Box(setup, limits, sandbox) as box:``.

    Args:
        setup: source of the notebook's set-up cell.
        limits: what it may use.
        sandbox: ``BUBBLEWRAP``, from :func:`choose`. ``UNSAFE``: the process has this user's rights: only for what one wrote oneself.
    """

    def __init__(self, setup: str, limits: Limits, sandbox: str):
        self.limits = limits
        self._why = ""
        self._unboxed = sandbox == UNSAFE  # then the process itself is the answer's, elsewhere a child of it
        self._place = None
        inside = [sys.executable, "-B", "-P", "-m", f"{__package__}.inside"]  # -P: not from its own folder
        folder, variables = None, dict(os.environ)
        if sandbox == BUBBLEWRAP:
            program = bubblewrap.command(limits, inside)
        else:
            self._place = tempfile.TemporaryDirectory()
            folder = self._place.name
            program = inside
            variables = environment(str(stages.ROOT), folder)
            variables |= {"PATH": os.environ["PATH"], "MPLCONFIGDIR": folder}
            variables |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if name in os.environ}
        self._process = subprocess.Popen(
            program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder, env=variables
        )
        _RUNNING.add(self)
        self._lines: queue.Queue = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._guard, daemon=True).start()
        try:
            self.send(setup=setup, scratch=limits.scratch)
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
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError, ValueError):
                pipe.close()
        if self._place:
            with contextlib.suppress(OSError):
                self._place.cleanup()
