"""Is this machine ready for the course? Imports nothing of what it looks for, so it works where something is missing."""

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from typing import NamedTuple

from ..stages import ROOT, typed

__all__ = ["Finding", "doctor", "examine"]

DISTRIBUTION = "keras-course"
MEMORY = 4.0  # GiB free: a stage needs up to 3
DISK = 2.0  # GiB free for what is downloaded and built
PYTHON = typed(sys.executable)
INSTALL = f"{PYTHON} -m pip install -r {typed(ROOT / 'requirements.txt')}"


class Finding(NamedTuple):
    """One line of the report; ``mend`` says how to put it right and is empty where all is well."""

    what: str
    mend: str = ""

    def __str__(self) -> str:
        return f"MEND {self.what} -> {self.mend}" if self.mend else f"OK   {self.what}"


def doctor() -> int:
    """Print one line for each thing the course needs; the exit status, 1 where something has to be mended."""
    broken = 0
    for finding in examine():
        print(finding, flush=True)
        broken += bool(finding.mend)
    print(f"{broken} to mend" if broken else "This machine is ready.")
    return 1 if broken else 0


def examine() -> Iterator[Finding]:
    """The findings one by one, quick ones first."""
    yield _python()
    yield from _packages()
    yield _kernel()
    yield _memory()
    yield from _folders()
    yield from _settings()
    yield _backend()


def _python() -> Finding:
    here = platform.python_version()
    what = f"Python {here} ({platform.system()}, {platform.machine()})"
    asked = re.search(
        r'^requires-python = ">=3\.(\d+),<3\.(\d+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M
    )
    low, above = map(int, asked.groups())
    if here.startswith("3.") and low <= int(here.split(".")[1]) < above:
        return Finding(what)
    how = f"make an environment with Python 3.{low} to 3.{above - 1}, as README.md says: TensorFlow has no wheels for others"
    return Finding(what, how)


def _packages() -> Iterator[Finding]:
    """One line for each requirement, the installed version against the range."""
    try:
        from packaging.requirements import Requirement
    except ImportError:
        yield Finding("packaging is not installed", INSTALL)
        return
    try:
        needed = [Requirement(line) for line in requires(DISTRIBUTION) or []]
    except PackageNotFoundError:
        yield Finding("the course is not installed in this Python", INSTALL)
        return
    for requirement in needed:
        if requirement.marker and not requirement.marker.evaluate():
            continue
        asked = f"{requirement.name}{requirement.specifier}"
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            yield Finding(f"{requirement.name} is not installed", f'{PYTHON} -m pip install "{asked}"')
            continue
        fits = requirement.specifier.contains(installed, prereleases=True)
        what = f"{requirement.name} {installed}" + ("" if fits else f" is not in the range {requirement.specifier}")
        yield Finding(what, "" if fits else f'{PYTHON} -m pip install "{asked}"')


def _kernel() -> Finding:
    """Whether Jupyter's "python3" kernel is this interpreter."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

        command = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except ImportError:
        return Finding("Jupyter's kernel can't be looked up", INSTALL)
    except NoSuchKernel:
        return Finding("Jupyter has no kernel python3", f"{PYTHON} -m ipykernel install --sys-prefix")
    own = {"python", "python3", f"python{sys.version_info[0]}.{sys.version_info[1]}"}  # Jupyter fills this one in
    if command in own or (os.path.exists(command) and os.path.samefile(command, sys.executable)):
        return Finding("kernel python3 is this Python")
    how = f"{PYTHON} -m ipykernel install --sys-prefix, or remove the other with jupyter kernelspec list"
    return Finding(f"kernel python3 is another Python: {command}", how)


def _memory() -> Finding:
    try:
        import psutil
    except ImportError:
        return Finding("memory can't be measured without psutil", INSTALL)
    free = psutil.virtual_memory().available / 2**30
    what = f"{free:.1f} GiB of memory free"
    return Finding(
        what, "" if free >= MEMORY else f"close other programs: a stage needs up to 3 GiB, have {MEMORY:g} free"
    )


def _folders() -> Iterator[Finding]:
    """Whether there is room, and leave to write, where the course keeps what it downloads and what it makes."""
    folders = {"this copy of the course": ROOT}
    try:
        from ..datasets.fetch import cache_folder

        folders["the data cache"] = cache_folder()
    except ImportError as error:
        yield Finding(f"the data cache can't be looked up ({error})", INSTALL)
    for name, folder in folders.items():
        standing = next(path for path in [folder, *folder.parents] if path.is_dir())
        try:
            with tempfile.TemporaryFile(dir=standing):
                pass
        except OSError as error:
            yield Finding(f"{name}: can't write in {standing} ({error.strerror})", f"get leave to write in {standing}")
            continue
        free = shutil.disk_usage(standing).free / 2**30
        mend = "" if free >= DISK else f"make room: have {DISK:g} GiB free"
        yield Finding(f"{name}: {free:.0f} GiB free in {standing}", mend)


def _settings() -> Iterator[Finding]:
    """The environment variables that change the course, where they are set."""
    profile = os.environ.get("COURSE_PROFILE")
    if profile:
        yield Finding(
            f"COURSE_PROFILE={profile}", "" if profile in ("quick", "full") else "set it to quick or full, or unset it"
        )
    mirror = os.environ.get("COURSE_DATA")
    if mirror:
        yield Finding(
            f"COURSE_DATA={mirror}", "" if os.path.isdir(mirror) else "set it to a folder that exists, or unset it"
        )


def _backend() -> Finding:
    """Whether Keras and its backend start, in a process of their own: a missing system library shows only there."""
    code = "import keras; keras.ops.zeros(1); print(keras.__version__, keras.backend.backend())"
    try:
        tried = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        return Finding("Keras did not start within five minutes", "restart the machine, then try again")
    if tried.returncode == 0:
        keras, backend = tried.stdout.split()[-2:]
        return Finding(f"Keras {keras} starts on {backend}")
    last = (tried.stderr.strip().splitlines() or [f"the process ended with status {tried.returncode}"])[-1]
    return Finding(
        f"Keras does not start: {last[:150]}", f"{INSTALL}; on Windows also the Microsoft Visual C++ runtime"
    )
