"""Items: the things that wait and run, as the events of a trace tell of them, with their names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from .phrases import say

if TYPE_CHECKING:
    from .._core import Event

__all__ = ["Item", "Items", "Kind", "name_frame", "name_how"]

Kind = Literal["script", "timer", "immediate", "posted", "tick", "microtask", "operation"]


@dataclass(frozen=True)
class Item:
    """A thing that waits and runs: a timer, an immediate, a tick, a microtask, the script."""

    id: int
    kind: Kind
    number: int
    """Counts the items of its kind from 1; intervals are counted apart from other timers."""
    name: str
    """The name of its function; "" for a lambda and where there is none."""
    how: str
    """What made it: "setTimeout", "then", "catch", "await", "queueMicrotask", "nextTick" ..."""
    file: str
    line: int
    """Where the program made it, from 1; 0: unknown."""
    made: int
    """Number of the event by which it appeared."""
    maker: int
    """The task or job that made it; 0: the host."""
    delay: int = 0
    """Milliseconds, for timers."""
    promise: int = 0
    """The promise that a reaction waits for, or that a thenable job is about."""
    activation: int = 0
    """The async function that a resumption goes on with."""

    @property
    def title(self) -> str:
        """Its short name: "script", "timer #1", "hi", "then · line 3"."""
        if self.kind == "script":
            return say("name-script")
        if self.kind in ("timer", "immediate", "operation"):
            noun = "interval" if self.how == "setInterval" else self.kind
            return f"{say(f'name-{noun}')} #{self.number}"
        place = f" · {say('line', line=self.line)}" if self.line else ""
        if self.how == "await":
            return f"{say('name-resume')} {self.name}" if self.name else say("name-resume") + place
        return self.name or name_how(self.how) + place


class Items:
    """Every item that the events up to now have told of, by its id."""

    def __init__(self) -> None:
        self.all: dict[int, Item] = {}
        self._counts: dict[str, int] = {}
        self._suspended: Event | None = None

    def read(self, event: Event) -> Item | None:
        """Take the next event; return the item that it is about, if it is about one."""
        kind = event.kind
        if kind == "schedule":
            item = self._get(event, "timer", event.text)
            return self._put(replace(item, delay=event.extra))
        if kind == "operation-start":
            return self._get(event, "operation", event.text)
        if kind in ("enqueue", "promise-react"):
            return self._queued(event)
        if kind == "task-start":
            if event.ref in self.all:
                return self.all[event.ref]
            script = event.rule == "script-first"
            return self._get(event, "script" if script else "posted", event.text)
        if kind == "async-suspend":
            self._suspended = event
        elif kind == "job-start":
            self._suspended = None
        elif kind not in ("cancel", "operation-end"):
            return None
        return self.all.get(event.id)

    def _put(self, item: Item) -> Item:
        self.all[item.id] = item
        return item

    def _get(self, event: Event, kind: Kind, how: str) -> Item:
        if event.id in self.all:
            return self.all[event.id]
        noun = "interval" if how == "setInterval" else kind
        number = self._counts[noun] = self._counts.get(noun, 0) + 1
        place = event.file, event.line, event.seq, event.cause
        return self._put(Item(event.id, kind, number, _name(event.label), how, *place))

    def _queued(self, event: Event) -> Item:
        if event.lane == "task":
            return self._get(event, "immediate", event.text)
        how = _how(event)
        item = self._get(event, "tick" if event.lane == "tick" else "microtask", how)
        # A reaction that has waited may have no handler for the outcome, or the other one of two.
        changed: dict[str, Any] = {"how": how, "promise": event.ref}
        if how in ("adopt", "pass-through") or how.startswith("Promise."):
            changed["name"] = ""
        elif how != "await":
            changed["name"] = _name(event.label)
        elif self._suspended is not None and not item.activation:
            at = self._suspended
            changed |= {"activation": at.id, "name": _name(at.label)}
            changed |= {"file": at.file, "line": at.line}
        return self._put(replace(item, **changed))


def _name(label: str) -> str:
    return "" if label == "<lambda>" else label


def _how(event: Event) -> str:
    if event.rule in ("await-yields", "await-resumes"):
        return "await"
    if event.rule == "thenable-job":
        return "adopt"
    if event.rule == "pass-through":
        return "pass-through"
    if event.label.startswith("Promise."):  # a combinator's own reaction to one of its promises
        return event.label
    return event.text.rstrip("_") or "then"


def name_frame(label: str) -> str:
    """Return how a function of the call stack is shown: a module's body is the script."""
    return say("name-script") if label == "<module>" else "λ" if label == "<lambda>" else label


def name_how(how: str) -> str:
    """Return how what made an item is shown: names of JavaScript stay what they are."""
    return say(f"name-{how}") if how in ("adopt", "pass-through") else how
