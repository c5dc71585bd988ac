"""The playground in JupyterLab, with a real browser; needs Chromium, its driver and the selenium package."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing

import psutil
import pytest

pytestmark = pytest.mark.slow

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
CELLS = (
    "from course_utils.neurons.playground import playground\nplayground(still_epochs=1)",
    "print('count', sum(range(10)))",
    "import time\ntime.sleep(4)",
    "import threading\nprint('threads', [t.name for t in threading.enumerate()].count('playground'))",
)


class Lab:
    """JupyterLab, held to one CPU core where there are more, and a browser that shows one notebook in it."""

    def __init__(self, folder):
        from selenium import webdriver

        self.folder = folder
        write_notebook(folder / "notebooks" / "play.ipynb")
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        options = {
            "ServerApp.port": port,
            "ServerApp.open_browser": False,
            "ServerApp.allow_root": True,
            "ServerApp.root_dir": folder / "notebooks",
            "IdentityProvider.token": "",
            "LabApp.expose_app_in_browser": True,
        }
        command = [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())]
        places = {
            name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTERLAB_SETTINGS_DIR")
        }
        with (folder / "server.log").open("w") as log:
            self.server = subprocess.Popen(
                command, env=os.environ | places, stdout=log, stderr=log, start_new_session=True
            )
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(self.server.pid, {min(os.sched_getaffinity(0))})  # its kernels inherit it
        wait(lambda: answers(f"http://127.0.0.1:{port}/api"), 120)
        chosen = webdriver.ChromeOptions()
        chosen.binary_location = CHROMIUM
        for argument in (
            "headless",
            "no-sandbox",
            "disable-gpu",
            "disable-dev-shm-usage",
            "disable-background-networking",
            "disable-component-update",
            "no-first-run",
            "window-size=1100,1000",
            f"user-data-dir={folder / 'browser'}",
        ):
            chosen.add_argument(f"--{argument}")
        self.browser = webdriver.Chrome(chosen, webdriver.ChromeService(DRIVER))
        self.browser.get(f"http://127.0.0.1:{port}/lab/tree/play.ipynb")
        self.wait("jupyterapp.shell.currentWidget.sessionContext.session.kernel.status == 'idle'", 120)
        self.js("jupyterapp.shell.collapseLeft(); jupyterapp.shell.collapseRight()")

    def js(self, script: str):
        return self.browser.execute_script(script)

    def wait(self, condition: str, seconds: float = 30) -> None:
        """Wait for a JavaScript expression to become true (one that fails is not true yet)."""
        wait(lambda: self.js(f"try {{ return Boolean({condition}) }} catch {{ return false }}"), seconds, condition)

    def run(self, cell: int) -> None:
        self.js(
            f"jupyterapp.shell.currentWidget.content.activeCellIndex = {cell};"
            "jupyterapp.commands.execute('notebook:run-cell')"
        )

    def output(self, cell: int) -> str:
        return self.js(
            f"return document.querySelectorAll('.jp-CodeCell')[{cell}].querySelector('.jp-OutputArea')?.innerText"
        )

    def click(self, selector: str, number: int = 0) -> None:
        self.js(f"document.querySelectorAll({selector!r})[{number}].click()")

    def choose(self, label: str, value) -> None:
        """Set a select or slider by the text of its label."""
        self.js(
            f"const label = [...document.querySelectorAll('.pg label')].find((one) => one.textContent.startsWith({label!r}));"
            f"const field = label.querySelector('select, input'); field.value = {value!r};"
            "field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }))"
        )

    @property
    def frames(self) -> int:
        return self.js("return Number(document.querySelector('.pg').dataset.frames)")

    @property
    def epoch(self) -> int:
        return self.js("return Number(document.querySelector('.pg-epoch output').textContent.replaceAll(',', ''))")

    @property
    def playing(self) -> bool:
        return self.js("return document.querySelector('.pg-play').textContent == 'Pause'")

    def painting(self, frames: int = 5) -> None:
        """Wait for so many more redraws."""
        first = self.frames
        wait(lambda: self.frames >= first + frames, 30, f"{frames} more redraws")

    def cpu_seconds(self) -> float:
        """Of the server and its kernels, until now."""
        server = psutil.Process(self.server.pid)
        return sum(sum(one.cpu_times()[:2]) for one in (server, *server.children(recursive=True)))

    def close(self) -> None:
        self.browser.quit()
        os.killpg(self.server.pid, signal.SIGTERM)
        try:
            self.server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.server.pid, signal.SIGKILL)


def write_notebook(path) -> None:
    path.parent.mkdir()
    empty = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [empty | {"id": f"cell-{number}", "source": source} for number, source in enumerate(CELLS)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path.write_text(json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as reply:
            return reply.status == 200
    except OSError:
        return False


def wait(condition, seconds: float, what: str = "the server") -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"it did not come: {what}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    pytest.importorskip("selenium", reason="the browser tests need the selenium package")
    if not (CHROMIUM and DRIVER):
        pytest.skip("the browser tests need Chromium and chromedriver on the path")
    opened = Lab(tmp_path_factory.mktemp("lab"))
    opened.run(0)
    opened.wait("document.querySelector('.pg[data-frames]')", 240)
    yield opened
    opened.close()


@pytest.fixture
def playing(lab):
    """The lab with a playground that plays."""
    if not lab.playing:
        lab.click(".pg-play")
    wait(lambda: lab.playing, 30, "playing")
    lab.painting()
    return lab


def test_one_core_can_do_ten_redraws_a_second(playing):
    """What a redraw costs the kernel and the server, in CPU time, which a busy machine hardly changes."""
    playing.painting(30)  # past the start
    began, first, used = time.monotonic(), playing.frames, playing.cpu_seconds()
    time.sleep(6)
    redraws = playing.frames - first
    cost = (playing.cpu_seconds() - used) / redraws
    rate = redraws / (time.monotonic() - began)
    print(f"{rate:.1f} redraws a second, {1000 * cost:.1f} ms of CPU time each")
    assert redraws > 10
    assert cost < 0.1


def test_every_control_works_while_it_plays(playing):
    lab = playing
    for label, value in (
        ("Learning rate", "0.03"),
        ("Regularisation", "l2"),
        ("Its rate", "0.003"),
        ("Each redraw", "2"),
        ("Batch size", "20"),
    ):
        epoch = lab.epoch
        lab.choose(label, value)
        lab.painting()
        assert lab.epoch >= epoch, f"{label} started the training again"
    for label, value in (
        ("Activation", "relu"),
        ("Optimiser", "sgd"),
        ("Noise", "0.2"),
        ("Training share", "0.7"),
        ("Samples", "300"),
    ):
        wait(lambda: lab.epoch > 3, 30, "some epochs")
        lab.js(
            "window.lowest = 1e9; window.watch = new MutationObserver(() => { window.lowest = Math.min(window.lowest, "
            "Number(document.querySelector('.pg-epoch output').textContent)) });"
            "window.watch.observe(document.querySelector('.pg-epoch output'), { childList: true, subtree: true, characterData: true })"
        )
        before = lab.epoch
        lab.choose(label, value)
        lab.painting()
        wait(lambda before=before: lab.js("return window.lowest") < before, 30, f"a new start after {label}")
        lab.js("window.watch.disconnect()")
    for number in range(6):
        lab.click(".pg-sets input", number)
        lab.painting()
        assert lab.js(f"return document.querySelectorAll('.pg-sets input')[{number}].checked")
        accuracy = lab.js("return document.querySelector('.pg-scores tbody td:last-child').textContent")
        assert (accuracy == "–") == (number > 3)
    lab.click(".pg-sets input", 3)
    lab.click(".pg-feature button", 4)
    lab.wait("document.querySelectorAll('.pg-feature [aria-pressed=true]').length == 3")
    for columns in (4, 5):  # one click, one column: the next click waits for it
        lab.click(".pg-net-head .pg-stepper button", 1)
        lab.wait(f"document.querySelectorAll('.pg-column').length == {columns}")
    lab.wait("document.querySelector('.pg-net-head .pg-stepper button:last-child').disabled")
    lab.click(".pg-column-head .pg-stepper button", 0)
    lab.wait("document.querySelectorAll('.pg-column:nth-child(2) .pg-tile').length == 7")
    for number in (0, 1):
        lab.click(".pg-ticks input", number)
        lab.painting()
    for columns in (4, 3, 2, 1):
        lab.click(".pg-net-head .pg-stepper button", 0)
        lab.wait(f"document.querySelectorAll('.pg-column').length == {columns}")
    lab.painting()
    assert lab.playing
    assert lab.js("return document.querySelector('.pg-note').textContent") == ""


def test_pause_step_reset_and_new_data(playing):
    lab = playing
    lab.click(".pg-play")
    wait(lambda: not lab.playing, 30, "a pause")
    time.sleep(0.5)
    frames, epoch = lab.frames, lab.epoch
    time.sleep(1)
    assert lab.frames == frames
    lab.click(".pg-step")
    wait(lambda: lab.epoch == epoch + 1, 30, "one more epoch")
    for button in (".pg-reset", ".pg-data > button"):
        lab.click(".pg-step")
        wait(lambda: lab.epoch > 0, 30, "an epoch")
        lab.click(button)
        wait(lambda: lab.epoch == 0, 30, "epoch 0")


def test_neurons_and_keyboard(playing):
    lab = playing
    lab.click(".pg-net-head .pg-stepper button", 1)  # at least one hidden layer, whatever was done before
    lab.wait("document.querySelector('button.pg-tile')")
    lab.painting()
    lab.js("document.querySelector('button.pg-tile').focus()")
    title = "document.querySelector('.pg-out h3').textContent"
    lab.wait(f"{title} == 'Hidden layer 1, neuron 1'")
    cells = lab.js("return jupyterapp.shell.currentWidget.content.model.cells.length")
    from selenium.webdriver.common.keys import Keys

    lab.browser.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    lab.wait(f"{title} == 'Hidden layer 1, neuron 2'")
    lab.browser.switch_to.active_element.send_keys("a")  # JupyterLab's key for a new cell
    lab.painting()
    assert lab.js("return jupyterapp.shell.currentWidget.content.model.cells.length") == cells
    lab.js("document.activeElement.blur()")
    lab.wait(f"{title} == 'Output'")
    lab.js("document.querySelector('.pg-play').focus()")
    lab.browser.switch_to.active_element.send_keys(Keys.SPACE)
    wait(lambda: not lab.playing, 30, "a pause by the space bar")


def test_other_cells_run_beside_it(playing):
    lab = playing
    lab.run(1)
    wait(lambda: "count 45" in (lab.output(1) or ""), 30, "the other cell's output")
    lab.run(2)
    time.sleep(1)
    lab.painting(5)  # while that cell sleeps
    lab.click(".pg-play")
    wait(lambda: not lab.playing, 30, "a pause")
    lab.wait("jupyterapp.shell.currentWidget.sessionContext.session.kernel.status == 'idle'")


def test_running_the_cell_again_stops_the_first(playing):
    lab = playing
    lab.js("window.first = document.querySelector('.pg')")
    lab.run(0)
    lab.wait(
        "document.querySelector('.pg') && document.querySelector('.pg') != window.first && document.querySelector('.pg').dataset.frames",
        120,
    )
    assert not lab.playing
    lab.run(3)
    wait(lambda: "threads 0" in (lab.output(3) or ""), 30, "a kernel without the playground's thread")


def test_no_error_in_the_browsers_log(lab):
    wrong = [entry["message"] for entry in lab.browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert not [message for message in wrong if "favicon" not in message]
