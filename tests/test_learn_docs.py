"""What the guides for instructors show works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from loopscope.learn.checks import check_file

pytest_plugins = "pytester"

GUIDES = Path(__file__).parent.parent / "docs" / "how-to"


def blocks(guide: str) -> list[str]:
    text = (GUIDES / guide).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def test_the_exercise_of_the_guide_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "test_coffee.py"
    path.write_text(blocks("write-an-exercise.md")[0])
    assert len([line for line in path.read_text().splitlines() if line]) <= 10
    assert check_file(path).problems == ()


def test_the_guide_to_exercises(pytester: pytest.Pytester) -> None:
    coffee, relations, own = blocks("write-an-exercise.md")
    solved = coffee.replace("predict()", 'predict("cup", "milk", "coffee")')
    pytester.makepyfile(test_coffee=solved, test_relations=relations, test_own=own)
    pytester.runpytest("-p", "no:nbmake").assert_outcomes(passed=3)


def test_the_cell_for_nbgrader(capsys: pytest.CaptureFixture[str]) -> None:
    (cell,) = blocks("grade-a-class.md")
    *lines, last = cell.splitlines()
    points = {}
    for prediction in (["cup", "milk", "coffee"], ["cup", "coffee", "milk"]):
        names: dict[str, object] = {"my_prediction": prediction}
        exec("\n".join(lines), names)
        points[prediction[1]] = eval(last, names)
    assert points == {"milk": 2, "coffee": pytest.approx(2 / 3)}
    assert "You put “coffee” second" in capsys.readouterr().out
