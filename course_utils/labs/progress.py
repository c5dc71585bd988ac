"""How far a learner is: what the tests said when they last ran, in the learner's own copies of the stages."""

from pathlib import Path

from .. import stages
from ..tools.exercises import Exercise, find_exercises, grading, number
from ..tools.notebooks import read
from .practice import blank

__all__ = ["passed", "progress"]


def passed(exercise: Exercise, answers_blank: set[str]) -> bool:
    """Whether an exercise of a learner's copy is done: all its tests ran last without an error.

    A question in words is done when something is written; it is marked by a person.

    Args:
        exercise: from the learner's copy.
        answers_blank: the sources of the course's own blanks, none of which is an answer.
    """
    written = [cell for cell in exercise.cells if grading(cell).get("solution")]
    if not written or any(cell.source.strip() in answers_blank for cell in written):
        return False
    return all(
        cell.execution_count is not None and all(output.output_type != "error" for output in cell.outputs)
        for cell in exercise.tests
    )


def progress(folder: Path | None = None) -> int:
    """Print a line a stage, the sum, and the exercise that is next; the exit status, 1 where a copy can't be read.

    Args:
        folder: of the copies; without it ``practice`` beside the folder of the notebooks.
    """
    folder = folder or stages.ROOT / "practice"
    got = of = 0.0
    going_on = beginning = ""
    damaged = False
    for stage in stages.STAGES:
        if not stage.exists:
            continue
        lesson = read(stage.path)
        whole = find_exercises(lesson)
        points = {exercise.id: exercise.points for exercise in whole}
        of += sum(points.values())
        done = _done(folder / stage.path.name, blank(lesson))
        if done is None:
            damaged = True
            mend = stages.command(f"practice {stage.number}")
            print(f"{stage.number:2} {stage.title:32} can't be read; {mend} moves it aside and begins anew")
            continue
        reached = sum(points[name] for name in done if name in points)
        got += reached
        state = f"{len(done)} of {len(whole)} exercises, {reached:g} of {sum(points.values()):g} points"
        begun = (folder / stage.path.name).is_file()
        print(f"{stage.number:2} {stage.title:32} {state if begun else 'not begun'}")
        left = [exercise.id for exercise in whole if exercise.id not in done]
        if left and begun:
            going_on = going_on or f"exercise {number(left[0])}, in {folder / stage.path.name}"
        elif left:
            beginning = beginning or stages.command(f"practice {stage.number}")
    print(f"   {'Together':32} {got:g} of {of:g} points")
    following = going_on or beginning  # what is begun comes first, wherever in the course it is
    print(f"Next: {following}" if following else "That was the whole course.")
    return int(damaged)


def _done(path: Path, blanks) -> list[str] | None:
    """The exercises that are done; None where the copy is damaged."""
    if not path.is_file():
        return []
    try:
        copy = read(path)
    except ValueError:
        return None
    empty = {cell.source.strip() for cell in blanks.cells if grading(cell).get("solution")} | {""}
    return [exercise.id for exercise in find_exercises(copy) if passed(exercise, empty)]
