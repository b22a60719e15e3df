"""Hard conditions, each in a process of its own, as a failure could end it."""

from __future__ import annotations

import sys

import pytest
from apart import run_isolated


def test_every_allocation_may_fail():
    pytest.importorskip("_testcapi", reason="this CPython was built without its test modules")
    run_isolated("nomemory.py", "1", "29")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="own GILs came with CPython 3.12")
def test_two_interpreters_with_their_own_gil():
    run_isolated("interpreters.py")


def test_objects_that_are_collected_with_their_module():
    run_isolated("teardown.py")


def test_objects_that_act_as_the_interpreter_drops_them():
    run_isolated("late.py")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="own GILs came with CPython 3.12")
def test_nested_runs_of_interpreters_in_one_thread():
    run_isolated("nested.py")


def test_a_million_of_them():
    run_isolated("scale.py")


def test_fork_within_a_run():
    run_isolated("forked.py")


def test_collections_at_every_allocation():
    run_isolated("collected.py")


@pytest.mark.parametrize("host", ["node", "browser"])
def test_every_action_in_every_place(host):
    run_isolated("reentrancy.py", host)
