"""Downloads from a local server that misbehaves in every way a network does: nothing wrong is ever used."""

import errno
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import numpy as np
import pytest

from course_utils.datasets import fetch
from course_utils.datasets.cards import DataError, File

BODY = np.random.default_rng(0).bytes(600_000)
DIGEST = hashlib.sha256(BODY).hexdigest()


class Server(ThreadingHTTPServer):
    """Answers each request with the next way of ``ways`` (the last one goes on), and notes what was asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.ways, self.asked, self.body = ["whole"], [], BODY
        self.stop = threading.Event()

    def file(self, **change) -> File:
        url = f"http://127.0.0.1:{self.server_port}/data.bin"
        return File(**{"url": url, "sha256": DIGEST, "bytes": len(BODY), "path": "toy/data.bin"} | change)


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def do_GET(self):
        server, span = self.server, self.headers.get("Range")
        server.asked.append(span)
        way = server.ways.pop(0) if len(server.ways) > 1 else server.ways[0]
        start = int(span.removeprefix("bytes=").rstrip("-")) if span else 0
        getattr(self, f"_{way}")(start)

    def _send(self, body, start=0, length=True, total=None, status=None):
        self.send_response(status or (206 if start else 200))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{total or len(body)}")
        if length:
            self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()

    def _whole(self, start):
        if start >= len(self.server.body):
            return self.send_error(416)
        self._send(self.server.body, start)
        self.wfile.write(self.server.body[start:])

    def _cut(self, start):  # the connection ends a quarter of a file later
        self._send(BODY, start)
        self.wfile.write(BODY[start : start + len(BODY) // 4])

    def _stall(self, start):
        self._send(BODY, start)
        self.wfile.write(BODY[start : start + 200_000])
        self.server.stop.wait(20)

    def _hang(self, start):
        self._send(BODY, start)
        self.server.stop.wait(20)

    def _slow(self, start):
        self._send(BODY, start)
        for place in range(start, len(BODY), 20_000):
            self.wfile.write(BODY[place : place + 20_000])
            self.wfile.flush()
            time.sleep(0.03)

    def _no_length(self, start):
        self._send(BODY, start, length=False)
        self.wfile.write(BODY[start:])

    def _no_length_cut(self, start):
        self._send(BODY, length=False)
        self.wfile.write(BODY[:1000])

    def _wrong(self, start):
        body = bytes([BODY[0] ^ 1]) + BODY[1:]
        self._send(body, start)
        self.wfile.write(body[start:])

    def _sign_in(self, start):
        self._send(b"<html>please sign in</html>")
        self.wfile.write(b"<html>please sign in</html>")

    def _endless(self, start):
        self._send(BODY, length=False)
        for _ in range(1000):
            self.wfile.write(BODY)

    def _missing(self, start):
        self.send_error(404)

    def _broken(self, start):
        self.send_error(503)

    def _redirect(self, start):
        self.send_response(302)
        self.send_header("Location", "/elsewhere.bin")
        self.end_headers()

    def _loop(self, start):
        self._redirect(start)


@pytest.fixture
def server():
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield running
        running.stop.set()
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr("pooch.core.time", SimpleNamespace(sleep=lambda seconds: None))
    monkeypatch.delenv("COURSE_DATA", raising=False)
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def kept(cache) -> set[str]:
    return {path.name for path in cache.rglob("*") if path.is_file() and path.suffix != ".lock"}


def test_a_file_comes_once_and_stays(server, tmp_path):
    path = fetch.fetch(server.file(), tmp_path)
    assert path == tmp_path / "toy" / "data.bin"
    assert path.read_bytes() == BODY
    assert fetch.fetch(server.file(), tmp_path) == path
    assert server.asked == [None]
    assert kept(tmp_path) == {"data.bin"}


@pytest.mark.parametrize(
    "ways",
    [
        ["cut", "whole"],
        ["no_length_cut", "whole"],
        ["cut", "cut", "cut", "whole"],
        ["broken", "broken", "whole"],
        ["cut", "broken", "whole"],
        ["wrong", "whole"],
        ["redirect", "whole"],
        ["cut", "redirect", "whole"],
        ["no_length"],
    ],
)
def test_trouble_that_passes_is_overcome(server, tmp_path, ways):
    server.ways = [*ways]
    assert fetch.fetch(server.file(), tmp_path).read_bytes() == BODY
    assert server.asked == [None] * len(ways)
    assert kept(tmp_path) == {"data.bin"}


def test_a_connection_that_stalls_is_left_and_tried_again(server, tmp_path, monkeypatch):
    monkeypatch.setattr(fetch, "TIMEOUT", 0.3)
    server.ways = ["stall", "whole"]
    began = time.monotonic()
    assert fetch.fetch(server.file(), tmp_path).read_bytes() == BODY
    assert time.monotonic() - began < 4  # the server would have slept for 20 seconds
    assert server.asked == [None, None]


@pytest.mark.parametrize(
    ("way", "requests", "words"),
    [
        ("missing", 1, "the server answered 404"),
        ("broken", 4, "the server answered 503"),
        ("loop", 31, "the server sends from one address to another, without an end"),
        ("sign_in", 1, "27 bytes are offered there, not 600,000; perhaps a sign-in page"),
        ("cut", 4, "the connection ended before all 600,000 bytes"),
        ("no_length_cut", 4, "the connection ended before all 600,000 bytes"),
        ("endless", 1, "more than the expected 600,000 bytes came"),
    ],
)
def test_trouble_that_stays_is_told(server, tmp_path, way, requests, words):
    server.ways = [way]
    with pytest.raises(DataError, match=words) as caught:
        fetch.fetch(server.file(), tmp_path)
    assert len(server.asked) == requests
    assert kept(tmp_path) == set()
    for help_ in (server.file().url, str(tmp_path / "toy" / "data.bin"), "COURSE_DATA", "COURSE_PROFILE=quick"):
        assert help_ in str(caught.value)


def test_a_stall_that_stays_is_told(server, tmp_path, monkeypatch):
    monkeypatch.setattr(fetch, "TIMEOUT", 0.5)
    server.ways = ["hang"]
    with pytest.raises(DataError, match=r"nothing came for 0\.5 seconds"):
        fetch.fetch(server.file(), tmp_path)
    assert len(server.asked) == 1 + fetch.RETRIES


def test_wrong_bytes_are_thrown_away(server, tmp_path):
    server.ways = ["wrong"]
    with pytest.raises(
        DataError, match=f"gave another file than its publisher's .*expected sha256:{DIGEST}.*thrown away"
    ):
        fetch.fetch(server.file(), tmp_path)
    assert kept(tmp_path) == set()
    assert len(server.asked) == 1 + fetch.RETRIES
    server.ways = ["whole"]
    assert fetch.fetch(server.file(), tmp_path).read_bytes() == BODY


def test_a_server_with_a_shorter_file_is_told(server, tmp_path):
    server.body = BODY[:1000]
    with pytest.raises(DataError, match="1,000 bytes are offered there, not 600,000"):
        fetch.fetch(server.file(), tmp_path)
    assert server.asked == [None]


@pytest.mark.parametrize("damage", [b"", b"half", BODY[:-1] + b"?"])
def test_a_damaged_file_in_the_cache_is_replaced(server, tmp_path, damage):
    path = fetch.fetch(server.file(), tmp_path)
    path.write_bytes(damage)
    assert fetch.fetch(server.file(), tmp_path).read_bytes() == BODY
    assert server.asked == [None, None]


@pytest.mark.parametrize("damage", [b"half", BODY[:-1] + b"?"])
def test_a_damaged_file_in_the_cache_is_not_used_offline(server, tmp_path, damage):
    path = fetch.fetch(server.file(), tmp_path)
    path.write_bytes(damage)
    with pytest.raises(DataError, match=f"Not used: {path} has"):
        fetch.fetch(server.file(url=dead_url()), tmp_path)


def dead_url() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/data.bin"


def test_no_network_and_no_mirror_names_the_file_the_folder_and_the_quick_profile(server, tmp_path, monkeypatch):
    def no_names(*arguments, **options):
        looked_up.append(arguments[0])
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    looked_up = []
    monkeypatch.setattr(socket, "getaddrinfo", no_names)
    with pytest.raises(DataError) as caught:
        fetch.fetch(server.file(url="https://data.example.org/data.bin"), tmp_path)
    assert looked_up == ["data.example.org"]  # asked once: without a network, trying again is only waiting
    assert str(caught.value) == (
        "data.bin can't be downloaded from https://data.example.org/data.bin: data.example.org can't be found: "
        "no network, or no such name. Try again later, or get data.bin by other means and put it at "
        f"{tmp_path / 'toy' / 'data.bin'} (or toy/data.bin in a folder of your own that COURSE_DATA names), "
        "or stay with the quick profile (COURSE_PROFILE=quick), which needs no download."
    )


def test_a_mirror_folder_is_looked_at_first(server, tmp_path, monkeypatch):
    mirror = tmp_path / "mirror"
    (mirror / "toy").mkdir(parents=True)
    (mirror / "toy" / "data.bin").write_bytes(BODY)
    monkeypatch.setenv("COURSE_DATA", str(mirror))
    assert fetch.fetch(server.file(), tmp_path / "cache") == mirror / "toy" / "data.bin"
    assert server.asked == []
    assert not (tmp_path / "cache").exists()
    shutil.copytree(mirror, tmp_path / "cache")
    assert fetch.fetch(server.file(), tmp_path / "cache") == mirror / "toy" / "data.bin"


def test_a_copy_of_the_cache_is_a_mirror(server, tmp_path, monkeypatch):
    fetch.fetch(server.file(), tmp_path / "cache")
    shutil.copytree(tmp_path / "cache", tmp_path / "mirror")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "mirror"))
    assert fetch.fetch(server.file(url=dead_url()), tmp_path / "other").is_relative_to(tmp_path / "mirror")


def test_a_wrong_file_in_the_mirror_is_named_and_neither_used_nor_touched(server, tmp_path, monkeypatch):
    wrong = tmp_path / "mirror" / "toy" / "data.bin"
    wrong.parent.mkdir(parents=True)
    wrong.write_bytes(BODY[:-1] + b"?")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "mirror"))
    with pytest.raises(DataError, match=f"put it at {wrong}, or(.|\n)*Not used: {wrong} has the SHA-256"):
        fetch.fetch(server.file(url=dead_url()), tmp_path / "cache")
    with pytest.warns(UserWarning, match=f"not used: {wrong} has the SHA-256"):
        path = fetch.fetch(server.file(), tmp_path / "cache")
    assert path.read_bytes() == BODY
    assert path.is_relative_to(tmp_path / "cache")
    assert wrong.read_bytes() == BODY[:-1] + b"?"


def test_a_mirror_that_is_not_there_is_named(server, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "mirrow"))
    with pytest.warns(UserWarning, match="mirrow, which is not a folder"):
        assert fetch.fetch(server.file(), tmp_path).read_bytes() == BODY


def test_a_full_disk_is_told_and_left_empty(server, tmp_path, monkeypatch):
    really = open

    def full(path, mode="r", *arguments, **options):
        stream = really(path, mode, *arguments, **options)
        if "w" in mode:
            write = stream.write
            stream = SimpleStream(stream, lambda chunk: write(chunk) if stream.tell() < 100_000 else no_space())
        return stream

    def no_space():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(fetch, "open", full, raising=False)
    with pytest.raises(DataError, match=r"the disk is full: data.bin needs 600 kB in .*toy\. Make room"):
        fetch.fetch(server.file(), tmp_path)
    assert kept(tmp_path) == set()
    monkeypatch.undo()
    assert fetch.fetch(server.file(), tmp_path).read_bytes() == BODY


class SimpleStream:
    """A file whose ``write`` is another function."""

    def __init__(self, stream, write):
        self.stream, self.write = stream, write

    def __getattr__(self, name):
        return getattr(self.stream, name)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stream.close()


def test_a_disk_without_room_is_told_before_anything_is_asked(server, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=599_999))
    with pytest.raises(DataError, match="the disk is full"):
        fetch.fetch(server.file(), tmp_path)
    assert server.asked == []
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=600_000))
    assert fetch.fetch(server.file(), tmp_path).read_bytes() == BODY


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_cache_that_cannot_be_written_is_told(server, tmp_path, monkeypatch, number):
    def refuse(*arguments, **options):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    with pytest.raises(DataError, match=f"can't write .*data.bin .{os.strerror(number)}.*COURSE_DATA.*quick"):
        fetch.fetch(server.file(), tmp_path)
    assert server.asked == []


def test_a_read_only_cache_that_holds_the_file_serves(server, tmp_path, monkeypatch):
    path = fetch.fetch(server.file(), tmp_path)
    monkeypatch.setattr("pathlib.Path.mkdir", lambda *arguments, **options: pytest.fail("wrote to the cache"))
    assert fetch.fetch(server.file(), tmp_path) == path


def test_something_else_in_the_files_place_is_told(server, tmp_path):
    (tmp_path / "toy" / "data.bin").mkdir(parents=True)
    with pytest.raises(DataError, match=r"can't write .*data.bin"):
        fetch.fetch(server.file(), tmp_path)
    (tmp_path / "other").write_text("a file where the folder should be")
    with pytest.raises(DataError, match="can't write"):
        fetch.fetch(server.file(path="other/data.bin"), tmp_path)


FETCH = """
import sys
from course_utils.datasets import File, fetch
print(fetch.fetch(File(sys.argv[1], sys.argv[2], int(sys.argv[3]), "toy/data.bin"), sys.argv[4]))
"""


@contextmanager
def another_process(file, cache):
    command = [sys.executable, "-c", FETCH, file.url, file.sha256, str(file.bytes), str(cache)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def test_two_processes_download_a_file_once(server, tmp_path):
    server.ways = ["slow"]
    with another_process(server.file(), tmp_path) as one, another_process(server.file(), tmp_path) as two:
        for process in (one, two):
            assert process.communicate(timeout=30)[0].strip() == str(tmp_path / "toy" / "data.bin")
    assert server.asked == [None]
    assert (tmp_path / "toy" / "data.bin").read_bytes() == BODY


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_what_a_killed_download_left_is_never_used(server, tmp_path):
    server.ways = ["stall", "whole"]
    with another_process(server.file(), tmp_path) as process:
        for _ in range(1000):
            if any(path.stat().st_size for path in (tmp_path / "toy").glob("tmp*")):
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait(30)
    (half,) = kept(tmp_path)
    assert half != "data.bin"
    assert fetch.fetch(server.file(), tmp_path).read_bytes() == BODY
    assert server.asked == [None, None]


def test_here_and_damaged_look_at_mirror_and_cache(tmp_path, monkeypatch):
    files = tuple(File("http://a.org/x", DIGEST, len(BODY), f"toy/{name}.bin") for name in "ab")
    card = SimpleNamespace(files=files, source="downloaded", unpacked="")
    cache, mirror = tmp_path / "cache" / "toy", tmp_path / "mirror" / "toy"
    for folder in (cache, mirror):
        folder.mkdir(parents=True)
    (cache / "a.bin").write_bytes(BODY)
    assert not fetch.here(card, tmp_path / "cache")
    (mirror / "b.bin").write_bytes(bytes(len(BODY)))
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "mirror"))
    assert fetch.here(card, tmp_path / "cache")
    (text,) = fetch.damaged(card, tmp_path / "cache")
    assert text.startswith(f"{mirror / 'b.bin'} has the SHA-256 ")


class Recorder:
    shown: list = []  # noqa: RUF012 (one list for the test to read)

    def __init__(self, **options):
        self.shown.append(options)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def update(self, value):
        self.shown.append(value)


@pytest.mark.parametrize("place", ["notebook", "terminal", "pipe"])
def test_progress_is_shown_where_someone_looks(server, tmp_path, monkeypatch, place):
    monkeypatch.setattr(Recorder, "shown", [])
    ipython = SimpleNamespace(kernel=1) if place == "notebook" else None
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: ipython))
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(isatty=lambda: place == "terminal", write=print, flush=print))
    monkeypatch.setattr("tqdm.auto.tqdm", Recorder)
    fetch.fetch(server.file(), tmp_path)
    options, *values = Recorder.shown
    assert (options["desc"], options["total"], options["disable"]) == ("data.bin", len(BODY), place == "pipe")
    assert sum(values) == len(BODY)
