"""What a recording is where nothing runs: a page that nbconvert made, read without a network."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import loopscope
import nbclient
import nbformat
import pytest
from browser import chromium
from loopscope.view.alt import describe
from loopscope.view.bundle import summary
from nbconvert import HTMLExporter

SHOTS = Path("build/screenshots")
PROGRAM = (
    "setTimeout(lambda: console.log('one'), 0)\n"
    "Promise.resolve().then(lambda: console.log('hi'))\n"
    "console.log('<three>')"
)


def test_at_a_prompt_it_is_text(capsys):
    pytest.importorskip("IPython")
    recording = loopscope.record(f"from loopscope.js import *\n{PROGRAM}\n")
    recording._ipython_display_()
    assert capsys.readouterr().out == summary(recording) + "\n"


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_page_made_by_nbconvert_shows_the_picture_offline(tmp_path):
    """Its widgets' state is kept, as nobody gave an option; but what would show it is not there."""
    cells = ["%load_ext loopscope", f"%%loop\n{PROGRAM}"]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbclient.NotebookClient(notebook, timeout=120).execute()
    assert notebook.metadata["widgets"]
    printed, stepper, picture, words = notebook.cells[1].outputs
    assert printed["text"].splitlines() == ["<three>", "hi", "one"]
    assert "application/vnd.jupyter.widget-view+json" in stepper["data"]
    assert stepper["data"]["text/plain"].startswith("Recording of program")
    assert base64.b64decode(picture["data"]["image/png"]).startswith(b"\x89PNG")
    told = words["data"]["text/plain"]
    assert told == describe(loopscope.record(f"from loopscope.js import *\n{PROGRAM}"))

    page_file = tmp_path / "page.html"
    page_file.write_text(HTMLExporter().from_notebook_node(notebook)[0], encoding="utf-8")
    with chromium() as browser:
        page = browser.new_context(offline=True).new_page()
        page.goto(page_file.as_uri(), wait_until="domcontentloaded")
        image = page.locator("img")
        assert image.is_visible()
        assert image.evaluate("image => image.naturalWidth") > 500
        page.get_by_text("The picture in words").click()
        shown = page.locator("details").inner_text()
        assert re.sub(r"\s+", " ", shown) == f"The picture in words {told}"
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / "nbconvert-offline.png")
