"""The sentences about one step: what happened, and why that happened and nothing else.

They are built from the event, the state before it, and the names that the events have given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .fold import State
from .heap import Value, read_changes
from .items import Item, Items, name_frame
from .rules import RULES, rule

if TYPE_CHECKING:
    from .._core import Event

__all__ = ["Names", "sentence_of", "told_of"]


class Names:
    """What things are called, after the events that it has read."""

    def __init__(self) -> None:
        self.task = 0
        """Number of the task that started last."""
        self._items = Items()
        self._current: dict[int, Item] = {}  # of tasks and jobs: the item that runs in them
        self._promises: dict[int, int] = {}
        self._types: dict[int, str] = {}  # of objects of the heap
        self._told = -1  # up to this event a snapshot tells of what was there already

    def read(self, event: Event) -> None:
        """Take the next event."""
        item = self._items.read(event)
        if event.kind == "snapshot":
            self._told = event.seq + event.extra
        if event.kind == "task-start":
            self.task += 1
        if event.kind in ("task-start", "job-start") and item is not None:
            self._current[event.id] = item
        if event.kind == "promise-create":
            self._promises.setdefault(event.id, len(self._promises) + 1)
        if event.changes:
            told = read_changes(event.changes).objects
            self._types.update((number, each.type) for number, each in told.items())

    def is_told(self, event: Event) -> bool:
        """Tell whether an event is told of by a snapshot: it was there before the trace began."""
        return event.seq <= self._told and event.kind != "snapshot"

    def item(self, event: Event) -> Item | None:
        """Return the item that an event is about: of a task, what it runs."""
        return self._current.get(event.id) or self._items.all.get(event.id)

    def title(self, event: Event) -> str:
        """Return its short name: "timer #1", "hi"."""
        item = self.item(event)
        return "" if item is None else item.title

    def full(self, event: Event) -> str:
        """Return its name with what made it, and where: "microtask hi (then, line 5)"."""
        item = self.item(event)
        return "" if item is None else describe_item(item)

    def running(self, event: Event) -> Item | None:
        """Return what ran when an event happened."""
        return self._current.get(event.cause)

    def object(self, number: int) -> str:
        """Return the name of an object of the heap: "list #2"."""
        return f"{self._types.get(number, 'object')} #{number}"

    def promise(self, id: int) -> str:
        """Return the name of a promise: "promise #2"."""
        number = self._promises.get(id)
        return f"promise #{number}" if number else "another object"


def describe_item(item: Item) -> str:
    """Return an item's name with what made it, and where."""
    if item.kind == "script":
        return "the script"
    details = [] if item.how in item.title else [item.how]
    if item.kind in ("timer", "immediate") and item.name:
        details.insert(0, item.name)
    if item.line and f"line {item.line}" not in item.title:
        details.append(f"line {item.line}")
    noun = f"{item.kind} " if item.kind in ("microtask", "tick") else ""
    return f"{noun}{item.title}" + (f" ({', '.join(details)})" if details else "")


def sentence_of(event: Event, before: State, names: Names) -> tuple[str, str]:
    """Return what happened at an event, and why it did: two lines, the second may be empty.

    `before`: the state before the event; `names`: after it.
    """
    if names.is_told(event):
        return f"Already there: {told_of(event, names)}.", rule("already-there").now
    what = _late(event, before, names) or _what(event, names)
    reason = _reason(event, before, names)
    return what, reason


# ---- what happened ----


def told_of(event: Event, names: Names) -> str:
    """Say what was there before the trace began: an event of a snapshot."""
    full, promise = names.full(event), names.promise(event.id)
    match event.kind:
        case "schedule":
            return f"{full}, which the host keeps for {event.extra} ms"
        case "enqueue":
            return f"{full}, in the {_queue(event.lane)}"
        case "task-start" | "job-start":
            return f"{full}, which runs"
        case "task-end":
            return f"task {names.task}, which has run to its end"
        case "checkpoint-start":
            return "a microtask checkpoint, which is under way"
        case "promise-create":
            return promise
        case "promise-settle":
            done = "fulfilled with" if event.extra == 1 else "rejected with"
            return f"{promise}, {done} {event.text or 'a value'}"
        case "promise-react":
            return f"{full}, which waits for {names.promise(event.ref)}"
        case "async-suspend":
            return f"{event.label}, which pauses at its await" + _at(event)
        case "async-resume":
            return f"{event.label}, which goes on behind its await"
        case "call":
            return f"{name_frame(event.label)}, on the call stack" + _at(event)
    return _what(event, names).rstrip(".")


def _late(event: Event, before: State, names: Names) -> str:
    """Say of a timer that it has been due for a while, as something else ran; else nothing."""
    if event.kind != "enqueue" or event.rule != "timer-due":
        return ""
    due = next((kept.due for kept in before.host if kept.item.id == event.id), None)
    if due is None or event.time - due < 1:  # a real clock is always late by parts of one
        return ""
    since = f"{names.title(event)}, due since {_ms(due)}"
    return f"At {_ms(event.time)} {since}, enters the task queue."


def _ms(time: float) -> str:
    return f"{round(time, 2):,.10g} ms"


def _at(event: Event) -> str:
    return f" at line {event.line}" if event.line else ""


def _what(event: Event, names: Names) -> str:
    at = f"Line {event.line}" if event.line else ""
    title = names.title(event)
    match event.kind:
        case "run-start":
            return "The program starts."
        case "run-end" if event.rule == "run-stopped":
            return "The program is stopped."
        case "run-end":
            return "The program ends."
        case "snapshot" if event.seq == 0:
            return "The trace begins here, in the middle of a run."
        case "snapshot":
            return "Something older than the trace comes into it."
        case "trace-end":
            return "The trace ends here."
        case "close":
            return "The runtime is closed."
        case "phase":
            return f"The event loop enters its {event.label} phase."
        case "task-start":
            return f"Task {names.task} starts: {names.full(event)}."
        case "task-end":
            return f"Task {names.task} has run to its end; the call stack is empty."
        case "job-start":
            return _capital(f"{names.full(event)} runs.")
        case "job-end":
            return _capital(f"{names.full(event)} has run to its end.")
        case "checkpoint-start":
            return "A microtask checkpoint starts."
        case "checkpoint-end":
            return "The checkpoint ends: no ticks and no microtasks are left."
        case "schedule" if event.rule == "interval-rearm":
            return f"The host keeps {title} again, for {event.extra} ms."
        case "schedule":
            call = f"{at or 'The program'} calls {event.text}"
            return f"{call}: the host keeps {title} for {event.extra} ms."
        case "cancel":
            return f"{at or 'The program'} clears {title}."
        case "enqueue" if event.rule == "timer-due":
            return f"At {_ms(event.time)} {title} is due and enters the task queue."
        case "enqueue":
            maker = _made_by(event, names)
            return _capital(f"{names.full(event)} enters the {_queue(event.lane)}{maker}.")
        case "promise-create":
            made = f", by then of {names.promise(event.ref)}" if event.ref else ""
            return f"{at or 'The runtime'} makes {names.promise(event.id)}{made}."
        case "promise-resolve":
            return _capital(f"{names.promise(event.id)} will follow {names.promise(event.ref)}.")
        case "promise-settle":
            done = "fulfilled with" if event.extra == 1 else "rejected with"
            place = f"Line {event.line}: " if event.line else ""
            told = f"{names.promise(event.id)} is {done} {event.text or 'a value'}."
            return place + (told if place else _capital(told))
        case "promise-react":
            return _capital(f"{names.full(event)} waits for {names.promise(event.ref)}.")
        case "promise-handled":
            return f"The rejection of {names.promise(event.id)} has a handler now."
        case "unhandled-rejection":
            return f"Nobody has handled the rejection of {names.promise(event.id)}."
        case "async-start":
            return f"{at or 'The program'} calls the async function {event.label}: its body starts."
        case "async-suspend":
            place = f" at line {event.line}" if event.line else ""
            return f"{event.label} pauses at its await{place}, for {names.promise(event.ref)}."
        case "async-resume":
            place = f" at line {event.line}" if event.line else ""
            return f"{event.label} goes on behind its await{place}."
        case "async-end":
            how = (
                "returns; that resolves"
                if event.extra == 1
                else "raises an exception; that rejects"
            )
            return f"{event.label} {how} {names.promise(event.ref)}."
        case "call" if event.label.startswith("console."):
            return f"{at or 'The runtime'} calls {event.label}."
        case "call":
            place = f" (line {event.line})" if event.line and event.label != "<module>" else ""
            return f"{name_frame(event.label)}{place} is pushed on the call stack."
        case "return":
            how = {2: "raises", 3: "pauses"}.get(event.extra, "returns")
            return f"{name_frame(event.label)} {how} and is popped off the call stack."
        case "line":
            inside = "" if event.label == "<module>" else f" of {name_frame(event.label)}"
            return f"{at or 'A line'}{inside} is executed next."
        case "output":
            text = " ⏎ ".join(line.strip() for line in event.text.removesuffix("\n").split("\n"))
            shown = text if len(text) <= 60 else text[:59] + "…"
            return f"{at or 'The runtime'} prints “{shown}”."
        case "error":
            return f"An error was not caught: {event.text}."
        case "operation-start":
            return f"{at or 'The program'} starts {title}: the host works on it."
        case "operation-end":
            return f"The host has finished {title}."
        case "clock":
            return f"{event.extra} ms pass."
    return f"{event.kind}."


def _capital(text: str) -> str:
    """Make the first letter large, unless a name of the program's stands there."""
    first = text.partition(" ")[0]
    known = ("microtask", "tick", "timer", "interval", "immediate", "promise", "the", "another")
    return text[:1].upper() + text[1:] if first in known else text


def _queue(lane: str) -> str:
    return f"{lane} queue"


def _made_by(event: Event, names: Names) -> str:
    if event.rule in ("reaction-queued", "pass-through", "await-resumes") and event.ref:
        return f": {names.promise(event.ref)} is settled"
    return f", by line {event.line}" if event.line else ""


# ---- why now, and why nothing else ----


def _reason(event: Event, before: State, names: Names) -> str:
    if event.rule not in RULES:
        return ""
    ours = rule(event.rule)
    match event.kind:
        case "enqueue" if event.rule == "await-resumes":
            ours = rule("reaction-queued")  # its own rule tells of the moment when it runs
        case "schedule" if event.extra == 1 and event.rule == "timer-handed-to-host":
            return f"{ours.now} In Node the shortest delay is 1 ms."
        case "output" | "call":
            waiting = _waiting_for_empty_stack(before)
            return f"{ours.now} {waiting}".rstrip() if waiting else ours.now
        case "task-start" if event.ref:
            if before.ticks or before.microtasks:
                queued = (*before.ticks, *before.microtasks)
                return (
                    "The task before it has raised: Node takes the next due timer first. "
                    f"{_list(queued)} {_waits(queued)} for the end of this task."
                )
            reason = _why_this_task(before, names, event)
            return f"The stack and the microtask queue are empty. {reason}"
        case "line":
            return _changed(event, before, names) or ours.now
        case "job-start":
            waiting = ""
            behind = before.microtasks if event.lane == "tick" else before.microtasks[1:]
            if before.tasks:
                waiting = (
                    f"{_list(before.tasks)} {_waits(before.tasks)} until no microtask is left."
                )
            elif behind:
                waiting = f"{_list(behind)} {_are(behind)} behind it in the microtask queue."
            return f"{ours.now} {waiting}".rstrip()
        case "clock":
            nearest = min(
                (pending for pending in before.host if pending.due is not None),
                key=lambda pending: pending.due or 0.0,
                default=None,
            )
            if nearest is not None:
                return (
                    "The stack and all queues are empty; the loop sleeps until "
                    f"{nearest.item.title} is due."
                )
        case "return":
            if len(before.call_stack) > 1:
                return f"{before.call_stack[-2].name}, below it on the stack, goes on."
            return "It was the last one: the call stack is empty."
    both = f"{ours.now} {ours.others}"
    return both if len(both) <= _MOST else ours.now


_MOST = 150
"""Letters in a reason: two lines on a page."""


def _changed(event: Event, before: State, names: Names) -> str:
    """Say what variables hold now that they did not hold at the last step."""
    if not event.changes:
        return ""
    changes = read_changes(event.changes)

    def tell(name: str, value: Value | None) -> str:
        if value is None:
            return f"{name} is gone"
        if isinstance(value, str):
            return f"{name} = {value}"
        return f"{name} is {names.object(value)}"

    told = [tell(*pair) for pair in changes.names.items()]
    for _, variables in changes.frames:
        told += [tell(*pair) for pair in variables.items()]
    for number in changes.objects:
        if number in before.heap.objects:
            told.append(f"{names.object(number)} has changed")
    shown = told if len(told) <= _MOST_CHANGES else [*told[: _MOST_CHANGES - 1], "and more"]
    return f"Now {', '.join(shown)}." if shown else ""


_MOST_CHANGES = 4


def _waiting_for_empty_stack(before: State) -> str:
    """Say what is queued and cannot run, as the stack is not empty."""
    if before.ticks or before.microtasks:
        queued = (*before.ticks, *before.microtasks)
        told = f"{_list(queued)} {_are(queued)} queued"
        return f"{told}, but microtasks wait until the stack is empty."
    if before.tasks:
        return f"{_list(before.tasks)} {_waits(before.tasks)} for the empty stack."
    return ""


def _why_this_task(before: State, names: Names, event: Event) -> str:
    item = names.item(event)
    others = tuple(other for other in before.tasks if item is None or other.id != item.id)
    if others:
        return f"It is first of the due; {_list(others)} {_waits(others)} for its end."
    pending = [pending for pending in before.host if pending.due is not None]
    if pending:
        nearest = min(pending, key=lambda pending: pending.due or 0.0)
        due = _ms(nearest.due or 0.0)
        return f"It is first in the task queue; {nearest.item.title} is not due before {due}."
    return "It is the only task that is ready."


def _list(items: tuple[Item, ...]) -> str:
    names = [f"“{item.title}”" for item in items[:2]]
    if len(items) > 2:
        return f"{', '.join(names)} and {len(items) - 2} more"
    return " and ".join(names)


def _are(items: tuple[Item, ...]) -> str:
    return "is" if len(items) == 1 else "are"


def _waits(items: tuple[Item, ...]) -> str:
    return "waits" if len(items) == 1 else "wait"
