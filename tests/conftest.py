"""Every test is a leak test: what lived before it may live after it, and nothing more."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from loopscope import _core

_failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    # The traceback of a failed test keeps its locals alive: that is no leak of ours.
    item.stash[_failed] = item.stash.get(_failed, False) or call.excinfo is not None
    return report


def pytest_collection_finish(session: pytest.Session) -> None:
    # What pytest and the modules hold lives to the end: the collections below need not see it.
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    gc.collect()
    before = _core.live_counts()
    yield
    if request.node.stash.get(_failed, False):
        return
    gc.collect()
    after = _core.live_counts()
    leaked = {name: after[name] - count for name, count in before.items() if after[name] > count}
    assert not leaked, f"still alive after the test: {leaked}"
