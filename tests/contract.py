"""What every committed notebook keeps to, read from its JSON: ``defects`` lists what does not hold, in words."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import nbformat

from course_utils.stages import Stage
from course_utils.tools import roads
from course_utils.tools.costs import MEMORY_BUDGET, Cost, facts

IGNORED, RAISES = "nbval-ignore-output", "raises-exception"
LAST_SECTIONS = ("Frequently asked", "Key points", "Where to go next")
MAX_BYTES, MAX_LINES, MAX_LONG_LINES = 2_000_000, 25, 45
POINTS, EXERCISES = 20, range(5, 9)
COURSE_IMPORTS, FORMAT_SKIPS = range(1, 4), 3
# The stages that have their second edition keep the core road short.
SECOND_EDITION: set[str] = set()
CORE_CELLS, CORE_WORDS = 110, 4500
# Stages whose subject is TensorFlow itself, or its gradient or compiled loop beside other ways to program.
TENSORFLOW_TAUGHT = {"02_keras_three_ways"}
BACKENDS_COMPARED = {"02_keras_three_ways"}

FACTS = re.compile(r"\*Stage (\d+) of 10 · (about .+ GiB) · data: (.+) · know first: (.+)\*")
PATH = re.compile(
    r"(?<![\w:/.<])/(?:[\w.-]+/)+[\w.-]*|/(?:home|root|tmp|work|Users)/[\w./-]*|\b[A-Z]:\\{1,2}\w+|site-packages"
)
NOISE = re.compile(
    r"\w*Warning:|\bWARNING\b|oneDNN|cudart|cpu_feature_guard|absl::|Traceback \(most recent"
    r"|^[IWEF]\d{4} |^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|^\s*File \"|m?s/step|\r(?!\n)",
    re.M,
)
FIGURE_PART = re.compile(r"\bText\(|<matplotlib\.|<BarContainer")
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
SWALLOWED = re.compile(r"except[^\n]*:\s*\n\s*(?:pass|\.\.\.)\s*(?:\n|$)")


@dataclass
class Cell:
    """A cell: what the checks ask about it."""

    index: int
    json: dict

    @property
    def code(self) -> bool:
        return self.json["cell_type"] == "code"

    @property
    def source(self) -> str:
        return joined(self.json["source"])

    @property
    def tags(self) -> list[str]:
        return self.json["metadata"].get("tags", [])

    @property
    def grading(self) -> dict:
        return self.json["metadata"].get("nbgrader", {})

    @property
    def outputs(self) -> list[dict]:
        return self.json.get("outputs", [])

    @property
    def exercise(self) -> str:
        """``ex-1-3`` for a cell of that exercise, else empty."""
        name = self.grading.get("grade_id") or self.json["metadata"].get("course", {}).get("exercise") or ""
        return "-".join(name.split("-")[:3])

    @property
    def text(self) -> str:
        """All text it shows, of a traceback too."""
        parts = []
        for output in self.outputs:
            parts.append(joined(output.get("text", "")))
            parts.append("\n".join([output.get("ename", ""), output.get("evalue", ""), *output.get("traceback", [])]))
            parts += [joined(value) for kind, value in output.get("data", {}).items() if kind.startswith("text/")]
        return "\n".join(parts).strip()

    @property
    def picture(self) -> bool:
        return any(kind.startswith("image/") for output in self.outputs for kind in output.get("data", {}))

    @property
    def tree(self) -> ast.Module | None:
        """The syntax tree; None where it is not Python."""
        try:
            return ast.parse(self.source)
        except SyntaxError:
            return None


def joined(value: str | list[str]) -> str:
    return "".join(value) if isinstance(value, list) else str(value)


@dataclass
class Notebook:
    """A committed notebook, and what it has to agree with."""

    json: dict
    stage: Stage
    costs: dict[str, Cost]
    bytes: int

    @property
    def cells(self) -> list[Cell]:
        return [Cell(index, cell) for index, cell in enumerate(self.json["cells"])]

    @property
    def code(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.code]

    @property
    def headings(self) -> list[tuple[int, str]]:
        """Index of the cell and text of each second-level heading."""
        found = []
        for cell in self.cells:
            if not cell.code:
                found += [(cell.index, text.strip()) for text in re.findall(r"^## (.+)$", cell.source, re.M)]
        return found


def defects(notebook: dict, stage: Stage, costs: dict[str, Cost], size: int) -> list[str]:
    """What does not hold in a notebook, a line each with the cell's index; empty where all is well.

    Args:
        notebook: the file's JSON.
        stage: which one it should be.
        costs: what was measured, by slug.
        size: of the file, bytes.
    """
    book = Notebook(notebook, stage, costs, size)
    return [defect for check in CHECKS for defect in check(book)]


CHECKS: list[Callable[[Notebook], Iterator[str]]] = []


def check(function):
    CHECKS.append(function)
    return function


@check
def file_is_normal(book: Notebook) -> Iterator[str]:
    if (book.json.get("nbformat"), book.json.get("nbformat_minor")) != (4, 5):
        yield "the format is not 4.5"
    metadata = book.json["metadata"]
    if metadata.get("kernelspec") != {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}:
        yield "the kernel is not python3"
    if metadata.get("language_info") != {"name": "python"}:
        yield "language_info holds more or less than the language's name"
    if extra := set(metadata) - {"kernelspec", "language_info"}:
        yield f"metadata that should not be committed: {sorted(extra)}"
    ids = [cell.json.get("id") for cell in book.cells]
    if None in ids or len(set(ids)) < len(ids):
        yield "cell ids are missing or not unique"
    if book.bytes > MAX_BYTES:
        yield f"{book.bytes / 1e6:.1f} MB with its outputs; {MAX_BYTES / 1e6:.0f} MB are allowed"
    for cell in book.cells:
        if extra := set(cell.json["metadata"]) - {"tags", "nbgrader", "jupyter", "course", roads.COLLAPSED}:
            yield f"cell {cell.index}: metadata that should not be committed: {sorted(extra)}"


@check
def title_and_facts(book: Notebook) -> Iterator[str]:
    stage, first = book.stage, book.cells[0]
    lines = [line.strip() for line in first.source.splitlines() if line.strip()]
    if first.code or lines[:1] != [f"# Stage {stage.number} · {stage.title}"]:
        yield f"the first line is not “# Stage {stage.number} · {stage.title}”"
    match = FACTS.fullmatch(lines[1]) if len(lines) > 1 else None
    if not match:
        yield "the second line is not a line of facts: “*Stage 1 of 10 · about … GiB · data: … · know first: …*”"
    cost = book.costs.get(stage.slug)
    if cost is None:
        yield "data/costs.json does not hold its cost"
        return
    if match and (int(match.group(1)), match.group(2)) != (stage.number, facts(cost)):
        yield f"the line of facts is not what was measured: stage {stage.number}, {facts(cost)}"
    if cost.cpu_seconds > stage.cpu_seconds or cost.peak_memory_gib > MEMORY_BUDGET or cost.cores != 2:
        yield f"over the budget of {stage.cpu_seconds} s and {MEMORY_BUDGET:g} GiB on two cores: {cost}"


@check
def sections(book: Notebook) -> Iterator[str]:
    headings = [text for _, text in book.headings]
    if not headings or headings[0] != "What you will be able to do":
        yield "the first section is not “What you will be able to do”"
    if tuple(headings[-3:]) != LAST_SECTIONS:
        yield f"the last three sections are {headings[-3:]}, not {list(LAST_SECTIONS)}"
    last = "\n".join(cell.source for cell in book.cells if book.headings and cell.index >= book.headings[-1][0])
    if len(re.findall(r"^.*\b(?:18|19|20)\d\d\b.*$", last, re.M)) < 3:
        yield "the last section names fewer than three papers with their years"
    prose = "\n".join(cell.source for cell in book.cells if not cell.code)
    if not re.search(r"[\u4e00-\u9fff]", prose):
        yield "no term has its Chinese name"
    code = "\n".join(cell.source for cell in book.code)
    if not re.search(r"\b(?:controls|playground|Playground)\b", code):
        yield "there is no live control"
    if not any(cell.picture for cell in book.code):
        yield "there is no picture"


@check
def set_up(book: Notebook) -> Iterator[str]:
    if not book.code:
        yield "there is no code"
        return
    first = book.code[0]
    if not {"setup", IGNORED} <= set(first.tags):
        yield f"cell {first.index}: the first code cell is not tagged setup and {IGNORED}"
    if not re.search(rf"^start\(stage={book.stage.number}\)$", first.source, re.M):
        yield f"cell {first.index}: the first code cell does not say start(stage={book.stage.number})"
    if not re.search(r"^from course_utils import .*\bstart\b", first.source, re.M):
        yield f"cell {first.index}: the first code cell does not import start from course_utils"
    for cell in book.code[1:]:
        if "setup" in cell.tags:
            yield f"cell {cell.index}: a second set-up cell"
    lines = [node for node in ast.walk(first.tree or ast.Module([], [])) if _of_the_course(node)]
    if len(lines) not in COURSE_IMPORTS:
        yield f"cell {first.index}: {len(lines)} imports of the course; two or three lines are enough"
    for cell in book.code:
        for node in ast.walk(cell.tree) if cell.tree else []:
            if _of_the_course(node) and cell.index != first.index:
                yield f"cell {cell.index}: an import of the course outside the set-up cell"
            if _of_the_course(node) and any(alias.asname for alias in node.names):
                yield f"cell {cell.index}: a part of the course under another name (as)"


def _of_the_course(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").split(".")[0] == "course_utils"
    return isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "course_utils" for alias in node.names)


@check
def two_roads(book: Notebook) -> Iterator[str]:
    notebook = nbformat.from_dict(book.json)
    for cell in notebook.cells:
        cell.source = joined(cell.source)
    maps = [cell.index for cell in book.cells if roads.MAP in cell.tags]
    if maps != [1]:
        yield f"the map of the sections has to be the second cell, and is in {maps}"
    elif book.cells[1].source != roads.course_map(notebook):
        yield "the map of the sections is not that of the headings: run the stage with --save"
    folded = {index for index, cell in enumerate(notebook.cells) if cell.metadata.get(roads.COLLAPSED)}
    if folded != {first for first, _ in roads.folds(notebook)}:
        yield "not those sections are folded that are for the curious: run the stage with --save"
    cells, words = roads.size(notebook)
    if book.stage.slug in SECOND_EDITION and (cells > CORE_CELLS or words > CORE_WORDS):
        yield f"the core road has {cells} cells and {words:,} words; {CORE_CELLS} and {CORE_WORDS:,} are allowed"


@check
def names_mean_one_thing(book: Notebook) -> Iterator[str]:
    """What the text alone shows; ``watch_names.py`` sees the rest when the notebook runs."""
    kinds: dict[str, str] = {}
    for cell in book.code:
        for name, kind in _bindings(cell) if not cell.exercise else ():
            before = kinds.setdefault(name, kind)
            if before != kind and name != "_":
                yield f"cell {cell.index}: {name}, {before} before, becomes {kind}"


def _bindings(cell: Cell) -> Iterator[tuple[str, str]]:
    """Names bound at the cell's top level, loops too: a function, a class, a module or a value."""
    for statement in cell.tree.body if cell.tree else []:
        if isinstance(statement, ast.FunctionDef):
            yield statement.name, "a function"
        elif isinstance(statement, ast.ClassDef):
            yield statement.name, "a class"
        elif isinstance(statement, ast.Import):
            yield from (((alias.asname or alias.name).split(".")[0], "a module") for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            yield from ((alias.asname or alias.name, "imported") for alias in statement.names)
        else:
            yield from ((node.id, "a value") for node in _stored(statement))


def _stored(statement: ast.stmt) -> Iterator[ast.Name]:
    """Names that a statement binds in the notebook's scope: not those of its comprehensions, functions or calls."""
    todo: list[ast.AST] = [statement]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node
        inner = (
            ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
        )
        todo += [] if isinstance(node, inner) else list(ast.iter_child_nodes(node))


@check
def shipped_results_say_so(book: Notebook) -> Iterator[str]:
    """A claim on what ``shipped`` gave, or on what was made of it, names its source."""
    stored: set[str] = set()
    for cell in book.code:
        if re.search(r"json\.loads?\(.*ROOT|np\.load\(ROOT|read_csv\(ROOT", cell.source):
            yield f"cell {cell.index}: reads a shipped result by hand; shipped(name) does it, and says so"
        for statement in cell.tree.body if cell.tree else []:
            for call in (node for node in ast.walk(statement) if isinstance(node, ast.Call)):
                claim = ast.unparse(call.func).startswith("check.")
                if claim and _names_of(call) & stored and not any(k.arg == "source" for k in call.keywords):
                    yield f"cell {cell.index}: a claim on shipped numbers ({sorted(_names_of(call) & stored)}) without source="
            if isinstance(statement, ast.FunctionDef | ast.ClassDef):
                if _names_of(statement) & (stored | {"shipped"}):
                    stored.add(statement.name)
                continue
            value = getattr(statement, "value", None) or getattr(statement, "iter", None)
            bound = {node.id for node in _stored(statement)}
            if value is not None and _names_of(value) & (stored | {"shipped"}):
                stored |= bound
            elif isinstance(statement, ast.Assign | ast.For):
                stored -= bound


def _names_of(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


@check
def executed(book: Notebook) -> Iterator[str]:
    for number, cell in enumerate(book.code, 1):
        if cell.json.get("execution_count") != number:
            yield f"cell {cell.index}: its execution count is {cell.json.get('execution_count')}, not {number}"


@check
def outputs(book: Notebook) -> Iterator[str]:
    for cell in book.code:
        where = f"cell {cell.index}"
        if "execution" in cell.json["metadata"]:
            yield f"{where}: execution times"
        kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
        if any("widget" in kind for kind in kinds):
            yield f"{where}: a widget in an output"
        failed = any(output["output_type"] == "error" for output in cell.outputs)
        if failed != (RAISES in cell.tags):
            yield f"{where}: {'an error' if failed else 'no error, though tagged ' + RAISES}"
        if any(output.get("name") == "stderr" for output in cell.outputs):
            yield f"{where}: something on stderr"
        if len([output for output in cell.outputs if output.get("name") == "stdout"]) > 1 and not kinds:
            yield f"{where}: a stream in pieces"
        if found := PATH.search(cell.text) or PATH.search(cell.source):
            yield f"{where}: a path: {found.group()[:60]}"
        if FIGURE_PART.search(cell.text):
            yield f"{where}: its last line prints a part of a figure"
        if found := NOISE.search(cell.text):
            yield f"{where}: a warning, log line, progress bar or stack trace: {found.group()!r}"
        if IGNORED not in cell.tags and (found := ADDRESS.search(cell.text)):
            yield f"{where}: an address that differs from run to run: {found.group()}"
        if IGNORED not in cell.tags and "image/gif" in kinds:
            yield f"{where}: a film, which is compared byte by byte; tag it {IGNORED}"
        if IGNORED in cell.tags and re.search(r"^PASS ", cell.text, re.M):
            yield f"{where}: a claim in a cell whose output is not compared"
        if _prints(cell) and not cell.text:
            yield f"{where}: it prints, and has no output"


def _prints(cell: Cell) -> bool:
    """Whether a statement of the cell itself prints or claims something."""
    for statement in cell.tree.body if cell.tree else []:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            called = ast.unparse(statement.value.func)
            if called == "print" or called.startswith(("check.", "labs.")):
                return True
    return False


@check
def compared(book: Notebook) -> Iterator[str]:
    showing = [cell for cell in book.code if cell.text]
    printing = [
        cell for cell in showing if any("text" in o or "image/png" not in o.get("data", {}) for o in cell.outputs)
    ]
    for which, cells in (("showing", showing), ("printing", printing)):
        count = sum(IGNORED not in cell.tags for cell in cells)
        if count < 2 / 3 * len(cells) or not count:
            yield f"only {count} of {len(cells)} {which} cells are compared; two thirds are needed"
    for cell in book.code:
        if "nbval-skip" in cell.tags or re.search(r"# ?(?:NBVAL|PYTEST_VALIDATE)_", cell.source):
            yield f"cell {cell.index}: nbval is told to skip it, or told by a comment instead of a tag"


@check
def readable_code(book: Notebook) -> Iterator[str]:
    for cell in book.code:
        where, lines = f"cell {cell.index}", len(cell.source.splitlines())
        if not cell.source.strip():
            yield f"{where}: empty"
        if cell.tree is None:
            yield f"{where}: not valid Python (magics and shell commands are not)"
        limit = MAX_LONG_LINES if cell.grading or cell.picture else MAX_LINES
        if lines > limit:
            yield f"{where}: {lines} lines; {limit} are allowed"
        if re.search(r"\b(?:TODO|FIXME|XXX)\b", cell.source):
            yield f"{where}: a TODO"
        if re.search(r"^_ = (?:plots|figures)\.", cell.source, re.M):
            yield f"cell {cell.index}: “_ =” before a figure, which a cell shows once by itself"
        if SWALLOWED.search(cell.source):
            yield f"{where}: swallows an exception"
        hides = re.search(r"(?:simplefilter|filterwarnings)\(\s*.ignore", cell.source)
        if hides and "with warnings.catch_warnings()" not in cell.source:  # for a few lines alone it is fine
            yield f"{where}: hides warnings"
    skips = sum(cell.source.count("# fmt: skip") for cell in book.code)
    if skips > FORMAT_SKIPS:
        yield f"{skips} times “# fmt: skip”; {FORMAT_SKIPS} are enough"
    for cell in book.cells:
        if not cell.code and (not cell.source.strip() or re.search(r"\b(?:TODO|FIXME)\b", cell.source)):
            yield f"cell {cell.index}: empty, or a TODO"


@check
def imports(book: Notebook) -> Iterator[str]:
    for cell in book.code:
        for node in ast.walk(cell.tree) if cell.tree else []:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            packages = {name.split(".")[0] for name in names}
            if "tensorflow" in packages and book.stage.slug not in TENSORFLOW_TAUGHT:
                yield f"cell {cell.index}: imports tensorflow, which only {sorted(TENSORFLOW_TAUGHT)} teach"
            if packages & {"jax", "torch"} and book.stage.slug not in BACKENDS_COMPARED:
                yield f"cell {cell.index}: imports {sorted(packages & {'jax', 'torch'})}"
            if packages & {"urllib", "requests", "socket", "http"}:
                yield f"cell {cell.index}: reaches for the network"
            if any(part.startswith("_") and part != "__future__" for name in names for part in name.split(".")):
                yield f"cell {cell.index}: imports a private name"


@check
def exercises(book: Notebook) -> Iterator[str]:
    graded = [cell for cell in book.cells if cell.grading]
    ids = [cell.grading.get("grade_id") for cell in graded]
    if len(set(ids)) < len(ids):
        yield "a grade_id twice"
    names = list(dict.fromkeys(cell.exercise for cell in book.cells if cell.exercise))
    if names != [f"ex-{book.stage.number}-{k}" for k in range(1, len(names) + 1)]:
        yield f"the exercises are not ex-{book.stage.number}-1, -2, … in order: {names}"
    if len(names) not in EXERCISES:
        yield f"{len(names)} exercises; {EXERCISES.start} to {EXERCISES.stop - 1} are needed"
    points = sum(cell.grading.get("points", 0) for cell in graded)
    if points != POINTS:
        yield f"{points} points; {POINTS} are needed"
    words = [cell for cell in graded if not cell.code]
    if not 1 <= len(words) <= 2:
        yield f"{len(words)} questions to answer in words; one or two are needed"
    for cell in graded:
        if cell.grading.get("schema_version") != 3 or {"grade", "solution", "locked", "task"} - set(cell.grading):
            yield f"cell {cell.index}: incomplete nbgrader metadata"
    for name in names:
        for defect in _exercise(book, name):
            yield f"{name}: {defect}"


def _exercise(book: Notebook, name: str) -> Iterator[str]:
    own = [cell for cell in book.cells if cell.exercise == name]
    title = f"### Exercise {'.'.join(name.split('-')[1:])} "
    texts = [cell for cell in book.cells if not cell.code and re.search(rf"^{re.escape(title)}", cell.source, re.M)]
    points = sum(cell.grading.get("points", 0) for cell in own)
    if len(texts) != 1 or "exercise" not in texts[0].tags or texts[0].index > own[0].index:
        yield f"one cell tagged exercise with the heading “{title}…” has to stand before its cells"
    elif not re.search(rf"\b{points:g} points?\b", texts[0].source) or not re.search(r"\d+ min", texts[0].source):
        yield f"its text does not say “{points:g} points” and how many minutes"
    answers = [cell for cell in own if cell.code and cell.grading.get("solution")]
    words = [cell for cell in own if not cell.code and cell.grading.get("solution")]
    if len(answers) + len(words) != 1:
        yield f"{len(answers) + len(words)} cells to answer in; one is needed"
    for cell in words:
        if cell.grading.get("grade_id") != name or not cell.grading.get("grade") or len(cell.source.split()) < 15:
            yield "the words need a model answer and points"
    if answers:
        yield from _code_exercise(book, name, own, answers[0])


def _code_exercise(book: Notebook, name: str, own: list[Cell], answer: Cell) -> Iterator[str]:
    tests = {
        "visible": [cell for cell in own if cell.grading.get("grade_id", "").startswith(f"{name}-tests")],
        "hidden": [cell for cell in own if cell.grading.get("grade_id", "").startswith(f"{name}-hidden")],
    }
    for cell in own:
        if cell.grading and cell not in [answer, *tests["visible"], *tests["hidden"]]:
            yield f"cell {cell.index}: its grade_id says neither tests nor hidden"
        if not cell.grading and cell.code and "exercise" not in cell.tags:
            yield f"cell {cell.index}: a cell of its own that is not tagged exercise"
    wanted = {"grade": False, "solution": True, "locked": False, "task": False, "grade_id": name}
    if {key: answer.grading.get(key) for key in wanted} != wanted:
        yield "the answer cell's nbgrader metadata are not those of an answer"
    if not answer.json["metadata"].get("jupyter", {}).get("source_hidden"):
        yield "the answer is not hidden (jupyter.source_hidden)"
    if not _balanced(answer.source, "SOLUTION"):
        yield "the solution's markers are missing or not balanced"
    for role, cells in tests.items():
        if not cells:
            yield f"no {role} tests"
        for cell in cells:
            wanted = {"grade": True, "solution": False, "locked": True, "task": False}
            if {key: cell.grading.get(key) for key in wanted} != wanted or not cell.grading.get("points"):
                yield f"cell {cell.index}: its nbgrader metadata are not those of a test with points"
            if cell.index < answer.index:
                yield f"cell {cell.index}: a test before the answer"
            if any(output["output_type"] == "execute_result" for output in cell.outputs):
                yield f"cell {cell.index}: a test ends with a value, which nbgrader takes for the marks"
            lines = cell.source.strip().splitlines()
            wholly = lines[0] == "### BEGIN HIDDEN TESTS" and lines[-1] == "### END HIDDEN TESTS"
            if (role == "hidden") != wholly or (role == "hidden" and not _balanced(cell.source, "HIDDEN TESTS")):
                yield f"cell {cell.index}: hidden tests have to stand wholly between their markers, and only they"
    before = {n for cell in book.code if cell.index < answer.index and cell.exercise != name for n in _names(cell)}
    if clash := sorted(_names(answer) & before):
        yield f"the answer defines what an earlier cell defines, so that a blank could pass: {clash}"


def _balanced(source: str, what: str) -> bool:
    marks = re.findall(rf"^\s*### (BEGIN|END) {what}$", source, re.M)
    return bool(marks) and marks == ["BEGIN", "END"] * (len(marks) // 2)


def _names(cell: Cell) -> set[str]:
    """The names that a cell defines at its top level."""
    names = set()
    for statement in cell.tree.body if cell.tree else []:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            names.add(statement.name)
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in statement.names}
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names |= {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    return names - {"_"}


def load(path) -> tuple[dict, int]:
    """The JSON of a notebook file, and its size in bytes."""
    raw = path.read_bytes()
    return json.loads(raw.decode("utf-8")), len(raw)
