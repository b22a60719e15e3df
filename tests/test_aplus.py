"""Promises/A+: all of the public suite's tests pass, unmodified, on the real and the virtual clock.

The suite is npm's promises-aplus-tests, which `./dev` installs under build/; tests/conformance has
the bridge. That the suite can fail here at all is seen by breaking `then`.
"""

from __future__ import annotations

from typing import Any

import loopscope
import pytest
from conformance import aplus, bridge

TESTS = 872


def test_all_tests_pass() -> None:
    report = aplus.run()
    assert report.version == "2.1.2"
    assert report.failures == {}
    assert len(report.results) == TESTS


@pytest.mark.slow
def test_the_resolution_procedure_on_the_real_clock() -> None:
    report = aplus.run(clock="real", only="2.3.1")
    assert report.failures == {}
    assert report.results


@pytest.mark.parametrize(
    ("part", "broken"),
    [
        ("2.2.4", lambda promise, *handlers: at_once(promise, *handlers)),
        ("2.2.7", lambda promise, *handlers: (bridge.THEN_OF_C(promise, *handlers), promise)[1]),
        ("2.2.2", lambda promise, *handlers: bridge.THEN_OF_C(promise, *map(blind, handlers))),
        ("2.2.6", lambda promise, *handlers: bridge.THEN_OF_C(promise)),
    ],
    ids=["synchronous", "the same promise", "without the value", "no handlers"],
)
def test_it_sees_a_broken_then(part: str, broken: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "THEN_OF_C", bridge.THEN, raising=False)
    monkeypatch.setattr(bridge, "THEN", broken)
    assert aplus.run(only=part).failures


def at_once(promise: Any, fulfilled: Any = None, rejected: Any = None) -> Any:
    state, value = loopscope._core.promise_state(promise)
    if state == "fulfilled" and callable(fulfilled):
        fulfilled(value)
    return bridge.THEN_OF_C(promise, fulfilled, rejected)  # type: ignore[attr-defined]


def blind(handler: Any) -> Any:
    return (lambda value: handler(None)) if callable(handler) else handler


def test_without_the_suite_it_says_what_to_do(tmp_path: Any) -> None:
    with pytest.raises(aplus.Missing, match=r"\./dev aplus"):
        aplus.run(tmp_path)
