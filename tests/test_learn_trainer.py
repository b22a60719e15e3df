"""`loopscope learn`, in a terminal and without one, and what it remembers."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pexpect
import pytest
from loopscope.learn import trainer as trainer_module
from loopscope.learn import watching
from loopscope.learn.collection import entries, solve
from loopscope.learn.progress import FILE, Progress
from loopscope.learn.trainer import Trainer, train
from rich.console import Console

SECONDS = 60  # for one answer: each takes about one, on a machine that is not busy
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "loopscope", "learn", *arguments]


Start = Callable[..., "pexpect.spawn[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[pexpect.spawn[str]] = []

    def start_(*arguments: str, **environment: str) -> pexpect.spawn[str]:
        program, *rest = command(*arguments)
        child = pexpect.spawn(
            program,
            rest,
            env={**os.environ, "TERM": "xterm-256color", **environment},
            encoding="utf-8",
            timeout=SECONDS,
            dimensions=(50, 160),
            echo=False,
        )
        started.append(child)
        return child

    yield start_
    for child in started:
        child.close(force=True)


def predict(path: Path, *lines: str) -> None:
    text = re.sub(r"@predict\(.*\)", f"@predict({', '.join(map(repr, lines))})", path.read_text())
    path.write_text(text)


def first_file(folder: Path) -> Path:
    return next(entry.path for entry in entries(folder))


@pytest.mark.parametrize("poll", [False, True])
def test_a_session_in_a_terminal(tmp_path: Path, start: Start, *, poll: bool) -> None:
    folder = tmp_path / "mine"
    child = start(str(folder), "--plain", *(["--poll"] if poll else []))
    child.expect_exact("exercises were copied to")
    child.expect_exact("0/54 done. A recipe")
    child.expect_exact("No prediction yet: the program prints 3 lines.")
    if not poll:
        child.expect_exact("If saving has no effect, quit and start again: loopscope learn --poll")
    child.expect_exact(
        "A letter, then Enter: n: next · h: hint · s: step · r: reset · l: list · q: quit."
    )
    child.sendline("h")
    child.expect_exact("Predict first")
    child.sendline("n")
    child.expect_exact("Not solved yet.")
    predict(first_file(folder), "serve", "chop onions", "boil water")
    child.expect_exact("You put “serve” first, but another line comes there.")
    child.expect_exact("(hint 1 of 4)")
    child.sendline("hint")
    child.expect_exact("(hint 2 of 4)")
    child.sendline("x")
    child.expect_exact("There is no “x”. Type one of the letters, and press Enter.")
    predict(first_file(folder), "chop onions", "boil water", "serve")
    child.expect_exact("Right: all 3 lines, in this order.")
    child.expect_exact("Why “chop onions” comes first")
    child.expect_exact("1/54 done. Type n and press Enter")
    child.sendline("n")
    child.expect_exact("1/54 done. Two functions")
    child.sendline("l")
    child.expect_exact("[x] 101_kitchen")
    child.expect_exact("[ ] 102_human_animal")
    child.expect_exact("<- here")
    child.sendline("q")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0

    document = json.loads((folder / FILE).read_text())
    assert document["current"] == "102_human_animal"
    record = document["exercises"]["101_kitchen"]
    assert record == {
        "done": True,
        "attempts": 2,
        "hint": 2,
        "last": ["chop onions", "boil water", "serve"],
    }


@pytest.mark.parametrize("given", [{"NO_COLOR": "1"}, {}])
def test_colours_can_be_had_and_left_out(
    tmp_path: Path, start: Start, given: dict[str, str]
) -> None:
    child = start(str(tmp_path), **given)
    child.expect_exact("q: quit")
    text = (child.before or "") + (child.after if isinstance(child.after, str) else "")
    assert "╭" in text
    coloured = any("3" in code for code in COLOUR.findall(text))
    assert coloured == (not given)


def test_plain_is_plain(tmp_path: Path) -> None:
    done = subprocess.run(
        command(str(tmp_path), "--plain"),
        input="l\nq\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=True,
        env={**os.environ, "FORCE_COLOR": "1"},
    )
    assert "\x1b" not in done.stdout
    assert "╭" not in done.stdout
    assert "[ ] 808_rejections" in done.stdout


def test_the_end_of_the_keys_ends_it(tmp_path: Path) -> None:
    assert train(tmp_path, plain=True, poll=True, keys=io.StringIO("")) == 0


# ---- keys, without a terminal


class Session:
    def __init__(self, folder: Path) -> None:
        self.text = io.StringIO()
        trainer_module.copy_all(folder)
        self.trainer = Trainer(folder, Console(file=self.text, width=120), plain=True)

    def press(self, key: str) -> str:
        self.text.seek(0)
        self.text.truncate()
        self.trainer.press(key)
        return self.text.getvalue()

    def predict(self, *lines: str) -> str:
        path = self.trainer.current.path
        predict(path, *lines)
        self.text.seek(0)
        self.text.truncate()
        self.trainer.saved(path)
        return self.text.getvalue()


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path)


def test_hints_climb_to_the_answer_and_are_remembered(session: Session, tmp_path: Path) -> None:
    session.predict("serve", "boil water", "chop onions")
    texts = [session.press("h") for _ in range(4)]
    for level, text in enumerate(texts[:2], 2):
        assert f"(hint {level} of 4)" in text
        assert "chop onions · boil water · serve" not in text
    assert all("The order: chop onions · boil water · serve" in text for text in texts[2:])
    assert Progress(tmp_path).of("101_kitchen").hint == 4


def test_saving_the_same_prediction_again_is_no_attempt(session: Session) -> None:
    for _ in range(3):
        session.predict("serve")
    session.predict("serve", "chop onions")
    assert session.trainer.progress.of("101_kitchen").attempts == 2


def test_another_file_is_not_judged(session: Session) -> None:
    other = session.trainer.entries[1].path
    session.trainer.saved(other)
    assert session.text.getvalue() == ""


def test_reset_puts_the_exercise_back(session: Session) -> None:
    before = session.trainer.current.path.read_text()
    session.predict("serve")
    session.press("r")
    assert session.trainer.current.path.read_text() == before
    assert session.trainer.progress.of("101_kitchen").attempts == 0


def test_what_reset_itself_writes_is_not_judged(session: Session) -> None:
    session.predict("serve")
    session.press("r")
    session.text.truncate(0)
    session.trainer.saved(session.trainer.current.path)
    assert session.text.getvalue() == ""
    assert "You put" in session.predict("serve")


def test_lines_break_where_the_terminal_ends(tmp_path: Path) -> None:
    text = io.StringIO()
    trainer_module.copy_all(tmp_path)
    trainer = Trainer(tmp_path, Console(file=text, width=70))
    predict(trainer.current.path, "serve", "chop onions", "boil water")
    trainer.saved(trainer.current.path)
    for _ in range(2):
        trainer.press("h")
    shown = [line.strip(" │") for line in text.getvalue().splitlines() if "│" in line]
    words = "What is below it on the stack waits for it to return; what is queued waits longer."
    assert words in " ".join(shown)
    assert "\nhttps://tc39.es/ecma262/#execution-context-stack\n" in text.getvalue()
    # Text that was broken for another width would leave short lines in mid-sentence.
    assert not [a for a, b in pairwise(shown) if len(a) < 40 and b[:1].islower()]


def test_plain_lines_break_where_the_terminal_ends_too(tmp_path: Path) -> None:
    text = io.StringIO()
    trainer_module.copy_all(tmp_path)
    trainer = Trainer(tmp_path, Console(file=text, width=60), plain=True)
    trainer.tell("word " * 40, good=True)
    assert max(map(len, text.getvalue().splitlines())) <= 60


def test_the_stepper_comes_after_a_prediction(session: Session, tmp_path: Path) -> None:
    assert "Predict first" in session.press("s")
    session.predict("serve")
    text = session.press("s")
    page = tmp_path / "steps" / "101_kitchen.html"
    assert str(page) in text
    assert "chop onions" in page.read_text(encoding="utf-8")
    assert session.trainer.progress.of("101_kitchen").hint == 4


def test_a_file_that_is_broken_is_told_and_not_counted(session: Session) -> None:
    session.trainer.current.path.write_text("def")
    session.trainer.saved(session.trainer.current.path)
    assert "Line 1: " in session.text.getvalue()
    assert session.trainer.progress.of("101_kitchen").attempts == 0


def test_the_last_one_ends_it(session: Session) -> None:
    for entry in session.trainer.entries[1:]:
        session.trainer.progress.of(entry.name).done = True
    path = session.trainer.current.path
    path.write_text(solve(path))
    session.trainer.saved(path)
    assert "54/54 done" in session.text.getvalue()
    assert "All exercises are solved" in session.press("n")


def test_progress_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"format": "other"}')
    with pytest.raises(ValueError, match="does not hold the progress"):
        Progress(tmp_path)
    done = subprocess.run(
        command(str(tmp_path)), capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 1
    assert "does not hold the progress" in done.stderr


def test_without_watchfiles_it_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "can_notify", lambda: False)
    seen: list[Path] = []
    stop = threading.Event()
    found = threading.Event()

    def changed(path: Path) -> None:
        seen.append(path)
        found.set()

    thread = threading.Thread(
        target=watching.watch, args=(tmp_path, changed, stop), kwargs={"poll": False}
    )
    thread.start()
    try:
        path = tmp_path / "new.py"
        while not found.is_set():
            path.write_text(f"{len(path.read_text()) if path.exists() else 0}" * 3)
            found.wait(1)
    finally:
        stop.set()
        thread.join()
    assert seen[0] == path
