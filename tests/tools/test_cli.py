"""The command line: what it says, what it leaves behind, and its exit status."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import sample

from course_utils import stages
from course_utils.errors import CourseError
from course_utils.tools.cli import main
from course_utils.tools.costs import read_costs
from course_utils.tools.notebooks import read, write


def course_utils(*arguments):
    """Run the command line in a process of its own."""
    return subprocess.run([sys.executable, "-m", "course_utils", *arguments], capture_output=True, text=True)


def test_help_names_every_verb():
    done = course_utils("--help")
    assert done.returncode == 0
    for verb in ("doctor", "run", "bench", "practice", "data"):
        assert f"\n    {verb} " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "11"], "there is no stage '11'; the stages are 1 (neural_networks), 2 (keras_three_ways)"),
        (["bench", "cooking"], "there is no stage 'cooking'"),
        (["practice", "0"], "there is no stage '0'"),
        (
            ["practice", "convolutional"],
            "'convolutional' fits more than one stage: 3 (convolutional_networks), 9 (graph_convolutional_networks); say",
        ),
        (["release", "1", "--exercises", ""], "there is no exercise (none named); there are 1.1, 1.2"),
        (["release", "--exercises", "", "1", "1"], "--exercises and --name go with one stage"),
        (["run", "2"], "this copy of the course has no notebook 02_keras_three_ways.ipynb; the stages here are: 1"),
        (["run", "1", "--save", "--profile", "full"], "--save writes the committed notebook"),
    ],
)
def test_bad_input_is_named_on_stderr_with_status_2(course, capsys, arguments, said):
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert "Traceback" not in err
    assert out == ""


@pytest.mark.parametrize("arguments", [[], ["cook"], ["run", "--profile", "medium"], ["practice"], ["data"]])
def test_malformed_commands_end_with_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_python_without_the_requirements_is_sent_to_the_right_one(tmp_path):
    (tmp_path / "nbformat.py").write_text("raise ModuleNotFoundError('gone', name='nbformat')")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "course_utils", "run", "1"], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 2
    assert f"This Python ({sys.executable}) lacks nbformat. Use the course's own, " in done.stderr
    assert "-m course_utils doctor" in done.stderr
    assert "Traceback" not in done.stderr


def test_commands_to_type_name_this_python(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for python, said in (
        (tmp_path / ".venv" / "bin" / "python", Path(".venv", "bin", "python")),
        ("/opt/my python", '"/opt/my python"'),
    ):
        monkeypatch.setattr(sys, "executable", str(python))
        assert stages.command("grade 1") == f"{said} -m course_utils grade 1"


def test_without_any_notebook_it_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(stages, "ROOT", tmp_path)
    assert main(["run"]) == 2
    assert "there are no notebooks in" in capsys.readouterr().err


def test_a_damaged_notebook_is_named(course, capsys):
    course.path.write_text("{")
    assert main(["run", "1"]) == 2
    assert "01_neural_networks.ipynb can't be read as a notebook" in capsys.readouterr().err


def test_practice_writes_a_copy(course, tmp_path, capsys):
    assert main(["practice", "01_neural"]) == 0
    assert "5 exercises, 20 points" in capsys.readouterr().out
    assert (tmp_path / "practice" / "01_neural_networks.ipynb").is_file()


def test_a_release_takes_a_list_with_a_comma_too_many(course, tmp_path, capsys):
    assert main(["release", "1", "--exercises", "1.2, 1.1,"]) == 0
    assert "01_neural_networks.ipynb: 2 exercises (1.1, 1.2), " in capsys.readouterr().out
    assert (tmp_path / "labs" / "release" / "01_neural_networks_2_1").is_dir()


def test_bad_input_is_one_line_and_a_programming_error_keeps_its_trace(course, monkeypatch, capsys):
    def refused():
        raise CourseError("seven is no stage")

    def broken():
        raise ValueError("operands could not be broadcast together")

    monkeypatch.setattr("course_utils.labs.progress.progress", refused)
    assert main(["progress"]) == 2
    assert capsys.readouterr().err == "python -m course_utils progress: seven is no stage\n"
    monkeypatch.setattr("course_utils.labs.progress.progress", broken)
    with pytest.raises(ValueError, match="broadcast"):
        main(["progress"])


@pytest.mark.parametrize("encoding", ["ascii", "cp437"])
def test_a_terminal_of_few_characters_gets_the_rest_as_question_marks(encoding):
    done = subprocess.run(
        [sys.executable, "-m", "course_utils", "progress"],
        capture_output=True,
        encoding=encoding,
        env=os.environ | {"PYTHONIOENCODING": encoding},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Encoder?decoder" in done.stdout


def test_data_lists_what_there_is(capsys):
    assert main(["data", "list"]) == 0
    assert "digits" in capsys.readouterr().out
    assert main(["data", "fetch", "no-such-data"]) == 2


@pytest.mark.parametrize(
    ("arguments", "blocked"),
    [
        (["run", "1"], "build"),
        (["run", "1", "--output", "pages"], "pages"),
        (["bench", "1", "--save"], "data"),
        (["practice", "1"], "practice"),
        (["release", "1"], "labs"),
        (["release", "1", "--folder", "class"], "class"),
    ],
)
def test_a_file_in_a_folders_place_is_named_before_anything_runs(
    course, tmp_path, monkeypatch, capsys, arguments, blocked
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("course_utils.tools.notebooks.execute", lambda *_: pytest.fail("it has begun"))
    Path(blocked).write_text("in the way")
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert re.search(rf"can't write \S*{blocked}\S*: (\S*/)?{blocked} is a file, not a folder\n", err)
    assert "Errno" not in err


def test_marks_that_cannot_be_written_are_not_made(course, tmp_path, monkeypatch, capsys):
    assert main(["release", "1"]) == 0
    handed_in = tmp_path / "labs" / "submitted" / "ada" / course.slug / course.path.name
    handed_in.parent.mkdir(parents=True)
    handed_in.write_bytes(course.path.read_bytes())
    (tmp_path / "labs" / "marks").write_text("in the way")
    monkeypatch.setattr("course_utils.labs.grade.mark", lambda *_: pytest.fail("it has begun"))
    assert main(["grade", "1", "--unsafe"]) == 2
    assert "marks is a file, not a folder" in capsys.readouterr().err


def test_bench_shows_what_it_measured_before_it_was_stopped(course, monkeypatch, capsys):
    seen = []

    def stopped_in_the_second(_notebook, stage, meter):
        if seen:
            raise KeyboardInterrupt
        seen.append(stage)

    monkeypatch.setattr("course_utils.tools.costs.execute_with_progress", stopped_in_the_second)
    assert main(["bench", "1", "1"]) == 130
    out, err = capsys.readouterr()
    assert course.slug in out
    assert err == "stopped\n"


@pytest.mark.slow
def test_run_writes_a_page_and_saves_the_committed_form(course, tmp_path, capsys):
    was = read(course.path)
    stale = read(course.path)
    stale.cells[sample.at(stale, r"print\(squares")].outputs = []
    write(stale, course.path)
    assert main(["run", "1", "--save", "--output", str(tmp_path / "pages")]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("OK 01_neural_networks in ")
    assert "01_neural_networks: cell 5 of 33 · Squares" in err
    assert "WARNING" not in err
    page = (tmp_path / "pages" / "01_neural_networks.html").read_text()
    assert "PASS the sum: 14" in page
    saved = read(course.path)
    figure, setup = sample.at(was, "^controls"), sample.at(was, "^import numpy")
    for index, (before, after) in enumerate(zip(was.cells, saved.cells, strict=True)):
        if index not in (figure, setup):  # which print nothing in this quick version
            assert before == after


@pytest.mark.slow
def test_a_failing_cell_is_shown_and_nothing_is_saved(course, tmp_path, capsys):
    notebook = read(course.path)
    notebook.cells[sample.at(notebook, r"print\(squares")].source = "print('so far')\n1 / 0"
    write(notebook, course.path)
    before = course.path.read_bytes()
    assert main(["run", "1", "--save", "--output", str(tmp_path)]) == 1
    err = capsys.readouterr().err
    assert "FAILED 01_neural_networks, cell 5 (Squares): ZeroDivisionError: division by zero" in err
    page = (tmp_path / "01_neural_networks.html").read_text()
    assert "This run stopped: ZeroDivisionError: division by zero" in page
    assert 'href="#cell-id=cell-5"' in page
    assert 'id="cell-id=cell-4"' in page
    assert "so far" in page
    assert "PASS the sum" not in page, "stale results of the cells that did not run"
    assert course.path.read_bytes() == before


@pytest.mark.slow
def test_bench_measures_and_states_the_cost(course, capsys):
    assert main(["bench", "1", "--save"]) == 0
    assert "01_neural_networks" in capsys.readouterr().out
    cost = read_costs()["01_neural_networks"]
    assert 0.2 < cost.cpu_seconds < 60
    assert 0.03 < cost.peak_memory_gib < 1
    assert cost.cores == 2
    first = read(course.path).cells[0].source
    assert f"· peak memory {cost.peak_memory_gib:.1f} GiB · data: three numbers" in first
    assert "about 40 s" not in first


@pytest.mark.slow
def test_bench_says_when_the_budget_is_passed(course, capsys, monkeypatch):
    monkeypatch.setattr("course_utils.tools.costs.MEMORY_BUDGET", 0.01)
    assert main(["bench", "1"]) == 1
    assert "OVER BUDGET" in capsys.readouterr().out
    assert read_costs() == {}


INTERRUPTED = """
import sys
from pathlib import Path
from course_utils import stages
from course_utils.errors import CourseError
from course_utils.tools.cli import main
stages.ROOT = Path(sys.argv[1])
sys.exit(main(["run", "1"]))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a process can't be sent Ctrl-C there")
def test_an_interrupt_ends_the_run_and_its_kernel(course, tmp_path):
    notebook = read(course.path)
    begun = tmp_path / "begun"
    wait = f"import os, time\nopen({str(begun)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)"
    notebook.cells[sample.at(notebook, r"print\(squares")].source = wait
    write(notebook, course.path)
    process = subprocess.Popen([sys.executable, "-c", INTERRUPTED, str(tmp_path)], stderr=subprocess.PIPE, text=True)
    while not (begun.exists() and begun.read_text()):
        assert process.poll() is None
        time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert err.endswith("stopped\n")
    assert not psutil.pid_exists(int(begun.read_text()))


STARTING = """
import os, signal
from jupyter_client.provisioning import LocalProvisioner
launch = LocalProvisioner.launch_kernel

async def launched(self, *arguments, **names):
    info = await launch(self, *arguments, **names)
    print(self.pid, flush=True)
    os.kill(os.getpid(), signal.SIGINT)
    return info

LocalProvisioner.launch_kernel = launched
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a process can't be sent Ctrl-C there")
def test_an_interrupt_ends_a_kernel_that_is_starting(course, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", STARTING + INTERRUPTED, str(tmp_path)], capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (130, "stopped\n")
    assert not psutil.pid_exists(int(done.stdout))
