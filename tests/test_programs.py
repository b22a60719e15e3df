"""The twin programs: what Python prints is what Node printed, and what Node prints today.

Every program of tests/programs stands there twice, in JavaScript and in Python, beside what Node
printed. README.md there says what is covered; record.py asks Node again.
"""

from __future__ import annotations

import sys
from pathlib import Path

import loopscope
import pytest

# A folder of programs is no package: record.py is a script that also knows where everything is.
PROGRAMS = Path(__file__).parent / "programs"
sys.path.insert(0, str(PROGRAMS))
try:
    import record
finally:
    sys.path.remove(str(PROGRAMS))

JAVASCRIPT = record.javascript()
# The exit codes with which Node reports an uncaught error: 1, and 7 when a handler threw as well.
UNCAUGHT = (1, 7)
# Real timers of a machine that is busy may be late by more than the programs allow for. What Node
# never prints is wrong each time.
ATTEMPTS = 3


def name(program: Path) -> str:
    return program.stem


@pytest.fixture(scope="session")
def node() -> str:
    try:
        return record.find_node()
    except record.NodeMissing as missing:
        pytest.fail(str(missing))


def test_every_program_is_a_pair_with_its_output() -> None:
    stems = {program.stem for program in JAVASCRIPT}
    assert len(stems) == len(JAVASCRIPT) > 100
    assert {program.stem for program in PROGRAMS.glob("[0-9]*.py")} == stems
    assert {program.stem for program in PROGRAMS.glob("[0-9]*.out")} == stems
    assert {program.stem for program in PROGRAMS.glob("[0-9]*.rc")} <= stems


@pytest.mark.parametrize("trace", ["on record", "untraced"])
@pytest.mark.parametrize("program", JAVASCRIPT, ids=name)
def test_python_prints_what_node_printed(program: Path, trace: str) -> None:
    expected = record.recorded(program)
    # Without a trace the runtime goes shorter ways. Met with the first event, the limit ends it.
    limit = {} if trace == "on record" else {"trace_limit": 1}
    recording = loopscope.record(program.with_suffix(".py"), **limit)
    assert recording.stdout == expected.output
    if not recording.stderr:  # .output has the lines of both
        assert recording.output == expected.output.removesuffix("\n").split("\n")
    assert recording.exit_code == expected.exit_code
    assert (recording.error is not None) == (expected.exit_code in UNCAUGHT), recording.error


@pytest.mark.slow  # of the default Python alone: Node is the same beside each
@pytest.mark.node
@pytest.mark.parametrize("program", JAVASCRIPT, ids=name)
def test_node_prints_it_today(program: Path, node: str) -> None:
    expected = record.recorded(program)
    for _ in range(ATTEMPTS):
        ran = record.run_node(node, program)
        if ran == expected:
            break
    assert ran == expected
