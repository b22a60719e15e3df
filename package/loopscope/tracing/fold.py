"""Fold: the state of a run after its first k events. What the events do not say is not in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from .._core import Event
from .heap import Heap, HeapBuilder, Value, changed, read_changes
from .items import Item, Items, name_frame

__all__ = ["Folder", "Frame", "Pending", "PromiseState", "State", "Suspended", "state", "states"]


@dataclass(frozen=True)
class Frame:
    """A function on the call stack."""

    name: str
    file: str
    line: int
    """The line in it that is being executed, as far as the events tell; 0: unknown."""
    variables: Mapping[str, Value] = field(default_factory=dict, hash=False)
    """What its local variables hold, if lines are recorded; those of the script are in `heap`."""


@dataclass(frozen=True)
class Pending:
    """A timer or another operation that the host keeps."""

    item: Item
    since: float
    """When it was handed over, in ms."""
    due: float | None
    """When it is due, in ms; None if nobody can know."""


@dataclass(frozen=True)
class PromiseState:
    """A promise."""

    id: int
    state: Literal["pending", "fulfilled", "rejected"]
    value: str
    """A short text of its value or reason; "" while it is pending."""
    waiting: tuple[Item, ...]
    """The reactions and async functions that wait for it, in their order."""
    follows: int
    """The promise that it was resolved with and waits for; 0: none."""
    parent: int
    """The promise whose `then` made it; 0: none."""
    handled: bool
    """False for a rejection that nobody has handled so far."""


@dataclass(frozen=True)
class Suspended:
    """An async function that waits at an `await`."""

    id: int
    name: str
    promise: int
    """The promise that it waits for."""
    file: str
    line: int


@dataclass(frozen=True)
class State:
    """Everything that exists after `count` events."""

    count: int
    time: float
    """Milliseconds since the start of the run, by its clock."""
    task: int
    """How many tasks have started: the number of the one under way."""
    running: tuple[Item, ...]
    """The task or job that runs now: one or none."""
    phase: Literal["idle", "task", "checkpoint", "end"]
    """Where the event loop is: between tasks, in a task, in its checkpoint, at the end."""
    call_stack: tuple[Frame, ...]
    """The outermost function first."""
    host: tuple[Pending, ...]
    tasks: tuple[Item, ...]
    ticks: tuple[Item, ...]
    microtasks: tuple[Item, ...]
    """Queues, with the item that is next out first."""
    promises: Mapping[int, PromiseState]
    suspended: tuple[Suspended, ...]
    heap: Heap
    """The script's variables and the objects that variables name, if lines are recorded."""
    output: tuple[str, ...]
    """What was printed, a text for each call, without the newline at its end."""


def state(trace: Sequence[Event], k: int | None = None) -> State:
    """Return the state after the first `k` events; all of them, if `k` is not given.

    A negative `k` counts from the end, as in a slice. IndexError if there are not that many.
    """
    count = len(trace)
    wanted = count if k is None else k + count if k < 0 else k
    if not 0 <= wanted <= count:
        raise IndexError(f"state: there are {count} events; k={k} is not among 0 to {count}")
    folder = Folder()
    for _, event in zip(range(wanted), trace, strict=False):
        folder.step(event)
    return folder.state()


def states(trace: Iterable[Event]) -> Iterator[State]:
    """Give the state before the first event, and after each one."""
    folder = Folder()
    yield folder.state()
    for event in trace:
        folder.step(event)
        yield folder.state()


@dataclass
class _Promise:
    state: Literal["pending", "fulfilled", "rejected"] = "pending"
    value: str = ""
    follows: int = 0
    parent: int = 0
    handled: bool = True
    waiting: dict[int, Item] = field(default_factory=dict)

    def shown(self, id: int) -> PromiseState:
        """Return what it is now, as a part of a state."""
        waiting = tuple(self.waiting.values())
        return PromiseState(
            id, self.state, self.value, waiting, self.follows, self.parent, self.handled
        )


class Folder:
    """The fold, one event at a time. An event that cannot follow raises ValueError."""

    def __init__(self) -> None:
        self._items = Items()
        self._count = 0
        self._time = 0.0
        self._task = 0
        self._running: Item | None = None
        self._phase: Literal["idle", "task", "checkpoint", "end"] = "idle"
        self._stack: list[Frame] = []
        self._has_lines = False
        self._host: dict[int, Pending] = {}
        self._queues: dict[str, dict[int, Item]] = {"task": {}, "tick": {}, "microtask": {}}
        self._promises: dict[int, _Promise] = {}
        # A run may have thousands of promises, of which a step changes one: states share the rest.
        self._shown: dict[int, PromiseState] = {}
        self._changed: dict[int, None] = {}  # a set that keeps its order, as the states must
        self._suspended: dict[int, Suspended] = {}
        self._output: list[str] = []
        self._heap = HeapBuilder()
        self._waits_for: dict[int, int] = {}  # a reaction: its promise
        self._steps: dict[str, Callable[[Event, Item | None], None]] = {
            "task-start": self._start_task,
            "task-end": self._end,
            "job-start": self._start_job,
            "job-end": self._end,
            "checkpoint-start": self._start_checkpoint,
            "checkpoint-end": self._end_checkpoint,
            "schedule": self._hand_over,
            "operation-start": self._hand_over,
            "operation-end": self._take_back,
            "cancel": self._cancel,
            "enqueue": self._enqueue,
            "promise-create": self._create_promise,
            "promise-resolve": self._resolve_promise,
            "promise-settle": self._settle_promise,
            "promise-react": self._react,
            "promise-handled": self._handle_promise,
            "unhandled-rejection": self._report_promise,
            "async-suspend": self._suspend,
            "async-resume": self._resume,
            "call": self._call,
            "return": self._return,
            "output": self._print,
            "run-start": self._start_run,
            "run-end": self._end_run,
            "close": self._close,
        }

    def step(self, event: Event) -> None:
        """Take the next event. TypeError for what is none."""
        if not isinstance(event, Event):
            raise TypeError(f"Folder.step: an event is folded, not {type(event).__name__}")
        if event.seq != self._count:
            raise ValueError(f"event {event.seq} cannot follow: number {self._count} is next")
        self._count += 1
        self._time = event.time
        item = self._items.read(event)
        self._has_lines = self._has_lines or event.kind == "line"
        if event.kind != "return":
            self._move_line(event)
        if step := self._steps.get(event.kind):
            step(event, item)
        if event.changes:
            self._change(event)

    def state(self) -> State:
        """Return the state now; it does not change when the folder goes on."""
        for id in self._changed:
            self._shown[id] = self._promises[id].shown(id)
        self._changed.clear()
        return State(
            count=self._count,
            time=self._time,
            task=self._task,
            running=() if self._running is None else (self._running,),
            phase=self._phase,
            call_stack=tuple(self._stack),
            host=tuple(self._host.values()),
            tasks=tuple(self._queues["task"].values()),
            ticks=tuple(self._queues["tick"].values()),
            microtasks=tuple(self._queues["microtask"].values()),
            promises=MappingProxyType(self._shown.copy()),
            suspended=tuple(self._suspended.values()),
            heap=self._heap.heap(frame.variables for frame in self._stack),
            output=tuple(self._output),
        )

    # ---- what runs ----

    def _start_task(self, event: Event, item: Item | None) -> None:
        if event.ref:
            self._dequeue("task", event.ref, event)
        self._task += 1
        self._running, self._phase = item, "task"
        self._clear_stack()

    def _start_job(self, event: Event, item: Item | None) -> None:
        first = next(iter(self._queues[event.lane]), None)
        if first != event.id:
            raise ValueError(f"event {event.seq} starts job {event.id}, but {first} is first")
        self._running = self._dequeue(event.lane, event.id, event)
        self._clear_stack()

    def _end(self, event: Event, item: Item | None) -> None:
        self._running = None
        self._clear_stack()
        if event.kind == "task-end":
            self._phase = "idle"

    def _start_checkpoint(self, event: Event, item: Item | None) -> None:
        self._phase = "checkpoint"

    def _end_checkpoint(self, event: Event, item: Item | None) -> None:
        self._phase = "idle"

    def _start_run(self, event: Event, item: Item | None) -> None:
        self._heap.clear()

    def _end_run(self, event: Event, item: Item | None) -> None:
        self._running, self._phase = None, "end"
        self._clear_stack()

    def _close(self, event: Event, item: Item | None) -> None:
        """Forget what belongs to a runtime that is closed: the things with the latest numbers."""
        things: tuple[dict[int, Any], ...] = (
            self._host,
            *self._queues.values(),
            self._suspended,
            self._waits_for,
            self._promises,
            self._shown,
            self._changed,
        )
        for each in things:
            for id in [id for id in each if event.id - event.extra < id <= event.id]:
                del each[id]

    # ---- host and queues ----

    def _hand_over(self, event: Event, item: Item | None) -> None:
        assert item is not None
        self._queues["task"].pop(event.id, None)  # a due timer that was started anew
        self._host.pop(event.id, None)
        due = event.time + event.extra if event.kind == "schedule" else None
        self._host[event.id] = Pending(item, event.time, due)

    def _take_back(self, event: Event, item: Item | None) -> None:
        if self._host.pop(event.id, None) is None:
            raise ValueError(f"event {event.seq}: the host has no operation {event.id}")

    def _cancel(self, event: Event, item: Item | None) -> None:
        # Neither here nor there: an interval that is cleared by its own callback.
        self._host.pop(event.id, None)
        self._queues["task"].pop(event.id, None)

    def _enqueue(self, event: Event, item: Item | None) -> None:
        assert item is not None
        if event.rule == "timer-due":
            self._take_back(event, item)
        if event.id in self._queues[event.lane]:
            raise ValueError(f"event {event.seq}: {event.id} is in the queue already")
        self._queues[event.lane][event.id] = item
        promise = self._waits_for.pop(event.id, 0)
        if promise:
            self._promise(promise).waiting.pop(event.id, None)

    def _dequeue(self, lane: str, id: int, event: Event) -> Item:
        item = self._queues[lane].pop(id, None)
        if item is None:
            raise ValueError(f"event {event.seq}: {id} leaves the {lane} queue, but is not in it")
        return item

    # ---- promises and async functions ----

    def _create_promise(self, event: Event, item: Item | None) -> None:
        self._promises[event.id] = _Promise(parent=event.ref)
        self._changed[event.id] = None

    def _promise(self, id: int) -> _Promise:
        """Find a promise to change; one that another run has made is first heard of here."""
        self._changed[id] = None
        return self._promises.setdefault(id, _Promise())

    def _resolve_promise(self, event: Event, item: Item | None) -> None:
        self._promise(event.id).follows = event.ref

    def _settle_promise(self, event: Event, item: Item | None) -> None:
        promise = self._promise(event.id)
        promise.state = "fulfilled" if event.extra == 1 else "rejected"
        promise.value = event.text
        promise.follows = 0

    def _react(self, event: Event, item: Item | None) -> None:
        assert item is not None
        self._promise(event.ref).waiting[event.id] = item
        self._waits_for[event.id] = event.ref

    def _handle_promise(self, event: Event, item: Item | None) -> None:
        self._promise(event.id).handled = True

    def _report_promise(self, event: Event, item: Item | None) -> None:
        self._promise(event.id).handled = False

    def _suspend(self, event: Event, item: Item | None) -> None:
        name = name_frame(event.label)
        waiting = Suspended(event.id, name, event.ref, event.file, event.line)
        self._suspended[event.id] = waiting

    def _resume(self, event: Event, item: Item | None) -> None:
        self._suspended.pop(event.id, None)

    # ---- call stack and output ----

    def _call(self, event: Event, item: Item | None) -> None:
        self._stack.append(Frame(name_frame(event.label), event.file, event.line))

    def _return(self, event: Event, item: Item | None) -> None:
        if self._stack:
            self._stack.pop()
            self._heap.touch()

    def _clear_stack(self) -> None:
        self._stack.clear()
        self._heap.touch()

    def _change(self, event: Event) -> None:
        """Take what variables hold now. Functions are counted from the innermost."""
        changes = read_changes(event.changes)
        self._heap.take(changes)
        own = [
            index
            for index in reversed(range(len(self._stack)))
            if not self._stack[index].name.startswith("console.")
        ]
        for number, variables in changes.frames:
            if number < len(own):
                frame = self._stack[own[number]]
                now = changed(frame.variables, variables)
                self._stack[own[number]] = replace(frame, variables=now)

    def _is_own_call(self, event: Event) -> bool:
        """Tell whether an event stands at the function called; console's are at the caller's."""
        return event.kind == "call" and not event.label.startswith("console.")

    def _move_line(self, event: Event) -> None:
        """Note which line of the program's innermost function is being executed.

        The call of a function stands at the function. Which line calls it is unknown, unless lines
        are recorded: then it is the last one.
        """
        calls = self._is_own_call(event)
        if calls and self._has_lines:
            return
        for index in reversed(range(len(self._stack))):
            frame = self._stack[index]
            if not frame.name.startswith("console."):
                known = event.line and event.file == frame.file
                line = 0 if calls else event.line if known else frame.line
                if line != frame.line:
                    self._stack[index] = replace(frame, line=line)
                return

    def _print(self, event: Event, item: Item | None) -> None:
        self._output.append(event.text.removesuffix("\n"))
