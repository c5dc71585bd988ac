"""What several tests share."""

import pytest
import sample

from course_utils import stages
from course_utils.notebooks import write


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A folder that stands in for the course, with the sample as its only notebook; returns stage 1."""
    monkeypatch.setattr(stages, "ROOT", tmp_path)
    monkeypatch.setattr("course_utils.costs.COSTS", tmp_path / "data" / "costs.json")
    stage = stages.STAGES[0]
    write(sample.lesson(setup=sample.QUICK_SETUP), stage.path)
    return stage
