"""The two roads through a notebook: the core, and the sections for the curious; and the map that says how long each section takes.

A section for the curious begins with a heading “For the curious · …” and goes on to the next heading of its level or a higher one. JupyterLab
keeps it folded when the notebook opens (``jp-MarkdownHeadingCollapsed``). Nothing on the core road needs it.
"""

import re
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode

from ..errors import CourseError
from .exercises import exercise_id, tags

__all__ = [
    "COLLAPSED",
    "MAP",
    "Section",
    "core",
    "course_map",
    "curious",
    "folds",
    "heading",
    "refresh",
    "sections",
    "size",
]

COLLAPSED = "jp-MarkdownHeadingCollapsed"
MAP = "map"  # the tag of the cell that holds the map
CURIOUS = "For the curious · "
WORDS_PER_MINUTE = 120  # a technical text in a second language
MINUTES_PER_CELL = 0.75  # a code cell: to read, run and look
_HEADING = re.compile(r"(#{1,6}) (.+)")
_EXERCISE = re.compile(r"(\d+) min")


@dataclass(frozen=True)
class Section:
    """A second-level section: its title, whether it is for the curious, and its minutes with and without its exercises."""

    title: str
    curious: bool
    minutes: int
    exercises: int


def heading(cell) -> tuple[int, str]:
    """Level and text of the heading that a cell begins with; (0, "") where it begins with none."""
    match = _HEADING.match(cell.source) if cell.cell_type == "markdown" else None
    return (len(match[1]), match[2].strip()) if match else (0, "")


def folds(notebook: NotebookNode) -> list[tuple[int, int]]:
    """Index of the first and the last cell of each section for the curious, in the notebook's order."""
    found = []
    leave = curious(notebook)
    for index in sorted(leave):
        if index - 1 in leave and not heading(notebook.cells[index])[1].startswith(CURIOUS):
            found[-1] = (found[-1][0], index)
        else:
            found.append((index, index))
    return found


def curious(notebook: NotebookNode) -> set[int]:
    """The indices of the cells that stand in sections for the curious."""
    indices, level = set(), 0
    for index, cell in enumerate(notebook.cells):
        depth, title = heading(cell)
        if depth and depth <= (level or depth):
            level = depth if title.startswith(CURIOUS) else 0
        if level:
            indices.add(index)
    return indices


def core(notebook: NotebookNode) -> NotebookNode:
    """A copy without the sections for the curious.

    Raises: CourseError where that would leave half of an exercise, or take the set-up cell away.
    """
    leave = curious(notebook)
    kept = {exercise_id(cell) for index, cell in enumerate(notebook.cells) if index not in leave}
    for index in leave:
        cell = notebook.cells[index]
        if "setup" in tags(cell) or (exercise_id(cell) and exercise_id(cell) in kept):
            raise CourseError(f"cell {index} stands in a section for the curious, and the core needs it")
    copy = nbformat.from_dict(notebook)
    copy.cells = [cell for index, cell in enumerate(copy.cells) if index not in leave]
    return copy


def refresh(notebook: NotebookNode) -> NotebookNode:
    """The notebook, changed in place: each section for the curious folded and no other, and the map, its second cell, as it is now."""
    if not any(MAP in tags(cell) for cell in notebook.cells):
        notebook.cells.insert(1, nbformat.v4.new_markdown_cell(id=MAP, metadata={"tags": [MAP]}))
    for cell in notebook.cells:
        if heading(cell)[1].startswith(CURIOUS):
            cell.metadata[COLLAPSED] = True
        else:
            cell.metadata.pop(COLLAPSED, None)
        if MAP in tags(cell):
            cell.source = course_map(notebook)
    return notebook


def size(notebook: NotebookNode) -> tuple[int, int]:
    """Cells and words of text of the core road; exercises are not counted, the map neither."""
    leave = curious(notebook)
    cells = [
        cell
        for index, cell in enumerate(notebook.cells)
        if index not in leave and not exercise_id(cell) and not {"exercise", MAP} & set(tags(cell))
    ]
    return len(cells), sum(len(cell.source.split()) for cell in cells if cell.cell_type == "markdown")


def sections(notebook: NotebookNode) -> list[Section]:
    """Every second-level section with its minutes; a section for the curious inside another stands after it, on its own."""
    found: list[list] = []  # title, curious, minutes of reading, minutes of exercises
    leave = curious(notebook)
    inside = False
    for index, cell in enumerate(notebook.cells):
        depth, title = heading(cell)
        if depth == 2 or (index in leave and title.startswith(CURIOUS)):
            found.append([title.removeprefix(CURIOUS), index in leave, 0.0, 0])
        elif found and inside and index not in leave:  # back in the section around it
            found.append([next(row[0] for row in reversed(found) if not row[1]), False, 0.0, 0])
        inside = index in leave
        if not found:
            continue
        if "exercise" in tags(cell) and (stated := _EXERCISE.search(cell.source)):
            found[-1][3] += int(stated[1])
        elif not exercise_id(cell):
            words = len(cell.source.split()) if cell.cell_type == "markdown" else 0
            found[-1][2] += words / WORDS_PER_MINUTE + MINUTES_PER_CELL * (cell.cell_type == "code")
    merged: dict[tuple, list] = {}
    for title, is_curious, reading, exercises in found:
        row = merged.setdefault((title, is_curious), [0.0, 0])
        row[0] += reading
        row[1] += exercises
    return [
        Section(title, is_curious, max(1, round(reading)), exercises)
        for (title, is_curious), (reading, exercises) in merged.items()
    ]


def course_map(notebook: NotebookNode) -> str:
    """The map at a notebook's top, in Markdown: a row for each section, minutes, and the sums of both roads."""
    found = sections(notebook)
    rows = ["| section | minutes | with its exercises |", "|---|---|---|"]
    for section in found:
        name = f"*for the curious:* {section.title}" if section.curious else section.title
        both = str(section.minutes + section.exercises) if section.exercises else ""
        rows.append(f"| {name.replace('|', '·')} | {section.minutes} | {both} |")
    own = [section for section in found if not section.curious]
    sums = [sum(section.minutes for section in own), sum(section.minutes + section.exercises for section in own)]
    rows.append(f"| **the core road** | **{sums[0]}** | **{sums[1]}** |")
    return "\n".join(["**Map.** Minutes to read and run each section.", "", *rows])
