"""Notebooks as files: execution, the committed form, pages, costs."""

import io
import re
import subprocess
import sys
import time
from base64 import b64decode, b64encode
from dataclasses import replace

import nbformat
import numpy as np
import pytest
import sample
from matplotlib import pyplot as plt
from nbformat.v4 import new_output
from PIL import Image

from course_utils.tools import costs, notebooks, pages
from course_utils.tools.costs import Meter, facts
from course_utils.tools.notebooks import committed_form, execute, read, write


def small(*sources, tags=()):
    """A notebook with these code cells."""
    return nbformat.v4.new_notebook(cells=[sample.code(source, tags=tags) for source in sources])


@pytest.mark.slow
def test_execution_uses_this_interpreter_the_folder_and_the_profile(tmp_path):
    notebook = small("import os, sys\nprint(sys.executable)\nprint(os.getcwd())\nprint(os.environ['COURSE_PROFILE'])")
    seen = []
    assert execute(notebook, tmp_path, "full", progress=lambda cell, section: seen.append(cell)) is None
    assert notebook.cells[0].outputs[0].text.splitlines() == [sys.executable, str(tmp_path), "full"]
    assert notebook.cells[0].metadata == {}, "execution times"
    assert seen == [0]


@pytest.mark.slow
def test_a_failure_keeps_what_came_before_and_clears_what_comes_after(tmp_path):
    notebook = small("print('one')", "raise KeyError('two\\nlines')", "print('three')")
    notebook.cells[2].outputs = [new_output("stream", name="stdout", text="stale")]
    notebook.cells.insert(0, sample.markdown("## The part"))
    failure = execute(notebook, tmp_path)
    assert (failure.cell, failure.section) == (2, "The part")
    assert failure.error == "KeyError: 'two\\nlines'"
    assert notebook.cells[1].outputs[0].text == "one\n"
    assert notebook.cells[2].outputs[0].ename == "KeyError"
    assert notebook.cells[3].outputs == []


@pytest.mark.slow
def test_a_cell_that_never_ends_and_a_kernel_that_dies_are_failures(tmp_path, monkeypatch):
    monkeypatch.setitem(notebooks.CELL_TIMEOUT, "quick", 2)
    notebook = small("import time\ntime.sleep(60)")
    assert execute(notebook, tmp_path).error.startswith("the cell took too long")
    assert notebook.cells[0].outputs[-1].output_type == "error"
    monkeypatch.setitem(notebooks.CELL_TIMEOUT, "quick", 60)
    notebook = small("import os\nos._exit(3)")
    assert execute(notebook, tmp_path).error.startswith("the kernel died")
    assert notebook.cells[0].outputs[-1].output_type == "error"


@pytest.mark.slow
def test_an_error_on_purpose_goes_on_and_streams_are_whole(tmp_path):
    many = "import sys\nfor i in range(50):\n    print(i)\n    sys.stdout.flush()"
    notebook = small("1 / 0", many)
    notebook.cells[0].metadata["tags"] = ["raises-exception"]
    assert execute(notebook, tmp_path) is None
    assert len(notebook.cells[1].outputs) == 1
    saved = committed_form(notebook)
    assert saved.cells[0].outputs[0].evalue == "division by zero"
    assert "ipython" not in str(saved.cells[0].outputs)


def executed():
    """A notebook as a run leaves it, with all that differs from run to run."""
    notebook = small("a = 1", "print(a)", "a", "controls()")
    for number, cell in enumerate(notebook.cells, 5):
        cell.execution_count = number
        cell.metadata.update(execution={"iopub.status.busy": "12:00"}, collapsed=False, tags=["x"])
    widget = {pages.WIDGET_VIEW: {"model_id": "3f"}, "text/plain": "Controls: size", "image/png": sample.PNG}
    notebook.cells[1].outputs = [new_output("stream", name="stdout", text="1\n")]
    notebook.cells[2].outputs = [new_output("execute_result", {"text/plain": "1"}, execution_count=7)]
    notebook.cells[3].outputs = [
        new_output("display_data", widget),
        new_output("display_data", {pages.WIDGET_VIEW: {}}),
    ]
    notebook.metadata.update(widgets={"state": {}}, language_info={"name": "python", "version": "3.11.7"})
    return notebook


def test_the_committed_form_holds_nothing_that_differs_from_run_to_run():
    notebook = executed()
    saved = committed_form(notebook)
    assert saved.metadata == notebooks.METADATA
    assert [cell.execution_count for cell in saved.cells] == [1, 2, 3, 4]
    assert [cell.metadata for cell in saved.cells] == [{"tags": ["x"]}] * 4
    assert [cell.id for cell in saved.cells] == [cell.id for cell in notebook.cells]
    assert saved.cells[2].outputs[0].execution_count == 3
    assert len(saved.cells[3].outputs) == 1
    assert set(saved.cells[3].outputs[0].data) == {"text/plain", "image/png"}
    assert pages.WIDGET_VIEW in notebook.cells[3].outputs[0].data, "the notebook itself is not changed"
    assert committed_form(saved) == saved


def test_figures_are_committed_smaller_and_look_the_same():
    figure, axes = plt.subplots()
    axes.contourf(np.add.outer(np.arange(30.0), np.arange(30.0)), 20)
    axes.set_title("Levels")
    buffer = io.BytesIO()
    figure.savefig(buffer)
    plt.close(figure)
    notebook = executed()
    shown = notebook.cells[3].outputs[0].data
    shown["image/png"] = b64encode(buffer.getvalue()).decode()
    saved = committed_form(notebook).cells[3].outputs[0].data["image/png"]
    assert len(saved) < 0.7 * len(shown["image/png"])
    assert np.sqrt(np.mean((pixels(shown["image/png"]) - pixels(saved)) ** 2)) < 3  # of 255


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(b64decode(png))).convert("RGB"), float)


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (new_output("error", ename="ValueError", evalue="no", traceback=["no"]), "cell 1 failed: ValueError: no"),
        (new_output("stream", name="stderr", text="careful"), "cell 1 wrote to stderr"),
        (None, "cell 1 did not run"),
    ],
    ids=["failed", "stderr", "not run"],
)
def test_the_committed_form_refuses(output, said):
    notebook = executed()
    if output:
        notebook.cells[1].outputs = [output]
    else:
        notebook.cells[1].execution_count = None
    with pytest.raises(ValueError, match=said):
        committed_form(notebook)


def test_files_are_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "new" / "a.ipynb"
    write(small("1"), path)
    text = path.read_text(encoding="utf-8")
    assert text.endswith("}\n")
    assert read(path).cells[0].source == "1"

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", full)
    with pytest.raises(OSError, match="No space"):
        write(small("2"), path)
    assert path.read_text(encoding="utf-8") == text
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"nbformat": 4}', b'{"nbformat": 3}'])
def test_what_is_not_a_notebook_is_named(tmp_path, content):
    path = tmp_path / "a.ipynb"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.ipynb can't be read as a notebook"):
        read(path)


MULTILINE = r"""$$
\begin{aligned}
\delta &= p - y \\
g &= x \delta
\end{aligned}
$$

$$f(x) = \begin{cases} x & x > 0 \\ 0 & \text{else} \end{cases}$$

$$\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}$$
"""


def html(text, failure=None, folder="."):
    notebook = nbformat.v4.new_notebook(cells=[sample.markdown(text)])
    return pages.to_html(notebook, "T", folder, failure)


def test_formulas_of_several_lines_become_mathml():
    page = html(MULTILINE)
    assert page.count('<math display="block"') == 3
    rows = [len(re.findall("<mtr>", math)) for math in re.findall(r"<math.*?</math>", page, re.S)]
    assert rows == [2, 2, 2]
    assert "\\begin" not in page


def test_formulas_are_found_where_they_are_and_nowhere_else():
    page = html("Cost $5$ or `$x$`, and:\n\n```python\nprint('$y$')\n```\n\n| a |\n|---|\n| $z^2$ |\n\n# On $h$")
    assert page.count("<math") == 3
    assert "<code>$x$</code>" in page
    assert "$y$" in re.sub(r"<[^>]+>", "", page)


def test_a_formula_that_cannot_be_converted_stays_as_text():
    for formula in (r"\foo{x}", r"\frac{1}{", "a & b", r"\begin{nothing} x"):
        shown = pages.mathml(formula)
        assert shown.startswith('<code class="formula">'), formula
        assert "<math" not in shown
    page = html(r"see $\foo{a<b}$ here")
    assert r"\foo{a&lt;b}" in page


@pytest.mark.parametrize(
    "formula",
    [
        r"a < b",
        r"\arg\max_a Q(s, a)",
        r"\operatorname*{arg\,min}_x",
        r"\operatorname{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}",
        r"\mathbb{E}_{x \sim p}\left[\log D(x)\right]",
        r"\lVert w \rVert_2^2 + \lambda \lvert w \rvert",
        r"\boldsymbol{\theta} \leftarrow \theta - \eta \nabla_\theta J",
        r"\underbrace{a + b}_{\text{卷积}}",
        r"\hat{y} \odot \tilde{x} \oplus \bar{h}",
        r"\max_{a'} Q(s', a')",
        r"D^{-\frac{1}{2}} A D^{-\frac{1}{2}}",
        r"\prod_{t=1}^{T} p(w_t \mid w_{<t})",
    ],
)
def test_the_formulas_of_the_course_convert(formula):
    assert pages.mathml(formula).startswith("<math")


def test_a_page_asks_the_network_for_nothing():
    notebook = sample.lesson()
    notebook.cells.append(sample.code("controls()"))
    notebook.cells[-1].outputs = [
        new_output("display_data", {pages.WIDGET_VIEW: {"model_id": "1"}, "text/plain": "Controls: size"}),
        new_output("display_data", {"text/latex": r"$\frac{a}{b}$", "text/plain": "a/b"}),
    ]
    notebook.metadata.widgets = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    page = pages.to_html(notebook, "T", ".")
    assert "<script" not in page
    assert "<link" not in page
    assert "@import" not in page
    assert not re.findall(r"""(?:src|srcset)=["'](?!data:)""", page)
    assert not re.findall(r"""url\(["']?(?!data:)""", page)
    for name in ("mathjax", "require.js", "cdnjs", "unpkg", "jsdelivr"):
        assert name not in page.lower()
    assert "Controls: size" in page
    assert "<mfrac>" in page


def test_solutions_are_folded_away_and_pictures_are_inside(tmp_path):
    (tmp_path / "a.png").write_bytes(b64decode(sample.PNG))
    page = pages.to_html(sample.lesson(), "T", tmp_path)
    assert page.count("<summary>Show the solution</summary>") == 4
    assert page.count("<summary>Show the model answer</summary>") == 1
    assert f'src="data:image/png;base64,{sample.PNG}' in page
    assert 'src="data:image/png;base64,iVBORw' not in html("![a](b.png)", folder=tmp_path)
    assert 'src="data:image/png;base64,iVBORw' not in html("no picture")
    assert 'src="data:image/png;base64,iVBORw' in html("![a](a.png)", folder=tmp_path)


def test_the_facts_line_is_rounded_as_the_contract_says():
    assert facts(sample.COST) == "about 40 s of CPU time on two cores · peak memory 0.9 GiB"
    assert facts(replace(sample.COST, cpu_seconds=42.6)).startswith("about 45 s")
    assert facts(replace(sample.COST, cpu_seconds=0.4)).startswith("about 5 s")


BUSY = """
import subprocess, sys, time
if len(sys.argv) == 1:
    child = subprocess.run([sys.executable, __file__, "child"])
held = bytearray(200 * 2**20)
end = time.process_time() + 0.6
while time.process_time() < end:
    pass
time.sleep(0.3)
"""


def test_the_meter_counts_children_and_memory(tmp_path):
    script = tmp_path / "busy.py"
    script.write_text(BUSY)
    with Meter() as meter:
        process = subprocess.Popen([sys.executable, str(script)])
        meter.watch(process.pid)
        process.wait()
    assert 1.1 < meter.cpu_seconds < 3
    assert 0.19 < meter.peak_memory_gib < 0.5
    assert meter.wall_seconds > 1.5


def test_the_meter_without_a_process_measures_time_alone():
    with Meter() as meter:
        time.sleep(0.1)
    assert meter.cpu_seconds == 0
    assert meter.wall_seconds >= 0.1


def test_costs_are_not_saved_for_another_number_of_cores(course, monkeypatch):
    monkeypatch.setattr(costs._TwoCores, "__enter__", lambda self: 1)
    monkeypatch.setattr(costs._TwoCores, "__exit__", lambda self, *_: None)
    with pytest.raises(ValueError, match="facts lines are for 2 cores and this runs on 1"):
        costs.bench([course], save=True)


def test_a_notebook_without_a_facts_line_is_named(course):
    notebook = read(course.path)
    notebook.cells[0].source = "# Stage 1 · Neural networks"
    write(notebook, course.path)
    with pytest.raises(ValueError, match=r"01_neural_networks\.ipynb: its first cell needs a facts line"):
        costs._save(course, sample.COST)
    assert costs.read_costs() == {}
