"""A notebook as one HTML page that reads the same without a network: formulas as MathML, pictures inside, no scripts."""

import html
import logging
import re
from pathlib import Path
from xml.etree import ElementTree

from jinja2 import DictLoader, pass_context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from ..errors import CourseError
from . import roads

__all__ = ["mathml", "to_html"]

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

_TEMPLATE = r"""
{%- extends 'index.html.j2' -%}
{% block html_head_js %}{% endblock %}
{% block html_head_js_mathjax %}{% endblock %}
{% block html_head_js_mermaidjs %}{% endblock %}
{% block jupyter_widgets %}{% endblock %}
{% block html_head_css %}
<style>
main { max-width: 64rem; margin: 0 auto; }
math { font: 1.08em "STIX Two Math", "Cambria Math", "Latin Modern Math", "DejaVu Math TeX Gyre", math; }
[mathvariant^="bold"] { font-weight: bold; }
[mathvariant="bold"] { text-transform: none; }
mtd[columnalign="left"] { text-align: left; }
mtd[columnalign="right"] { text-align: right; }
mtable[columnspacing^="0em"] mtd { padding-left: 0; padding-right: 0; }
math[display="block"] { margin: 0.8em 0; overflow-x: auto; overflow-y: hidden; }
code.formula { white-space: pre-wrap; }
details.course > summary, .course-failure { font-family: var(--jp-content-font-family, sans-serif); }
details.curious > summary { font-size: 1.3rem; }
details.course > summary { cursor: pointer; margin: 0.4em 0 0.4em 5rem; color: #0b5cad; }
.course-failure { border: 2px solid #b3261e; border-radius: 4px; margin: 1rem; padding: 0.6rem 1rem; }
.course-failure a { color: #b3261e; }
.jp-RenderedImage img { max-width: 100%; height: auto; }
@media (max-width: 45rem) { .jp-InputPrompt, .jp-OutputPrompt { display: none; } }
</style>
{% endblock %}
{% block body_header %}
{{ super() }}
{% if resources.failure %}
<p class="course-failure">This run stopped: {{ resources.failure.error | e }}.
<a href="#cell-id={{ nb.cells[resources.failure.cell].id }}">To the cell that failed</a></p>
{% endif %}
{% endblock %}
{% block any_cell %}
{%- if cell.metadata.get('course_fold') -%}
<details class="course curious"><summary>{{ cell.metadata.course_fold | e }}</summary>
{%- endif -%}
{{ super() }}
{%- if cell.metadata.get('course_fold_ends') -%}</details>{%- endif -%}
{% endblock %}
{% block markdowncell %}
{%- if cell.metadata.get('nbgrader', {}).get('solution') -%}
<details class="course"><summary>Show the model answer</summary>{{ super() }}</details>
{%- else -%}{{ super() }}{%- endif -%}
{% endblock %}
{% block input_group %}
{%- if cell.metadata.get('jupyter', {}).get('source_hidden') -%}
<details class="course"><summary>Show the solution</summary>{{ super() }}</details>
{%- else -%}{{ super() }}{%- endif -%}
{% endblock %}
{% block data_latex %}
<div class="jp-RenderedLatex jp-OutputArea-output">{{ output.data['text/latex'] | latex2html }}</div>
{% endblock %}
"""

# What latex2mathml does not know, in terms of what it knows.
_EQUIVALENTS = (
    (re.compile(r"\\(begin|end)\{aligned\}"), r"\\\1{split}"),
    (re.compile(r"\\(begin|end)\{align\}"), r"\\\1{align*}"),  # without numbers, as the notebook shows it
    (re.compile(r"\\arg\s*\\(min|max)(?![a-zA-Z])"), r"\\operatorname*{arg\\,\1}"),
    (re.compile(r"(\\operatorname\*?\{\w+)\\[,;: ](\w+\})"), "\\1\N{THIN SPACE}\\2"),
)


_NAMESPACE = "http://www.w3.org/1998/Math/MathML"


def mathml(latex: str, block: bool = False) -> str:
    """The formula as a ``<math>`` element, or as its own text in ``<code>`` where it can't be converted.

    Args:
        latex: without the dollar signs around it.
        block: True for a formula on a line of its own.
    """
    from latex2mathml.converter import convert

    source = latex.strip()
    for known, equivalent in _EQUIVALENTS:
        source = known.sub(equivalent, source)
    try:
        element = convert(source, display="block" if block else "inline")
        ElementTree.fromstring(element)  # the converter does not escape all it should
        if "\\" in element:  # it passes commands that it does not know through
            raise CourseError
    except Exception:  # it raises a different kind for every sort of malformed input
        return f'<code class="formula">{html.escape(latex)}</code>'
    return element.replace(f' xmlns="{_NAMESPACE}"', "")  # which HTML does not need, and nbconvert spoils in headings


class _Renderer(IPythonRenderer):
    """nbconvert's Markdown renderer, which finds the formulas (never inside code), with MathML for them."""

    def block_math(self, body: str) -> str:
        return mathml(body, block=True)

    def inline_math(self, body: str) -> str:
        return mathml(body)

    def latex_environment(self, name: str, body: str) -> str:
        return mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", block=True)


class _Exporter(HTMLExporter):
    @pass_context
    def markdown2html(self, context, source):
        renderer = _Renderer(
            escape=False,
            attachments=context.get("cell", {}).get("attachments", {}),
            embed_images=True,
            path=context.get("resources", {}).get("metadata", {}).get("path", ""),
        )
        return MarkdownWithMath(renderer=renderer).render(source)

    def default_filters(self):
        yield from super().default_filters()
        yield "latex2html", lambda text: mathml(text.strip().strip("$"), block=True)


def to_html(notebook: NotebookNode, title: str, folder: Path, failure=None) -> str:
    """The notebook as one HTML page.

    Args:
        notebook: with outputs; it is not changed. Of a widget, the still picture or the text is shown.
        title: of the browser's tab.
        folder: where the pictures that the text names are.
        failure: an object with ``cell`` and ``error``, if a run stopped there; the page begins with it.
    """
    still = notebook.copy()
    still.cells = [cell.copy() for cell in notebook.cells]
    still.metadata = {name: value for name, value in notebook.metadata.items() if name != "widgets"}
    for cell in still.cells:
        if cell.cell_type == "code":
            cell.outputs = [_without_widget(output) for output in cell.outputs]
    for first, last in roads.folds(notebook):
        still.cells[first].metadata = notebook.cells[first].metadata | {
            "course_fold": roads.heading(notebook.cells[first])[1]
        }
        still.cells[last].metadata = still.cells[last].metadata | {"course_fold_ends": True}
    exporter = _Exporter(
        extra_loaders=[DictLoader({"course.html.j2": _TEMPLATE})], template_file="course.html.j2", embed_images=True
    )
    exporter.log.setLevel(logging.ERROR)  # it warns about figures without a description
    resources = {"metadata": {"name": title, "path": str(folder)}, "failure": failure}
    return exporter.from_notebook_node(still, resources)[0]


def _without_widget(output: NotebookNode) -> NotebookNode:
    if WIDGET_VIEW not in output.get("data", {}):
        return output
    output = output.copy()
    output.data = {kind: value for kind, value in output.data.items() if kind != WIDGET_VIEW}
    return output
