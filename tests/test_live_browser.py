"""Live controls in JupyterLab, with a real browser: the picture follows them, and what is refused is said."""

import pytest
from neurons import test_playground_browser as browser

pytestmark = pytest.mark.slow

CELL = """
from matplotlib import pyplot as plt
from course_utils import live

def draw(level, kind):
    if kind == "none":
        raise ValueError("there is no such kind")
    figure, axis = plt.subplots(figsize=(2 + level, 2))
    axis.set_title(kind)
    return figure

live.controls(draw, level=(0, 9, 1, 3), kind=["one", "two", "none"])
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    pytest.importorskip("selenium", reason="the browser tests need the selenium package")
    if not (browser.CHROMIUM and browser.DRIVER):
        pytest.skip("the browser tests need Chromium and chromedriver on the path")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(browser, "CELLS", (CELL,))
        opened = browser.Lab(tmp_path_factory.mktemp("lab"))
    opened.run(0)
    opened.wait("document.querySelector('.widget-image').naturalWidth", 120)
    yield opened
    opened.close()


def test_the_picture_follows_the_slider_and_the_list(lab):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    width = "document.querySelector('.widget-image').naturalWidth"
    first = lab.js(f"return {width}")
    slider = lab.browser.find_element(By.CSS_SELECTOR, ".noUi-handle")
    slider.send_keys(Keys.ARROW_RIGHT)
    lab.wait(f"{width} > {first}")  # a level more, an inch more
    assert lab.js("return document.querySelector('.widget-readout').textContent") == "4"
    slider.send_keys(Keys.ARROW_LEFT)
    lab.wait(f"{width} == {first}")
    for number in (1, 0):
        before = lab.js("return document.querySelector('.widget-image').src")
        choose(lab, number)
        lab.wait(f"document.querySelector('.widget-image').src != {before!r}")


def test_what_is_refused_is_said_and_the_controls_stay_alive(lab):
    choose(lab, 2)
    browser.wait(lambda: "there is no such kind" in lab.output(0), 30, "the message")
    choose(lab, 0)
    browser.wait(lambda: "there is no such kind" not in lab.output(0), 30, "no message")


def choose(lab, number: int) -> None:
    lab.js(
        f"const list = document.querySelector('.jp-CodeCell select'); list.selectedIndex = {number};"
        "list.dispatchEvent(new Event('change', { bubbles: true }))"
    )
