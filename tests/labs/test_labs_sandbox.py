"""The sandboxes themselves, without the policy that reads answers before they run: what a hostile process can't do in them."""

import json
import socket
from pathlib import Path

import pytest

from course_utils.labs.sandbox import Box, Died, Limits

COURSE = Path(__file__).resolve().parents[2]
LIMITS = Limits(seconds=3, start=60, memory=300 * 2**20, scratch=20 * 2**20)


PROBES = {
    "the network of this machine": ("import socket\nsocket.create_connection(('127.0.0.1', @PORT@), 2)", "Error"),
    "the network outside": ("import socket\nsocket.create_connection(('1.1.1.1', 80), 2)", "Error"),
    "names of the network": ("import socket\nsocket.getaddrinfo('example.org', 80)", "gaierror"),
    "the notebooks": ("import os\nos.listdir('@COURSE@/notebooks')", "FileNotFoundError"),
    "the tests": ("import os\nos.listdir('@COURSE@/tests')", "FileNotFoundError"),
    "the home": ("import os\nos.listdir('@HOME@')\nopen('@HOME@/.bashrc')", "FileNotFoundError|PermissionError"),
    "passwords": ("open('/etc/shadow')", "FileNotFoundError|PermissionError"),
    "writing into the course": ("import course_utils\nopen(course_utils.__file__, 'a')", "OSError|Read-only|Permission"),
    "writing into the system": ("open('/usr/mine', 'w')", "OSError|Read-only|Permission"),
    "writing into the root": ("open('/mine', 'w')", "OSError|Read-only|Permission"),
    "a large file": ("with open('/tmp/large', 'wb') as f:\n    for _ in range(100):\n        f.write(bytes(2**20))", "OSError|File too large|No space"),
    "many files": ("for n in range(50):\n    with open(f'/tmp/{n}', 'wb') as f:\n        f.write(bytes(2**20))", "OSError|No space"),
    "shared memory": ("for n in range(50):\n    with open(f'/dev/shm/{n}', 'wb') as f:\n        f.write(bytes(2**20))", "OSError|No space|Permission"),
    "memory": ("kept = []\nwhile True:\n    kept.append(b'x' * 2**20)", "more than 300 MiB of memory"),
    "many processes": ("import os, time\nfor _ in range(600):\n    os.fork() or time.sleep(60)", "more than 16 processes|BlockingIOError|MiB of memory"),
    "a loop": ("while True:\n    pass", "does not end within"),
    "leaving": ("import os\nos._exit(0)", "ended the process"),
    "killing all": ("import os\nos.kill(-1, 9)", "ended the process|ProcessLookupError|was stopped"),
    "a flood in the channel": ("import os\nwhile True:\n    os.write(@CHANNEL@, b'x' * 2**16)", "channel of the verdicts"),
    "words in the channel": ("import os\nos.write(@CHANNEL@, b'3\\n')", "channel of the verdicts"),
    "mounting": ("import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nassert libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0, 'refused'", "refused"),
    "a device": ("import os\nos.mknod('/tmp/disk', 0o060666, os.makedev(254, 0))", "PermissionError"),
}  # fmt: skip
CHANNEL = "next(n for n in range(3, 64) if n in map(int, os.listdir('/proc/self/fd')) and os.readlink(f'/proc/self/fd/{n}').startswith('pipe:'))"


@pytest.mark.slow
@pytest.mark.parametrize("name", PROBES)
def test_what_can_not_be_done(sandbox, name):
    source, says = PROBES[name]
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    places = {"@PORT@": str(listener.getsockname()[1]), "@COURSE@": str(COURSE), "@HOME@": str(Path.home())}
    for mark, place in (places | {"@CHANNEL@": CHANNEL}).items():
        source = source.replace(mark, place)
    limits = Limits(**vars(LIMITS) | {"start": 4}) if "loop" in name else LIMITS
    with pytest.raises(ValueError, match=says):
        Box(source, limits, sandbox)
    with pytest.raises(TimeoutError):
        listener.accept()
    listener.close()


@pytest.mark.slow
def test_what_can_be_seen(sandbox):
    look = (
        "import os, json\nseen = dict(env=sorted(os.environ), pids=[p for p in os.listdir('/proc') if p.isdigit()], "
        "root=sorted(os.listdir('/')), course=sorted(os.listdir(os.environ['PYTHONPATH'])), caps=open('/proc/self/status').read())\n"
        "raise RuntimeError(json.dumps(seen))"
    )
    with pytest.raises(ValueError, match="RuntimeError") as stopped:
        Box(look, LIMITS, sandbox)
    seen = json.loads(str(stopped.value).split("RuntimeError: ")[1])
    assert set(seen["env"]) <= {
        "PATH", "HOME", "LANG", "MPLBACKEND", "MPLCONFIGDIR", "COURSE_PROFILE", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH",
        "OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "PWD", "LC_CTYPE",
    }  # fmt: skip
    assert len(seen["pids"]) <= 3
    assert not {"notebooks", "tests", "labs", "practice"} & {*seen["root"], *seen["course"]}
    assert "CapEff:\t0000000000000000" in seen["caps"]
    assert "NoNewPrivs:\t1" in seen["caps"]


@pytest.mark.slow
def test_a_good_process_answers_and_one_that_dies_says_why(sandbox):
    with Box("x = 1", LIMITS, sandbox) as box:
        box.send(exercise="ex-1-1", names=["y"], before=[{"role": "answer", "source": "y = x + 1"}])
        assert box.receive() == {"answered": "ex-1-1", "error": "", "found": []}
        box.send(key="k", tests=[{"source": "assert y == 2"}, {"source": "assert y == 3"}])
        assert box.receive()["error"] == ""
        assert box.receive()["error"].startswith("AssertionError")
        box.send(exercise="ex-1-2", names=[], before=[{"role": "answer", "source": "while True:\n    pass"}])
        with pytest.raises(Died, match="does not end within 3 s"):
            box.receive()
