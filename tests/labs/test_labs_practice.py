"""The learner's copy: blanks in, solutions out, and nothing of the learner's is ever lost."""

import json

import nbformat
import pytest
import sample

from course_utils.labs.practice import blank, merge, practice
from course_utils.tools.notebooks import read, write

PASTED = {"picture.png": {"image/png": "iVBORw0KGgo="}}
MINE = "def mean_square_1(values):\n    return np.mean(values**2) + 1"


@pytest.fixture
def stage(course):
    write(sample.lesson(), course.path)
    return course


@pytest.fixture
def copy(stage, tmp_path):
    """Where the learner's copy is; ``practice(stage, folder=copy.parent)`` writes it."""
    return tmp_path / "practice" / "01_neural_networks.ipynb"


def update(stage, copy, capsys, fresh=False):
    assert practice(stage, fresh, copy.parent) == 0
    return capsys.readouterr().out


def work(copy, change):
    notebook = read(copy)
    change(notebook)
    write(notebook, copy)


def sources(path):
    return [cell.source for cell in read(path).cells]


def test_a_fresh_copy_has_blanks_and_no_answers(stage, copy, capsys):
    said = update(stage, copy, capsys)
    assert "5 exercises, 20 points" in said
    notebook = read(copy)
    text = json.dumps(notebook)
    assert "SOLUTION" not in text
    assert "HIDDEN" not in text
    assert "np.square" not in text
    assert sample.MODEL_ANSWER not in text
    answer = sample.find(notebook, "ex-1-1")
    assert answer.source == "def mean_square_1(values):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    assert "jupyter" not in answer.metadata
    assert sample.find(notebook, "ex-1-5").source == "YOUR ANSWER HERE"
    test = sample.find(notebook, "ex-1-1-tests")
    assert test.outputs == []
    assert test.execution_count is None
    assert "raises-exception" in test.metadata.tags  # so that Run All goes on
    lesson_cell = notebook.cells[sample.at(notebook, r"print\(squares")]
    assert lesson_cell.outputs[0].text == "14\n"
    assert read(stage.path) == sample.lesson(), "the course's own notebook must not change"


def test_answers_added_cells_and_changes_are_kept(stage, copy, capsys):
    update(stage, copy, capsys)

    def learn(notebook):
        answer = sample.find(notebook, "ex-1-1")
        answer.source, answer.execution_count = MINE, 7
        words = sample.find(notebook, "ex-1-5")
        words.source, words.attachments = "Because squares are not negative.", PASTED
        where = sample.at(notebook, r"print\(squares")
        notebook.cells[where].source = "squares = np.array([1, 4, 16])\nprint(squares.sum())"
        notebook.cells.insert(where + 1, sample.code("my_own = 1"))
        notebook.cells.insert(0, sample.markdown("my notes"))

    work(copy, learn)
    lesson = read(stage.path)
    lesson.cells[sample.at(lesson, "^## Squares")].source = "## Squares\n\nA better explanation."
    del lesson.cells[sample.at(lesson, "^## Key points")]
    write(lesson, stage.path)

    said = update(stage, copy, capsys)
    assert "Kept 2 answers (ex-1-1, ex-1-5), 2 cells you added, 1 cell of the lesson you changed." in said
    assert "Brought 1 cell of the lesson up to date." in said
    kept = read(copy)
    assert sample.find(kept, "ex-1-1").source == MINE
    assert sample.find(kept, "ex-1-1").execution_count == 7
    assert sample.find(kept, "ex-1-5").source == "Because squares are not negative."
    assert sample.find(kept, "ex-1-5").attachments == PASTED
    texts = [cell.source for cell in kept.cells]
    assert texts[0] == "my notes"
    changed = texts.index("squares = np.array([1, 4, 16])\nprint(squares.sum())")
    assert texts[changed + 1] == "my_own = 1"
    assert "## Squares\n\nA better explanation." in texts
    assert not any(text.startswith("## Key points") for text in texts)
    assert list(copy.parent.iterdir()) == [copy], "nothing was overruled, so no backup"

    before = sources(copy)
    assert "up to date" not in update(stage, copy, capsys)
    assert sources(copy) == before, "a second time changes nothing"


def test_a_blank_follows_the_lesson_and_a_new_exercise_arrives(stage, copy, capsys):
    lesson = read(stage.path)
    new = sample.find(lesson, "ex-1-4")
    later = [cell for cell in lesson.cells if "ex-1-4" in json.dumps(cell.metadata)]
    lesson.cells = [cell for cell in lesson.cells if cell not in later]
    write(lesson, stage.path)
    update(stage, copy, capsys)
    lesson = sample.lesson()
    sample.find(lesson, "ex-1-2").source = sample.find(lesson, "ex-1-2").source.replace("values", "numbers")
    write(lesson, stage.path)
    said = update(stage, copy, capsys)
    assert "There was nothing of yours to keep." in said
    assert sample.find(read(copy), "ex-1-2").source.startswith("def mean_square_2(numbers)")
    assert sample.find(read(copy), "ex-1-4").source.startswith(new.source.splitlines()[0])


def test_a_changed_test_is_put_back_and_the_old_copy_stands_aside(stage, copy, capsys):
    update(stage, copy, capsys)
    work(copy, lambda notebook: sample.find(notebook, "ex-1-1-tests").update(source="print('PASS')"))
    said = update(stage, copy, capsys)
    backup = copy.with_name("01_neural_networks.backup-1.ipynb")
    assert f"The copy as it was is now {backup}." in said
    assert "print('PASS')" in sources(backup)
    assert "print('PASS')" not in sources(copy)


def test_a_cell_changed_on_both_sides_is_the_lessons_and_the_old_copy_stands_aside(stage, copy, capsys):
    update(stage, copy, capsys)
    work(copy, lambda n: n.cells[sample.at(n, r"print\(squares")].update(source="print(squares.max())"))
    lesson = read(stage.path)
    lesson.cells[sample.at(lesson, r"print\(squares")].source = "squares = np.arange(3)\nprint(squares.sum())"
    write(lesson, stage.path)
    assert "Put back 1 cell you had changed" in update(stage, copy, capsys)
    assert "squares = np.arange(3)\nprint(squares.sum())" in sources(copy)
    assert "print(squares.max())" in sources(copy.with_name("01_neural_networks.backup-1.ipynb"))


def test_an_answer_whose_exercise_is_gone_stays_as_a_cell(stage, copy, capsys):
    update(stage, copy, capsys)
    work(copy, lambda notebook: sample.find(notebook, "ex-1-1").update(source=MINE))
    lesson = read(stage.path)
    lesson.cells = [cell for cell in lesson.cells if "ex-1-1" not in json.dumps(cell.metadata)]
    write(lesson, stage.path)
    update(stage, copy, capsys)
    kept = read(copy)
    assert "nbgrader" not in kept.cells[sample.at(kept, "^def mean_square_1")].metadata


def test_a_copied_answer_cell_stays_and_is_not_the_answer(stage, copy, capsys):
    """Jupyter copies nbgrader's metadata along with the cell."""
    update(stage, copy, capsys)

    def copied(notebook):
        where = notebook.cells.index(sample.find(notebook, "ex-1-1"))
        double = nbformat.from_dict(notebook.cells[where])
        double.id, double.source = "pasted", "a_draft = 1"
        notebook.cells[where].source = MINE
        notebook.cells.insert(where, double)

    work(copy, copied)
    update(stage, copy, capsys)
    kept = read(copy)
    assert sample.find(kept, "ex-1-1").source == MINE
    assert "nbgrader" not in kept.cells[sample.at(kept, "^a_draft")].metadata


@pytest.mark.parametrize("ids", ["others", "none"])
def test_where_an_editor_threw_the_ids_away_nothing_is_doubled_and_no_answer_lost(ids):
    old, new = blank(sample.lesson()), blank(sample.lesson())
    cells = len(new.cells)
    for index, cell in enumerate(old.cells):
        cell.id = f"other-{index}"
        if ids == "none":
            del cell["id"]
    sample.find(old, "ex-1-1").source = MINE
    old.cells.insert(3, sample.code("my_own = 1"))
    merged = merge(old, new)
    assert merged.answers == ["ex-1-1"]
    assert merged.added == 1
    assert sample.find(merged.notebook, "ex-1-1").source == MINE
    assert len(merged.notebook.cells) == cells + 1


def test_fresh_moves_the_old_copy_aside(stage, copy, capsys):
    for number in (1, 2):
        update(stage, copy, capsys)
        work(copy, lambda notebook: sample.find(notebook, "ex-1-1").update(source=MINE))
        said = update(stage, copy, capsys, fresh=True)
        backup = copy.with_name(f"01_neural_networks.backup-{number}.ipynb")
        assert str(backup) in said
        assert MINE in sources(backup)
        assert MINE not in sources(copy)


@pytest.mark.parametrize("damage", ["", "{", '{"cells": 3}', "[]", '{"nbformat": 4, "nbformat_minor": 5}', "\x00"])
def test_a_damaged_copy_is_moved_aside_untouched(stage, copy, capsys, damage):
    copy.parent.mkdir()
    copy.write_text(damage)
    said = update(stage, copy, capsys)
    backup = copy.with_name("01_neural_networks.backup-1.ipynb")
    assert f"damaged and can't be read; it is now {backup}" in said
    assert backup.read_text() == damage
    assert "YOUR CODE HERE" in json.dumps(read(copy))


def test_a_copy_that_is_the_lesson_itself_becomes_one_with_blanks(stage, copy, capsys):
    """Someone copied the notebook by hand: there is no record, so what differs is kept or stands aside."""
    notebook = sample.lesson()
    notebook.cells.append(sample.code("my_own = 1"))
    write(notebook, copy)
    update(stage, copy, capsys)
    assert "my_own = 1" in sources(copy)
    assert "### BEGIN HIDDEN TESTS" not in json.dumps(read(copy))
    assert "### BEGIN HIDDEN TESTS" in json.dumps(read(copy.with_name("01_neural_networks.backup-1.ipynb")))


def test_a_folder_in_the_way_is_refused(stage, copy):
    copy.mkdir(parents=True)
    with pytest.raises(ValueError, match="is not a file; move it away"):
        practice(stage, folder=copy.parent)


def test_an_interrupted_write_leaves_the_old_copy(stage, copy, capsys, monkeypatch):
    update(stage, copy, capsys)
    work(copy, lambda notebook: sample.find(notebook, "ex-1-1").update(source=MINE))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        practice(stage, folder=copy.parent)
    assert MINE in sources(copy)
    assert list(copy.parent.iterdir()) == [copy]
