"""The doctor finds what is wrong, says how to mend it, and works where Keras is missing."""

import importlib
import os
import shutil
import subprocess
import sys
from collections import namedtuple

import pytest

from course_utils import stages
from course_utils.tools import doctor


def lines():
    return list(
        map(str, [*doctor._packages(), doctor._kernel(), doctor._memory(), *doctor._folders(), *doctor._settings()])
    )


def test_here_all_is_well(monkeypatch):
    monkeypatch.delenv("COURSE_DATA", raising=False)
    assert [line for line in lines() if line.startswith("MEND")] == []
    assert any(line.startswith("OK   tensorflow 2.") for line in lines())
    assert "OK   kernel python3 is this Python" in lines()


def test_the_exit_status_counts(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "examine", lambda: [doctor.Finding("a"), doctor.Finding("b", "do c")])
    assert doctor.doctor() == 1
    assert capsys.readouterr().out == "OK   a\nMEND b -> do c\n1 to mend\n"
    monkeypatch.setattr(doctor, "examine", lambda: [doctor.Finding("a")])
    assert doctor.doctor() == 0


@pytest.mark.parametrize(
    ("needed", "line"),
    [
        ("numpy>=99", "is not in the range >=99 -> "),
        ("no-such-package>=1", "MEND no-such-package is not installed -> "),
        ("no-such-package; python_version < '3'", None),
    ],
)
def test_requirements(monkeypatch, needed, line):
    monkeypatch.setattr(doctor, "requires", lambda name: [needed])
    found = list(map(str, doctor._packages()))
    assert (line in found[0] and 'pip install "' in found[0]) if line else found == []


def test_a_course_that_is_not_installed(monkeypatch):
    monkeypatch.setattr(doctor, "DISTRIBUTION", "no-such-course")
    (finding,) = doctor._packages()
    assert finding.what == "the course is not installed in this Python"
    assert finding.mend == doctor.INSTALL


def test_what_mends_can_be_typed_in_any_folder_where_paths_have_blanks(monkeypatch, tmp_path):
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", "/opt/my python")
        patch.setattr(stages, "ROOT", tmp_path / "my course")
        importlib.reload(doctor)
        needed = tmp_path / "my course" / "requirements.txt"
        assert f'"/opt/my python" -m pip install -r "{needed}"' == doctor.INSTALL
        patch.setattr(doctor, "requires", lambda name: ["no-such-package>=1"])
        (finding,) = doctor._packages()
        assert finding.mend == '"/opt/my python" -m pip install "no-such-package>=1"'
    importlib.reload(doctor)


def test_python_versions(monkeypatch):
    for here, fine in (("3.10.9", False), ("3.11.0", True), ("3.13.5", True), ("3.14.0", False), ("4.0.0", False)):
        monkeypatch.setattr("platform.python_version", lambda here=here: here)
        assert (not doctor._python().mend) == fine, here


def test_a_kernel_of_another_python(monkeypatch, tmp_path):
    folder = tmp_path / "kernels" / "python3"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text('{"argv": ["/opt/other/python", "-m", "x"], "display_name": "P"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert str(doctor._kernel()).startswith("MEND kernel python3 is another Python: /opt/other/python -> ")


def test_little_memory_and_disk(monkeypatch):
    monkeypatch.setattr("psutil.virtual_memory", lambda: namedtuple("m", "available")(2**30))
    assert str(doctor._memory()).startswith("MEND 1.0 GiB of memory free -> ")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: namedtuple("d", "free")(2**30))
    assert all(finding.mend == "make room: have 2 GiB free" for finding in doctor._folders())


def test_a_folder_without_leave_to_write(monkeypatch):
    def refuse(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    found = list(doctor._folders())
    assert len(found) == 2
    assert all("Permission denied" in finding.what and finding.mend for finding in found)


def test_settings(monkeypatch, tmp_path):
    for name, bad, good in (
        ("COURSE_PROFILE", "medium", "full"),
        ("COURSE_DATA", str(tmp_path / "none"), str(tmp_path)),
    ):
        monkeypatch.delenv("COURSE_PROFILE", raising=False)
        monkeypatch.delenv("COURSE_DATA", raising=False)
        assert list(doctor._settings()) == []
        monkeypatch.setenv(name, bad)
        assert [str(finding).startswith(f"MEND {name}={bad} -> ") for finding in doctor._settings()] == [True]
        monkeypatch.setenv(name, good)
        assert [finding.mend for finding in doctor._settings()] == [""]


def test_it_works_where_everything_is_missing(tmp_path):
    """In a Python that has the standard library alone, it says so line by line and fails."""
    for module in ("keras", "tensorflow", "numpy", "psutil", "jupyter_client", "platformdirs", "packaging"):
        (tmp_path / f"{module}.py").write_text("raise ImportError('gone')")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "course_utils", "doctor"], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for line in (
        "MEND packaging is not installed -> ",
        "MEND Jupyter's kernel can't be looked up -> ",
        "MEND memory can't be measured without psutil -> ",
        "MEND the data cache can't be looked up",
        "MEND Keras does not start: ImportError: gone -> ",
    ):
        assert line in done.stdout


@pytest.mark.slow
def test_keras_starts():
    finding = doctor._backend()
    assert not finding.mend
    assert finding.what.startswith("Keras 3.")
