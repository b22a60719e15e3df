"""The stepper, `%%loop`, `%%predict` and the live runtime in a real JupyterLab, with clicks."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest
from browser import chromium
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHOTS = Path("build/screenshots")
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Else cells out of sight are not in the page.
    "notebook-extension/tracker": {"windowingMode": "none"},
}
CELLS = [
    "%load_ext loopscope",
    "%%loop\n"
    "setTimeout(lambda: console.log('one'), 0)\n"
    "Promise.resolve().then(lambda: console.log('hi'))\n"
    "console.log('three')",
    "_",
    "%%predict --as gated --distractors 'never'\n"
    "setTimeout(lambda: console.log('one'), 0)\n"
    "Promise.resolve().then(lambda: console.log('hi'))\n"
    "console.log('three')",
    "import ipywidgets\n"
    "from loopscope import live\n"
    "from loopscope.js import *\n"
    "def clicked():\n"
    "    console.log('one coffee')\n"
    "    setTimeout(lambda: console.log('served'), 200)\n"
    "    Promise.resolve().then(lambda: console.log('ordered'))\n"
    "button = ipywidgets.Button(description='Order')\n"
    "button.on_click(live().as_task(clicked))\n"
    "button",
    "await Promise(lambda resolve: button.on_click(live().as_task(resolve)))\n"
    "console.log('the cell goes on')",
    "gated.output",
]


@pytest.fixture
def lab(tmp_path):
    """Start JupyterLab on a folder with one notebook; gives the address of the notebook."""
    work = tmp_path / "work"
    work.mkdir()
    cells = [nbformat.v4.new_code_cell(cell) for cell in CELLS]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), work / "x.ipynb")
    environment = dict(os.environ)
    for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
        environment[f"JUPYTER_{name}"] = str(tmp_path / name)
    for name, values in SETTINGS.items():
        settings = tmp_path / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        settings.parent.mkdir(parents=True)
        settings.write_text(json.dumps(values))
    environment["JUPYTERLAB_SETTINGS_DIR"] = str(tmp_path / "settings")
    environment["JUPYTERLAB_WORKSPACES_DIR"] = str(tmp_path / "workspaces")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (tmp_path / "lab.log").open("w") as log:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
                *("--ip=127.0.0.1", f"--port={port}", "--IdentityProvider.token=probe"),
                f"--ServerApp.root_dir={work}",
                "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
                "--LabApp.news_url=None",
            ],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/api?token=probe", server, tmp_path / "lab.log")
        yield f"http://127.0.0.1:{port}/lab/tree/x.ipynb?token=probe&reset"
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for(address, server, log):
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"JupyterLab does not answer:\n{log.read_text()[-3000:]}")


def run_all(page):
    """Run all cells. Lab forgets what is asked of it while it still connects: then ask again."""
    for _ in range(6):
        page.locator('.lm-MenuBar-item:has-text("Run")').click()
        page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()
        with contextlib.suppress(PlaywrightTimeout):
            page.wait_for_function(
                "/\\d/.test(document.querySelector('.jp-InputPrompt').innerText)", timeout=15_000
            )
            return
    pytest.fail("JupyterLab does not run the cells")


def predict_in(page, steppers):
    """Predict the gated program with clicks and keys, wrongly: it opens where it went wrong."""
    gate = page.locator(".ls-gate")
    gate.scroll_into_view_if_needed()
    locked = page.locator(".jp-Cell").last.locator(".jp-OutputArea-output")
    expect(locked).to_contain_text("gated is locked: commit your prediction")
    text = page.locator(".jp-Cell").nth(3).inner_text()
    assert "three\nhi" not in text
    cells = page.locator(".jp-Cell").count()
    for line in ("three", "one", "hi"):
        gate.locator(".ls-pool button.ls-tile", has_text=line).click()
    page.keyboard.press("d")  # Lab's own shortcut would delete the cell
    page.keyboard.press("d")
    assert page.locator(".jp-Cell").count() == cells
    page.screenshot(path=SHOTS / "jupyterlab-predicting.png")
    gate.get_by_role("button", name="Commit").press("Enter")
    headline = gate.locator(".ls-headline")
    expect(headline).to_contain_text("You put “one” second", timeout=30_000)
    expect(gate.locator(".ls-belief")).to_contain_text("taken before the microtasks")
    expect(steppers).to_have_count(3, timeout=60_000)
    opened = steppers.last
    assert opened.locator(".ls-printed").all_inner_texts() == ["three"]
    assert opened.locator(".ls-micro .ls-chip").count() == 1
    outputs = page.locator(".jp-Cell").nth(3).locator(".jp-OutputArea-output")
    expect(outputs.filter(has_text="three\nhi\none").first).to_be_visible()
    picture = page.locator(".jp-Cell").nth(3).locator("img")
    expect(picture).to_have_count(1)
    page.screenshot(path=SHOTS / "jupyterlab-predicted.png")


@pytest.mark.filterwarnings("ignore")
def test_a_recording_and_the_live_runtime_in_jupyterlab(lab):
    SHOTS.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1200, "height": 1100})
        page.goto(lab, timeout=60_000)
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=60_000)
        page.wait_for_selector('.jp-NotebookPanel [data-status="idle"]', timeout=60_000)
        page.locator(".jp-Cell").first.click()
        run_all(page)
        page.wait_for_selector(".jp-Cell:nth-of-type(2) .loopscope", timeout=60_000)
        steppers = page.locator(".loopscope:not(.ls-gate)")
        expect(steppers).to_have_count(2)
        printed = page.locator(".jp-OutputArea-output pre").first.inner_text()
        assert printed.splitlines() == ["three", "hi", "one"]

        # What stands for the stepper elsewhere is not in its way here.
        for number in (1, 2):
            outputs = page.locator(".jp-Cell").nth(number).locator(".jp-OutputArea-output")
            expect(outputs.locator("img")).to_have_count(1)
            expect(outputs.locator("img")).to_be_hidden()
            expect(outputs.locator("details:not(.ls-fold)")).to_be_hidden()

        # A click is a task of the live runtime: it prints in the cell whose handler it is, while
        # another cell waits for it.
        order = page.get_by_role("button", name="Order")
        order.wait_for(timeout=60_000)
        page.wait_for_function(
            "document.querySelectorAll('.jp-InputPrompt')[5].innerText === '[*]:'"
        )
        order.click()
        click_cell, waiting_cell = page.locator(".jp-Cell").all()[4:6]
        waiting_cell.locator("pre:has-text('the cell goes on')").wait_for(timeout=60_000)
        click_cell.locator("pre:has-text('served')").wait_for(timeout=60_000)
        printed = click_cell.locator(".jp-OutputArea-output pre").all_inner_texts()
        assert "".join(printed).splitlines() == ["one coffee", "ordered", "served"]
        page.screenshot(path=SHOTS / "jupyterlab-live.png")

        # A click goes on in this display, and not in the other one of the same recording.
        one, two = steppers.all()
        one.get_by_role("button", name="to the step that prints").click()
        assert one.locator(".ls-printed").all_inner_texts() == ["three"]
        assert two.get_attribute("data-step") == "0"
        assert "Line 4 prints “three”." in one.locator(".ls-sentence").inner_text()

        # Lab's shortcuts would delete, cut or copy cells; its theme is the stepper's.
        cells = page.locator(".jp-Cell").count()
        one.focus()
        for key in ("c", "o", "o", "d", "d", "x", "End", "ArrowLeft"):
            page.keyboard.press(key)
        assert page.locator(".jp-Cell").count() == cells
        assert one.locator(".ls-printed").all_inner_texts() == ["three", "hi", "one"]
        page.screenshot(path=SHOTS / "jupyterlab.png")

        predict_in(page, steppers)

        # The widget needs no kernel.
        page.locator('.lm-MenuBar-item:has-text("Kernel")').click()
        page.locator('.lm-Menu-item[data-command="kernelmenu:shutdown"]').click()
        page.wait_for_selector(
            '.jp-NotebookPanel [data-status="unknown"], .jp-Notebook-ExecutionIndicator'
        )
        one.get_by_role("button", name="first step").click()
        assert one.get_attribute("data-step") == "0"
        one.get_by_role("button", name="one step forward").click()
        assert one.get_attribute("data-step") == "2"
