"""All makers: read without side effects, named like what they make, in step with the index and with the notebooks."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils import makers
from course_utils.makers import record
from course_utils.makers.__main__ import main
from course_utils.stages import ROOT, find
from course_utils.tools.notebooks import read

KNOWN = record.known()
INDEX = json.loads((ROOT / "data" / "shipped.json").read_text(encoding="utf-8"))
BY_OTHER_LIBRARIES = {
    "stage_02/own_steps",
    "stage_02/two_devices_jax",
    "stage_09/jraph_layer",
}  # not installed with the course
MADE_BESIDE = {  # by a maker whose name is another one
    "stage_07/rings": "stage_07.results", "stage_08/flight": "stage_08.agents", "stage_08/pong_game": "stage_08.pong",
}  # fmt: skip
WEIGHTS = {f"stage_08/{name}" for name in ("cartpole", "catch", "lander")} | {"stage_07/painter", "stage_10/translator"}
FOLDER = Path(makers.__file__).parent
MODULES = sorted(path for path in FOLDER.rglob("*.py") if "stage_" in str(path.relative_to(FOLDER)))


def test_each_shipped_result_has_a_maker_and_the_index_says_which():
    for name in INDEX.keys() - BY_OTHER_LIBRARIES:
        maker = MADE_BESIDE.get(name, name.replace("/", "."))
        assert maker in KNOWN
        assert INDEX[name]["command"] == f"python -m course_utils.makers {maker}"
    made = {name.replace(".", "/") for name in KNOWN} - {"stage_08/agents"}  # which makes weights
    assert made | BY_OTHER_LIBRARIES | set(MADE_BESIDE) == set(INDEX)


def test_each_file_in_data_is_in_the_index_or_weights():
    data = ROOT / "data"
    results = {path for ending in ("json", "npz", "csv") for path in data.glob(f"stage_*/*.{ending}")}
    names = {str(path.relative_to(data).with_suffix("")).replace("\\", "/") for path in results}
    assert names - WEIGHTS - {"stage_10/grammar"} == set(INDEX)
    assert not list(data.rglob("*.py"))


def test_each_name_is_in_the_readme_of_its_folder():
    for name in KNOWN:
        folder = ROOT / "data" / name.split(".")[0]
        assert name in (folder / "README.md").read_text(encoding="utf-8"), name


def test_all_makers_are_read_in_one_process_and_nothing_happens():
    code = """
import sys
from course_utils.makers import record
files = lambda: {(path, path.stat().st_size) for path in record.DATA.rglob("*.npz")}
before = files()
makers = {name: record.find(name) for name in record.known()}
assert files() == before
assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
assert all(maker.name == name and (maker.seeds == tuple(sorted(set(maker.seeds)))) for name, maker in makers.items())
assert all(maker.function.__doc__ for maker in makers.values())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


def test_the_list_has_a_line_for_each(capsys):
    assert main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(KNOWN)
    assert all(len(line.split()) > 3 for line in lines)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("stage_03.degredation", "stage_03.degradation"),
        ("two_stage", "stage_04.two_stage"),
        ("stage_09.xyz", "full_size"),
    ],
)
def test_an_unknown_name_ends_with_2_and_names_near_ones(name, near, capsys):
    with pytest.raises(SystemExit) as stopped:
        main([name])
    assert stopped.value.code == 2
    assert re.search(f"there is no maker '{name}'; near it: .*{near}", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--seeds", "one"], "invalid int value: 'one'"),
        (["--seeds", "-1"], "a seed is a whole number"),
        (["--parts", "luck"], "stage_01.mnist has no parts to choose from"),
    ],
)
def test_wrong_seeds_and_parts_end_with_2(arguments, words, capsys, tmp_path):
    try:
        code = main(["stage_01.mnist", *arguments, "--into", str(tmp_path)])
    except SystemExit as stopped:
        code = stopped.code
    assert code == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_help_helps(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    assert "--seeds" in capsys.readouterr().out


# --- what makers take out of the notebooks -----------------------------------------------------------------------------


def taken(module: Path) -> set[str]:
    """Names that a maker's module uses of its notebook: ``nb["name"]``, and those that it asks for."""
    found, scopes = set(), ("nb", "notebook()", "taught()")
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) in scopes and isinstance(node.ctx, ast.Load):
            found |= {node.slice.value} if isinstance(node.slice, ast.Constant) else set()
        lists = []
        if isinstance(node, ast.Assign) and re.fullmatch(r"[A-Z]*_?NAMES|PREPARED", ast.unparse(node.targets[0])):
            lists = [node.value]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "selected":
            lists = [one for one in node.args if isinstance(one, ast.Tuple)]
        found |= {text.value for one in lists for text in ast.walk(one) if isinstance(text, ast.Constant)}
    return found


def bound(stage: int) -> set[str]:
    """Names that a notebook binds anywhere."""
    names = set()
    for cell in read(find(stage).path).cells:
        if cell.cell_type == "code" and not cell.source.startswith("%"):
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    names.add(node.id)
                elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                    names.add(node.name)
                elif isinstance(node, ast.Import | ast.ImportFrom):
                    names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return names


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_the_notebook_has_what_a_maker_takes(module):
    stage = int(re.search(r"stage_(\d+)", str(module.relative_to(FOLDER)))[1])
    assert taken(module) - bound(stage) == set()


def test_that_test_sees_something():
    assert sum(bool(taken(module)) for module in MODULES) >= 9
