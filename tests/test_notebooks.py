"""The lessons as notebooks: stored clean, run from top to bottom, and each program beside its twin.

What they say about their programs is asserted in test_lessons.py.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import lessons
import loopscope
import nbformat
import pytest
from loopscope.jupyter.options import read_options
from loopscope.jupyter.predicting import TILES, tiles_beside
from loopscope.learn import check
from loopscope.learn.answers import FILE
from loopscope.learn.gate import Gate
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

PROGRAMS = [program for path in lessons.LESSONS for program in lessons.programs(path)]
TWINS = [program for program in PROGRAMS if program.javascript is not None]
EXERCISES = sorted((lessons.FOLDER / "exercises").glob("test_*.py"))

# pytest starts in a third of the time without plugins.
PLAIN = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

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
        assert set(lessons.tags(cell)) <= {"program", "no-twin"}, cell.id
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


def run(path: Path, folder: Path, **variables: str) -> dict[str, str]:
    """Run a notebook in a folder; return for each code cell what it showed and printed, as text."""
    notebook = nbformat.from_dict(lessons.read(path))
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, timeout=60, kernel_name="python3", resources=resources)
    client.execute(env={**os.environ, **variables})
    return {cell.id: text(cell.outputs) for cell in notebook.cells if cell.cell_type == "code"}


def text(outputs: list[nbformat.NotebookNode]) -> str:
    return "".join(one.get("text") or one.get("data", {}).get("text/plain", "") for one in outputs)


@pytest.mark.slow
@ignore_jupyter
@each_lesson
def test_runs_with_predictions(path: Path, tmp_path: Path) -> None:
    predicted = [program for program in lessons.programs(path) if program.is_predicted]
    assert len(predicted) >= 3
    fixture = tmp_path / "predictions.json"
    predictions = {program.name: program.record().output for program in predicted}
    fixture.write_text(json.dumps(predictions), encoding="utf-8")
    shown = run(path, tmp_path, LOOPSCOPE_PREDICTIONS=str(fixture))
    # What a program prints stands below its own cell.
    for program in lessons.programs(path):
        printed = "\n".join(program.record().output)
        assert printed in shown[program.id]
    assert not (tmp_path / FILE).exists()  # these are no learner's answers


@pytest.mark.slow
@ignore_jupyter
def test_stops_where_it_is_locked(tmp_path: Path) -> None:
    with pytest.raises(CellExecutionError, match="human_animal_run is locked: commit your pred"):
        run(lessons.LESSONS[0], tmp_path)


@pytest.mark.slow
def test_runs_under_nbmake(tmp_path: Path) -> None:
    copy = tmp_path / "lesson.ipynb"
    shutil.copyfile(lessons.LESSONS[1], copy)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "nbmake.pytest_plugin", "--nbmake"]
    done = subprocess.run(
        [*command, copy.name],
        cwd=tmp_path,
        env=PLAIN | {"LOOPSCOPE_REVEAL": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


@each_lesson
def test_names_and_tiles(path: Path) -> None:
    programs = lessons.programs(path)
    names = [program.name for program in programs if program.name]
    assert len(set(names)) == len(names)
    used = "\n".join(cell.source for cell in lessons.read(path).cells)
    for program in programs:
        if program.is_predicted:
            assert program.name, program.id
        elif program.name:
            assert len(re.findall(rf"\b{program.name}\b", used)) > 1, program.id
        if not program.is_predicted:
            continue
        line = program.cell.partition("\n")[0].removeprefix("%%predict")
        options = read_options(line, "%%predict")
        recording = program.record()
        given = tiles_beside(program.name, lessons.FOLDER)
        gate = Gate(recording, program.body, given=given)
        assert gate.unfit == ""
        kept = [tile for tile in gate.tiles if tile in recording.output]
        assert kept != recording.output or len(kept) == 1
        # A distractor that is printed would be none, and one in the cell would be seen.
        assert not set(given or ()) & set(recording.output)
        assert options.distractors is None
        assert gate.commit(recording.output).is_right


def test_every_hidden_tile_belongs_to_a_program() -> None:
    tiles = json.loads((lessons.FOLDER / TILES).read_text(encoding="utf-8"))
    assert tiles.keys() <= {program.name for program in PROGRAMS if program.is_predicted}


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
    return subprocess.run(
        command, cwd=path.parent, env=PLAIN, capture_output=True, text=True, timeout=120
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
