"""Every test is a leak test: what lived before it may live after it, and nothing more."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from itertools import pairwise

import pytest
from loopscope import _core

_failed = pytest.StashKey[bool]()
_ROUNDS = 5  # of --flat; the caches of Python and of pytest fill in those before
_WARM_UP = 3

# A shell that starts the tests in the background has them ignore Ctrl-C, and what they start
# inherits that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A place may name certificates that Node shall trust besides its own. It reads them at each start,
# which takes longer than all else that it does for one of the programs here.
os.environ.pop("NODE_EXTRA_CA_CERTS", None)
# For formats of JSON Schema that nothing here has, jsonschema compiles dozens of grammars when it
# is imported, for three seconds; it does without where there are none.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--flat", action="store_true", help="each test five times, with flat counts")


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[object]:
    result = yield
    # Who has a fixture that may be used up, as a folder that is filled, is not repeated.
    given = set(pyfuncitem.fixturenames) - _REPEATABLE
    if not pyfuncitem.config.getoption("--flat", False) or given - set(_parameters(pyfuncitem)):
        return result
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    counts = []
    for _ in range(_WARM_UP + _ROUNDS):
        pyfuncitem.obj(**arguments)
        gc.collect()
        counts.append((len(gc.get_objects()), *_core.live_counts().values()))
    flat = counts[_WARM_UP:]
    # Grown in every round: what fills by chance, as a cache does, does not.
    growing = [
        number
        for number, values in enumerate(zip(*flat, strict=True))
        if all(before < after for before, after in pairwise(values))
    ]
    assert not growing, f"grows from run to run: {flat}"
    return result


_REPEATABLE = {"_no_leaks", "request", "run", "capsys", "capfd"}


def _parameters(item: pytest.Function) -> list[str]:
    return list(item.callspec.params) if hasattr(item, "callspec") else []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    # The traceback of a failed test keeps its locals alive: that is no leak of ours.
    item.stash[_failed] = item.stash.get(_failed, False) or call.excinfo is not None
    return report


@pytest.fixture(autouse=True)
def _no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    gc.collect()
    gc.freeze()  # what is there already is none of this test's: its collections need not see it
    before = _core.live_counts()
    yield
    if request.node.stash.get(_failed, False):
        return
    gc.collect()
    after = _core.live_counts()
    leaked = {name: after[name] - count for name, count in before.items() if after[name] > count}
    assert not leaked, f"still alive after the test: {leaked}"
