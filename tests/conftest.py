"""What several tests share."""

import sys

import pytest
import sample

from course_utils import stages
from course_utils.labs.sandbox import NoSandbox, choose
from course_utils.tools.notebooks import write


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    """Each test begins without the figures and the style of those before it."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")
        if pyplot.rcParams["axes.titlelocation"] != pyplot.rcParamsDefault["axes.titlelocation"]:
            pyplot.rcdefaults()


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A folder that stands in for the course, with the sample as its only notebook; returns stage 1."""
    monkeypatch.setattr(stages, "ROOT", tmp_path)
    monkeypatch.setattr("course_utils.tools.costs.COSTS", tmp_path / "data" / "costs.json")
    stage = stages.STAGES[0]
    write(sample.lesson(setup=sample.QUICK_SETUP), stage.path)
    return stage


@pytest.fixture(scope="module")
def sandbox():
    """The sandbox; where it does not work, its tests are skipped, with the reason."""
    try:
        return choose()
    except NoSandbox as problem:
        pytest.skip(str(problem).splitlines()[0])
