"""Notebooks as files: read, execute headless with a progress bar, write in the committed form or as a page."""

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
import tempfile
import time
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from ..errors import CourseError
from ..stages import Stage
from . import roads
from .exercises import tags
from .pages import WIDGET_VIEW, to_html
from .pictures import smaller

__all__ = [
    "Failure",
    "committed_form",
    "execute",
    "execute_with_progress",
    "read",
    "replace",
    "run",
    "writable",
    "write",
]

CELL_TIMEOUT = {"quick": 600, "full": None}  # seconds


def read(path: Path) -> NotebookNode:
    """The notebook in a file.

    Raises: FileNotFoundError where there is none; CourseError naming it where it can't be read as a notebook.
    """
    text = path.read_bytes()
    try:
        notebook = nbformat.reads(text.decode("utf-8"), as_version=4)
        nbformat.validate(notebook)
    except Exception as error:  # nbformat raises a different kind for every sort of damage
        raise CourseError(f"{path} can't be read as a notebook: {str(error).strip()[:200]}") from error
    return notebook


def write(notebook: NotebookNode, path: Path) -> None:
    """Write the notebook to the file, as a whole or not at all."""
    replace(path, nbformat.writes(notebook) + "\n")


def replace(path: Path, text: str) -> None:
    """Write the text to the file, as a whole or not at all; its folder is made.

    Raises: OSError naming the file where that can't be done.
    """
    part = path.with_name(path.name + ".part")
    with _named(path, path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_text(text, encoding="utf-8", newline="\n")
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)


def writable(folder: Path) -> None:
    """Make the folder and try to write in it: asked before long work whose results go there.

    Raises: OSError naming the folder where that can't be done.
    """
    with _named(folder, folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass


@contextlib.contextmanager
def _named(path: Path, folder: Path):
    """What the system says becomes a sentence with the path in it; a file in a folder's place is named."""
    try:
        yield
    except OSError as error:
        file = next((above for above in (folder, *folder.parents) if above.is_file()), None)
        why = f"{file} is a file, not a folder" if file else error.strerror or error
        raise OSError(f"can't write {path}: {why}") from error


@dataclass(frozen=True)
class Failure:
    """Where and why a run stopped: the cell's index from 0, the section it stands in, the error in one line."""

    cell: int
    section: str
    error: str


def execute(notebook: NotebookNode, folder: Path, profile: str = "quick", progress=None, meter=None) -> Failure | None:
    """Execute all cells in a fresh kernel of this interpreter; None, or where and why it stopped.

    The notebook is changed in place; after a failure it holds all results up to there, the error with the cell that
    raised it, and nothing for the cells that did not run.

    Args:
        notebook: what to execute.
        folder: the working directory, as Jupyter sets it: that of the notebook.
        profile: "quick" or "full", handed to the kernel as ``COURSE_PROFILE``.
        progress: called before each cell with its index and the section it stands in.
        meter: a :class:`.costs.Meter`, told the kernel's process when there is one.
    """
    import zmq
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from traitlets import default

    class ThisInterpreter(AsyncKernelManager):
        @default("kernel_spec_manager")
        def _no_other_kernel(self):  # a "python3" installed elsewhere for this user must not be taken
            return KernelSpecManager(kernel_dirs=[])

        @default("transport_encryption")
        def _encrypted(self):  # else the kernel warns, on the terminal, that it is not
            return "auto" if zmq.has("curve") else "disabled"

    sections, section = [], ""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        elif heading := re.match(r"##? (.+)", cell.source):
            section = heading.group(1)
        sections.append(section)
    at = 0

    def begin(cell, cell_index):
        nonlocal at
        at = cell_index
        if meter:
            meter.watch(client.km.provisioner.pid)
        if progress:
            progress(cell_index, sections[cell_index])

    interrupted = []

    class StopsOnInterrupt(NotebookClient):
        async def async_start_new_kernel(self, **kwargs):
            # The client's own handler, set just before, takes the kernel away while the client still waits for it.
            task = asyncio.current_task()

            def stop():
                interrupted.append(True)
                if self.task_poll_for_reply is None:  # no cell has begun: a kernel that is starting need not be asked
                    self.shutdown_kernel = "immediate"
                task.cancel()

            # Windows has none; nor has a thread other than the main one.
            with contextlib.suppress(NotImplementedError, RuntimeError):
                asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop)
            await super().async_start_new_kernel(**kwargs)

    client = StopsOnInterrupt(
        notebook,
        kernel_manager_class=ThisInterpreter,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        timeout=CELL_TIMEOUT[profile],
        record_timing=False,
        coalesce_streams=True,
        store_widget_state=False,
        on_cell_start=begin,
    )
    environment = os.environ | {"COURSE_PROFILE": profile}
    environment.pop("MPLBACKEND", None)  # figures go into the notebook
    try:
        try:
            client.execute(env=environment)
        except BaseException:  # an interrupt comes out as a cancelled task or a dead kernel
            if interrupted:
                raise KeyboardInterrupt from None
            raise
    except CellExecutionError as error:
        return Failure(at, sections[at], f"{error.ename}: {error.evalue}".splitlines()[0])
    except (CellTimeoutError, DeadKernelError) as error:
        kind = "the cell took too long" if isinstance(error, CellTimeoutError) else "the kernel died"
        said = f"{kind}: {str(error).strip().splitlines()[0]}"
        notebook.cells[at].outputs.append(
            nbformat.v4.new_output("error", ename="Stopped", evalue=said, traceback=[said])
        )
        return Failure(at, sections[at], said)
    return None


def execute_with_progress(notebook: NotebookNode, stage: Stage, profile: str = "quick", meter=None) -> Failure | None:
    """:func:`execute` with a progress bar on a terminal, or a line for each section where there is none."""
    from tqdm import tqdm

    total, last = len(notebook.cells), None
    with tqdm(total=total, desc=stage.slug, unit="cell", disable=not sys.stderr.isatty(), leave=False) as bar:

        def progress(cell: int, section: str) -> None:
            nonlocal last
            bar.update(cell + 1 - bar.n)
            bar.set_postfix_str(section[:30])
            if bar.disable and section != last:
                print(f"{stage.slug}: cell {cell + 1} of {total} · {section}", file=sys.stderr, flush=True)
            last = section

        return execute(notebook, stage.path.parent, profile, progress, meter)


METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CELL_METADATA = ("course", roads.COLLAPSED, "jupyter", "nbgrader", "tags")


def committed_form(notebook: NotebookNode) -> NotebookNode:
    """An executed notebook as it is committed: outputs and cell ids, nothing that differs from run to run.

    Raises: CourseError where a cell failed, did not run, is empty or wrote to stderr.
    """
    kept = nbformat.from_dict(json.loads(json.dumps(notebook)))
    kept.metadata = nbformat.from_dict(METADATA)
    count = 0
    for index, cell in enumerate(kept.cells):
        cell.metadata = nbformat.from_dict({key: cell.metadata[key] for key in CELL_METADATA if key in cell.metadata})
        if cell.cell_type != "code":
            continue
        if cell.execution_count is None:
            raise CourseError(f"cell {index} did not run (is it empty?)")
        count += 1
        cell.execution_count = count
        try:
            cell.outputs = list(filter(None, (_committed_output(output, cell) for output in cell.outputs)))
        except ValueError as error:
            raise CourseError(f"cell {index} {error}") from None
    nbformat.validate(kept)
    return kept


def _committed_output(output: NotebookNode, cell: NotebookNode) -> NotebookNode | None:
    """The output without what differs from run to run; None where nothing is left."""
    if output.output_type == "stream" and output.name == "stderr":
        raise CourseError(f"wrote to stderr, which is never committed: {output.text[:100]!r}")
    if output.output_type == "error":
        if "raises-exception" not in tags(cell):
            raise CourseError(f"failed: {output.ename}: {output.evalue}")
        output.traceback = [f"\x1b[31m{output.ename}\x1b[39m: {output.evalue}"]  # no paths of this machine
    if output.output_type == "execute_result":
        output.execution_count = cell.execution_count
    if "data" in output:
        output.data.pop(WIDGET_VIEW, None)
        if "image/png" in output.data:
            output.data["image/png"] = b64encode(smaller(b64decode(output.data["image/png"]))).decode()
        return output if output.data else None
    return output


def run(stages: list[Stage], profile: str = "quick", save: bool = False, output: Path | None = None) -> int:
    """Execute stages and write each as a page; the exit status, 1 where a cell failed.

    Args:
        stages: which, in this order; all exist.
        profile: "quick" or "full".
        save: also write the outputs back into the notebook, in its committed form (quick profile only).
        output: folder for the pages; without it ``build/html`` beside the folder of the notebooks.
    """
    if save and profile != "quick":
        raise CourseError(
            "--save writes the committed notebook, which is the quick profile's: leave --profile full out"
        )
    folders = {stage: output or stage.path.parent.parent / "build" / "html" for stage in stages}
    for stage, folder in folders.items():
        writable(folder)
        if save:
            writable(stage.path.parent)
    failed = 0
    for stage, folder in folders.items():
        notebook = read(stage.path)
        began = time.perf_counter()
        failure = execute_with_progress(notebook, stage, profile)
        target = folder / f"{stage.slug}.html"
        replace(target, to_html(notebook, stage.title, stage.path.parent, failure))
        if failure:
            failed += 1
            print(f"FAILED {stage.slug}, cell {failure.cell} ({failure.section}): {failure.error}", file=sys.stderr)
            print(f"       the page shows it: {target}", file=sys.stderr)
            continue
        cells, words = roads.size(notebook)
        print(
            f"OK {stage.slug} in {time.perf_counter() - began:.0f} s, core road {cells} cells and {words:,} words: {target}"
        )
        if save:
            failed += _saved(notebook, stage)
    return 1 if failed else 0


def _saved(notebook: NotebookNode, stage: Stage) -> int:
    try:
        write(roads.refresh(committed_form(notebook)), stage.path)
    except ValueError as error:
        print(f"NOT SAVED {stage.slug}: {error}", file=sys.stderr)
        return 1
    print(f"   saved {stage.path}")
    return 0
