"""Files from outside: in a mirror folder, in the cache or downloaded; used only where their SHA-256 is right.

``COURSE_DATA`` may name a mirror folder: it is looked at first, read only, and laid out as the cache is
(``DATA_SET/…`` as the publisher has it), so that a copy of one machine's cache serves a whole classroom.
"""

import errno
import hashlib
import http.client
import os
import shutil
import socket
import ssl
import sys
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache as remember
from pathlib import Path

from .cards import Card, DataError, File, size_text

__all__ = ["alone", "by_hand", "cache_folder", "damaged", "fetch", "here", "lacking", "mirrored", "writing"]

TIMEOUT = 30.0  # seconds without a byte before a connection counts as dead
RETRIES = 4  # tries in a row that bring nothing new before giving up
PAUSE = 1.0  # seconds before the first of them; doubled each time
CHUNK = 1 << 18
BAR_FROM = 1_000_000  # a file below this many bytes is there before a bar could be read
BUSY = {408, 425, 429, 500, 502, 503, 504}  # the answers of a server that may do better in a moment
FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
LOCKED = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}


def cache_folder() -> Path:
    """Where downloads are kept: ``keras-course`` in the operating system's folder for a user's caches."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("keras-course", appauthor=False))


def fetch(file: File, cache: Path | str | None = None) -> Path:
    """Path of a file whose bytes are the publisher's: in the mirror folder, in the cache, or downloaded now.

    A download goes to ``NAME.part`` beside its place and takes its name only when it is whole and its SHA-256
    is right; one that was interrupted is resumed. Two processes that want the same file download it once.

    Args:
        file: what to fetch.
        cache: folder for downloads; :func:`cache_folder` by default.
    Raises: DataError where the file can't be had, is not the one expected, or can't be written; it says what
        to do.
    """
    cache = cache_folder() if cache is None else Path(cache)
    found, wrong = _find(file, cache)
    if found is None:
        found = _download(file, cache / file.path, wrong)
    for folder, text in wrong.items():
        if folder != cache:  # the cache has been mended by now; the mirror folder is not ours to mend
            warnings.warn(f"not used: {text}", stacklevel=2)
    return found


def mirrored(path: str) -> Path | None:
    """A folder of a data set that lies unpacked in the mirror folder; None where it does not."""
    mirror = os.environ.get("COURSE_DATA", "").strip()
    found = Path(mirror).expanduser() / path
    return found if mirror and found.is_dir() else None


def here(card: Card, cache: Path | str | None = None) -> bool:
    """Whether all files of a card lie in the mirror folder or the cache, by their names and sizes alone (quick)."""
    if card.source == "folder":
        return not lacking(card)
    if card.unpacked and mirrored(card.unpacked):
        return True
    folders = _folders(cache_folder() if cache is None else Path(cache))
    return all(any(_size(folder / file.path) == file.bytes for folder in folders) for file in card.files)


def lacking(card: Card) -> list[str]:
    """Of a data set that is put there by hand: which of its ``needs`` its folder does not hold (all without a folder)."""
    folder = mirrored(card.folder)
    return [need for need in card.needs if folder is None or next(folder.glob(need), None) is None]


def by_hand(card: Card) -> Path:
    """The folder of a data set that is put there by hand, below the one that ``COURSE_DATA`` names.

    Raises: DataError where it is not there or lacks something; it says what, where to get it and where to put it.
    """
    folder, missing = mirrored(card.folder), lacking(card)
    if folder is not None and not missing:
        return folder
    place = folder or Path(os.environ.get("COURSE_DATA", "").strip() or "FOLDER") / card.folder
    raise DataError(
        f"{card.name} is needed for the full profile: {place} {'lacks ' + ', '.join(missing) if folder else 'is missing'}. "
        f"Get it ({card.get}), put it into {card.folder} of a folder of your own, and name that folder in COURSE_DATA; or stay "
        "with the quick profile (COURSE_PROFILE=quick), which needs no file."
    )


def damaged(card: Card, cache: Path | str | None = None) -> list[str]:
    """What is wrong with the files of a card that lie in the mirror folder or the cache; empty if nothing."""
    folders = _folders(cache_folder() if cache is None else Path(cache))
    found = [(folder / file.path, file) for file in card.files for folder in folders]
    return [text for path, file in found if os.path.lexists(path) and (text := _damage(path, file))]


@contextmanager
def writing(target: Path, needs: int) -> Iterator[None]:
    """Turn what a disk can refuse while ``target`` is written into a DataError that says what to do.

    Args:
        target: the file or folder being written.
        needs: bytes still to be written.
    Raises: DataError for a full disk, a folder that may not be written to, or another refusal of the disk.
    """
    try:
        yield
    except OSError as error:
        if error.errno is None:  # not from the disk: gzip and bz2 report a damaged stream this way
            raise
        if error.errno in FULL:
            raise DataError(
                f"the disk is full: {target.name} needs {size_text(needs)} in {target.parent}. Make room "
                "there and run it again; nothing unfinished was kept."
            ) from error
        raise DataError(
            f"can't write {target} ({error.strerror or error}). Make the folder {target.parent} writable, or "
            "put the files into another folder and name it with COURSE_DATA, or stay with the quick profile "
            "(COURSE_PROFILE=quick), which needs no download."
        ) from error


@contextmanager
def alone(target: Path) -> Iterator[None]:
    """Keep ``target`` to this process, after waiting for any other; a process that dies keeps nothing.

    The lock is on ``NAME.lock`` beside it, which stays: to delete it would let two processes in.
    """
    with open(target.with_name(target.name + ".lock"), "ab") as lock:
        if not _lock(lock.fileno()):
            print(f"Waiting for another process that is busy with {target.name}", file=sys.stderr)
            while not _lock(lock.fileno()):
                time.sleep(0.2)
        yield


def _folders(cache: Path) -> list[Path]:
    """The mirror folder, if ``COURSE_DATA`` names one, then the cache."""
    mirror = os.environ.get("COURSE_DATA", "").strip()
    return [Path(mirror).expanduser(), cache] if mirror else [cache]


def _find(file: File, cache: Path) -> tuple[Path | None, dict[Path, str]]:
    """The first sound copy, and what is wrong in the folders passed over."""
    wrong = {}
    for folder in _folders(cache):
        if folder != cache and not folder.is_dir():
            wrong[folder] = f"COURSE_DATA names {folder}, which is not a folder"
        elif os.path.lexists(path := folder / file.path):
            if (text := _damage(path, file)) is None:
                return path, wrong
            wrong[folder] = text
    return None, wrong


def _damage(path: Path, file: File) -> str | None:
    """What is wrong with a copy of a file, or None."""
    try:
        if not path.is_file():
            return f"{path} is not a file"
        if (size := path.stat().st_size) != file.bytes:
            return f"{path} has {size:,} bytes, the publisher's file {file.bytes:,}"
        if (digest := _sha256(path)) != file.sha256:
            return f"{path} has the SHA-256 {digest}, the publisher's file {file.sha256}"
    except OSError as error:
        return f"{path} can't be read ({error.strerror or error})"
    return None


def _sha256(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _size(path: Path) -> int:
    """The length of a file, 0 where there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _download(file: File, target: Path, wrong: dict[Path, str]) -> Path:
    part = target.with_name(target.name + ".part")
    with writing(target, file.bytes):
        target.parent.mkdir(parents=True, exist_ok=True)
        with alone(target):
            if target.is_file() and _damage(target, file) is None:
                return target  # another process was quicker
            try:
                resumed = _complete(file, part, wrong)
                if resumed and _sha256(part) != file.sha256:  # perhaps an earlier run left a wrong half
                    part.unlink()
                    _complete(file, part, wrong)
                if (digest := _sha256(part)) != file.sha256:
                    part.unlink()
                    raise DataError(
                        f"{file.url} gave {file.name} with the SHA-256 {digest}, not {file.sha256}; it was "
                        "thrown away. Something between here and the publisher may have changed it: try "
                        f"another network, or {_by_hand(file, target)}"
                    )
                os.replace(part, target)
            except OSError as error:
                if error.errno in FULL:  # what is left of a download would keep the disk full
                    part.unlink(missing_ok=True)
                raise
    return target


def _complete(file: File, part: Path, wrong: dict[Path, str]) -> bool:
    """Bring ``part`` to its full length; return whether it had begun before."""
    had = _size(part)
    if (free := shutil.disk_usage(part.parent).free) < file.bytes - had:
        raise OSError(errno.ENOSPC, f"{free} bytes free")
    with _bar(f"Downloading {file.name}", file.bytes) as show:
        most, failures = had, 0
        while _size(part) < file.bytes:
            if failures:
                time.sleep(PAUSE * 2 ** (failures - 1))
            trouble, final = _receive(file, part, show)
            if _size(part) > most:
                most, failures = _size(part), 0
            elif trouble:
                failures += 1
            if final or failures > RETRIES:
                target = part.with_name(file.name)
                raise DataError(
                    f"{file.name} can't be downloaded from {file.url}: {trouble}. Try again later (what came "
                    f"is kept and resumed), or {_by_hand(file, target)}"
                    + "".join(f"\nNot used: {text}." for text in wrong.values())
                )
    return had > 0


def _receive(file: File, part: Path, show: Callable[[int], None]) -> tuple[str, bool]:
    """Append what one connection brings to ``part``; return what went wrong, or "", and whether for good."""
    have = _size(part)
    headers = {"User-Agent": "keras-course", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    try:
        request = urllib.request.Request(file.url, headers=headers)
        response = urllib.request.urlopen(request, timeout=TIMEOUT, context=_trust())
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416 and have:  # the server has less than we do: what we have is not its file
            part.unlink()
            return "the server's file is shorter than what had come", False
        return f"the server answered {error.code} {error.reason}", error.code not in BUSY
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        final = isinstance(reason, socket.gaierror | ssl.SSLCertVerificationError)
        return _text(reason), final or getattr(reason, "errno", None) == errno.ENETUNREACH
    with response:
        start, total = _span(response)
        if total not in (None, file.bytes):
            return f"{total:,} bytes are offered there, not {file.bytes:,}; perhaps a sign-in page", True
        with open(part, "ab") as out:
            if start != have:  # the server sends it from the beginning, or from somewhere else
                out.truncate(0)
                have = 0
                if start:
                    return "the server sent another part than was asked for", False
            while True:
                try:
                    chunk = response.read1(CHUNK)
                except (OSError, http.client.HTTPException) as error:
                    return _text(error), False
                if not chunk:
                    break
                have += len(chunk)
                if have > file.bytes:
                    out.truncate(0)
                    return f"more than the expected {file.bytes:,} bytes came", True
                out.write(chunk)
                show(have)
    return "" if have == file.bytes else f"the connection ended after {have:,} of {file.bytes:,} bytes", False


def _span(response) -> tuple[int, int | None]:
    """Where a response starts in the file, and how long the server says the whole file is."""
    if response.status == 206:  # "bytes 100-999/1000", the length perhaps "*"
        span, _, total = response.headers.get("Content-Range", "").removeprefix("bytes ").partition("/")
        start = span.partition("-")[0]
        return int(start) if start.isdecimal() else -1, int(total) if total.isdecimal() else None
    length = response.headers.get("Content-Length", "")
    return 0, int(length) if length.isdecimal() else None


def _text(error) -> str:
    if isinstance(error, TimeoutError):
        return f"nothing came for {TIMEOUT:g} seconds"
    return str(getattr(error, "strerror", None) or error) or type(error).__name__


def _by_hand(file: File, target: Path) -> str:
    """The other ways to the file, as the end of a sentence."""
    mirror = os.environ.get("COURSE_DATA", "").strip()
    place = Path(mirror).expanduser() / file.path if mirror else target
    other = "" if mirror else f" (or {file.path} in a folder of your own that COURSE_DATA names)"
    return (
        f"get {file.name} by other means and put it at {place}{other}, or stay with the quick profile "
        "(COURSE_PROFILE=quick), which needs no download."
    )


@remember
def _trust() -> ssl.SSLContext:
    """The system's certificates and, because Python from python.org has none on macOS, certifi's."""
    context = ssl.create_default_context()
    with suppress(ImportError):
        import certifi

        context.load_verify_locations(certifi.where())
    return context


if os.name == "nt":
    import msvcrt

    def _lock(number: int) -> bool:
        return _tried(lambda: msvcrt.locking(number, msvcrt.LK_NBLCK, 1))
else:
    import fcntl

    def _lock(number: int) -> bool:
        return _tried(lambda: fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB))


def _tried(lock: Callable[[], None]) -> bool:
    """Whether the lock is ours; yes where a file system has no locks, as the SHA-256 guards the result."""
    try:
        lock()
    except OSError as error:
        return error.errno not in LOCKED
    return True


@contextmanager
def _bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A function to tell the bytes that are there: a widget in a notebook, a line on a terminal, or mute."""
    ipython = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if total < BAR_FROM:
        yield lambda done: None
    elif hasattr(ipython, "kernel"):
        from ..live import Bar

        with Bar(what, max(1, round(total / 1e6)), "MB") as bar:
            yield lambda done: bar.update(round(done / 1e6))
    elif sys.stderr.isatty():
        from tqdm import tqdm

        with tqdm(desc=what, total=total, unit="B", unit_scale=True) as line:
            yield lambda done: line.update(done - line.n)
    else:
        yield lambda done: None
