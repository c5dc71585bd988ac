"""The two roads: what is for the curious is folded, left out on request, and the core runs without it."""

import re

import nbformat
import pytest
import sample
from nbformat.v4 import new_notebook

from course_utils import stages
from course_utils.errors import CourseError
from course_utils.labs.practice import practice
from course_utils.labs.release import release
from course_utils.tools import roads
from course_utils.tools.cli import main
from course_utils.tools.notebooks import execute, read, write
from course_utils.tools.pages import to_html


def lesson(*cells):
    """A notebook of these sources: text where it begins with # or a letter in capitals, else code."""
    make = [sample.markdown(source) if re.match(r"[#A-Z]", source) else sample.code(source) for source in cells]
    return new_notebook(cells=make)


TWO_ROADS = (
    "# Stage",
    "## One",
    "a = 1",
    "### For the curious · A side road",
    "b = a + 1",
    "#### Deeper",
    "c = 1",
    "### Back",
    "d = a",
    "## For the curious · A whole part",
    "### Inside it",
    "e = 1",
    "## Two",
    "f = d",
)
LEFT_OUT = {3, 4, 5, 6, 9, 10, 11}


def test_a_section_for_the_curious_ends_at_the_next_heading_of_its_level():
    assert roads.curious(lesson(*TWO_ROADS)) == LEFT_OUT
    assert roads.folds(lesson(*TWO_ROADS)) == [(3, 6), (9, 11)]


def test_two_sections_for_the_curious_in_a_row_fold_apart():
    notebook = lesson("## For the curious · A", "a = 1", "## For the curious · B", "b = 1")
    assert roads.folds(notebook) == [(0, 1), (2, 3)]


def test_the_core_is_a_copy_without_them():
    notebook = lesson(*TWO_ROADS)
    kept = [source for at, source in enumerate(TWO_ROADS) if at not in LEFT_OUT]
    assert [cell.source for cell in roads.core(notebook).cells] == kept
    assert len(notebook.cells) == len(TWO_ROADS)


@pytest.mark.slow
def test_the_core_runs_alone(tmp_path):
    assert execute(roads.core(lesson(*TWO_ROADS)), tmp_path) is None
    needs_it = lesson(*TWO_ROADS, "print(b)")
    assert execute(nbformat.from_dict(needs_it), tmp_path) is None
    assert "name 'b' is not defined" in execute(roads.core(needs_it), tmp_path).error


def test_half_an_exercise_is_not_left_out():
    notebook = sample.lesson()
    at = sample.at(notebook, "'three numbers'")
    notebook.cells.insert(at, sample.markdown("## For the curious · Half"))
    with pytest.raises(CourseError, match="stands in a section for the curious, and the core needs it"):
        roads.core(notebook)


def test_they_are_folded_when_the_notebook_opens_and_no_other():
    notebook = lesson(*TWO_ROADS)
    notebook.cells[1].metadata[roads.COLLAPSED] = True
    folded = roads.refresh(notebook)
    assert [at for at, cell in enumerate(folded.cells) if roads.COLLAPSED in cell.metadata] == [4, 10]
    assert folded.cells[1].source == roads.course_map(notebook)
    again = [cell.source for cell in roads.refresh(folded).cells]
    assert again == [cell.source for cell in folded.cells]


def test_a_page_folds_them_and_holds_all_they_say(tmp_path):
    page = to_html(lesson(*TWO_ROADS), "t", tmp_path)
    assert re.findall(r"<summary>(.*?)</summary>", page) == [
        "For the curious · A side road",
        "For the curious · A whole part",
    ]
    inside = "".join(re.findall(r'<details class="course curious">(.*?)</details>', page, re.S))
    for text, folded in (("Deeper", True), ("Inside it", True), ("Back", False), ("Two", False)):
        assert (f">{text}<" in inside) == folded, text
    assert page.count("<details") == page.count("</details>")


def test_the_map_has_a_row_for_each_section_and_both_sums():
    words = "Word " * 240
    notebook = lesson("# Stage", "## One", words, "a = 1", "## For the curious · More", words, "## Two", "b = 1")
    notebook.cells.append(sample.markdown("### Exercise 1.1\n\n*3 points · 20 min*", tags=["exercise"]))
    assert [(s.title, s.curious, s.minutes, s.exercises) for s in roads.sections(notebook)] == [
        ("One", False, 3, 0),
        ("More", True, 2, 0),
        ("Two", False, 1, 20),
    ]
    rows = roads.course_map(notebook).splitlines()
    assert rows[-1] == "| **the core road** | **4** | **24** |"
    assert "| *for the curious:* More | 2 |  |" in rows


def test_what_comes_after_a_side_road_counts_for_the_section_around_it():
    notebook = lesson(*TWO_ROADS)
    assert [(s.title, s.curious) for s in roads.sections(notebook)] == [
        ("One", False),
        ("A side road", True),
        ("A whole part", True),
        ("Two", False),
    ]


def test_the_size_of_the_core_counts_neither_side_roads_nor_exercises():
    assert roads.size(lesson(*TWO_ROADS)) == (7, 8)
    whole, without = roads.size(sample.lesson())
    assert whole < len(sample.lesson().cells)
    assert without < 100


@pytest.fixture
def with_side_road(course):
    notebook = read(course.path)
    at = sample.at(notebook, "^## Key points")
    notebook.cells[at:at] = [sample.markdown("## For the curious · Far"), sample.code("far = 1", "1")]
    write(notebook, course.path)
    return course


def test_practice_and_release_leave_them_out_on_request(with_side_road, tmp_path, capsys):
    practice(with_side_road, folder=tmp_path / "whole")
    practice(with_side_road, folder=tmp_path / "core", core=True)
    name = with_side_road.path.name
    whole, part = ("".join(c.source for c in read(tmp_path / kind / name).cells) for kind in ("whole", "core"))
    assert "far = 1" in whole
    assert "far = 1" not in part
    handed = release(with_side_road, folder=tmp_path / "labs", core=True)
    assert "far = 1" not in handed.read_text(encoding="utf-8")
    assert "mean_square_1" in handed.read_text(encoding="utf-8")


def test_what_was_written_on_a_side_road_is_kept(with_side_road, tmp_path, capsys):
    practice(with_side_road, folder=tmp_path)
    path = tmp_path / with_side_road.path.name
    mine = read(path)
    mine.cells[sample.at(mine, "^far = 1")].source = "far = 2  # mine"
    write(mine, path)
    practice(with_side_road, folder=tmp_path, core=True)
    assert "far = 2  # mine" in [cell.source for cell in read(path).cells]


def test_the_command_line_knows_the_core(with_side_road, capsys):
    assert main(["practice", "1", "--core"]) == 0
    path = stages.ROOT / "practice" / with_side_road.path.name
    assert "far = 1" not in path.read_text(encoding="utf-8")
