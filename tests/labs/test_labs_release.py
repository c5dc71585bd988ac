"""What is handed out: blanks, no solutions, no hidden tests, in a folder that nbgrader knows."""

import json

import pytest
import sample

from course_utils import stages
from course_utils.labs.practice import practice
from course_utils.labs.progress import progress
from course_utils.labs.release import nbgrader, release
from course_utils.tools import cli as command
from course_utils.tools.exercises import grading
from course_utils.tools.notebooks import read, write

NAME = "01_neural_networks"


def test_a_release_has_blanks_points_and_no_answers(course, tmp_path, capsys):
    path = release(course, folder=tmp_path / "labs")
    assert path == tmp_path / "labs" / "release" / NAME / f"{NAME}.ipynb"
    said = capsys.readouterr().out
    assert "5 exercises (1.1, 1.2, 1.3, 1.4, 1.5), 20 points" in said
    assert f"Hand out what is in {path.parent}." in said
    assert f"submitted/STUDENT/{NAME}/{NAME}.ipynb; then: {stages.command('grade 1')}\n" in said
    notebook = read(path)
    text = json.dumps(notebook)
    for secret in ("SOLUTION", "HIDDEN TESTS", "np.square", "default_rng().normal", sample.MODEL_ANSWER[:40]):
        assert secret not in text
    assert sum(grading(cell).get("points", 0) for cell in notebook.cells) == 20
    assert "YOUR CODE HERE" in sample.find(notebook, "ex-1-1").source
    note = path.with_name("README.txt").read_text()
    assert "Only the answer's own cell is marked" in note
    assert "Points: 20" in note
    assert NAME in nbgrader(tmp_path / "labs").get_source_assignments()
    assert read(course.path) == sample.lesson(setup=sample.QUICK_SETUP), "the course's own notebook must not change"


def test_a_part_of_a_stage_keeps_the_lesson_and_the_chosen_exercises(course, tmp_path):
    notebook = read(release(course, ["1.2", " 1.5"], folder=tmp_path / "labs"))
    names = {grading(cell)["grade_id"] for cell in notebook.cells if grading(cell)}
    assert {name[:6] for name in names} == {"ex-1-2", "ex-1-5"}
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "## Squares" in text
    assert "Exercise 1.2" in text
    assert "Exercise 1.1" not in text
    assert "Exercise 1.5" in text


def test_exercises_that_have_marks_stay_in_their_assignment(course, tmp_path):
    folder = tmp_path / "labs"
    path = release(course, ["1.1", "1.2"], "week", folder)
    before = path.read_bytes()
    (folder / "marks" / "week").mkdir(parents=True)
    with pytest.raises(ValueError, match=r"week has marks already, for exercise 1\.1 too, .* choose another --name"):
        release(course, ["1.2", "1.5"], "week", folder)
    assert path.read_bytes() == before
    release(course, ["1.1", "1.2", "1.5"], "week", folder)
    assert "ex-1-5" in path.read_text(encoding="utf-8")


def test_released_again_it_follows_the_lesson(course, tmp_path):
    folder = tmp_path / "labs"
    release(course, folder=folder)
    lesson = read(course.path)
    lesson.cells[sample.at(lesson, "^## Squares")].source = "## Squares\n\nBetter."
    write(lesson, course.path)
    assert "Better." in "\n".join(cell.source for cell in read(release(course, folder=folder)).cells)


@pytest.mark.parametrize("names", [["1.7"], ["2.1"], [""], ["one"]])
def test_an_unknown_exercise_is_refused(course, tmp_path, names):
    with pytest.raises(ValueError, match=r"there is no exercise .*; there are 1\.1, 1\.2, 1\.3, 1\.4, 1\.5"):
        release(course, names, folder=tmp_path / "labs")


@pytest.mark.parametrize("name", ["..", "a/b", "a\\b", "a+b", " a"])
def test_a_name_that_is_no_folder_is_refused(course, tmp_path, name):
    with pytest.raises(ValueError, match="can't be the name of an assignment"):
        release(course, name=name, folder=tmp_path / "labs")
    assert not list(tmp_path.glob("labs/release/*"))


def test_a_solution_outside_its_marks_is_noticed(course, tmp_path):
    lesson = read(course.path)
    lesson.cells.insert(3, sample.markdown("### BEGIN SOLUTION 42 ### END SOLUTION"))
    write(lesson, course.path)
    with pytest.raises(ValueError, match=r"is still in the version for students|nbgrader refuses"):
        release(course, folder=tmp_path / "labs")
    assert not list(tmp_path.glob("labs/release/*/*.ipynb"))


def test_the_command_line(course, tmp_path, capsys):
    folder = str(tmp_path / "labs")
    assert command.main(["release", "1", "--exercises", "1.1,1.2", "--folder", folder]) == 0
    assert "2 exercises (1.1, 1.2), 8 points" in capsys.readouterr().out
    assert command.main(["release", "1", "--exercises", "1.9", "--folder", folder]) == 2
    assert "there is no exercise 1.9" in capsys.readouterr().err
    assert command.main(["grade", "1", "--jobs", "0"]) == 2
    assert "--jobs must be at least 1" in capsys.readouterr().err
    assert command.main(["grade", "1", "--folder", folder, "--unsafe"]) == 2
    assert "choose one with --name" in capsys.readouterr().err


def test_progress_counts_what_the_tests_last_said(course, tmp_path, capsys):
    folder = tmp_path / "practice"
    progress(folder)
    said = capsys.readouterr().out
    assert "not begun" in said
    assert "0 of 20 points" in said
    assert f"Next: {stages.command('practice 1')}" in said
    practice(course, folder=folder)
    notebook = read(folder / f"{NAME}.ipynb")
    for number in (1, 2):
        sample.find(notebook, f"ex-1-{number}").source = "def f():\n    return 1"
        sample.find(notebook, f"ex-1-{number}-tests").execution_count = 1
    error = {"output_type": "error", "ename": "NotYet", "evalue": "", "traceback": []}
    sample.find(notebook, "ex-1-2-tests").outputs = [sample.nbformat.from_dict(error)]
    sample.find(notebook, "ex-1-3-tests").execution_count = 3  # run with the blank
    sample.find(notebook, "ex-1-5").source = "Because."
    write(notebook, folder / f"{NAME}.ipynb")
    capsys.readouterr()
    progress(folder)
    said = capsys.readouterr().out
    assert "2 of 5 exercises, 8 of 20 points" in said
    assert "Next: exercise 1.2, in" in said


def test_what_is_begun_comes_next_wherever_it_is(course, tmp_path, capsys):
    later = stages.STAGES[2]
    write(read(course.path), later.path)
    practice(later, folder=tmp_path / "practice")
    progress(tmp_path / "practice")
    assert f"Next: exercise 1.1, in {tmp_path / 'practice' / later.path.name}" in capsys.readouterr().out


def test_progress_survives_a_damaged_copy(course, tmp_path, capsys):
    (tmp_path / "practice").mkdir()
    (tmp_path / "practice" / f"{NAME}.ipynb").write_text("{")
    assert progress(tmp_path / "practice") == 1
    said = capsys.readouterr().out
    assert f"can't be read; {stages.command('practice 1')} moves it aside" in said
    assert "0 of 5 exercises" not in said
