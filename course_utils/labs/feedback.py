"""Pages of feedback: what a student gets back, and the class at a glance. Nothing of a hidden test is on them."""

import html
import statistics
from collections import Counter

from ..stages import Stage
from .marking import BLANK, ExerciseMark, Mark
from .submissions import Answers

__all__ = ["class_page", "student_page"]

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 54rem; margin: 2rem auto; padding: 0 1rem; }}
h1 {{ font-size: 1.5rem; margin-bottom: 0; }} h2 {{ font-size: 1.1rem; margin: 0; }}
table {{ border-collapse: collapse; width: 100%; margin: 1rem 0; }}
th, td {{ text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #ccc; vertical-align: top; }}
td.n, th.n {{ text-align: right; white-space: nowrap; }}
section {{ border-left: .3rem solid #0072b2; padding: .1rem 1rem; margin: 1.4rem 0; }}
section.part {{ border-color: #e69f00; }} section.none {{ border-color: #d55e00; }} section.wait {{ border-color: #999; }}
pre {{ background: #f4f4f4; padding: .6rem; overflow-x: auto; font-size: .85rem; }}
.bar {{ background: #ddd; height: .7rem; width: 10rem; }} .bar div {{ background: #0072b2; height: 100%; }}
</style></head><body>{body}</body></html>
"""

LONGEST = 4000  # characters of an answer that are shown


def student_page(stage: Stage, mark: Mark, answers: Answers) -> str:
    """The page that a student gets back: points, what is missing with a hint, and the answer that was marked."""
    head = f"<h1>Stage {stage.number}: {_text(stage.title)}</h1><p>{_text(mark.student)} · <b>{mark.points:g} of {mark.of:g} points</b> by tests"
    head += f" · {mark.by_hand:g} more are given by hand</p>" if mark.by_hand else "</p>"
    notes = [mark.problem] * bool(mark.problem) + mark.notes
    if notes:
        head += "<ul>" + "".join(f"<li>{_text(note)}</li>" for note in notes) + "</ul>"
    return PAGE.format(
        title=f"Stage {stage.number}, {_text(mark.student)}",
        body=head + "".join(_section(one, answers) for one in mark.exercises),
    )


def _section(one: ExerciseMark, answers: Answers) -> str:
    tested = {name: value for name, value in one.points.items() if value is not None}
    reached, of = sum(tested.values()), sum(one.of[name] for name in tested)
    if not tested:
        kind, score = "wait", f"{sum(one.of.values()):g} points, given by hand"
    else:
        kind = "all" if reached == of else "part" if reached else "none"
        score = f"{reached:g} of {of:g} points"
    body = f"<h2>{_text(one.title)}</h2><p>{score}</p>"
    if one.reason:
        body += f"<p><b>{_text(_sentence(one.reason))}</b></p>"
    elif tested:
        body += "<p>All tests pass.</p>"
    for name, source in (answers.code | answers.words).items():
        if name == one.id or name.startswith(one.id + "-"):
            shown = source if len(source) <= LONGEST else source[:LONGEST] + "\n…"
            body += f"<details><summary>Your answer</summary><pre>{_text(shown)}</pre></details>"
    return f'<section class="{kind}">{body}</section>'


def class_page(stage: Stage, marks: list[Mark], points: float) -> str:
    """The class at a glance: who has how much, which exercise failed most, and the commonest reasons."""
    body = f"<h1>Stage {stage.number}: {_text(stage.title)}</h1><p>{len(marks)} submissions"
    if marks:
        reached = [one.points for one in marks]
        body += f" · points by tests: mean {statistics.mean(reached):.1f}, median {statistics.median(reached):g}, of {min(one.of for one in marks):g}; with those given by hand, of {points:g}</p>"
        body += _by_exercise(marks) + _by_student(marks)
    return PAGE.format(title=f"Stage {stage.number}, the class", body=body)


def _by_exercise(marks: list[Mark]) -> str:
    rows = []
    for place, exercise in enumerate(marks[0].exercises):
        all_of_it = [one.exercises[place] for one in marks if not one.problem]
        tested = [one for one in all_of_it if any(value is not None for value in one.points.values())]
        if not tested:
            rows.append((2.0, exercise.title, "given by hand", "", ""))
            continue
        right = sum(not one.reason for one in tested) / len(tested)
        reasons = Counter(one.reason for one in tested if one.reason)
        common = "<br>".join(f"{count} × {_text(_sentence(reason))}" for reason, count in reasons.most_common(3))
        bar = f'<div class="bar"><div style="width:{100 * right:.0f}%"></div></div>'
        rows.append((right, exercise.title, f"{100 * right:.0f} %", bar, common))
    rows.sort(key=lambda row: row[0])  # the hardest first
    cells = "".join(
        f'<tr><td>{_text(title)}</td><td class="n">{share}</td><td>{bar}</td><td>{common}</td></tr>'
        for _, title, share, bar, common in rows
    )
    return f'<table><tr><th>Exercise, the hardest first</th><th class="n">right</th><th></th><th>commonest reasons</th></tr>{cells}</table>'


def _by_student(marks: list[Mark]) -> str:
    rows = "".join(
        f'<tr><td>{_text(one.student)}</td><td class="n">{one.points:g}</td><td>{_text(_state(one))}</td></tr>'
        for one in sorted(marks, key=lambda one: -one.points)
    )
    return f'<table><tr><th>Student</th><th class="n">points by tests</th><th>to look at</th></tr>{rows}</table>'


def _state(one: Mark) -> str:
    held = [f"{exercise.id}: {exercise.reason}" for exercise in one.exercises if exercise.held]
    blank = sum(exercise.reason == BLANK for exercise in one.exercises)
    return "; ".join([one.problem] * bool(one.problem) + held + one.notes + [f"{blank} not answered"] * bool(blank))


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:] + ("" if reason.endswith((".", "?", "!")) else ".")


def _text(value: str) -> str:
    return html.escape("".join(sign for sign in value if sign.isprintable() or sign in "\n\t"))
