"""Submissions in a container, where there is no bubblewrap: Podman or Docker on Linux, macOS and Windows.

The image holds Python, the course's requirements, ``course_utils`` and ``data``; nothing of this machine is mounted. Memory and
processes are limited by the engine, for its containers may run in a virtual machine into which nobody sees from here. Time is
watched from outside, and ends with the engine's ``kill``: a client that is killed leaves its container running.
"""

import contextlib
import hashlib
import json
import os
import platform
import secrets
import shutil
import subprocess
import tempfile
import zlib
from pathlib import Path

import psutil

from .. import stages
from ..errors import CourseError
from .limits import MIB, Limits, NoSandbox, environment

__all__ = ["ENGINES", "build", "command", "kill", "new_name", "remove", "require", "room", "why"]

ENGINES = ("podman", "docker")
IMAGE = "keras-course-lab"
LABEL = "keras-course"  # on the image: the fingerprint of the course in it
COURSE = Path(__file__).resolve().parents[2]
CONTENTS = ("requirements.txt", "course_utils", "data")  # all that goes into the image
CONTAINERFILE = "course_utils/labs/Containerfile"
LONGEST = 2 * 3600  # seconds after which a container ends whose grader is gone
# Some engines pass over a limit that they can't hold: the limits as they are inside, of either version of cgroups.
TRIAL = """from pathlib import Path
for name in "memory.max", "memory/memory.limit_in_bytes", "pids.max", "pids/pids.max":
    if (file := Path("/sys/fs/cgroup", name)).exists():
        print(file.read_text())"""
BUILD = "sandbox --build"  # of the course's command line


def require(engine: str) -> None:
    """Return where submissions can be run in containers of this engine; those that a killed grader left are removed.

    Args:
        engine: podman or docker.
    Raises: NoSandbox, saying what is missing.
    """
    if not shutil.which(engine):
        raise NoSandbox("not installed")
    code, said = _ask(engine, "ps", "--all", "--format", "{{.Names}}")
    if code:
        raise NoSandbox(f"here, but does not answer: {said[-200:]}")
    for name in said.split():
        if _left_behind(name):
            remove(engine, name)
    code, said = _ask(engine, "image", "inspect", "--format", "{{json .Config.Labels}}", IMAGE)
    if code:
        raise NoSandbox(f"here, but the course's image is not built: {stages.command(BUILD)} {engine}")
    if (json.loads(said) or {}).get(LABEL) != _fingerprint():
        raise NoSandbox(
            f"its image is of another version of the course; build it anew: {stages.command(BUILD)} {engine}"
        )
    name = new_name()
    code, said = _ask(*command(engine, name, Limits(), ["python", "-c", TRIAL]))
    remove(engine, name)
    if code:
        raise NoSandbox(f"here, but can't run the course's image: {said[-300:]}")
    if not {str(Limits().memory), str(_tasks(Limits()))} <= set(said.split()):
        raise NoSandbox("here, but does not limit memory and processes (no cgroups, or not for this user)")


def command(engine: str, name: str, limits: Limits, program: list[str]) -> list[str]:
    """The words that start a program in a container.

    Args:
        engine: podman or docker.
        name: of the container, from :func:`new_name`.
        limits: of which the engine holds all but those of time.
        program: and its arguments, as they are called in the image.
    """
    words = [
        *(engine, "run", "--interactive", "--name", name, "--pull", "never", "--hostname", "lab"),
        *("--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
        *("--user", "65534:65534", "--workdir", "/tmp", "--shm-size", str(limits.scratch)),
        *("--tmpfs", f"/tmp:rw,noexec,nosuid,nodev,mode=1777,size={limits.scratch}"),
        *("--memory", str(limits.memory), "--memory-swap", str(limits.memory)),  # together: no swap
        *("--pids-limit", str(_tasks(limits))),
        *("--ulimit", "core=0:0", "--ulimit", "nofile=512:512", "--ulimit", "nproc=4096:4096"),
        *("--ulimit", f"fsize={limits.scratch}:{limits.scratch}"),
        *("--log-driver", "none"),  # or what is written to the channel would fill the engine's disk
    ]
    variables = [f"{name}={value}" for name, value in environment("/course", "/tmp").items()]
    # Without the variables that an engine adds (a proxy's address); and it ends, should its grader be gone.
    alone = ["env", "-i", *variables, "timeout", "--signal", "KILL", str(LONGEST)]
    return [*words, IMAGE, *alone, *program]


def _tasks(limits: Limits) -> int:
    return 32 * limits.processes  # an engine counts threads, of which TensorFlow has dozens


def new_name() -> str:
    """A name for a container, which says whose it is."""
    began = psutil.Process().create_time()
    return f"{IMAGE}-{_machine()}-{os.getpid()}-{began:.0f}-{secrets.token_hex(4)}"


def kill(engine: str, name: str) -> None:
    """End a container now."""
    _ask(engine, "kill", name)


def remove(engine: str, name: str) -> None:
    """Remove a container, whether it has ended or not; nothing where there is none of this name."""
    _ask(engine, "kill", name)  # for ``podman rm --force`` waits ten seconds for one that runs
    _ask(engine, "rm", "--force", name)


def why(engine: str, name: str, limits: Limits) -> str:
    """Why a container ended by itself, in a learner's words; empty where that is not known."""
    code, said = _ask(engine, "inspect", "--format", "{{.State.OOMKilled}} {{.State.ExitCode}}", name)
    if code:
        return ""
    over, status = said.split()
    memory = f"it takes more than {limits.memory // MIB:,} MiB of memory"
    if over == "true":
        return memory
    # Not every engine tells; but nothing else from outside ends it so.
    return f"it was stopped, most likely because {memory}" if status == "137" else ""


def room(engine: str) -> int:
    """How many submissions the engine has room for side by side: a core and a GiB of memory each."""
    asked = "{{.Host.CPUs}} {{.Host.MemTotal}}" if engine == "podman" else "{{.NCPU}} {{.MemTotal}}"
    _, said = _ask(engine, "info", "--format", asked)
    try:
        cores, memory = (int(part) for part in said.split())
    except ValueError:
        return os.cpu_count() or 1
    return max(1, min(cores, memory // 2**30))


def build(engine: str = "") -> None:
    """Build the course's image: minutes and about 3 GB the first time, seconds after a change of the course.

    Args:
        engine: podman or docker; without it, the one that is here.
    Raises: CourseError where none is here, or where it fails.
    """
    if engine and engine not in ENGINES:
        raise CourseError(f"there is no container engine {engine!r} that the course knows; choose podman or docker")
    here = [known for known in ([engine] if engine else ENGINES) if shutil.which(known)]
    if not here:
        raise CourseError(f"{engine + ' is not' if engine else 'neither podman nor docker is'} installed")
    with tempfile.TemporaryDirectory() as place:  # the engine is given nothing else: no notebooks, no tests
        for name in CONTENTS:
            source, target = COURSE / name, Path(place) / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        file = str(Path(place) / CONTAINERFILE)
        words = ["build", "--tag", IMAGE, "--label", f"{LABEL}={_fingerprint()}", "--file", file, place]
        done = subprocess.run([here[0], *words], stdin=subprocess.DEVNULL)
    if done.returncode:
        raise CourseError(f"{here[0]} did not build the image (status {done.returncode}); what it said stands above")


def _ask(*words: str) -> tuple[int, str]:
    """The exit status and what was said; an engine that does not answer within two minutes has failed."""
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=120
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return 1, str(error)
    return done.returncode, (done.stderr if done.returncode else done.stdout).strip()


def _fingerprint() -> str:
    """A hash of what goes into the image."""
    digest = hashlib.sha256()
    for name in CONTENTS:
        place = COURSE / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(COURSE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _machine() -> str:
    return f"{zlib.crc32(platform.node().encode()):08x}"  # an engine can serve several


def _left_behind(name: str) -> bool:
    """Whether the container is one of ours whose grader is gone."""
    if not name.startswith(f"{IMAGE}-{_machine()}-"):
        return False
    pid, began = name.removeprefix(f"{IMAGE}-{_machine()}-").split("-")[:2]
    with contextlib.suppress(psutil.NoSuchProcess):
        return abs(psutil.Process(int(pid)).create_time() - int(began)) > 10
    return True
