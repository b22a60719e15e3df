"""`loopscope grade`, and the other verbs of the command line that instructors use."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from loopscope.cli import main
from loopscope.learn.answers import Kept, keep
from loopscope.learn.collection import entries, replace_prediction, solve
from loopscope.learn.grading import grade
from loopscope.learn.progress import Progress

PROGRAM = """\
from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    setTimeout(lambda: console.log("task"), 0)
    queueMicrotask(lambda: console.log("microtask"))
    console.log("script")
"""


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """Three exercises of an instructor's own."""
    folder = tmp_path / "given" / "01_own"
    folder.mkdir(parents=True)
    for name in "abc":
        (folder / f"test_{name}.py").write_text(PROGRAM)
    return folder.parent


Answer = Callable[..., Path]


@pytest.fixture
def answer(tmp_path: Path) -> Answer:
    def answer_(learner: str, **lines: list[str]) -> Path:
        folder = tmp_path / "class" / learner
        (folder / "01_own").mkdir(parents=True)
        for name, predicted in lines.items():
            text = replace_prediction(PROGRAM, {"program": predicted})
            (folder / "01_own" / f"test_{name}.py").write_text(text)
        return folder

    return answer_


RIGHT = ["script", "microtask", "task"]
WRONG = ["script", "task", "microtask"]


def test_a_class_is_graded(given: Path, answer: Answer, capsys: pytest.CaptureFixture[str]) -> None:
    ann = answer("ann", a=RIGHT, b=WRONG, c=[])
    answer("bob", a=WRONG, b=["x"])
    progress = Progress(ann)
    progress.of("b").attempts, progress.of("b").hint = 3, 2
    progress.save()
    assert main(["grade", str(ann.parent), "--exercises", str(given)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["format"] == "loopscope.grades/1"
    first, second = document["submissions"]
    assert (first["learner"], first["points"], first["possible"]) == ("ann", 1.0, 3)
    assert [one["status"] for one in first["exercises"]] == ["right", "wrong", "missing"]
    assert [one["status"] for one in second["exercises"]] == ["wrong", "wrong", "missing"]
    wrong = first["exercises"][1]
    assert (wrong["right"], wrong["total"], wrong["attempts"], wrong["hints"]) == (1, 3, 3, 2)
    assert wrong["beliefs"] == ["M17", "M15"]
    assert "You put “task” second" in wrong["message"]
    assert {one["id"]: one["count"] for one in document["beliefs"]} == {"M15": 2, "M17": 2}
    assert document["beliefs"][0]["claim"]


def test_what_was_predicted_in_notebooks_is_told(
    given: Path, answer: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    ann = answer("ann", a=WRONG)
    answer("bob", a=RIGHT)
    facts: dict[str, Any] = {"name": "jobs", "program": "abc", "predicted": ["2"], "confidence": 3}
    facts |= {"revealed": False, "attempt": 1, "opened": True, "right": 0, "total": 4}
    (ann / "lessons").mkdir()
    keep(Kept(**facts, is_right=False, beliefs=["M5"]), ann / "lessons")
    assert main(["grade", str(ann.parent), "--exercises", str(given)]) == 0
    document = json.loads(capsys.readouterr().out)
    first, second = document["submissions"]
    [told] = first["predictions"]
    assert (told["name"], told["confidence"], told["beliefs"]) == ("jobs", 3, ["M5"])
    assert second["predictions"] == []
    assert {one["id"]: one["count"] for one in document["beliefs"]}["M5"] == 1


def test_one_learner_as_csv(
    given: Path, answer: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = answer("ann", a=RIGHT, b=WRONG, c=RIGHT)
    arguments = ["grade", str(folder), "--format", "csv", "--exercises", str(given), "--partial"]
    assert main(arguments) == 0
    rows = [*csv.DictReader(io.StringIO(capsys.readouterr().out))]
    assert [row["points"] for row in rows] == ["1.0", "0.33", "1.0"]
    assert {row["learner"] for row in rows} == {"ann"}
    assert rows[1]["beliefs"] == "M17 M15"


def test_junit(given: Path, answer: Answer, capsys: pytest.CaptureFixture[str]) -> None:
    answer("ann", a=RIGHT, b=WRONG)
    answer("bob", a=RIGHT)
    folder = answer("cleo", a=RIGHT, b=RIGHT, c=RIGHT).parent
    (folder / "bob" / "01_own" / "test_b.py").write_text("@predict(open('x'))\ndef program(): ...")
    assert main(["grade", str(folder), "--format", "junit", "--exercises", str(given)]) == 0
    root = ElementTree.fromstring(capsys.readouterr().out)
    counts = {
        suite.get("name"): [suite.get(name) for name in ("failures", "errors", "skipped")]
        for suite in root
    }
    assert counts == {
        "ann": ["1", "0", "1"],
        "bob": ["0", "1", "1"],
        "cleo": ["0", "0", "0"],
    }
    assert root[0][1][0].text.startswith("Right so far: 1 of 3")


def test_the_learners_program_is_not_what_is_judged(given: Path, answer: Answer) -> None:
    folder = answer("eve", a=["x"])
    path = folder / "01_own" / "test_a.py"
    path.write_text(path.read_text().split("    setTimeout")[0] + '    console.log("x")\n')
    (one,) = grade(folder, exercises=given)
    assert one.grades[0].status == "wrong"


def test_the_learners_file_is_not_executed(given: Path, answer: Answer, tmp_path: Path) -> None:
    folder = answer("eve", a=RIGHT)
    path = folder / "01_own" / "test_a.py"
    trap = tmp_path / "executed"
    path.write_text(path.read_text() + f"\nopen({str(trap)!r}, 'w')\n")
    (one,) = grade(folder, exercises=given)
    assert one.grades[0].status == "right"
    assert not trap.exists()


def test_a_program_that_never_ends_is_stopped(given: Path, answer: Answer) -> None:
    own = given / "01_own" / "test_a.py"
    own.write_text(PROGRAM.split("    setTimeout")[0] + "    import time\n    time.sleep(60)\n")
    (one,) = grade(answer("ann", a=RIGHT), exercises=given, seconds=1)
    assert one.grades[0].status == "broken"
    assert "stopped after 1 seconds" in one.grades[0].message


def test_where_there_is_nothing_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["grade", str(tmp_path)]) == 1
    assert "there are no exercises in" in capsys.readouterr().err


@pytest.mark.slow
def test_all_exercises_solved_are_all_points(tmp_path: Path) -> None:
    for entry in entries():
        path = tmp_path / entry.group / entry.path.name
        path.parent.mkdir(exist_ok=True)
        path.write_text(solve(entry.path), encoding="utf-8")
    (one,) = grade(tmp_path)
    assert one.points == len(entries())


# ---- loopscope exercises


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exercises", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(entries())
    assert lines[0].split() == ["01_call_stack", "101_kitchen", "A", "recipe"]


def test_check_and_solution(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exercises", "check", str(given)]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[-1] == "3 of 3 are sound"
    assert "M17" in out
    path = given / "01_own" / "test_a.py"
    assert main(["exercises", "solution", str(path)]) == 0
    solved = capsys.readouterr().out
    assert "@predict('script', 'microtask', 'task')" in solved
    path.write_text(solved)
    assert main(["exercises", "check", "--quick", str(path)]) == 1
    assert "it does not start failing" in capsys.readouterr().out
