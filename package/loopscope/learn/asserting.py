"""assert_order: in any test, that a program has printed its lines in a legal order."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..recording import Recording
    from .order import AnyOrder

__all__ = ["assert_order"]


def assert_order(printed: Recording | Sequence[object], expected: Sequence[str | AnyOrder]) -> None:
    """Fail, with hints, unless lines came in the expected order.

    `printed`: a recording, or lines. `expected`: lines, and `in_any_order(...)` where several
    orders are legal. What the hints tell depends on the level: pytest's `--loopscope-hint`.
    Raises AssertionError; under pytest the failure that shows its message only.
    """
    __tracebackhide__ = True
    from .order import first_difference

    given: Any = printed
    lines = [str(line) for line in getattr(given, "output", given)]
    at = first_difference(lines, expected)
    if at is not None:
        _fail(_message(printed, lines, expected, at))


def _message(printed: Any, lines: list[str], expected: Sequence[Any], at: int) -> str:
    from .hints import default_level, judge
    from .model import load_program
    from .order import AnyOrder

    plain = [part for part in expected if not isinstance(part, AnyOrder)]
    if len(plain) == len(expected) and hasattr(printed, "trace"):
        source = printed.path or printed.source
        program = load_program(source) if source is not None else None
        return judge(printed, [str(part) for part in plain], default_level(), program).text
    if at == len(lines):
        return f"The first {at} lines are as expected, and then nothing more is printed."
    begun = f"The first {at} lines are as expected. " if at else ""
    return f"{begun}Line {at + 1} is “{lines[at]}”: that is not expected there."


def _fail(message: str) -> None:
    __tracebackhide__ = True
    pytest = sys.modules.get("pytest")
    if pytest is not None:
        pytest.fail(message, pytrace=False)
    raise AssertionError(message)
