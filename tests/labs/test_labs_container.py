"""What is said to a container engine, and which sandbox is chosen; a program that stands in for the engines answers."""

import json
import os
import sys
import time
from pathlib import Path

import pytest

from course_utils.labs import container
from course_utils.labs.sandbox import Box, Died, Limits, NoSandbox, choose, side_by_side
from course_utils.tools.cli import main

ENGINES = container.ENGINES
LIMITS = Limits(seconds=2, start=60, memory=300 * 2**20)

# It notes what it is asked; `run` starts the program that follows the image's name, here, and `kill` ends it.
FAKE = r"""#!/bin/sh
state={state}
echo "$@" >> $state/asked
case "$1" in
    ps) [ -f $state/down ] && {{ echo "no daemon" >&2; exit 1; }}; [ -f $state/ps ] && /bin/cat $state/ps; exit 0;;
    image) [ -f $state/labels ] || {{ echo "no such image" >&2; exit 1; }}; /bin/cat $state/labels;;
    info) echo "2 4294967296";;
    inspect) /bin/cat $state/ended;;
    kill) [ -f $state/$2 ] && {{ read pid < $state/$2; kill -9 $pid; }};;
    build) for place; do :; done; (cd $place && /usr/bin/find . -type f) > $state/context; [ -f $state/labels.new ] && /bin/mv $state/labels.new $state/labels;;
    run)
        while [ "$1" != keras-course-lab ]; do [ "$1" = --name ] && name=$2; shift; done
        while [ "$1" != python ]; do shift; done; shift
        [ "$1" = -c ] && [ ! -f $state/broken ] && {{ /bin/cat $state/limits; exit 0; }}
        [ -f $state/broken ] && {{ echo "no memory limits here" >&2; exit 125; }}
        echo $$ > $state/$name
        PYTHONPATH={course} exec {python} "$@";;
esac
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the engine's stand-in is a shell script")


@pytest.fixture(params=ENGINES)
def engine(request, tmp_path, monkeypatch):
    """An engine with the course's image, and nothing else on PATH; ``engine.state`` holds what it knows and was asked."""
    return Engine(request.param, tmp_path, monkeypatch)


class Engine:
    def __init__(self, name, place, monkeypatch):
        self.name, self.state = name, place / "state"
        self.state.mkdir()
        self.programs = place / "bin"
        self.programs.mkdir()
        self.add(name)
        self.write("labels", json.dumps({container.LABEL: container._fingerprint()}))
        self.write("ended", "false 0")
        self.write("limits", f"{Limits().memory}\n512")
        monkeypatch.setenv("PATH", str(self.programs))

    def add(self, name):
        program = self.programs / name
        program.write_text(FAKE.format(state=self.state, course=container.COURSE, python=sys.executable))
        program.chmod(0o755)

    def write(self, name, text):
        (self.state / name).write_text(text + "\n")

    def asked(self, verb):
        lines = (self.state / "asked").read_text().splitlines()
        return [line for line in lines if line.split()[0] == verb]


def option(words, name):
    return words[words.index(name) + 1]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_command_takes_everything_away(engine):
    limits = Limits(memory=1000, processes=4, scratch=77)
    words = container.command(engine, "lab-1", limits, ["python", "-c", "1"])
    assert words[:2] == [engine, "run"]
    for name, value in {
        "--name": "lab-1", "--network": "none", "--cap-drop": "ALL", "--security-opt": "no-new-privileges", "--memory": "1000",
        "--memory-swap": "1000", "--pids-limit": "128", "--log-driver": "none", "--pull": "never", "--shm-size": "77", "--user": "65534:65534",
        "--tmpfs": "/tmp:rw,noexec,nosuid,nodev,mode=1777,size=77",
    }.items():  # fmt: skip
        assert option(words, name) == value
    assert "--read-only" in words
    assert {"core=0:0", "nofile=512:512", "fsize=77:77"} <= set(words)
    options = words[: words.index(container.IMAGE)]
    assert not {"--volume", "-v", "--mount", "--privileged", "--device", "--pid", "--ipc", "--publish"} & set(options)
    inside = words[words.index(container.IMAGE) + 1 :]
    assert inside[:2] == ["env", "-i"]
    assert "COURSE_PROFILE=quick" in inside
    assert "PYTHONPATH=/course" in inside
    assert inside[-7:-3] == ["timeout", "--signal", "KILL", str(container.LONGEST)]
    assert inside[-3:] == ["python", "-c", "1"]


def test_an_engine_with_the_image_is_chosen_where_there_is_no_bubblewrap(engine, capsys):
    assert choose() == engine.name
    assert choose(engine.name) == engine.name
    assert main(["sandbox"]) == 0
    said = capsys.readouterr().out
    assert "bubblewrap: not installed" in said
    assert f"{engine.name}: works" in said
    assert f"would run in {engine.name}." in said
    for name in [line.split("--name ")[1].split()[0] for line in engine.asked("run")]:
        assert f"rm --force {name}" in engine.asked("rm"), "the trial's container is left"


def test_bubblewrap_comes_first(engine):
    bwrap = engine.programs / "bwrap"
    bwrap.write_text("#!/bin/sh\nexit 0\n")
    bwrap.chmod(0o755)
    assert choose() == "bubblewrap"
    bwrap.write_text("#!/bin/sh\necho 'no user namespaces' >&2\nexit 1\n")
    assert choose() == engine.name
    with pytest.raises(NoSandbox, match="does not work: no user namespaces"):
        choose("bubblewrap")


def test_podman_comes_before_docker_unless_it_lacks_the_image(engine):
    for name in ENGINES:
        engine.add(name)
    assert choose() == "podman"
    (engine.programs / "podman").write_text("#!/bin/sh\n[ $1 = ps ]\n")
    assert choose() == "docker"


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("down", "", "does not answer: no daemon"),
        ("labels", None, " -m course_utils sandbox --build"),
        ("labels", "null", "of another version of the course; build it anew"),
        ("labels", '{"keras-course": "older"}', "of another version of the course; build it anew"),
        ("limits", "max\n512", "does not limit memory and processes"),
        ("broken", "", "can't run the course's image: no memory limits here"),
    ],
)
def test_where_an_engine_can_not_be_used_it_says_why(engine, file, text, says):
    if text is None:
        (engine.state / file).unlink()
    else:
        engine.write(file, text)
    with pytest.raises(NoSandbox) as refused:
        choose()
    assert f"{engine.name}: " in str(refused.value)
    assert says in str(refused.value)
    assert "sudo apt install bubblewrap" in str(refused.value)
    assert "--unsafe they run unprotected" in str(refused.value)


def test_an_unknown_sandbox_is_refused():
    with pytest.raises(ValueError, match="there is no sandbox 'jail'; choose one of bubblewrap, podman, docker"):
        choose("jail")


def test_what_does_not_end_is_killed_by_name_and_removed(engine):
    with Box("", LIMITS, engine.name) as box:
        name = box._name
        box.send(exercise="ex-1-1", names=[], before=[{"role": "answer", "source": "while True:\n    pass"}])
        with pytest.raises(Died, match="does not end within 2 s"):
            box.receive()
        assert f"kill {name}" in engine.asked("kill")
    assert f"rm --force {name}" in engine.asked("rm")


@pytest.mark.parametrize(
    ("ended", "says"),
    [
        ("true 137", "it takes more than 300 MiB of memory"),
        ("false 137", "it was stopped, most likely because it takes more than 300 MiB of memory"),
        ("false 0", "it ended the process that ran it"),
    ],
)
def test_why_a_container_ended_is_asked_of_the_engine(engine, ended, says):
    engine.write("ended", ended)
    with Box("", LIMITS, engine.name) as box:
        source = "import os\nos._exit(0)"
        box.send(exercise="ex-1-1", names=[], before=[{"role": "shared", "source": source}])
        with pytest.raises(Died, match=says):
            box.receive()
    assert len(engine.asked("rm")) == 1


def test_containers_that_a_killed_grader_left_are_removed(engine):
    mine = container.new_name()
    ended = f"{container.IMAGE}-{container._machine()}-99999999-1000-abcd"
    again = f"{container.IMAGE}-{container._machine()}-{os.getpid()}-1000-abcd"  # its number is in use again
    elsewhere = f"{container.IMAGE}-00000000-99999999-1000-abcd"
    engine.write("ps", "\n".join([mine, ended, again, elsewhere, "a-database", container.IMAGE]))
    choose()
    removed = {line.split()[-1] for line in engine.asked("rm")}
    assert {ended, again} <= removed
    assert not {mine, elsewhere, "a-database", container.IMAGE} & removed


def test_submissions_side_by_side_fit_the_engines_machine(engine, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 16)
    assert side_by_side("bubblewrap") == 16
    assert side_by_side(engine.name) == 2


def test_the_image_is_built_of_the_course_alone(engine, capsys):
    (engine.state / "labels").rename(engine.state / "labels.new")
    assert main(["sandbox", "--build"]) == 0
    assert f"{engine.name}: works" in capsys.readouterr().out
    (asked,) = engine.asked("build")
    assert f"--tag {container.IMAGE} --label {container.LABEL}={container._fingerprint()}" in asked
    files = (engine.state / "context").read_text().split()
    assert "./course_utils/labs/inside.py" in files
    assert {name.split("/")[1] for name in files} == {"requirements.txt", "course_utils", "data"}
    assert not [name for name in files if name.endswith((".ipynb", ".pyc"))]


def test_the_image_is_not_built_without_an_engine(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["sandbox", "--build"]) == 2
    assert "neither podman nor docker is installed" in capsys.readouterr().err
    assert main(["sandbox", "--build", "docker"]) == 2
    assert "docker is not installed" in capsys.readouterr().err
    assert main(["sandbox", "--build", "lxc"]) == 2
    assert "choose podman or docker" in capsys.readouterr().err
    assert main(["sandbox"]) == 1
    assert "docker: not installed" in capsys.readouterr().out


def test_a_change_of_the_course_is_a_change_of_the_fingerprint(tmp_path, monkeypatch):
    monkeypatch.setattr(container, "COURSE", tmp_path)
    for name in ("course_utils", "data", "notebooks"):
        (tmp_path / name).mkdir()
    (tmp_path / "requirements.txt").write_text("keras\n")
    module = tmp_path / "course_utils" / "check.py"
    module.write_text("1\n")
    first = container._fingerprint()
    (tmp_path / "notebooks" / "one.ipynb").write_text("{}")
    assert container._fingerprint() == first
    module.write_text("2\n")
    assert container._fingerprint() != first


def test_the_containerfile_takes_what_the_context_holds():
    lines = (container.COURSE / container.CONTAINERFILE).read_text().splitlines()
    copied = {line.split()[1] for line in lines if line.startswith("COPY")}
    assert copied == set(container.CONTENTS)
    assert any(line.startswith("USER 65534") for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_a_real_engine_has_nothing_left_after_a_killed_grader(engine):
    """A grader is killed while its submission runs on and on; the next one removes the container."""
    import signal
    import subprocess

    try:
        choose(engine)
    except NoSandbox as problem:
        pytest.skip(str(problem).splitlines()[1])
    script = (
        "import sys\nfrom course_utils.labs.sandbox import Box, Limits\nbox = Box('', Limits(), sys.argv[1])\n"
        "box.send(exercise='ex-1-1', names=[], before=[{'role': 'answer', 'source': 'while True: pass'}])\n"
        "print(box._name, flush=True)\nbox.receive(300)"
    )
    grader = subprocess.Popen(
        [sys.executable, "-c", script, engine], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    name = grader.stdout.readline().strip()
    time.sleep(1)
    grader.send_signal(signal.SIGKILL)
    grader.communicate()

    def there():
        return name in container._ask(engine, "ps", "--all", "--format", "{{.Names}}")[1]

    assert there()
    choose(engine)
    assert not there()
