"""The alternative text of a picture: what it shows, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from ..tracing.history import History, history
from .palette import drawable

if TYPE_CHECKING:
    from .._core import Event

__all__ = ["ENDINGS", "alt_text", "describe"]

_MOST = 12
"""How many tasks, and how many lines, are told of one by one."""


class _Recorded(Protocol):
    @property
    def trace(self) -> Sequence[Event]: ...


ENDINGS = {
    "run-stopped": "Here the program was stopped: it had not ended.",
    "uncaught-error": "Here an uncaught error ended the program.",
    "process-exit": "Here process.exit() ended the program.",
    "trace-ends": "Here the trace ends: the program went on.",
}
"""What a picture says of a run that did not end by itself."""


def describe(recording: _Recorded) -> str:
    """Return in words what the picture of a recording shows."""
    return alt_text(history(recording.trace))


def alt_text(past: History) -> str:
    """Return in words which tasks ran, with which microtasks, and what each of them printed."""
    count = len(past.tasks)
    parts = [f"Event loop diagram: {count} {_plural('task', count)}."]
    for task in past.tasks[:_MOST]:
        jobs = [
            run
            for run in past.runs.values()
            if run.lane != "task" and task.start <= run.start <= task.end
        ]
        told = f"Task {task.number}, {task.run.item.title}"
        told += _printed(past, [task.run.id])
        if jobs:
            names = ", ".join(run.item.title for run in jobs[:_MOST])
            if len(jobs) > _MOST:
                names += " and more"
            told += f"; then {len(jobs)} {_plural('microtask', len(jobs))}: {names}"
            told += _printed(past, [run.id for run in jobs])
        parts.append(told + ".")
    if count > _MOST:
        parts.append(f"{count - _MOST} more tasks follow.")
    lines = [drawable(output.text) for output in past.outputs]
    if lines:
        shown = ", ".join(f"“{line}”" for line in lines[:_MOST])
        rest = f" and {len(lines) - _MOST} more lines" if len(lines) > _MOST else ""
        parts.append(f"Printed, in this order: {shown}{rest}.")
    if past.ending in ENDINGS:
        parts.append(ENDINGS[past.ending])
    return " ".join(parts)


def _printed(past: History, runs: list[int]) -> str:
    lines = [drawable(output.text) for output in past.outputs if output.run in runs]
    if not lines:
        return ""
    shown = ", ".join(f"“{line}”" for line in lines[:_MOST])
    return f" printed {shown}" if len(lines) <= _MOST else f" printed {len(lines)} lines"


def _plural(noun: str, count: int) -> str:
    return noun if count == 1 else noun + "s"
