"""The sentences about one step: what happened, and why that happened and nothing else.

They are built from the event, the state before it, and the names that the events have given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .fold import State
from .heap import Value, read_changes
from .items import Item, Items, name_frame, name_how
from .phrases import PHRASES, say
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
        return f"{self._types.get(number, say('name-object'))} #{number}"

    def promise(self, id: int) -> str:
        """Return the name of a promise: "promise #2"."""
        number = self._promises.get(id)
        return f"{say('name-promise')} #{number}" if number else say("another-object")


def describe_item(item: Item) -> str:
    """Return an item's name with what made it, and where."""
    if item.kind == "script":
        return say("the-script")
    how, title = name_how(item.how), item.title
    details = [] if item.how in title or how in title else [how]
    if item.kind in ("timer", "immediate") and item.name:
        details.insert(0, item.name)
    line = say("line", line=item.line)
    if item.line and line not in item.title:
        details.append(line)
    noun = say(f"name-{item.kind}") + " " if item.kind in ("microtask", "tick") else ""
    return f"{noun}{item.title}" + (f" ({', '.join(details)})" if details else "")


def sentence_of(event: Event, before: State, names: Names) -> tuple[str, str]:
    """Return what happened at an event, and why it did: two lines, the second may be empty.

    `before`: the state before the event; `names`: after it.
    """
    if names.is_told(event):
        return say("there", told=told_of(event, names)), rule("already-there").now
    what = _late(event, before, names) or _what(event, names)
    reason = _reason(event, before, names)
    return what, reason


# ---- what happened ----


def told_of(event: Event, names: Names) -> str:
    """Say what was there before the trace began: an event of a snapshot."""
    full, promise = names.full(event), names.promise(event.id)
    match event.kind:
        case "schedule":
            return say("there-schedule", item=full, ms=event.extra)
        case "enqueue":
            return say("there-enqueue", item=full, queue=_queue(event.lane))
        case "task-start" | "job-start":
            return say("there-run", item=full)
        case "task-end":
            return say("there-task-end", task=names.task)
        case "checkpoint-start":
            return say("there-checkpoint")
        case "promise-create":
            return promise
        case "promise-settle":
            return say(f"there-{_outcome(event)}", promise=promise, value=_value(event))
        case "promise-react":
            return say("there-react", item=full, promise=names.promise(event.ref))
        case "async-suspend":
            return say("there-suspend", function=event.label, place=_at(event))
        case "async-resume":
            return say("there-resume", function=event.label)
        case "call":
            return say("there-call", function=name_frame(event.label), place=_at(event))
    return _what(event, names).rstrip(".")


def _late(event: Event, before: State, names: Names) -> str:
    """Say of a timer that it has been due for a while, as something else ran; else nothing."""
    if event.kind != "enqueue" or event.rule != "timer-due":
        return ""
    due = next((kept.due for kept in before.host if kept.item.id == event.id), None)
    if due is None or event.time - due < 1:  # a real clock is always late by parts of one
        return ""
    return say("enqueue-late", time=_ms(event.time), item=names.title(event), due=_ms(due))


def _ms(time: float) -> str:
    return f"{round(time, 2):,.10g} ms"


def _at(event: Event) -> str:
    return say("at-line", line=event.line) if event.line else ""


def _outcome(event: Event) -> str:
    return "fulfilled" if event.extra == 1 else "rejected"


def _value(event: Event) -> str:
    return event.text or say("a-value")


def _what(event: Event, names: Names) -> str:
    title, full = names.title(event), names.full(event)
    promise, other = names.promise(event.id), names.promise(event.ref)
    line = say("Line", line=event.line) if event.line else ""
    program, runtime = line or say("the-program"), line or say("the-runtime")
    match event.kind:
        case "run-end" if event.rule == "run-stopped":
            return say("run-stopped")
        case "snapshot" if event.seq:
            return say("snapshot-later")
        case "phase":
            return say("phase", phase=event.label)
        case "task-start":
            return say("task-start", task=names.task, item=full)
        case "task-end":
            return say("task-end", task=names.task)
        case "job-start" | "job-end":
            return _capital(say(event.kind, item=full))
        case "schedule" if event.rule == "interval-rearm":
            return say("schedule-again", item=title, ms=event.extra)
        case "schedule":
            return say("schedule", who=program, function=event.text, item=title, ms=event.extra)
        case "cancel":
            return say("cancel", who=program, item=title)
        case "enqueue" if event.rule == "timer-due":
            return say("enqueue-due", time=_ms(event.time), item=title)
        case "enqueue":
            maker, queue = _made_by(event, names), _queue(event.lane)
            return _capital(say("enqueue", item=full, queue=queue, maker=maker))
        case "promise-create" if event.ref:
            return say("promise-create-then", who=runtime, promise=promise, other=other)
        case "promise-create":
            return say("promise-create", who=runtime, promise=promise)
        case "promise-resolve":
            return _capital(say("promise-resolve", promise=promise, other=other))
        case "promise-settle":
            told = say(f"promise-{_outcome(event)}", promise=promise, value=_value(event))
            return f"{line}: {told}" if line else _capital(told)
        case "promise-react":
            return _capital(say("promise-react", item=full, promise=other))
        case "promise-handled" | "unhandled-rejection" | "rejection-handled":
            return say(event.kind, promise=promise)
        case "async-start":
            return say("async-start", who=program, function=event.label)
        case "async-suspend":
            place = _at(event)
            return say("async-suspend", function=event.label, place=place, promise=other)
        case "async-resume":
            return say("async-resume", function=event.label, place=_at(event))
        case "async-end":
            how = "async-returns" if event.extra == 1 else "async-raises"
            return say(how, function=event.label, promise=other)
        case "call" if event.label.startswith("console."):
            return say("call-console", who=runtime, function=event.label)
        case "call":
            how = "call-at" if event.line and event.label != "<module>" else "call"
            return say(how, function=name_frame(event.label), line=event.line)
        case "return":
            how = {2: "return-raises", 3: "return-pauses"}.get(event.extra, "return")
            return say(how, function=name_frame(event.label))
        case "line":
            how = "line-next" if event.label == "<module>" else "line-next-of"
            return say(how, who=line or say("a-line"), function=name_frame(event.label))
        case "output":
            text = " ⏎ ".join(line.strip() for line in event.text.removesuffix("\n").split("\n"))
            return say("output", who=runtime, text=text if len(text) <= 60 else text[:59] + "…")
        case "error":
            cut = event.text.endswith("...")
            return say("error", error=event.text if cut else event.text.removesuffix("."))
        case "operation-start":
            return say("operation-start", who=program, item=title)
        case "operation-end":
            return say("operation-end", item=title)
        case "clock":
            return say("clock", ms=event.extra)
    return say(event.kind) if event.kind in PHRASES["en"] else f"{event.kind}."


def _capital(text: str) -> str:
    """Make the first letter large, unless a name of the program's stands there."""
    known = (*(say(f"name-{noun}") for noun in _NOUNS), say("the-script"), say("another-object"))
    starts = any(text.startswith(word + " ") for word in known)
    return text[:1].upper() + text[1:] if starts else text


_NOUNS = ("microtask", "tick", "timer", "interval", "immediate", "promise")


def _queue(lane: str) -> str:
    return say(f"queue-{lane}")


def _made_by(event: Event, names: Names) -> str:
    if event.rule in ("reaction-queued", "pass-through", "await-resumes") and event.ref:
        return say("enqueue-settled", promise=names.promise(event.ref))
    return say("by-line", line=event.line) if event.line else ""


# ---- why now, and why nothing else ----


def _reason(event: Event, before: State, names: Names) -> str:
    if event.rule not in RULES:
        return ""
    ours = rule(event.rule)
    match event.kind:
        case "enqueue" if event.rule == "await-resumes":
            ours = rule("reaction-queued")  # its own rule tells of the moment when it runs
        case "schedule" if event.extra == 1 and event.rule == "timer-handed-to-host":
            return f"{ours.now} {say('shortest-delay')}"
        case "enqueue" if event.rule in ("microtask-fifo", "ticks-before-microtasks"):
            return say("queued-in-turn")  # the rule tells of the moment when it runs
        case "output" if not event.line and not before.call_stack:
            return say("runtime-itself")
        case "output" | "call":
            return f"{ours.now} {_waiting_for_empty_stack(before)}".rstrip()
        case "task-start" if event.ref:
            if before.ticks or before.microtasks:
                queued = (*before.ticks, *before.microtasks)
                return f"{say('after-raising')} {_say_of(queued, 'end-of-this-task')}"
            return f"{say('stack-empty')} {_why_this_task(before, names, event)}"
        case "line":
            return _changed(event, before, names) or ours.now
        case "job-start":
            waiting = ""
            behind = before.microtasks if event.lane == "tick" else before.microtasks[1:]
            if before.tasks:
                waiting = _say_of(before.tasks, "tasks-wait")
            elif behind:
                waiting = _say_of(behind, "behind")
            return f"{ours.now} {waiting}".rstrip()
        case "clock":
            nearest = min(
                (pending for pending in before.host if pending.due is not None),
                key=lambda pending: pending.due or 0.0,
                default=None,
            )
            if nearest is not None:
                return say("sleeps", item=nearest.item.title)
        case "return":
            if len(before.call_stack) > 1:
                return say("below-goes-on", function=before.call_stack[-2].name)
            return say("last-frame")
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
            return say("now-gone", name=name)
        if isinstance(value, str):
            return say("now-value", name=name, value=value)
        return say("now-object", name=name, object=names.object(value))

    told = [tell(*pair) for pair in changes.names.items()]
    for _, variables in changes.frames:
        told += [tell(*pair) for pair in variables.items()]
    for number in changes.objects:
        if number in before.heap.objects:
            told.append(say("now-changed", object=names.object(number)))
    shown = told if len(told) <= _MOST_CHANGES else [*told[: _MOST_CHANGES - 1], say("and-more")]
    return say("now", changes=", ".join(shown)) if shown else ""


_MOST_CHANGES = 4


def _waiting_for_empty_stack(before: State) -> str:
    """Say what is queued and cannot run, as the stack is not empty."""
    if before.ticks or before.microtasks:
        queued = (*before.ticks, *before.microtasks)
        return _say_of(queued, "micro-queued")
    if before.tasks:
        return _say_of(before.tasks, "empty-stack")
    return ""


def _why_this_task(before: State, names: Names, event: Event) -> str:
    item = names.item(event)
    others = tuple(other for other in before.tasks if item is None or other.id != item.id)
    if others:
        return _say_of(others, "first-of-due")
    pending = [pending for pending in before.host if pending.due is not None]
    if pending:
        nearest = min(pending, key=lambda pending: pending.due or 0.0)
        due = _ms(nearest.due or 0.0)
        return say("first-not-due", item=nearest.item.title, due=due)
    return say("only-task")


def _say_of(items: tuple[Item, ...], id: str) -> str:
    """Say something of one item, or of several."""
    names = [say("quoted", text=item.title) for item in items[:2]]
    told = names[0]
    if len(items) > 2:
        told = say("and-others", items=", ".join(names), count=len(items) - 2)
    elif len(items) == 2:
        told = say("and", first=names[0], last=names[1])
    return say(id if len(items) > 1 else f"{id}-one", items=told)
