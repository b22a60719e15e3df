"""Budget: a program that never ends is stopped after so many steps, on every machine the same."""

from __future__ import annotations

import sys
from types import FrameType, TracebackType
from typing import Any, Final

__all__ = ["Budget", "Spent"]

LINES: Final = 200_000
"""Lines that a program of a lesson may execute, unless told otherwise: few take a hundred."""


class Spent(KeyboardInterrupt):
    """A program has used up its steps.

    It is a KeyboardInterrupt because that is what it does: it ends a program from outside. The
    runtime never makes a rejection of it.
    """


class Budget:
    """Counts the lines that a program executes, and raises Spent in it when there are too many.

    `filename`: the program's file; lines of other files are not counted, calls of their functions
    are. `lines`: how many there may be. A debugger's or coverage tool's trace function is put
    aside meanwhile.
    """

    def __init__(self, filename: str, lines: int = LINES) -> None:
        self._filename = filename
        self._most = lines
        self.used = 0

    def spend(self) -> None:
        """Take one step. Raises Spent if it is one too many."""
        self.used += 1
        if self.used > self._most:
            raise Spent(f"the program was stopped after {self._most} steps; does it ever end?")

    def _trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        self.spend()
        return self._trace if frame.f_code.co_filename == self._filename else None

    def __enter__(self) -> Budget:
        self._before = sys.gettrace()
        sys.settrace(self._trace)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        sys.settrace(self._before)
