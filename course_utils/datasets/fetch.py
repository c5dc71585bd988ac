"""Files from outside: in a mirror folder, in the cache or downloaded (by pooch); used only where their SHA-256 is right.

``COURSE_DATA`` may name a mirror folder: it is looked at first, read only, and laid out as the cache is
(``DATA_SET/…`` as the publisher has it), so that a copy of one machine's cache serves a whole classroom.
"""

import errno
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from .cards import Card, DataError, File, size_text

__all__ = ["by_hand", "cache_folder", "damaged", "fetch", "here", "lacking", "mirrored", "writing"]

TIMEOUT = 30.0  # seconds without a byte before a connection counts as dead
RETRIES = 3  # after the first try; pooch waits a second longer before each
CHUNK = 1 << 16
BUSY = {408, 425, 429, 500, 502, 503, 504}  # the answers of a server that may do better in a moment
FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
HEADERS = {"User-Agent": "keras-course", "Accept-Encoding": "identity"}
QUICK = "or stay with the quick profile (COURSE_PROFILE=quick), which needs no"


class _Final(Exception):
    """Trouble that another try would not mend."""


def cache_folder() -> Path:
    """Where downloads are kept: ``keras-course`` in the operating system's folder for a user's caches."""
    import pooch

    return Path(pooch.os_cache("keras-course"))


def fetch(file: File, cache: Path | str | None = None) -> Path:
    """Path of a file whose bytes are the publisher's: in the mirror folder, in the cache, or downloaded now.

    A download takes its name only when it is whole and its SHA-256 is right. Two processes that want the same file download
    it once.

    Args:
        file: what to fetch.
        cache: folder for downloads; :func:`cache_folder` by default.
    Raises: DataError where the file can't be had, is not the one expected, or can't be written; it says what to do.
    """
    cache = cache_folder() if cache is None else Path(cache)
    wrong = {}
    for folder in _folders(cache):
        if folder != cache and not folder.is_dir():
            wrong[folder] = f"COURSE_DATA names {folder}, which is not a folder"
        elif os.path.lexists(path := folder / file.path):
            if (text := _damage(path, file)) is None:
                break
            wrong[folder] = text
    else:
        path = _download(file, cache / file.path, wrong)
    for folder, text in wrong.items():
        if folder != cache:  # the cache has been mended by now; the mirror folder is not ours to mend
            warnings.warn(f"not used: {text}", stacklevel=2)
    return path


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

    def lies_in(folder: Path, file: File) -> bool:
        path = folder / file.path
        return path.is_file() and path.stat().st_size == file.bytes

    return all(any(lies_in(folder, file) for folder in folders) for file in card.files)


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
        f"Get it ({card.get}), put it into {card.folder} of a folder of your own, and name that folder in COURSE_DATA; "
        f"{QUICK} file."
    )


def damaged(card: Card, cache: Path | str | None = None) -> list[str]:
    """What is wrong with the files of a card that lie in the mirror folder or the cache; empty if nothing."""
    folders = _folders(cache_folder() if cache is None else Path(cache))
    found = [(folder / file.path, file) for file in card.files for folder in folders]
    return [text for path, file in found if os.path.lexists(path) and (text := _damage(path, file))]


@contextmanager
def writing(target: Path, needs: int) -> Iterator[None]:
    """Keep ``target`` to this process while it is written, and turn what a disk can refuse into a DataError that says what to do.

    Args:
        target: the file or folder being written; the folders above it are made. The lock is on ``NAME.lock`` beside it.
        needs: bytes to be written.
    Raises: DataError for a full disk, a folder that may not be written to, or another refusal of the disk.
    """
    from filelock import FileLock

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_name(target.name + ".lock")):
            if shutil.disk_usage(target.parent).free < needs:
                raise OSError(errno.ENOSPC, "too little is free")
            yield
    except OSError as error:
        if error.errno in FULL:
            raise DataError(
                f"the disk is full: {target.name} needs {size_text(needs)} in {target.parent}. Make room "
                "there and run it again; nothing unfinished was kept."
            ) from error
        if error.errno is None and not isinstance(
            error, PermissionError
        ):  # gzip and bz2 tell a damaged stream this way
            raise
        raise DataError(
            f"can't write {target} ({error.strerror or error}). Make the folder {target.parent} writable, or "
            f"put the files into another folder and name it with COURSE_DATA, {QUICK} download."
        ) from error


def _folders(cache: Path) -> list[Path]:
    """The mirror folder, if ``COURSE_DATA`` names one, then the cache."""
    mirror = os.environ.get("COURSE_DATA", "").strip()
    return [Path(mirror).expanduser(), cache] if mirror else [cache]


def _damage(path: Path, file: File) -> str | None:
    """What is wrong with a copy of a file, or None."""
    import pooch

    try:
        if not path.is_file():
            return f"{path} is not a file"
        if (size := path.stat().st_size) != file.bytes:
            return f"{path} has {size:,} bytes, the publisher's file {file.bytes:,}"
        if (digest := pooch.file_hash(path)) != file.sha256:
            return f"{path} has the SHA-256 {digest}, the publisher's file {file.sha256}"
    except OSError as error:
        return f"{path} can't be read ({error.strerror or error})"
    return None


def _download(file: File, target: Path, wrong: dict[Path, str]) -> Path:
    import pooch
    import requests

    pooch.get_logger().setLevel("WARNING")
    with writing(target, file.bytes):
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        registry = {file.name: f"sha256:{file.sha256}"}
        store = pooch.create(target.parent, "", registry=registry, urls={file.name: file.url}, retry_if_failed=RETRIES)
        try:
            return Path(store.fetch(file.name, downloader=lambda url, output, _: _receive(file, output)))
        except (_Final, requests.RequestException) as error:
            trouble = f"{file.name} can't be downloaded from {file.url}: {error}. Try again later, or "
        except ValueError as error:  # pooch's: another SHA-256
            trouble = (
                f"{file.url} gave another file than its publisher's ({error}); it was thrown away. Something between here "
                "and the publisher may have changed it: try another network, or "
            )
    mirror = os.environ.get("COURSE_DATA", "").strip()
    place = Path(mirror).expanduser() / file.path if mirror else target
    other = "" if mirror else f" (or {file.path} in a folder of your own that COURSE_DATA names)"
    raise DataError(
        f"{trouble}get {file.name} by other means and put it at {place}{other}, {QUICK} download."
        + "".join(f"\nNot used: {text}." for text in wrong.values())
    )


def _receive(file: File, output: str) -> None:
    """Write what one connection brings into ``output``: what pooch calls, and calls again where a requests' exception comes."""
    import requests
    from tqdm.auto import tqdm

    ipython = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    nobody = not hasattr(ipython, "kernel") and not sys.stderr.isatty()
    came, cut = 0, f"the connection ended before all {file.bytes:,} bytes had come"
    try:
        with requests.get(file.url, stream=True, timeout=TIMEOUT, headers=HEADERS) as response:
            if not response.ok:
                text = f"the server answered {response.status_code} {response.reason}"
                raise requests.RequestException(text) if response.status_code in BUSY else _Final(text)
            offered = int(response.headers.get("Content-Length", file.bytes))
            if offered != file.bytes:
                raise _Final(f"{offered:,} bytes are offered there, not {file.bytes:,}; perhaps a sign-in page")
            bar = tqdm(desc=file.name, total=file.bytes, unit="B", unit_scale=True, disable=nobody)
            with bar, open(output, "wb") as out:
                for chunk in response.iter_content(CHUNK):
                    came += len(chunk)
                    if came > file.bytes:
                        raise _Final(f"more than the expected {file.bytes:,} bytes came")
                    out.write(chunk)
                    bar.update(len(chunk))
    except requests.TooManyRedirects as error:
        raise _Final("the server sends from one address to another, without an end") from error
    except requests.Timeout as error:
        raise requests.Timeout(f"nothing came for {TIMEOUT:g} seconds") from error
    except requests.ConnectionError as error:
        if "NameResolutionError" in repr(error):
            raise _Final(f"{urlsplit(file.url).hostname} can't be found: no network, or no such name") from error
        if isinstance(error, requests.exceptions.SSLError):
            raise _Final(f"the connection can't be trusted ({error})") from error
        if "timed out" in str(error):  # so requests tells that nothing more came
            raise requests.Timeout(f"nothing came for {TIMEOUT:g} seconds") from error
        raise
    except requests.exceptions.ChunkedEncodingError as error:
        raise requests.ConnectionError(cut) from error
    if came < file.bytes:
        raise requests.ConnectionError(cut)
