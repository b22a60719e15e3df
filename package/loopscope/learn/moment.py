"""moment: what there was when a line was printed, as names to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..tracing.fold import Pending, State

if TYPE_CHECKING:
    from ..recording import Recording

__all__ = ["Moment", "moment", "name_pending", "printing_steps"]


@dataclass(frozen=True)
class Moment:
    """The state of a run while it prints a line, each thing by its name; see `moment`."""

    text: str
    """The printed line."""
    step: int
    """The step that prints it, as `recording.explain(step)` and the pictures number it."""
    time: float
    """Milliseconds since the start of the run, by its clock."""
    task: str
    """The task or microtask that runs."""
    call_stack: list[str]
    """The outermost function first."""
    ticks: list[str]
    microtasks: list[str]
    tasks: list[str]
    """Queues, with what is next out first."""
    host: list[str]
    """The timers, and whatever else the host keeps."""
    suspended: list[str]
    """The async functions that wait at an `await`."""

    def __repr__(self) -> str:
        rows = [
            ("running", self.task),
            ("call stack", " → ".join(self.call_stack)),
            ("ticks", ", ".join(self.ticks)),
            ("microtasks", ", ".join(self.microtasks)),
            ("tasks", ", ".join(self.tasks)),
            ("host", ", ".join(self.host)),
            ("suspended", ", ".join(self.suspended)),
        ]
        # Ticks and async functions are shown only where there are any: lessons meet them late.
        rows = [row for row in rows if row[1] or row[0] not in ("ticks", "suspended")]
        lines = [
            f"{name:<11} {names or ('(nothing)' if name == 'running' else '(empty)')}"
            for name, names in rows
        ]
        head = f"While “{self.text}” is printed (step {self.step}, t = {self.time:g} ms):"
        return "\n".join([head, *lines])


def moment(recording: Recording, text: str, occurrence: int = 1) -> Moment:
    """Return what there was when a line was printed: call stack, queues, and the host's timers.

    `text`: the line; `occurrence`: which one of several, from 1. LookupError, with what was
    printed, if there is no such line; TypeError if `recording` is no Recording.
    """
    from ..recording import require_recording

    require_recording("moment", recording)
    found = [step for step, line in zip(printing_steps(recording), recording.output, strict=False)
             if line == str(text)]  # fmt: skip
    if not 1 <= occurrence <= len(found):
        raise LookupError(
            f"moment: {text!r} was printed {len(found)} times, so there is no occurrence "
            f"{occurrence}; the output is {recording.output}"
        )
    step = found[occurrence - 1]
    state = recording.state(step)
    return Moment(
        text=str(text),
        step=step,
        time=state.time,
        task=_name_running(state),
        call_stack=[frame.name for frame in state.call_stack],
        ticks=[item.title for item in state.ticks],
        microtasks=[item.title for item in state.microtasks],
        tasks=[item.title for item in state.tasks],
        host=[name_pending(pending) for pending in state.host],
        suspended=[waiting.name for waiting in state.suspended],
    )


def printing_steps(recording: Recording) -> Sequence[int]:
    """Return, for each printed line, the step that completed it.

    There are fewer than lines when the trace was cut, or when the end of the run wrote some.
    """
    steps: list[int] = []
    for step, event in enumerate(recording.trace, start=1):
        if event.kind == "output":
            steps += [step] * event.text.count("\n")
    return steps


def name_pending(pending: Pending) -> str:
    """Return what the host keeps in words: "timer #1 (line 2, due at 10 ms)"."""
    details = [f"line {pending.item.line}"] if pending.item.line else []
    if pending.due is not None:
        details.append(f"due at {pending.due:g} ms")
    return f"{pending.item.title} ({', '.join(details)})" if details else pending.item.title


def _name_running(state: State) -> str:
    return state.running[0].title if state.running else ""
