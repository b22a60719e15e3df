"""The alternative text of a picture: what it shows, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from ..tracing.history import History, history
from ..tracing.phrases import say
from .palette import drawable

if TYPE_CHECKING:
    from .._core import Event

__all__ = ["alt_text", "describe", "ending"]

_MOST = 12
"""How many tasks, and how many lines, are told of one by one."""


class _Recorded(Protocol):
    @property
    def trace(self) -> Sequence[Event]: ...


def ending(past: History) -> str:
    """Return what a picture says of a run that did not end by itself; "" if it did."""
    id = f"alt-{past.ending}"
    return say(id) if id in _ENDINGS else ""


_ENDINGS = ("alt-run-stopped", "alt-uncaught-error", "alt-process-exit", "alt-trace-ends")


def describe(recording: _Recorded) -> str:
    """Return in words what the picture of a recording shows."""
    return alt_text(history(recording.trace))


def alt_text(past: History) -> str:
    """Return in words which tasks ran, with which microtasks, and what each of them printed."""
    count = len(past.tasks)
    parts = [say("alt-tasks-one" if count == 1 else "alt-tasks", count=count)]
    for task in past.tasks[:_MOST]:
        jobs = [
            run
            for run in past.runs.values()
            if run.lane != "task" and task.start <= run.start <= task.end
        ]
        told: dict[str, object] = {"number": task.number, "item": task.run.item.title}
        told["printed"] = _printed(past, [task.run.id])
        if jobs:
            names = ", ".join(run.item.title for run in jobs[:_MOST])
            told["jobs"] = say("alt-more-jobs", jobs=names) if len(jobs) > _MOST else names
            told |= {"count": len(jobs), "after": _printed(past, [run.id for run in jobs])}
            parts.append(say("alt-task-jobs-one" if len(jobs) == 1 else "alt-task-jobs", **told))
        else:
            parts.append(say("alt-task", **told))
    if count > _MOST:
        parts.append(say("alt-more-tasks", count=count - _MOST))
    lines = [drawable(output.text) for output in past.outputs]
    if lines:
        shown = _quoted(lines[:_MOST])
        if len(lines) > _MOST:
            shown = say("alt-more-lines", lines=shown, count=len(lines) - _MOST)
        parts.append(say("alt-output", lines=shown))
    return " ".join(filter(None, [*parts, ending(past)]))


def _printed(past: History, runs: list[int]) -> str:
    lines = [drawable(output.text) for output in past.outputs if output.run in runs]
    if not lines:
        return ""
    if len(lines) > _MOST:
        return say("alt-printed-many", count=len(lines))
    return say("alt-printed", lines=_quoted(lines))


def _quoted(lines: list[str]) -> str:
    return ", ".join(say("quoted", text=line) for line in lines)
