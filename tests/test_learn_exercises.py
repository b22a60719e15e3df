"""The exercises: each asks something, can be solved, and gives nothing away."""

from __future__ import annotations

from pathlib import Path

import pytest
from loopscope.learn.beliefs import BELIEFS
from loopscope.learn.checks import check_file
from loopscope.learn.collection import Entry, copy_all, entries, load_file, read_prediction, solve
from loopscope.learn.diagnosis import orders_of_believers
from loopscope.learn.examine import Examiner, examine
from loopscope.learn.model import Machine, run_on

HEAD = "from loopscope.js import *\nfrom loopscope.learn.exercise import predict\n\n"


def name(entry: Entry) -> str:
    return entry.name


def test_there_are_enough_in_eight_groups() -> None:
    groups = [entry.group for entry in entries()]
    assert len(groups) >= 40
    assert len({*groups}) == 8
    assert all(groups.count(group) >= 5 for group in groups)
    names = [entry.name for entry in entries()]
    assert names == sorted({*names})
    assert len({entry.title for entry in entries()}) == len(names)


@pytest.mark.slow  # but for its order, which is next, it is the same on each Python
@pytest.mark.parametrize("entry", entries(), ids=name)
def test_an_exercise_is_sound(entry: Entry) -> None:
    report = check_file(entry.path)
    assert report.problems == ()
    assert len(report.beliefs) >= 2


@pytest.mark.parametrize("entry", entries(), ids=name)
def test_an_exercise_prints_what_the_model_prints(entry: Entry) -> None:
    (exercise,) = load_file(entry.path)
    assert exercise.run().output == run_on(Machine, exercise.source).output


@pytest.mark.slow
def test_every_belief_is_met_in_some_exercise() -> None:
    missing = {one.id for one in BELIEFS}
    for entry in reversed(entries()):  # the last ones tell the most
        (exercise,) = load_file(entry.path)
        orders = orders_of_believers(exercise.source)
        printed = exercise.run().output
        missing -= {id for id, order in orders.items() if order != printed}
        if not missing:
            return
    assert missing == set()


def test_no_answer_is_shipped() -> None:
    for entry in entries():
        assert "@predict()\n" in entry.path.read_text(encoding="utf-8")


def write(folder: Path, program: str, prediction: str = "") -> Path:
    path = folder / "test_it.py"
    body = "".join(f"    {line}\n" for line in program.splitlines())
    path.write_text(f"{HEAD}@predict({prediction})\ndef program():\n{body}", encoding="utf-8")
    return path


GOOD = """\
setTimeout(lambda: console.log("ä"), 0)
queueMicrotask(lambda: console.log("b"))
console.log("c")"""

PROBLEMS = {
    "only 0 beliefs": 'console.log("a")',
    "printed twice": GOOD + '\nconsole.log("c")',
    "ends with an error": GOOD + '\nraise Exception("x")',
    "not the same at every pace": GOOD + '\nsetTimeout(lambda: console.log("10"), 10)\nblock(0.5)\n'
    'setTimeout(lambda: console.log("9"), 9)',
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_check_finds_what_is_wrong(tmp_path: Path, problem: str) -> None:
    path = write(tmp_path, PROBLEMS[problem])
    assert any(problem in one for one in check_file(path, real_clock=False).problems)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("import nothing_of_that_name", "line 1: ModuleNotFoundError: No module named"),
        ("\npredict(", "line 2: '(' was never closed."),
    ],
)
def test_check_goes_on_when_a_file_cannot_be_read(
    tmp_path: Path, source: str, problem: str
) -> None:
    path = tmp_path / "test_broken.py"
    path.write_text(source, encoding="utf-8")
    report = check_file(path, real_clock=False)
    assert report.problems[0].startswith(f"it cannot be read: {problem}")


def test_check_finds_an_answer_that_stands_there(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD, '"c", "b", "ä"')
    problems = check_file(path).problems
    assert "it does not start failing" in problems
    assert check_file(write(tmp_path, GOOD)).problems == ()


def test_an_exercise_is_solved_by_running_it(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD, '"ä",\n   "b",  # no\n')
    path.write_text(solve(path), encoding="utf-8")
    assert read_prediction(path.read_text(encoding="utf-8"), "program") == ["c", "b", "ä"]
    assert "@predict('c', 'b', 'ä')\ndef program():" in path.read_text(encoding="utf-8")
    assert examine(path, 1).is_right


def test_copies_do_not_overwrite_a_learners_work(tmp_path: Path) -> None:
    copied = copy_all(tmp_path)
    assert [path.name for path in copied] == [entry.path.name for entry in entries()]
    copied[0].write_text("mine", encoding="utf-8")
    copied[1].unlink()
    assert copy_all(tmp_path) == [copied[1]]
    assert copied[0].read_text(encoding="utf-8") == "mine"


def test_a_prediction_is_read_without_running_anything() -> None:
    source = HEAD + '@predict("a", 5)\ndef program():\n    pass\n\nraise SystemExit\n'
    assert read_prediction(source, "program") == ["a", "5"]
    with pytest.raises(LookupError):
        read_prediction(source, "other")
    with pytest.raises(ValueError, match="malformed"):
        read_prediction(source.replace('"a"', "open('/etc/passwd')"), "program")


def test_examine_ends_what_never_ends(tmp_path: Path) -> None:
    path = write(tmp_path, "while True:\n    pass", '"a"')
    assert "steps; does it ever end" in examine(path, 1).text
    path.write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    found = examine(path, 1, seconds=1)
    assert found.broken
    assert "stopped after 1 seconds" in found.text


def test_check_ends_what_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "while True:\n    pass")
    assert "steps; does it ever end" in check_file(path).problems[0]
    monkeypatch.setattr("loopscope.learn.exercise.SECONDS", 0.3)
    path = write(tmp_path, "while True: pass")  # without any event for a trace function
    assert "does it ever end" in check_file(path).problems[0]


def test_examine_tells_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    path = tmp_path / "test_it.py"
    for text, told in (
        ("def", "line 1: "),
        ("\n1 / 0\n", "line 2: ZeroDivisionError"),
        (
            HEAD + "@predict(cup)\ndef program():\n    pass\n",
            "Put each line that you predict in quotes",
        ),
        ("", "there is no exercise in it"),
        (HEAD + "import os\nos._exit(3)\n", "it cannot be judged"),
    ):
        path.write_text(text, encoding="utf-8")
        found = examine(path, 1)
        assert found.broken
        assert told in found.text


def test_an_examiner_goes_on_whatever_a_file_does(tmp_path: Path) -> None:
    right = write(tmp_path, GOOD, '"c", "b", "ä"')
    odd = tmp_path / "test_odd.py"
    killing = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n"
    writing = """
import contextlib, os
for one in range(3, 30):
    with contextlib.suppress(OSError):
        os.write(one, b'{"points": 1}\\n')
"""
    with Examiner(seconds=60) as examiner:
        for text, told in (
            ("import builtins\nbuiltins.left_over = input\nleft_over()\n", "EOFError"),
            ("left_over()\n", "NameError"),
            ("raise SystemExit('no more')\n", "SystemExit: no more"),
            (killing, "it cannot be judged"),
            (writing, "it cannot be judged"),
        ):
            odd.write_text(text, encoding="utf-8")
            assert told in examiner.examine(odd, 1).text
            assert examiner.examine(right, 1).is_right
        odd.write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
        examiner.seconds = 0.1
        assert "stopped after 0.1 seconds" in examiner.examine(odd, 1).text
        examiner.seconds = 60
        assert examiner.examine(right, 1).is_right


def test_examine_gives_what_the_plugin_gives(tmp_path: Path) -> None:
    found = examine(write(tmp_path, GOOD, '"c", "ä", "b"'), 3)
    assert (found.is_right, found.right, found.total) == (False, 1, 3)
    assert found.beliefs == ["M17", "M15"]  # the likelier one first
    assert len(load_file(write(tmp_path, GOOD))) == 1
