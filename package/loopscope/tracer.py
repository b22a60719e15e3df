"""`with loopscope.trace() as t`: a trace of what runs in a block, or of a part of a long run."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self
from weakref import WeakKeyDictionary, ref

from . import _core
from .recording import TRACE_LIMIT, Recording
from .tracing.schema import Trace

if TYPE_CHECKING:
    from ._core import Event
    from .script import Script

__all__ = ["TraceBlock", "follow", "leave", "trace"]


def trace(
    *,
    frames: bool = True,
    trace_limit: int = TRACE_LIMIT,
    after: float = 0,
    duration: float | None = None,
    on_end: Callable[[TraceBlock], object] | None = None,
) -> TraceBlock:
    """Trace what runs on this thread in a `with` block: `run()`, a Runtime, the program around it.

    The block's value is a recording of all that, complete when the block has ended, even by an
    exception: it has the views of what `record()` gives. Inside of a running program it begins with
    what is there already, and ends with the block. Blocks may be nested. What programs print with
    `console` is in the recording, and still goes where it would go.

    `frames`: record the calls of the program's own functions. `trace_limit`: events of one runtime
    beyond that many are not kept, and `trace.truncated` is set. Lines and variables are recorded by
    `record(program, lines=True)` alone.

    For programs that run on: `after` and `duration` are milliseconds of the clock of each runtime;
    the trace begins so long after the block has met it, and ends by itself after that duration, as
    soon as no task runs. What runs later is neither recorded nor slowed down. `on_end(recording)`
    is called when the recording is complete; meanwhile the program waits.

    Raises TypeError or ValueError for a wrong argument.
    """
    return TraceBlock(frames, trace_limit, after, duration, on_end)


class TraceBlock(Recording):
    """What `trace()` gives: a context manager that is the Recording of its block."""

    _options: dict[str, Any]
    _after: float
    _duration: float | None
    _on_end: Callable[[TraceBlock], object] | None
    _parts: list[_Part]
    _runs: list[tuple[_Part, int]]
    """What ran or was closed, in order: where, and how many events that part had before."""
    _scripts: list[Script | None]
    _progress: Literal["new", "open", "complete"]
    _whole: Trace | None
    _thread: int

    def __init__(
        self,
        frames: bool,
        trace_limit: int,
        after: float,
        duration: float | None,
        on_end: Callable[[TraceBlock], object] | None,
    ) -> None:
        given: tuple[tuple[str, object], ...] = (("after", after), ("duration", duration))
        for name, value in given:
            if value is not None and not isinstance(value, (int, float)):
                kind = type(value).__name__
                raise TypeError(f"trace: argument {name!r} must be milliseconds, not {kind}")
        if not after >= 0:
            raise ValueError(f"trace: argument 'after' must be 0 ms or more, not {after}")
        if duration is not None and not duration > 0:
            raise ValueError(f"trace: argument 'duration' must be above 0 ms, not {duration}")
        if trace_limit < 1:
            raise ValueError(f"trace: argument 'trace_limit' must be 1 or more, not {trace_limit}")
        if on_end is not None and not callable(on_end):
            raise TypeError(f"trace: argument 'on_end' must be callable, not {on_end!r}")
        self._set(
            _options={"frames": frames, "trace_limit": trace_limit},
            _after=after,
            _duration=duration,
            _on_end=on_end,
            _parts=[],
            _runs=[],
            _scripts=[],
            _progress="new",
            _whole=None,
            error=None,
            exit_code=0,
            result=None,
        )

    def _set(self, **values: Any) -> None:
        """Set what is, in a recording, not to be set: this one is in the making."""
        for name, value in values.items():
            object.__setattr__(self, name, value)

    # ---- the block ----

    def __enter__(self) -> Self:
        if self._progress != "new":
            raise RuntimeError("trace: this block was entered before; call trace() for another one")
        self._set(_progress="open", _thread=threading.get_ident())
        _set_active([*_active(), self])
        try:
            loop = _core.current_loop() or _live_loop()
            if loop is not None:
                self._meet(loop, None)
        except BaseException:
            self._leave_all()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if threading.get_ident() != self._thread:
            raise RuntimeError("trace: the block must be left in the thread that has entered it")
        if error is not None:
            self._set(error=error, exit_code=_code_of(error))
        self._leave_all()

    def _leave_all(self) -> None:
        """Follow no runtime any more, those of this thread that are to come included."""
        _set_active([block for block in _active() if block is not self])
        try:
            for part in self._parts:
                part.stop()
        finally:
            self._complete()

    def _meet(self, loop: _core.Loop, script: Script | None) -> None:
        """Take a runtime in whose program is about to run, or runs already."""
        self._scripts.append(script)
        part = next((part for part in self._parts if part.loop is loop), None)
        if part is None:
            part = _Part(loop, self)
            self._parts.append(part)
            part.begin(self._after, self._duration)
        self._runs.append((part, len(part)))

    def _leave(self, loop: _core.Loop) -> None:
        """Note that a runtime is about to be closed."""
        self._runs.extend((part, len(part)) for part in self._parts if part.loop is loop)

    def _start(self, loop: _core.Loop, until: float | None) -> _core.Trace:
        return loop.start_trace(**self._options, until=until)

    def _part_ended(self) -> None:
        """Be complete, if the time of the only runtime is over: nothing is awaited any more."""
        if self._duration is not None and all(part.is_over for part in self._parts):
            self._complete()

    def _complete(self) -> None:
        if self._progress == "open":
            self._set(_progress="complete", _whole=None)
            self._set(_whole=self.trace)
            for part in self._parts:
                part.forget()
            if self._on_end is not None:
                self._on_end(self)

    @property
    def complete(self) -> bool:
        """Whether the trace has ended: by the end of the block, or of its duration."""
        return self._progress == "complete"

    # ---- the recording: while the block is open, what there is up to now ----

    @property
    def trace(self) -> Trace:
        """The events, in order. Of several runtimes one after the other, each with its numbers."""
        if self._whole is not None:
            return self._whole
        tapes = [part.tape for part in self._parts if part.tape is not None]
        if len(tapes) == 1 and len(self._parts) == 1:
            return Trace.of(tapes[0])
        return Trace(
            [*_merge(self._runs)],
            truncated=any(tape.truncated for tape in tapes),
            frames=all(tape.frames for tape in tapes),
            cut=next((tape.cut for tape in tapes if tape.truncated), ""),
        )

    @property
    def stdout(self) -> str:
        """What was printed on stdout."""
        return self._printed(1)

    @property
    def stderr(self) -> str:
        """What was printed on stderr."""
        return self._printed(2)

    @property
    def output(self) -> list[str]:
        """The printed lines, of stdout and stderr together, in order."""
        lines = self._printed(1, 2).split("\n")
        return lines if lines[-1] else lines[:-1]

    def _printed(self, *streams: int) -> str:
        events = (event for event in self.trace if event.kind == "output")
        return "".join(event.text for event in events if event.extra in streams)

    @property
    def clock(self) -> str:
        """Of the runtime that was traced first: "virtual" or "real"."""
        return self._parts[0].clock if self._parts else "real"

    @property
    def host(self) -> str:
        """Whose rules of order held in it: "node" or "browser"."""
        return self._parts[0].host if self._parts else "node"

    @property
    def _script(self) -> Script | None:
        return self._scripts[0] if len(self._scripts) == 1 else None

    @property
    def source(self) -> str | None:
        """The text of the script, if one script is all that ran."""
        return self._script.source if self._script else None

    @property
    def path(self) -> Path | None:
        """The file that it was read from."""
        return self._script.path if self._script else None

    def __repr__(self) -> str:
        state = {"new": "not begun", "open": "under way"}.get(self._progress, "complete")
        return f"<trace of {len(self.trace)} events, {state}>"


class _Part:
    """What a block has traced of one runtime."""

    def __init__(self, loop: _core.Loop, block: TraceBlock) -> None:
        self.loop: _core.Loop | None = loop
        self.tape: _core.Trace | None = None
        self.clock = loop.clock
        self.host = loop.host
        self.is_over = False
        self._block = block

    def __len__(self) -> int:
        return len(self.tape) if self.tape is not None else 0

    def begin(self, after: float, duration: float | None) -> None:
        """Start, now or later; and end, if there is a duration."""
        assert self.loop is not None
        start = self.loop.now() + after
        end = None if duration is None else start + duration
        if after > 0:
            self._set_alarm(start, lambda: self._start(end))
        else:
            self._start(end)

    def _start(self, end: float | None) -> None:
        if self.is_over or self.loop is None:
            return
        self.tape = self._block._start(self.loop, end)
        if end is not None:
            self._set_alarm(end, self._end)

    def _end(self) -> None:
        if not self.is_over:
            self.stop()
            self._block._part_ended()

    def stop(self) -> None:
        """Record no more."""
        if self.loop is not None and self.tape is not None:
            self.loop.stop_trace(self.tape)
        self.is_over = True

    def forget(self) -> None:
        """Hold the runtime no longer: its end is its owner's affair."""
        if self.loop is not None:
            waiting = _waiting(self.loop)
            _set_alarms(self.loop, [alarm for alarm in waiting if alarm[1] is not self])
            self.loop = None

    def _set_alarm(self, ms: float, callback: Callable[[], None]) -> None:
        assert self.loop is not None
        _set_alarms(self.loop, [*_waiting(self.loop), (ms, self, callback)])


# ---- a loop has one alarm: the next of these ----

_Alarm = tuple[float, _Part, Callable[[], None]]


class _Bell:
    """What a loop's alarm calls. They hold one another, and nobody else holds the bell."""

    def __init__(self, loop: _core.Loop, alarms: Iterable[_Alarm]) -> None:
        self.alarms = sorted(alarms, key=lambda alarm: alarm[0])
        self._loop = loop

    def __call__(self) -> None:
        now = self._loop.now()
        _set_alarms(self._loop, [alarm for alarm in self.alarms if alarm[0] > now])
        for ms, _, callback in self.alarms:
            if ms <= now:
                callback()


_bells: WeakKeyDictionary[_core.Loop, ref[_Bell]] = WeakKeyDictionary()


def _waiting(loop: _core.Loop) -> list[_Alarm]:
    reference = _bells.get(loop)
    bell = None if reference is None else reference()
    return [] if bell is None else bell.alarms


def _set_alarms(loop: _core.Loop, alarms: list[_Alarm]) -> None:
    if loop.closed:
        return
    if not alarms:
        _bells.pop(loop, None)  # it may be ringing
        loop.set_alarm(0, None)
        return
    bell = _Bell(loop, alarms)
    _bells[loop] = ref(bell)
    loop.set_alarm(bell.alarms[0][0], bell)


# ---- blocks that are open ----

_threads = threading.local()


def _active() -> list[TraceBlock]:
    # Held by their `with` statements: one whose end has failed ends with what else holds it.
    found = (reference() for reference in getattr(_threads, "blocks", ()))
    return [block for block in found if block is not None]


def _set_active(blocks: Iterable[TraceBlock]) -> None:
    _threads.blocks = [ref(block) for block in blocks]


def follow(loop: _core.Loop, script: Script | None = None) -> None:
    """Have the blocks that are open on this thread trace what is about to run in `loop`."""
    for block in _active():
        if not block.complete:
            block._meet(loop, script)


def leave(loop: _core.Loop) -> None:
    """Have them note that `loop` is about to be closed."""
    for block in _active():
        block._leave(loop)


def _live_loop() -> _core.Loop | None:
    """Return the loop of the live runtime, if this thread's asyncio loop has one already."""
    module = sys.modules.get(f"{__package__}.live_runtime")
    return module.find(create=False) if module is not None else None


def _code_of(error: BaseException) -> int:
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    return 130 if isinstance(error, KeyboardInterrupt) else 1


# ---- several runtimes in one trace ----


def _merge(runs: Sequence[tuple[_Part, int]]) -> Iterator[Event]:
    """Give the events of the runs in their order, with numbers and times that do not collide."""
    parts = list(dict.fromkeys(part for part, _ in runs))
    bases, base = {}, 0
    for part in parts:
        bases[part] = base
        base += max((max(event.id, event.ref, event.cause) for event in part.tape or ()), default=0)
    seq, time = 0, 0.0
    for index, (part, start) in enumerate(runs):
        end = next((begin for other, begin in runs[index + 1 :] if other is part), len(part))
        events = [*islice(part.tape or (), start, end)]
        base = bases[part]
        shift = max(0.0, time - events[0].time) if events else 0.0
        for event in events:
            time = event.time + shift
            numbers = {
                name: value + base
                for name in ("id", "ref", "cause")
                if (value := getattr(event, name))
            }
            yield _replaced(event, seq=seq, time=time, **numbers)
            seq += 1


def _replaced(event: Event, **values: Any) -> Event:
    fields = _core.Event.__match_args__
    return _core.Event([values.get(name, getattr(event, name)) for name in fields])
