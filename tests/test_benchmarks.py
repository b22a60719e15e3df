"""The benchmarks' own arithmetic, and that what they run does what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import instructions, operations  # noqa: E402
from benchmarks.measure import CASES, load  # noqa: E402
from benchmarks.peers import PEERS  # noqa: E402


def test_instructions_may_grow_by_three_percent() -> None:
    before = {"a": 1000, "b": 1000, "c": 1000}
    text, slower = instructions.compare({"a": 1030, "b": 1031, "c": 900, "d": 5}, before)
    assert slower == ["b"]
    assert "| c | 1,000 | 900 | -10.0% |" in text
    assert "| d | – | 5 | new |" in text


def test_a_known_combination_fails_a_slower_runtime(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(instructions, "key", lambda: "here")
    monkeypatch.setattr(instructions, "count", lambda: {"a": 110})
    monkeypatch.setattr(instructions, "load", lambda: {"here": {"a": 100}})
    assert instructions.check() == 1
    assert "above the baseline: a." in capsys.readouterr().out


def test_an_unknown_combination_only_reports(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(instructions, "key", lambda: "elsewhere")
    monkeypatch.setattr(instructions, "count", lambda: {"a": 110})
    monkeypatch.setattr(instructions, "load", lambda: {"here": {"a": 100}})
    assert instructions.check() == 0
    assert "./dev instructions record" in capsys.readouterr().out


def test_the_baselines_are_of_the_operations_that_are_counted() -> None:
    names = {*operations.OPERATIONS} - {operations.EMPTY}
    assert len(names) == 10
    baselines = instructions.load()
    assert baselines
    assert all({*counts} == names for counts in baselines.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_every_case_runs(name: str) -> None:
    case = load(name)
    ours = {"loopscope", "script", "traced", "asyncio"}
    for peer in PEERS:
        if peer.name in ours and peer.runs(case):
            subprocess.run(
                [*peer.command(case), "100", "10", "1"], cwd=ROOT, check=True, timeout=60
            )
