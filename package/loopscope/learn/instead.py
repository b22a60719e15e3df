"""instead: what would have had to be so for a line to come where a learner has put it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..tracing.fold import State
from ..tracing.history import Frame, history
from .moment import printing_steps

if TYPE_CHECKING:
    from ..recording import Recording

__all__ = ["what_it_takes"]

_QUEUES = ("ticks", "microtasks", "tasks")


def what_it_takes(recording: Recording, own: str, step: int, before: int | None) -> str:
    """Say what would have had to be so for a line to be printed earlier.

    `own`: the line; `step`: the one that prints what comes there really; `before`: the step after
    which its task or job started, None if that was under way already. Returns "" if the line is
    not printed later, or if the trace does not tell.
    """
    later = (
        at
        for at, text in zip(printing_steps(recording), recording.output, strict=False)
        if at > step and text.strip() == own
    )
    own_step = next(later, 0)
    if not own_step:
        return ""
    runs, own_runs = recording.state(step).running, recording.state(own_step).running
    if not runs or not own_runs:
        return ""
    first, other = runs[-1], own_runs[-1]
    if first.id == other.id:
        return _in_one_run(recording, own, step, own_step)
    if before is None:
        needed = f"{_plain(first.title)} would have had to end first"
    else:
        state = recording.state(before)
        needed = _in_queues(state, first.id, other.id) or _queued_later(recording, other.id, before)
    return f"For “{own}” to come there, {needed}." if needed else ""


def _in_one_run(recording: Recording, own: str, step: int, own_step: int) -> str:
    """Tell which function prints a line, and what it waits for."""
    frame, own_frame = _printing(recording, step), _printing(recording, own_step)
    if frame is None or own_frame is None:
        return ""
    function, own_function = _name(frame), _name(own_frame)
    if own_frame == frame:
        return f"“{own}” is printed farther on in {own_function}, which runs line by line."
    if own_frame.start < step - 1 < own_frame.end:
        return f"“{own}” is printed by {own_function}, which waits until {function} has returned."
    return f"“{own}” is printed in a call of {own_function} that has not been made yet."


def _name(frame: Frame) -> str:
    return f"the λ of line {frame.line}" if frame.name == "λ" else _plain(frame.name)


def _plain(title: str) -> str:
    """Name a function, or what waits, without quotes: those are for what is printed."""
    return "the script" if title == "script" else title


def _printing(recording: Recording, step: int) -> Frame | None:
    """Return the innermost function of the program on the stack at a step that prints."""
    frames = [
        frame
        for frame in history(recording.trace).frames
        if frame.start < step - 1 < frame.end and not frame.name.startswith("console.")
    ]
    return max(frames, key=lambda frame: frame.depth, default=None)


def _in_queues(state: State, first: int, other: int) -> str:
    """Compare two that wait at one moment; "" if not both do."""
    places = {
        item.id: (queue, item.title) for queue in _QUEUES for item in getattr(state, queue)
    } | {pending.item.id: ("host", pending.item.title) for pending in state.host}
    due = {pending.item.id: pending.due for pending in state.host}
    if first not in places or other not in places:
        return ""
    (queue, title), (own_queue, own_title) = places[first], places[other]
    if queue in ("ticks", "microtasks") and own_queue != queue:
        return f"there would have had to be no {queue.removesuffix('s')} left"
    mine, theirs = due.get(other), due.get(first)
    if mine is not None and theirs is not None and mine > theirs:
        when = f"it is due at {mine:g} ms, and {title} at {theirs:g} ms"
        return f"{own_title} would have had to be due earlier: {when}"
    if mine is not None and queue == "tasks" and mine > state.time:
        return f"{own_title} would have had to be due already: it is due at {mine:g} ms"
    if own_queue != queue:
        return ""
    what = "be set" if queue == "host" else "be queued"
    if own_title == title:
        return f"the other {title} would have had to {what} first"
    return f"{own_title} would have had to {what} before {title}"


def _queued_later(recording: Recording, other: int, before: int) -> str:
    """Tell what queues a job or a task that does not wait yet, or sets its timer."""
    for event in recording.trace[before:]:
        if event.id == other and event.kind in ("enqueue", "schedule"):
            running = recording.state(event.seq).running
            if running:
                name = _plain(running[-1].title)
                return f"{name} would have had to run before: it queues what prints that line"
            return ""
    return ""
