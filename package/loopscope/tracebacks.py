"""Tracebacks that show the program's own lines, without those of the runtime around it."""

from __future__ import annotations

import os
from traceback import StackSummary, TracebackException

__all__ = ["format_error"]

_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep


def format_error(error: BaseException) -> str:
    """Format an exception and its causes as Python does, but for the frames of this package."""
    formatted = TracebackException.from_exception(error, compact=True)
    pending = [formatted]
    while pending:
        each = pending.pop()
        own = [frame for frame in each.stack or () if not frame.filename.startswith(_OURS)]
        # Without a frame (a SyntaxError of the script itself) there is no heading either.
        each.stack = StackSummary.from_list(own) if own else None  # type: ignore[assignment]
        pending += [other for other in (each.__cause__, each.__context__) if other is not None]
        pending += each.exceptions or []
    return "".join(formatted.format())
