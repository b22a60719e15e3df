"""The language's parts, clause by clause: what Python prints is what Node printed.

tests/clauses has a file for each group of clauses, in JavaScript and in Python, beside what Node
printed. Each `test(...)` in it is a small program, which names the clause of ECMA-262 and the test
of test262 (or of Node's own suite) that looks at the same behaviour;
`PYTHONPATH=tests python -m conformance.clauses` asks Node again.
"""

from __future__ import annotations

from pathlib import Path

import loopscope
import pytest
from conformance import clauses, node_suite

TESTS = Path(__file__).parent
GROUPS = clauses.groups()


def sections(printed: str) -> dict[str, list[str]]:
    """What is printed under each title."""
    found: dict[str, list[str]] = {}
    for line in printed.splitlines():
        if line.startswith("# "):
            assert line not in found, f"two tests have the title {line}"
            found[line] = lines = []
        else:
            lines.append(line)
    return found


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.stem)
def test_python_prints_what_node_printed(group: Path) -> None:
    recording = loopscope.record(group.with_suffix(".py"))
    assert recording.error is None
    expected = sections(group.with_suffix(".out").read_text("utf-8"))
    found = sections(recording.stdout)
    for title in expected:
        assert found.get(title) == expected[title], title
    assert [*found] == [*expected]
    assert [*expected] == [f"# {test.title}" for test in clauses.tests(group)]


@pytest.mark.slow  # of the default Python alone: Node is the same beside each
@pytest.mark.node
@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.stem)
def test_node_prints_it_today(group: Path) -> None:
    for _ in range(3):  # the timers of a busy machine may be late once
        printed = clauses.run_node(group)
        if printed == group.with_suffix(".out").read_text("utf-8"):
            break
    assert sections(printed) == sections(group.with_suffix(".out").read_text("utf-8"))


def test_there_are_many_and_each_says_what_it_covers() -> None:
    tests = [test for group in GROUPS for test in clauses.tests(group)]
    assert len(tests) > 110
    for test in tests:
        assert test.title
        assert test.clause
        assert test.covers.count("/") >= 1


def test_each_of_nodes_own_tests_is_accounted_for_once() -> None:
    covered = {
        test.covers.rpartition("/")[2]
        for group in GROUPS
        for test in clauses.tests(group)
        if test.covers.startswith(("parallel/", "sequential/"))
    }
    not_applicable = [name for names in node_suite.NOT_APPLICABLE.values() for name in names]
    assert len(not_applicable) == len({*not_applicable})
    assert not {*not_applicable} & covered
    assert not {*not_applicable} & {*node_suite.PROGRAMS}
    programs = {path.stem for path in (TESTS / "programs").glob("*.out")}
    assert {*node_suite.PROGRAMS.values()} <= programs
    assert len(covered | {*node_suite.PROGRAMS}) > 60
