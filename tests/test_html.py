"""The page of a recording: one file, offline, in which nothing of the program becomes markup."""

from __future__ import annotations

import json
import sys
from html.parser import HTMLParser
from pathlib import Path

import loopscope
import pytest
from loopscope.view.film import film

PROGRAMS = Path(__file__).parent / "programs"
EVIL = "</script><script>document.title='bad'</script><img src=x onerror=\"document.title='bad'\">"


class Page(HTMLParser):
    """Collects the elements of a page, with the text in them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[list] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append([tag, dict(attrs), ""])

    def handle_data(self, data):
        if self.found:
            self.found[-1][2] += data

    def all(self, tag):
        return [(attributes, text) for name, attributes, text in self.found if name == tag]


def page_of(recording, tmp_path):
    path = recording.to_html(tmp_path / "run.html")
    assert path == tmp_path / "run.html"
    return Page(path.read_text(encoding="utf-8"))


def test_holds_the_film_the_picture_and_the_steps(tmp_path):
    recording = loopscope.record(PROGRAMS / "14-job-queue.py")
    page = page_of(recording, tmp_path)
    assert page.all("title")[0][1].strip() == "14-job-queue.py: step by step"
    (data, module) = page.all("script")
    assert data[0] == {"type": "application/json", "id": "film"}
    assert json.loads(data[1]) == film(recording)
    assert "export function mount" in module[1]
    ((picture, _),) = page.all("img")
    assert picture["src"].startswith("data:image/svg+xml;base64,")
    assert picture["alt"] == recording.plot().alt_text
    printed = [text.strip() for _, text in page.all("pre")]
    assert printed == recording.output


def test_asks_nobody_for_anything(tmp_path):
    page = page_of(loopscope.record(PROGRAMS / "24-async-await.py"), tmp_path)
    for tag, attributes, _ in page.found:
        assert tag not in ("iframe", "object", "embed", "base", "form")
        for name in ("src", "href", "action"):
            if tag != "a" and (target := attributes.get(name)):
                assert target.startswith("data:"), (tag, target)
    (policy,) = [meta["content"] for meta, _ in page.all("meta") if "http-equiv" in meta]
    assert policy.startswith("default-src 'none';")


def test_what_a_program_says_is_only_text(tmp_path):
    source = (
        f"from loopscope.js import *\nconsole.log({EVIL!r})\nconsole.log('<!--', '\\x00', '&lt;')\n"
    )
    path = tmp_path / "<b>evil&.py"
    path.write_text(source)
    recording = loopscope.record(path)
    page = page_of(recording, tmp_path)
    assert len(page.all("script")) == 2
    assert len(page.all("img")) == 1
    assert page.all("b") == []
    assert json.loads(page.all("script")[0][1]) == film(recording)
    assert page.all("h1")[0][1].strip() == "<b>evil&.py: step by step"
    assert page.all("pre")[0][1].strip() == EVIL


def test_lone_surrogates_can_be_written(tmp_path):
    page = page_of(loopscope.record("from loopscope.js import *\nprint('\\ud83d')\n"), tmp_path)
    assert json.loads(page.all("script")[0][1])["output"] == [["\ud83d", 0]]


def test_without_matplotlib_the_picture_is_told_in_words(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "loopscope.view.figure", None)
    recording = loopscope.record(PROGRAMS / "14-job-queue.py")
    page = page_of(recording, tmp_path)
    assert page.all("img") == []
    assert any("Event loop diagram: 3 tasks." in text for _, text in page.all("p"))


def test_a_path_that_cannot_be_written(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        loopscope.record(PROGRAMS / "14-job-queue.py").to_html(tmp_path / "nowhere" / "run.html")
