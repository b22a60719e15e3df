"""History: the life of everything that a trace tells of, as spans between the events' numbers.

`Folder` answers "what was there after k events"; this module answers "when was it there". Both read
the same events and add nothing to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .._core import Event
from .items import Item, Items, name_frame

__all__ = [
    "Frame",
    "History",
    "Idle",
    "Output",
    "Run",
    "Span",
    "Task",
    "Wait",
    "history",
]


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
    ending: str = ""
    """The rule by which the last run ended; "" if the events do not go so far."""
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


def history(events: Iterable[Event]) -> History:
    """Read events, from the first one on, into spans. TypeError for what is no event."""
    reader = _Reader()
    for event in events:
        if not isinstance(event, Event):
            raise TypeError(f"history: events are read, not {type(event).__name__}")
        reader.read(event)
    return reader.finish()


class _Reader:
    def __init__(self) -> None:
        self.all = History(0)
        self._items = Items()
        self._waiting: dict[int, tuple[int, str, int]] = {}  # item: start, lane, by
        self._running: dict[int, tuple[int, Item, str]] = {}  # run: start, item, lane
        self._stack: list[Event] = []
        self._checkpoint: int | None = None
        self._task: tuple[int, int] | None = None  # start, run
        self._turn_end = 0
        self._latest = 0.0

    def read(self, event: Event) -> None:
        self.all.length = event.seq + 1
        # What a snapshot tells of may be older than the event before it.
        passed = event.time - self._latest if self.all.times else 0.0
        self._latest = max(self._latest, event.time)
        if passed >= 1 and not self._running and event.kind != "run-start":
            self.all.idles.append(Idle(event.seq, passed))
        self.all.times.append(event.time)
        item = self._items.read(event)
        match event.kind:
            case "schedule" | "operation-start":
                self._start_waiting(event, "host")
            case "enqueue":
                self._start_waiting(event, event.lane)
            case "cancel":
                self._stop_waiting(event.id, event.seq, cancelled=True)
            case "operation-end":
                self._stop_waiting(event.id, event.seq)
            case "close":
                for id in [*self._waiting]:
                    if event.id - event.extra < id <= event.id:
                        self._stop_waiting(id, event.seq, cancelled=True)
            case "run-end" | "trace-end":
                self.all.ending = event.rule
            case "task-start":
                assert item is not None
                self._end_turn()
                self._task = event.seq, event.id
                self._start_running(event, item)
            case "job-start":
                assert item is not None
                self._start_running(event, item)
            case "task-end" | "job-end":
                self._unwind(event.seq)
                self._stop_running(event.id, event.seq)
                self._turn_end = event.seq
            case "checkpoint-start":
                self._checkpoint = event.seq
            case "checkpoint-end":
                self._end_checkpoint(event.seq)
            case "call":
                self._stack.append(event)
            case "return":
                if self._stack:
                    self._pop(event.seq)
            case "output":
                text, is_error = event.text.removesuffix("\n"), event.extra == 2
                output = Output(event.seq, text, event.cause, event.line, is_error)
                self.all.outputs.append(output)

    def finish(self) -> History:
        end = max(self.all.length - 1, 0)
        for item in [*self._waiting]:
            self._stop_waiting(item, end, still=True)
        self._unwind(end, still=True)
        for run in [*self._running]:
            self._stop_running(run, end, still=True)
            self._turn_end = end
        self._end_checkpoint(end, still=True)
        self._end_turn()
        self.all.items = self._items.all
        self.all.waits.sort(key=lambda wait: wait.start)
        self.all.frames.sort(key=lambda frame: frame.start)
        return self.all

    def _start_waiting(self, event: Event, lane: str) -> None:
        self._stop_waiting(event.id, event.seq)
        self._waiting[event.id] = event.seq, lane, event.cause

    def _stop_waiting(
        self, item: int, seq: int, *, cancelled: bool = False, still: bool = False
    ) -> None:
        if item in self._waiting:
            start, lane, by = self._waiting.pop(item)
            wait = Wait(start, seq, still, self._items.all[item], lane, by, cancelled)
            self.all.waits.append(wait)

    def _start_running(self, event: Event, item: Item) -> None:
        self._stop_waiting(item.id, event.seq)
        self._running[event.id] = event.seq, item, event.lane

    def _stop_running(self, run: int, seq: int, *, still: bool = False) -> None:
        if run in self._running:
            start, item, lane = self._running.pop(run)
            self.all.runs[run] = Run(start, seq, still, run, item, lane)

    def _end_turn(self) -> None:
        if self._task is not None:
            start, run = self._task
            number = len(self.all.tasks) + 1
            task = Task(start, self._turn_end, self.all.runs[run].open, number, self.all.runs[run])
            self.all.tasks.append(task)
            self._task = None

    def _end_checkpoint(self, seq: int, *, still: bool = False) -> None:
        if self._checkpoint is not None:
            self.all.checkpoints.append(Span(self._checkpoint, seq, still))
            self._checkpoint = None
            self._turn_end = seq

    def _pop(self, seq: int, *, still: bool = False) -> None:
        depth = len(self._stack)
        call = self._stack.pop()
        name = name_frame(call.label)
        frame = Frame(call.seq, seq, still, name, depth, call.cause, call.file, call.line)
        self.all.frames.append(frame)

    def _unwind(self, seq: int, *, still: bool = False) -> None:
        while self._stack:
            self._pop(seq, still=still)
