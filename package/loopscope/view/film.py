"""The film of a run: what is to be seen after every event, as one small value for JSON.

A page shows step k of it without computing anything: what stands there is `fold(trace[:k])`, with
the sentence of event k. A step holds only what differs from the step before; what many steps name
(items, promises, rules) stands once in a table, and steps hold its index there.
"""

from __future__ import annotations

import linecache
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..errors import LimitReached
from ..script import SOURCE_NAME
from ..tracing.fold import Folder, Frame, Pending, PromiseState, State
from ..tracing.heap import HeapObject, Value
from ..tracing.items import Item, Items
from ..tracing.phrases import say, templates
from ..tracing.rules import RULES, rule
from ..tracing.sentences import Names, sentence_of
from .palette import colour_of, order_of

if TYPE_CHECKING:
    from .._core import Event

__all__ = ["film"]

STEPS = 20_000
"""How many steps are sent, if not told otherwise; the page says if the run was longer."""
SHOWN = 40
"""How many things of one lane are sent; the page says how many more there are."""

# Steps that a walk with the arrow keys passes by: nothing is to be seen in them that the next or
# the last one does not show better. They can be gone to all the same.
_QUIET = {"run-start", "phase", "promise-create", "promise-handled", "job-end", "close"}


class Recorded(Protocol):
    """What is read of a recording."""

    @property
    def trace(self) -> Sequence[Event]: ...
    @property
    def source(self) -> str | None: ...
    @property
    def path(self) -> Path | None: ...


def film(recording: Recorded, limit: int = STEPS) -> dict[str, Any]:
    """Return the film of a recording. `limit`: leave the steps after that many out."""
    events = [*recording.trace[:limit]]
    file = _main_file(recording, events)
    known = Items()
    for event in events:
        known.read(event)
    lines = any(event.kind == "line" for event in events)
    projector = _Projector(file, order_of(known.all.values()), lines, events[:1])
    for event in events:
        projector.take(event)
    memory = {"scopes": projector.scopes.rows, "objects": projector.objects.rows} if lines else {}
    return {
        "version": 2,
        "words": templates("ui-", "name-", "line"),
        "file": Path(file).name if file != SOURCE_NAME else "",
        "source": _source(recording, file),
        "items": projector.items.rows,
        "promises": projector.promises.rows,
        "rules": projector.rules,
        "output": projector.output,
        "steps": projector.steps,
        **memory,
        "left": len(recording.trace) - len(events),
        "truncated": bool(getattr(recording.trace, "truncated", False)),
        "notice": str(getattr(recording.trace, "notice", "")),
        "note": _note(recording),
    }


def _note(recording: Recorded) -> str:
    """Say what is to be said of a run that was stopped."""
    error = getattr(recording, "error", None)
    text = str(error) if isinstance(error, LimitReached) else ""
    return text[:1].upper() + text[1:]


def _main_file(recording: Recorded, events: Sequence[Event]) -> str:
    """Return the file whose source is shown: the script's, else the one with the most events."""
    if recording.path is not None:
        return str(recording.path.absolute())
    if recording.source is not None:
        for event in events:
            if event.kind == "call" and event.label == "<module>":
                return event.file
        return SOURCE_NAME  # the calls were not recorded
    files = Counter(event.file for event in events if event.file)
    return files.most_common(1)[0][0] if files else ""


def _source(recording: Recorded, file: str) -> list[str]:
    if recording.source is not None:
        return recording.source.splitlines()
    return [line.rstrip("\n") for line in linecache.getlines(file)]


class _Table:
    """Rows that are named by their index; equal things share one."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self._places: dict[Hashable, int] = {}

    def place(self, thing: Hashable, row: dict[str, Any]) -> int:
        """Return the index of a thing, which is shown as `row`."""
        if thing not in self._places:
            self._places[thing] = len(self.rows)
            self.rows.append(row)
        return self._places[thing]


class _Projector:
    """Turns events into steps, one by one."""

    def __init__(
        self, file: str, order: dict[int, int], lines: bool, first: Sequence[Event]
    ) -> None:
        self.steps: list[dict[str, Any]] = []
        self.scopes = _Table()
        self.objects = _Table()
        self._lines = lines
        self.items = _Table()
        self.promises = _Table()
        self.rules: dict[str, dict[str, str]] = {}
        self.output: list[list[Any]] = []
        self._file = file
        self._folder = Folder()
        self._names = Names()
        self._state = self._folder.state()
        self._order = order
        self._known: dict[int, tuple[PromiseState, int]] = {}
        self._made: dict[int, int] = {}  # item: the step in which it was handed over or queued
        self._started: dict[int, int] = {}  # task or job: the step in which it started
        self._last: dict[str, Any] = {}
        self._add(
            {
                **self._picture(self._state),
                "kind": "",
                "line": 0,
                "cause": -1,
                "rule": "",
                "quiet": 0,
                **_opening(first),
            }
        )

    def take(self, event: Event) -> None:
        """Make the step after an event."""
        before = self._state
        self._folder.step(event)
        self._state = self._folder.state()
        self._names.read(event)
        what, why = sentence_of(event, before, self._names)
        if event.kind == "output":
            self.output.append([event.text.removesuffix("\n"), int(event.extra == 2)])
        if event.rule in RULES and event.rule not in self.rules:
            known = rule(event.rule)
            self.rules[event.rule] = {"title": known.title, "link": known.link}
        step = {
            **self._picture(self._state),
            "kind": event.kind,
            "line": self._line(self._state, event),
            "cause": self._cause(event),
            "rule": event.rule if event.rule in RULES else "",
            "quiet": int(self._names.is_told(event) or _is_quiet(event)),
            "what": what,
            "why": why,
        }
        self._add(step)

    def _add(self, step: dict[str, Any]) -> None:
        changed = {name: value for name, value in step.items() if self._last.get(name) != value}
        self.steps.append(changed)
        self._last = step

    def _picture(self, state: State) -> dict[str, Any]:
        stack = state.call_stack
        all_promises: Any = state.promises.values()  # a dict's, which can be reversed
        promises = [*islice(reversed(all_promises), SHOWN)]
        lanes = (stack, state.host, state.tasks, state.ticks, state.microtasks, state.promises)
        return {
            "time": round(state.time, 3),
            "task": state.task,
            "phase": state.phase,
            "run": self._item(state.running[0]) if state.running else -1,
            "stack": [self._frame(frame) for frame in stack[-SHOWN:]],
            "host": [self._pending(pending) for pending in state.host[:SHOWN]],
            "tasks": [self._item(item) for item in state.tasks[:SHOWN]],
            "ticks": [self._item(item) for item in state.ticks[:SHOWN]],
            "micro": [self._item(item) for item in state.microtasks[:SHOWN]],
            "promises": [self._promise(it) for it in promises],
            "more": [max(0, len(lane) - SHOWN) for lane in lanes],
            "out": len(self.output),
            **(self._variables(state) if self._lines else {}),
        }

    def _variables(self, state: State) -> dict[str, Any]:
        """Return the variables of the functions, the innermost first, the script's, the objects."""
        scopes = [
            self._scope(frame.name, frame.variables)
            for frame in reversed(state.call_stack)
            if frame.variables
        ]
        if state.heap.names:
            scopes.append(self._scope("script", state.heap.names))
        objects = [*islice(state.heap.objects.values(), SHOWN)]
        return {
            "scopes": scopes[:SHOWN],
            "objects": [self._object(each, state) for each in objects],
            "hidden": len(state.heap.objects) - len(objects),
        }

    def _scope(self, name: str, variables: Mapping[str, Value]) -> int:
        pairs = tuple(variables.items())
        return self.scopes.place((name, pairs), {"name": name, "names": [*map(list, pairs)]})

    def _object(self, each: HeapObject, state: State) -> int:
        promise = state.promises.get(each.promise)
        now = promise.state if promise is not None else each.state
        row = {
            "n": each.number,
            "type": each.type,
            "state": now,
            "items": [*each.items],
            "entries": [*map(list, each.entries)],
            "attributes": [*map(list, each.attributes)],
            "more": each.more,
        }
        return self.objects.place((each, now), row)

    def _frame(self, frame: Frame) -> list[Any]:
        if frame.file == self._file:
            return [frame.name, say("line", line=frame.line) if frame.line else ""]
        return [frame.name, f"{Path(frame.file).name}:{frame.line}" if frame.line else ""]

    def _pending(self, pending: Pending) -> list[Any]:
        return [self._item(pending.item), pending.since, pending.due]

    def _item(self, item: Item) -> int:
        row = {
            "id": item.id,
            "title": item.title,
            "name": item.name if item.kind in ("timer", "immediate") else "",
            "kind": item.kind,
            "how": item.how,
            "line": item.line if item.file == self._file else 0,
            "delay": item.delay,
            "colour": colour_of(item, self._order),
            "made": item.made + 1,
        }
        return self.items.place(item, row)

    def _promise(self, promise: PromiseState) -> int:
        # States share the promises that have not changed: there is no need to compare them.
        known = self._known.get(id(promise))
        if known is not None:
            return known[1]
        waiting = [self._item(item) for item in promise.waiting[:3]]
        row = {
            "name": self._names.promise(promise.id),
            "state": promise.state,
            "value": promise.value,
            "follows": self._names.promise(promise.follows) if promise.follows else "",
            "handled": int(promise.handled),
            "waiting": waiting,
        }
        place = self.promises.place(promise, row)
        self._known[id(promise)] = promise, place  # kept, so that no other can have its id
        return place

    def _line(self, state: State, event: Event) -> int:
        """Return the line of the shown source that was executed last; 0: none is."""
        if event.file == self._file and event.line:
            return event.line
        for frame in reversed(state.call_stack):
            if frame.file == self._file and frame.line:
                return frame.line
        return 0

    def _cause(self, event: Event) -> int:
        """Return the step that led to an event: where what runs came from, or what was running."""
        number = len(self.steps)
        cause = self._started.get(event.cause, -1)
        if event.kind in ("task-start", "job-start"):
            cause = self._made.get(event.ref or event.id, self._made.get(event.id, -1))
            self._started[event.id] = number
        elif event.kind in ("schedule", "enqueue", "operation-start", "promise-react"):
            if event.kind == "enqueue":
                cause = self._made.get(event.id, cause)
            self._made.setdefault(event.id, number)
        return cause


def _opening(first: Sequence[Event]) -> dict[str, str]:
    """Say what is to be seen before the first event."""
    opening = "opening-later" if first and first[0].kind == "snapshot" else "opening"
    return {"what": say(opening), "why": say(f"{opening}-why")}


def _is_quiet(event: Event) -> bool:
    if event.kind in ("call", "return") and event.label.startswith("console."):
        return True  # the line that it prints is a step of its own
    if event.kind == "return":
        return event.extra == 3  # an async function that pauses: told by the step behind it
    if event.kind == "promise-react":
        return event.rule == "await-yields"  # told by the step before it
    return event.kind in _QUIET
