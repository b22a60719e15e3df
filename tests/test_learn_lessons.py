"""`loopscope lessons`: the lessons are copied out, and nobody's work is lost."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

import lessons
import pytest
from loopscope.cli import main
from loopscope.learn.lessons import copy_lessons, folder_of_lessons

NAMES = {path.name for path in lessons.LESSONS}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lessons"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command line that this process would have become."""
    command: list[str] = []

    def execv(path: str, arguments: list[str]) -> None:
        assert path == sys.executable
        command.extend(arguments)
        raise SystemExit(0)

    monkeypatch.setattr(os, "execv", execv)
    return command


@pytest.mark.skipif(
    "LOOPSCOPE_SANITIZED" in os.environ, reason="the sanitizers' build is no work tree"
)
def test_a_work_tree_gives_its_own_notebooks() -> None:
    assert folder_of_lessons().resolve() == lessons.FOLDER.resolve()


def test_all_are_copied_as_they_are(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons", str(folder), "--no-open"]) == 0
    assert {path.name for path in folder.glob("*.ipynb")} == NAMES
    for path in folder.rglob("*.*"):
        assert path.read_bytes() == (lessons.FOLDER / path.relative_to(folder)).read_bytes()
    assert f"Copied to {folder}: {len(NAMES)} lessons; begin with 01-" in capsys.readouterr().out


def test_their_links_lead_somewhere(folder: Path) -> None:
    copy_lessons(folder)
    for path in folder.glob("*.ipynb"):
        for cell in lessons.read(path).cells:
            for link in lessons.links(cell.source) if cell.cell_type == "markdown" else ():
                assert link.startswith("https://") or (folder / link).exists(), link


def test_a_second_time_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy_lessons(folder)
    assert main(["lessons", str(folder), "--no-open"]) == 0
    assert "already, unchanged" in capsys.readouterr().out
    again = copy_lessons(folder)
    assert (again.new, again.kept) == ([], [])
    assert set(again.same) >= NAMES


def test_what_a_learner_has_changed_is_kept_and_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy_lessons(folder)
    lesson = folder / lessons.LESSONS[0].name
    lesson.write_text("mine")
    (folder / "README.md").unlink()
    assert main(["lessons", str(folder), "--no-open"]) == 0
    assert lesson.read_text() == "mine"
    told = capsys.readouterr().out
    assert f"    {lesson}\n" in told
    assert "left as they are" in told
    assert f"Copied to {folder}: README.md" in told


def test_reset_puts_back_and_keeps_the_learners_beside(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy_lessons(folder)
    lesson = folder / lessons.LESSONS[0].name
    for text in ("first", "second"):
        lesson.write_text(text)
        assert main(["lessons", str(folder), "--no-open", "--reset"]) == 0
        assert lesson.read_bytes() == lessons.LESSONS[0].read_bytes()
    assert lesson.with_suffix(".mine.ipynb").read_text() == "first"
    assert lesson.with_suffix(".mine-2.ipynb").read_text() == "second"
    assert f"yours is {lesson.with_suffix('.mine-2.ipynb')}" in capsys.readouterr().out


def test_jupyterlab_is_opened_on_the_folder(folder: Path, started: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(["lessons", str(folder)])
    assert started[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={folder}" in started
    assert "--no-browser" not in started
    assert {path.name for path in folder.glob("*.ipynb")} == NAMES
    with pytest.raises(SystemExit):
        main(["lessons", str(folder), "--no-browser"])
    assert "--no-browser" in started


def test_without_jupyterlab_it_says_what_to_install(
    folder: Path,
    started: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    find: Any = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "jupyterlab" else find(name)
    )
    assert main(["lessons", str(folder)]) == 1
    assert "pip install 'loopscope[notebook]'" in capsys.readouterr().err
    assert started == []
    assert {path.name for path in folder.glob("*.ipynb")} == NAMES  # they are there all the same


@pytest.mark.parametrize("inside", ["", "below"])
def test_a_file_is_no_folder(
    tmp_path: Path, inside: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    assert main(["lessons", str(file / inside), "--no-open"]) == 1
    assert capsys.readouterr().err == (f"loopscope lessons: {file} is a file; a folder is needed\n")
    assert file.read_text() == "mine"
