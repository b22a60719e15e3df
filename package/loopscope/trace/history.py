"""History: the life of everything that a trace tells of, as spans between the events' numbers.

`Folder` answers "what was there after k events"; this module answers "when was it there". Both read
the same events and add nothing to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from .._core import Event

__all__ = [
    "Frame",
    "History",
    "Idle",
    "Item",
    "Kind",
    "Output",
    "Run",
    "Span",
    "Task",
    "Wait",
    "frame_name",
    "history",
]

Kind = Literal["script", "timer", "immediate", "posted", "tick", "microtask", "operation"]


@dataclass
class Item:
    """A thing that waits and runs: a timer, an immediate, a tick, a microtask, the script."""

    id: int
    kind: Kind
    number: int
    """Counts the items of its kind from 1."""
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
    """Number of the task or job that made it; 0: the host."""
    delay: int = 0
    """Milliseconds, for timers."""
    promise: int = 0
    """The promise that a reaction waits for or a thenable job is about."""
    activation: int = 0
    """The async function that a resumption goes on with."""

    @property
    def title(self) -> str:
        """Its short name: "script", "timer #1", "hi", "then · line 3"."""
        if self.kind == "script":
            return "script"
        if self.kind in ("timer", "immediate", "operation"):
            noun = "interval" if self.how == "setInterval" else self.kind
            return f"{noun} #{self.number}"
        if self.how == "await":
            return f"resume {self.name}" if self.name else f"resume · line {self.line}"
        if self.name:
            return self.name
        return f"{self.how} · line {self.line}" if self.line else self.how


@dataclass(frozen=True)
class Span:
    """From event number `start` up to event number `end`; `open`: it had not ended yet."""

    start: int
    end: int
    open: bool


@dataclass(frozen=True)
class Wait(Span):
    """An item with the host, or in a queue."""

    item: Item
    lane: str
    """ "host", "task", "tick" or "microtask"."""
    by: int
    """The task or job that put it there; 0: the host."""
    cancelled: bool


@dataclass(frozen=True)
class Run(Span):
    """An item that runs, in a task of its own or as a job of a checkpoint."""

    id: int
    """Number of the task or job, which other events name as their cause."""
    item: Item
    lane: str


@dataclass(frozen=True)
class Frame(Span):
    """A function of the program's on the call stack."""

    name: str
    depth: int
    """From 1, the outermost."""
    run: int
    """The task or job in which it was called; 0: the host."""
    file: str
    line: int


@dataclass(frozen=True)
class Output:
    """What was printed, and by which task or job."""

    seq: int
    text: str
    """Without the newline at its end."""
    run: int
    line: int
    error: bool


@dataclass(frozen=True)
class Idle:
    """Time in which nothing ran, because nothing could."""

    seq: int
    ms: float


@dataclass(frozen=True)
class Task(Span):
    """One turn: a task, and the checkpoint behind it (up to `end`)."""

    number: int
    """From 1, the script."""
    run: Run


@dataclass
class History:
    """All of it, each list in the order of its starts."""

    length: int
    """How many events there were."""
    items: dict[int, Item] = field(default_factory=dict)
    runs: dict[int, Run] = field(default_factory=dict)
    waits: list[Wait] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    checkpoints: list[Span] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    idles: list[Idle] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    """Time of each event, in ms."""

    def task_of(self, run: int) -> Task | None:
        """Return the task in whose turn a task or job ran."""
        found = self.runs.get(run)
        if found is None:
            return None
        for task in self.tasks:
            if task.start <= found.start <= task.end:
                return task
        return None


def frame_name(label: str) -> str:
    """Return how a function of the call stack is shown: a module's body is the script."""
    return {"<module>": "script", "<lambda>": "λ"}.get(label, label)


def history(events: Iterable[Event]) -> History:
    """Read events, from the first one on, into spans."""
    reader = _Reader()
    for event in events:
        reader.read(event)
    return reader.finish()


_NOUNS: dict[str, Kind] = {"task": "immediate", "tick": "tick", "microtask": "microtask"}


class _Reader:
    def __init__(self) -> None:
        self.all = History(0)
        self._counts: dict[str, int] = {}
        self._waiting: dict[int, tuple[int, str, int]] = {}  # item: start, lane, by
        self._running: dict[int, tuple[int, Item, str]] = {}  # run: start, item, lane
        self._stack: list[tuple[int, Event]] = []
        self._checkpoint: int | None = None
        self._task: tuple[int, int] | None = None  # start, run
        self._turn_end = 0
        self._suspended: Event | None = None

    def read(self, event: Event) -> None:
        self.all.length = event.seq + 1
        passed = event.time - (self.all.times[-1] if self.all.times else 0.0)
        if passed >= 1 and not self._running:
            self.all.idles.append(Idle(event.seq, passed))
        self.all.times.append(event.time)
        method = getattr(self, "_" + event.kind.replace("-", "_"), None)
        if method is not None:
            method(event)

    def finish(self) -> History:
        end = max(self.all.length - 1, 0)
        for item in [*self._waiting]:
            self._stop_waiting(item, end, cancelled=False, still=True)
        while self._stack:
            self._pop(end, still=True)
        for run in [*self._running]:
            self._stop_running(run, end, still=True)
        if self._checkpoint is not None:
            self.all.checkpoints.append(Span(self._checkpoint, end, True))
            self._turn_end = end
        self._end_turn()
        self.all.waits.sort(key=lambda wait: wait.start)
        self.all.frames.sort(key=lambda frame: frame.start)
        return self.all

    # ---- items ----

    def _item(self, event: Event, kind: Kind, how: str) -> Item:
        item = self.all.items.get(event.id)
        if item is None:
            noun = "interval" if how == "setInterval" else kind
            self._counts[noun] = self._counts.get(noun, 0) + 1
            item = self.all.items[event.id] = Item(
                id=event.id,
                kind=kind,
                number=self._counts[noun],
                name=_name(event.label),
                how=how,
                file=event.file,
                line=event.line,
                made=event.seq,
                maker=event.cause,
            )
        return item

    def _wait(self, event: Event, lane: str) -> None:
        self._stop_waiting(event.id, event.seq, cancelled=False)
        self._waiting[event.id] = (event.seq, lane, event.cause)

    def _stop_waiting(self, item: int, seq: int, *, cancelled: bool, still: bool = False) -> None:
        if item in self._waiting:
            start, lane, by = self._waiting.pop(item)
            wait = Wait(start, seq, still, self.all.items[item], lane, by, cancelled)
            self.all.waits.append(wait)

    def _schedule(self, event: Event) -> None:
        item = self._item(event, "timer", event.text)
        item.delay = event.extra
        self._wait(event, "host")

    def _operation_start(self, event: Event) -> None:
        self._item(event, "operation", event.text)
        self._wait(event, "host")

    def _operation_end(self, event: Event) -> None:
        self._stop_waiting(event.id, event.seq, cancelled=False)

    def _cancel(self, event: Event) -> None:
        self._stop_waiting(event.id, event.seq, cancelled=True)

    def _promise_react(self, event: Event) -> None:
        self._job(event)

    def _enqueue(self, event: Event) -> None:
        if event.lane == "task":
            self._item(event, "immediate", event.text or "setImmediate")
        else:
            self._job(event)
        self._wait(event, event.lane)

    def _job(self, event: Event) -> None:
        how = _how(event)
        item = self._item(event, _NOUNS[event.lane or "microtask"], how)
        item.how = how  # a reaction that waited may turn out to have no handler to call
        item.promise = event.ref
        suspended = self._suspended
        if how in ("adopt", "pass-through"):
            item.name = ""
        elif how != "await":
            item.name = _name(event.label)  # of two handlers, the one that is chosen now
        elif suspended is not None and not item.activation:
            item.activation, item.name = suspended.id, suspended.label
            item.file, item.line = suspended.file, suspended.line

    def _async_suspend(self, event: Event) -> None:
        self._suspended = event

    # ---- what runs ----

    def _task_start(self, event: Event) -> None:
        self._end_turn()
        item = self.all.items.get(event.ref) if event.ref else None
        if item is None:
            kind: Kind = "script" if event.rule == "script-first" else "posted"
            item = self._item(event, kind, event.text)
        self._start_running(event, item)
        self._task = (event.seq, event.id)
        self._turn_end = event.seq

    def _task_end(self, event: Event) -> None:
        self._unwind(event.seq)
        self._stop_running(event.id, event.seq)
        self._turn_end = event.seq

    def _job_start(self, event: Event) -> None:
        item = self.all.items.get(event.id)
        if item is None:
            item = self._item(event, _NOUNS[event.lane], event.text)
        self._start_running(event, item)

    def _job_end(self, event: Event) -> None:
        self._unwind(event.seq)
        self._stop_running(event.id, event.seq)
        self._turn_end = event.seq

    def _start_running(self, event: Event, item: Item) -> None:
        self._suspended = None
        self._stop_waiting(item.id, event.seq, cancelled=False)
        self._running[event.id] = (event.seq, item, event.lane)

    def _stop_running(self, run: int, seq: int, *, still: bool = False) -> None:
        if run in self._running:
            start, item, lane = self._running.pop(run)
            self.all.runs[run] = Run(start, seq, still, run, item, lane)

    def _end_turn(self) -> None:
        if self._task is not None:
            start, run = self._task
            number = len(self.all.tasks) + 1
            if run in self._running:
                self._stop_running(run, self.all.length - 1, still=True)
            self.all.tasks.append(Task(start, self._turn_end, False, number, self.all.runs[run]))
            self._task = None

    def _checkpoint_start(self, event: Event) -> None:
        self._checkpoint = event.seq

    def _checkpoint_end(self, event: Event) -> None:
        if self._checkpoint is not None:
            self.all.checkpoints.append(Span(self._checkpoint, event.seq, False))
            self._checkpoint = None
            self._turn_end = event.seq

    # ---- the call stack, the output, the clock ----

    def _call(self, event: Event) -> None:
        self._stack.append((len(self._stack) + 1, event))

    def _return(self, event: Event) -> None:
        if self._stack:
            self._pop(event.seq)

    def _pop(self, seq: int, *, still: bool = False) -> None:
        depth, call = self._stack.pop()
        name = frame_name(call.label)
        frame = Frame(call.seq, seq, still, name, depth, call.cause, call.file, call.line)
        self.all.frames.append(frame)

    def _unwind(self, seq: int) -> None:
        while self._stack:
            self._pop(seq)

    def _output(self, event: Event) -> None:
        text = event.text.removesuffix("\n")
        self.all.outputs.append(Output(event.seq, text, event.cause, event.line, event.extra == 2))


def _name(label: str) -> str:
    return "" if label == "<lambda>" else label


def _how(event: Event) -> str:
    if event.rule in ("await-yields", "await-resumes"):
        return "await"
    if event.rule == "thenable-job":
        return "adopt"
    if event.rule == "pass-through":
        return "pass-through"
    return event.text or "then"
