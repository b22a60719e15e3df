"""A newcomer's path, from the wheel to the first exercise, where nothing but the wheel can help.

The wheel is built from the sdist, so that what either of them lacks is missed here. The environment
is empty but for the dependencies, which are borrowed from the one that runs the tests: links to
what is installed there, without loopscope itself and without the link to the work tree.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import lessons
import nbformat
import pexpect
import pytest
from loopscope.learn.lessons import _PATTERNS

ROOT = Path(__file__).parents[1]
SECONDS = 240  # for one step: each takes a few, on a machine that is not busy
EXTRAS = "notebook,learn"

pytestmark = pytest.mark.slow


def call(*command: str | Path, cwd: Path, **variables: str) -> str:
    """Run a command as a newcomer's shell would; returns what it printed."""
    own = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env=own | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "JUPYTER_PLATFORM_DIRS": "1"} | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{done.args}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sdist by the tools that are installed here."""
    folder = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    [made] = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def venv(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment in which the wheel is installed with its extras, without a network."""
    folder = tmp_path_factory.mktemp("newcomer") / "venv"
    call(sys.executable, "-m", "venv", "--without-pip", folder, cwd=ROOT)
    [site] = folder.glob("lib/python*/site-packages")
    borrowed = folder / "borrowed"
    borrowed.mkdir()
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if not path.name.startswith(("loopscope", "__editable__", "_virtualenv", "distutils-")):
            (borrowed / path.name).symlink_to(path)
    (site / "borrowed.pth").write_text(f"{borrowed}\n")
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python")]
    call(*pip, "install", "--quiet", "--no-index", f"{wheel}[{EXTRAS}]", cwd=folder)
    return folder


@pytest.fixture
def home(tmp_path: Path, venv: Path) -> Path:
    """The folder in which the newcomer works, far from any work tree."""
    where = call(
        venv / "bin" / "python", "-c", "import loopscope; print(loopscope.__file__)", cwd=tmp_path
    )
    assert Path(where).is_relative_to(venv)
    return tmp_path


def test_the_wheel_carries_the_lessons_without_answers(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith("loopscope/lessons/")]
        notebooks = [name for name in names if name.endswith(".ipynb")]
        assert len(notebooks) == 8
        for name in notebooks:
            notebook = nbformat.reads(archive.read(name).decode(), as_version=4)
            assert not any(cell.get("outputs") for cell in notebook.cells), name
    here = ROOT / "notebooks"
    shipped = {name.removeprefix("loopscope/lessons/") for name in names}
    assert shipped == {
        path.relative_to(here).as_posix() for kind in _PATTERNS for path in here.glob(kind)
    }


def test_the_first_lesson(home: Path, venv: Path) -> None:
    told = call(venv / "bin" / "loopscope", "lessons", "--no-open", cwd=home)
    assert told.startswith("Copied to loopscope-lessons: 8 lessons; begin with 01-")
    lesson = home / "loopscope-lessons" / "01-one-thread-one-stack.ipynb"
    run = [venv / "bin" / "python", "-m", "nbconvert", "--execute", "--to", "notebook"]
    fixture = home / "predictions.json"
    programs = [one for one in lessons.programs(lesson) if one.is_predicted]
    fixture.write_text(json.dumps({one.name: one.record().output for one in programs}))
    name, folder = lesson.name, lesson.parent
    call(*run, "--inplace", name, cwd=folder, LOOPSCOPE_PREDICTIONS=str(fixture))
    cells = [cell for cell in nbformat.read(lesson, as_version=4).cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells)
    outputs = [output for cell in cells for output in cell.outputs]
    assert outputs
    assert not [output for output in outputs if output.output_type == "error"]
    assert "Hello!" in json.dumps(outputs)
    # What was run is the learner's now.
    again = call(venv / "bin" / "loopscope", "lessons", "--no-open", cwd=home)
    assert str(lesson.relative_to(home)) in again


def test_the_first_exercise(home: Path, venv: Path) -> None:
    def predict(*lines: str) -> None:
        text = exercise.read_text(encoding="utf-8")
        asked = f"@predict({', '.join(map(repr, lines))})"
        exercise.write_text(re.sub(r"@predict\(.*\)", asked, text), encoding="utf-8")

    child = pexpect.spawn(
        str(venv / "bin" / "loopscope"),
        ["learn", "--plain", "--poll"],
        cwd=str(home),
        encoding="utf-8",
        timeout=SECONDS,
        dimensions=(50, 160),
        echo=False,
    )
    try:
        child.expect(r"Open (\S+), and read")
        assert child.match
        exercise = home / str(child.match.group(1))
        child.expect_exact("No prediction yet")
        child.expect_exact("q: quit")
        predict("serve", "chop onions", "boil water")
        child.expect_exact("You put “serve” first, but another line comes there.")
        child.expect_exact("q: quit")
        predict("chop onions", "boil water", "serve")
        child.expect_exact("Right:")
        child.expect_exact("1/54 done. Type n and press Enter")
        child.sendline("n")
        child.expect_exact("1/54 done.")
        child.sendline("q")
        child.expect(pexpect.EOF)
    finally:
        child.close(force=True)
    assert child.exitstatus == 0
    progress = json.loads((home / "loopscope-exercises" / "loopscope-progress.json").read_text())
    done = progress["exercises"]["101_kitchen"]
    assert (done["done"], done["attempts"]) == (True, 2)
