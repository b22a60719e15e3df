"""The lessons as notebooks: stored clean, run from top to bottom, and each program beside its twin.

What they say about their programs is asserted in test_lessons.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import lessons
import loopscope
import nbformat
import pytest
from loopscope.learn import check
from nbclient import NotebookClient

PROGRAMS = [program for path in lessons.LESSONS for program in lessons.programs(path)]
TWINS = [program for program in PROGRAMS if program.javascript is not None]
EXERCISES = sorted((lessons.FOLDER / "exercises").glob("test_*.py"))

# Real timers of a busy machine may be late by more than a lesson allows for.
ATTEMPTS = 3

each_lesson = pytest.mark.parametrize("path", lessons.LESSONS, ids=lambda path: path.stem)
# What the clients and kernels of Jupyter themselves warn of is not about the lessons.
ignore_jupyter = pytest.mark.filterwarnings("ignore")


def test_there_are_lessons() -> None:
    numbers = [int(path.stem[:2]) for path in lessons.LESSONS]
    assert numbers == [*range(1, len(numbers) + 1)]
    assert numbers
    assert len(TWINS) > len(PROGRAMS) / 2


@each_lesson
def test_is_stored_without_outputs(path: Path) -> None:
    notebook = lessons.read(path)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}, cell.id
        assert set(lessons.tags(cell)) <= {"program", "prediction", "no-twin"}, cell.id
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None), cell.id
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"


@each_lesson
def test_links_lead_somewhere(path: Path) -> None:
    for cell in lessons.read(path).cells:
        if cell.cell_type == "markdown":
            for link in lessons.links(cell.source):
                if not link.startswith("https://"):
                    assert (path.parent / link).exists(), link


def run(path: Path, notebook: nbformat.NotebookNode) -> dict[str, str]:
    """Run a notebook; return for each code cell what it showed and printed, as text."""
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=60, kernel_name="python3", resources=resources).execute()
    return {cell.id: text(cell.outputs) for cell in notebook.cells if cell.cell_type == "code"}


def text(outputs: list[nbformat.NotebookNode]) -> str:
    return "".join(one.get("text") or one.get("data", {}).get("text/plain", "") for one in outputs)


def copied(path: Path, predictions: dict[str, list[str]]) -> nbformat.NotebookNode:
    """Return a copy of a notebook; `predictions`: by the ids of their cells."""
    notebook = nbformat.from_dict(lessons.read(path))
    for cell in notebook.cells:
        if cell.id in predictions:
            cell.source = f"my_prediction = {predictions[cell.id]!r}"
    return notebook


@pytest.fixture
def right_predictions(path: Path) -> dict[str, list[str]]:
    """What each program that is to be predicted prints, by the id of the prediction's cell."""
    answers: dict[str, list[str]] = {}
    waiting = None
    programs = {program.id: program for program in lessons.programs(path)}
    for cell in lessons.read(path).cells:
        if "prediction" in lessons.tags(cell):
            waiting = cell.id
        elif "program" in lessons.tags(cell) and waiting is not None:
            answers[waiting] = programs[cell.id].record().output
            waiting = None
    assert waiting is None
    return answers


def checks(shown: dict[str, str]) -> list[str]:
    return [text for id, text in shown.items() if id.endswith("-check")]


@pytest.mark.slow
@ignore_jupyter
@each_lesson
def test_runs_with_right_predictions(path: Path, right_predictions: dict[str, list[str]]) -> None:
    shown = run(path, copied(path, right_predictions))
    results = checks(shown)
    assert len(results) == len(right_predictions) >= 2
    assert all(text.startswith("Right:") for text in results), results
    # What a program prints stands below its own cell.
    for program in lessons.programs(path):
        for line in program.record().output:
            assert line in shown[program.id]


@pytest.mark.slow
@ignore_jupyter
@each_lesson
def test_runs_as_it_is_stored_and_asks_for_predictions(path: Path) -> None:
    results = checks(run(path, copied(path, {})))
    assert results
    assert all(text.startswith("No prediction yet.") for text in results), results


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_program_ends_well(program: lessons.Program) -> None:
    recording = program.record()
    assert recording.error is None
    assert recording.exit_code == 0
    assert not recording.trace.truncated
    assert recording.output


@pytest.mark.slow
@pytest.mark.node
@pytest.mark.parametrize("program", TWINS, ids=str)
def test_prints_what_node_prints_for_its_twin(program: lessons.Program) -> None:
    node = shutil.which(os.environ.get("LOOPSCOPE_NODE", "node"))
    assert node is not None, "this needs Node 20: `./dev test` gets it, or set LOOPSCOPE_NODE"
    assert program.javascript is not None
    command = [node, "--input-type=commonjs", "-e", program.javascript]
    printed = program.record().output
    for _ in range(ATTEMPTS):
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
        if done.stdout.splitlines() == printed:
            return
    assert printed == done.stdout.splitlines()


def pytest_on(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", path.name]
    plain = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # it starts in a third of the time
    return subprocess.run(
        command, cwd=path.parent, env=plain, capture_output=True, text=True, timeout=120
    )


@pytest.mark.slow
@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_exercise_fails_until_it_is_solved(path: Path, tmp_path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    names: dict[str, object] = {}
    exec(source, names)
    answer = loopscope.record(str(names["PROGRAM"])).output
    exercise = tmp_path / path.name

    def outcome(prediction: list[str]) -> tuple[int, str]:
        solved = source.replace("PREDICTION = []", f"PREDICTION = {prediction!r}")
        assert prediction == [] or solved != source
        exercise.write_text(solved, encoding="utf-8")
        done = pytest_on(exercise)
        return done.returncode, done.stdout

    code, text = outcome([])
    assert code == 1
    assert "No prediction yet." in text
    code, text = outcome([answer[1]])
    assert code == 1
    assert f"You put “{answer[1]}” first" in text
    assert "Traceback" not in text
    assert answer[0] not in text
    assert outcome(answer)[0] == 0


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_hints_of_an_exercise_do_not_tell_the_answer(path: Path) -> None:
    names: dict[str, Any] = {}
    exec(path.read_text(encoding="utf-8"), names)
    recording = loopscope.record(names["PROGRAM"])
    for right, line in enumerate(recording.output):
        wrong = [*recording.output[:right], "something else"]
        for hint in (1, 2, 3):
            assert line not in str(check(recording, wrong, hint))
        assert line in str(check(recording, wrong, hint=4))
