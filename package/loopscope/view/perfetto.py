"""`to_perfetto`: a run as a Chrome trace, the JSON that Perfetto, Speedscope and Chrome read.

Rows are threads: tasks, microtasks (jobs inside of checkpoints), the call stack, the output. What
waits (with the host, in a queue, for a promise to be settled) is an asynchronous slice, and a flow
arrow leads from what scheduled a thing to where it runs.

Many steps happen while the clock stands still, and a slice needs some width. `x="step"` gives each
step a millisecond. `x="time"` has the times of the run; what they do not tell apart is a
microsecond apart.

The format: "Trace Event Format", Google, 2016; https://perfetto.dev/docs/getting-started/other-formats.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..tracing.history import History, Run, Wait, history
from ..tracing.rules import RULES, rule

if TYPE_CHECKING:
    from .._core import Event
    from ..recording import Recording

__all__ = ["chrome_trace", "to_perfetto"]

Axis = Literal["step", "time"]

_PROCESS = 1
_TASKS, _MICROTASKS, _STACK, _OUTPUT = 1, 2, 3, 4
_THREADS = {
    _TASKS: "Tasks",
    _MICROTASKS: "Microtasks",
    _STACK: "Call stack",
    _OUTPUT: "Output",
}
_LANES = {"task": _TASKS, "tick": _MICROTASKS, "microtask": _MICROTASKS}
_WAITS = {
    "host": "host keeps",
    "task": "in the task queue",
    "tick": "in the tick queue",
    "microtask": "in the microtask queue",
}


def to_perfetto(recording: Recording, path: str | Path, x: Axis | None = None) -> Path:
    """Write a recording as a Chrome trace to a file, and return its path.

    `x`: "step" or "time"; if it is not given, "time" for the real clock and "step" for the virtual
    one. ValueError for another `x`, OSError if the file cannot be written.
    """
    target = Path(path)
    # Perfetto shows \u escapes as they are. A lone surrogate has no other form, and becomes a "?".
    text = json.dumps(chrome_trace(recording, x), separators=(",", ":"), ensure_ascii=False)
    target.write_text(text, encoding="utf-8", errors="replace")
    return target


def chrome_trace(recording: Recording, x: Axis | None = None) -> dict[str, Any]:
    """Return a recording as a Chrome trace, a value for JSON; see `to_perfetto`.

    ValueError for an axis that is neither "step" nor "time".
    """
    axis = x or ("time" if recording.clock == "real" else "step")
    if axis not in ("step", "time"):
        raise ValueError(f'to_perfetto: argument \'x\' must be "step" or "time", not {x!r}')
    events = [*recording.trace]
    name = recording.path.name if recording.path else "program"
    title = f"{name} (1 ms is one step)" if axis == "step" else name
    writer = _Writer(events, _times(events, axis))
    return {
        "traceEvents": [*_names(title), *writer.events()],
        "displayTimeUnit": "ms",
        "otherData": {"clock": recording.clock, "host": recording.host, "x": axis},
    }


def _times(events: Sequence[Event], axis: Axis) -> list[int]:
    """Return the time of each event in microseconds; no two are the same."""
    if axis == "step":
        return [event.seq * 1000 for event in events]
    times: list[int] = []
    for event in events:
        time = round(event.time * 1000)
        times.append(max(time, times[-1] + 1) if times else time)
    return times


def _names(title: str) -> Iterator[dict[str, Any]]:
    yield _about("process_name", 0, {"name": title})
    for thread, name in _THREADS.items():
        yield _about("thread_name", thread, {"name": name})
        yield _about("thread_sort_index", thread, {"sort_index": thread})


def _about(what: str, thread: int, args: dict[str, Any]) -> dict[str, Any]:
    return {"ph": "M", "pid": _PROCESS, "tid": thread, "name": what, "args": args}


class _Writer:
    """Writes the spans of a run as the format's events."""

    def __init__(self, events: Sequence[Event], times: Sequence[int]) -> None:
        self._events = events
        self._times = times
        self._past: History = history(events)
        self._waits = {(wait.item.id, wait.end): wait for wait in self._past.waits}
        self._ids = 0

    def events(self) -> Iterator[dict[str, Any]]:
        past = self._past
        for span in past.checkpoints:
            yield self._slice("checkpoint", "checkpoint", _MICROTASKS, span.start, span.end)
        for run in past.runs.values():
            thread = _LANES[run.lane]
            title = run.item.title
            yield self._slice(title, run.lane, thread, run.start, run.end)
            yield from self._arrow(run)
        for frame in past.frames:
            yield self._slice(frame.name, "call", _STACK, frame.start, frame.end)
        for wait in past.waits:
            yield from self._asynchronous(wait.item.title, _WAITS[wait.lane], wait.start, wait.end)
        yield from self._promises()
        for event in self._events:
            if event.kind in ("output", "error", "unhandled-rejection", "rejection-handled"):
                text = event.text.removesuffix("\n") or event.kind
                yield {
                    **self._at("i", text, event.kind, _OUTPUT, event.seq),
                    "s": "t",
                    "args": self._arguments(event),
                }

    def _at(self, phase: str, name: str, category: str, thread: int, seq: int) -> dict[str, Any]:
        return {
            "ph": phase,
            "pid": _PROCESS,
            "tid": thread,
            "ts": self._times[seq],
            "name": name,
            "cat": category,
        }

    def _slice(self, name: str, category: str, thread: int, start: int, end: int) -> dict[str, Any]:
        return {
            **self._at("X", name, category, thread, start),
            "dur": self._times[end] - self._times[start],
            "args": self._arguments(self._events[start]),
        }

    def _asynchronous(
        self, name: str, category: str, start: int, end: int
    ) -> Iterator[dict[str, Any]]:
        self._ids += 1
        opening = self._at("b", name, category, _TASKS, start)
        yield {
            **opening,
            "id2": {"local": hex(self._ids)},
            "args": self._arguments(self._events[start]),
        }
        yield {**self._at("e", name, category, _TASKS, end), "id2": {"local": hex(self._ids)}}

    def _promises(self) -> Iterator[dict[str, Any]]:
        """Give each promise from its making to its settling, or to the end of the run."""
        made: dict[int, int] = {}
        settled: dict[int, int] = {}
        for event in self._events:
            if event.kind == "promise-create":
                made[event.id] = event.seq
            elif event.kind == "promise-settle":
                settled[event.id] = event.seq
        for number, (promise, start) in enumerate(made.items(), 1):
            end = settled.get(promise, len(self._events) - 1)
            yield from self._asynchronous(f"promise #{number}", "promise is pending", start, end)

    def _arrow(self, run: Run) -> Iterator[dict[str, Any]]:
        """Give the two ends of the arrow to a run from what scheduled it."""
        origin = self._origin(run)
        cause = self._past.runs.get(origin.by) if origin else None
        if origin is None or cause is None or not cause.start < origin.start < run.start:
            return
        self._ids += 1
        ends = {"id": self._ids, "name": "schedules", "cat": "cause"}
        yield {**self._at("s", "", "", _LANES[cause.lane], origin.start), **ends}
        yield {**self._at("f", "", "", _LANES[run.lane], run.start), **ends, "bp": "e"}

    def _origin(self, run: Run) -> Wait | None:
        """Return how what runs came to wait, by a task or a job: not how the host passed it on."""
        wait = self._waits.get((run.item.id, run.start))
        while wait is not None and not wait.by:
            wait = self._waits.get((run.item.id, wait.start))
        return wait

    def _arguments(self, event: Event) -> dict[str, Any]:
        told: dict[str, Any] = {"step": event.seq + 1}
        if event.line:
            told["line"] = f"{Path(event.file).name}:{event.line}"
        if event.text:
            told["text"] = event.text.removesuffix("\n")
        if event.rule in RULES:
            known = rule(event.rule)
            told |= {"rule": known.title, "why": known.now, "link": known.link}
        return told
