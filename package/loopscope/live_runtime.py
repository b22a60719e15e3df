"""Live: the runtime of a running asyncio loop, for plain cells, coroutines and web servers.

Where an asyncio loop runs, `set_timeout`, `Promise`, async functions and the rest work without
`run()`. The first of them to be called makes the loop's LiveRuntime; the loop gives it its turns.
docs/decisions has the design.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable
from contextvars import Context
from typing import Any, Final
from weakref import WeakSet

from . import _core
from .process import forget, host_event
from .runtime import Runtime
from .tracer import follow

__all__ = ["LiveRuntime", "current", "drain", "find", "live"]

_ATTRIBUTE: Final = "_loopscope_live_runtime"  # of the asyncio loop: its LiveRuntime


def find(create: bool) -> _core.Loop | None:
    """Give the live Loop of the asyncio loop that runs in this thread; None without such a loop.

    `create`: make it, if there is none yet or if it has ended. (What the C module calls.)
    RuntimeError if the asyncio loop does not keep it.
    """
    runtime = current()
    if runtime is None and create:
        host = asyncio._get_running_loop()
        if host is not None:
            runtime = LiveRuntime(host)
            setattr(host, _ATTRIBUTE, runtime)
            if current() is not runtime:  # nobody else would hold it
                raise RuntimeError(
                    f"live: {type(host).__name__}, the asyncio loop of this thread, does not keep "
                    f"the attribute {_ATTRIBUTE} that is set on it, so it cannot have a runtime; "
                    "use an asyncio loop that does, such as asyncio's own or uvloop's"
                )
    return None if runtime is None else runtime._loop


def current() -> LiveRuntime | None:
    """Return the runtime of the asyncio loop that runs in this thread, if it has one already."""
    host = asyncio._get_running_loop()
    runtime: LiveRuntime | None = getattr(host, _ATTRIBUTE, None)
    return None if runtime is None or runtime._loop.closed else runtime


def live() -> Runtime:
    """Return the Runtime of the asyncio loop that runs in this thread.

    It is what plain cells and coroutines schedule on: its `post` and `as_task` hand it work from
    other threads, its `trace` is what was recorded of it, its `close` drops what is pending.
    RuntimeError where no asyncio loop runs, and inside of a program that `run` or `record` runs.
    """
    return _require("live")


def drain(timeout: float | None = None) -> asyncio.Future[None]:
    """Wait, with `await`, until the live runtime of this thread has nothing left to do.

    Nothing left: no timer, immediate, posted work, or asyncio future that an async function waits
    for. (An async function whose promise nobody settles is not waited for, as in Node; an interval
    goes on until it is cleared.) `timeout`: milliseconds after which to give up, with TimeoutError.
    RuntimeError where no asyncio loop runs, and inside of a program that `run` or `record` runs.
    """
    return _require("drain").when_drained(timeout)


def _require(what: str) -> LiveRuntime:
    running = _core.current_loop()
    if running is not None and not running.live:
        raise RuntimeError(
            f"{what}: a program is running on this thread, on a runtime of its own, which ends "
            f"when nothing is left to do; {what}() is for notebook cells and asyncio coroutines"
        )
    find(create=True)
    runtime = current()
    if runtime is None:
        raise RuntimeError(
            f"{what}: no asyncio loop is running in this thread. Call it in a notebook's cell, or "
            "in a coroutine under asyncio.run(); elsewhere loopscope.run(program) runs a program "
            "until nothing is left to do"
        )
    return runtime


class LiveRuntime(Runtime):
    """The runtime of an asyncio loop. The loop owns it, and both are dropped together.

    Work from outside of a turn wakes the C Loop, which calls `wake`. A turn never waits; after it,
    the asyncio loop is asked for the next one: soon, when a timer is due, or not at all.
    """

    def __init__(self, host: asyncio.AbstractEventLoop) -> None:
        self._argv = []
        self._write = None
        self._loop = _core.Loop(emit=host_event, live=self)
        self._host = host
        self._soon = False  # a turn is on its way
        self._timer: asyncio.TimerHandle | None = None
        self._futures: WeakSet[asyncio.Future[None]] = WeakSet()  # what tasks wait with
        self._waits = 0  # how many asyncio futures promises and async functions wait for
        self._drains: list[asyncio.Future[None]] = []
        follow(self._loop)

    def run(self, program: Any) -> Any:
        """Refuse: the asyncio loop runs it. RuntimeError."""
        return self._loop.run(program)

    def drain(self) -> None:
        """Refuse: nothing can be waited for here without `await`. RuntimeError."""
        raise RuntimeError("drain: this runtime is live: use `await loopscope.drain()`")

    def when_drained(self, timeout: float | None = None) -> asyncio.Future[None]:
        """Return a future that is done when nothing is left to do; see the function `drain`.

        RuntimeError if the asyncio loop is closed.
        """
        future = self._host.create_future()
        self._drains.append(future)
        if timeout is not None:
            handle = self._host.call_later(max(timeout, 0) / 1000, self._give_up, future, timeout)
            future.add_done_callback(lambda _: handle.cancel())
        self.wake()
        return future

    def checkpoint(self) -> None:
        """Run the ticks and microtasks that are queued, as at the end of a cell."""
        self._take_turn(checkpoint_only=True)

    def close(self) -> None:
        """Drop what is pending, without running it, before the asyncio loop's next callbacks."""
        if not self._host.is_closed() and not self._loop.closed:
            # Not now: the call that this happens in may be one of the runtime's own.
            self._host.call_soon(self._end, context=Context())
        else:
            self._end()

    # ---- what the C Loop asks of its host (csrc/live.c)

    def wake(self) -> None:
        """Have the asyncio loop call a turn soon."""
        if self._soon:
            return
        if self._host.is_closed():
            self._end()
            return
        self._soon = True
        self._host.call_soon(self._turn, context=Context())

    def wake_from_thread(self) -> None:
        """Do the same, from any thread. RuntimeError if the asyncio loop is closed."""
        if self._host.is_closed():
            raise RuntimeError("post: the asyncio loop that this runtime lives on is closed")
        self._host.call_soon_threadsafe(self._turn, context=Context())

    def new_future(self) -> asyncio.Future[None]:
        """Make the future that an asyncio task waits with, until a promise is settled."""
        future = self._host.create_future()
        self._futures.add(future)
        return future

    def wait_for(self, yielded: Any, resolve: Callable[[], None], _reject: object) -> None:
        """Call `resolve` when a body can go on that has yielded this to asyncio's loop.

        A future, that is; or None, for one iteration of the loop. TypeError for anything else.

        RuntimeError if the asyncio loop is closed.
        """
        if yielded is None:
            self._begin_wait()
            self._host.call_soon(self._end_wait, resolve)
            return
        self._check_future(yielded)
        if not yielded._asyncio_future_blocking:
            raise RuntimeError(f"await: a future was yielded without `yield from`: {yielded!r}")
        yielded._asyncio_future_blocking = False
        if yielded in self._drains:  # else drain() would wait for the one that waits for it
            yielded.add_done_callback(lambda _: resolve())
            return
        self._begin_wait()
        yielded.add_done_callback(lambda _: self._end_wait(resolve))

    def adopt(
        self,
        future: asyncio.Future[Any],
        resolve: Callable[[Any], None],
        reject: Callable[[BaseException], None],
    ) -> None:
        """Settle a promise by its resolving functions as the future is settled."""
        self._check_future(future)

        def settle(done: asyncio.Future[Any]) -> None:
            self._waits -= 1
            try:
                value = done.result()
            except BaseException as error:
                reject(error)
            else:
                resolve(value)

        self._begin_wait()
        future.add_done_callback(settle)

    # ---- turns

    def _turn(self) -> None:
        self._soon = False
        if self._loop.closed:
            return
        try:
            self._take_turn()
        finally:
            if not self._loop.closed:
                self._arm()

    def _take_turn(self, checkpoint_only: bool = False) -> None:
        """Let the C Loop have a turn; KeyboardInterrupt and SystemExit end this runtime.

        In a notebook they end nothing else: its kernel is not the program's to end.
        """
        in_kernel = _in_kernel()
        try:
            if in_kernel:
                with _Interruptible():
                    self._loop.turn(checkpoint_only)
            else:
                self._loop.turn(checkpoint_only)
        except (KeyboardInterrupt, SystemExit) as error:
            self._end()
            if not in_kernel:
                raise
            if isinstance(error, KeyboardInterrupt):
                sys.stderr.write(
                    "KeyboardInterrupt: the live runtime was stopped; what was pending is dropped\n"
                )

    def _arm(self) -> None:
        ms = self._loop.timeout()
        if ms == 0:
            self.wake()
            return
        if ms is not None:
            due = self._host.time() + ms / 1000
            # One that fires too early only turns once more.
            if self._timer is None or self._timer.when() > due:
                if self._timer is not None:
                    self._timer.cancel()
                self._timer = self._host.call_later(ms / 1000, self._on_timer, context=Context())
        elif self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._drains and self._waits == 0 and not self._loop.alive:
            self._finish_drains()

    def _on_timer(self) -> None:
        self._timer = None
        self._turn()

    def _end(self) -> None:
        """Drop what is pending; nobody waits for it any more. The next call makes a new runtime."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._loop.close()
        forget(self._loop)
        if not self._host.is_closed():
            self._finish_drains()
            for future in [*self._futures]:
                future.cancel("the live runtime has ended; what was pending is dropped")

    # ---- waiting

    def _begin_wait(self) -> None:
        self._waits += 1

    def _end_wait(self, resolve: Callable[[], None]) -> None:
        self._waits -= 1
        resolve()

    def _check_future(self, value: Any) -> None:
        if getattr(value, "_asyncio_future_blocking", None) is None:
            raise TypeError(
                "await: an async function can wait for promises, coroutines, thenables and "
                "asyncio's futures, but the awaited object handed "
                f"{type(value).__name__} to the event loop"
            )
        if value.get_loop() is not self._host:
            raise RuntimeError(f"await: {value!r} belongs to another asyncio loop")

    def _finish_drains(self) -> None:
        drains, self._drains = self._drains, []
        for future in drains:
            if not future.done():
                future.set_result(None)

    def _give_up(self, future: asyncio.Future[None], timeout: float) -> None:
        if future.done():
            return
        self._drains.remove(future)
        pending = {**self._loop.pending(), "awaited asyncio futures": self._waits}
        del pending["suspended"]  # is not waited for
        left = ", ".join(f"{count} {name}" for name, count in pending.items() if count)
        future.set_exception(TimeoutError(f"drain: pending after {timeout:g} ms: {left}"))


def _in_kernel() -> bool:
    """Tell whether this is a notebook's kernel."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return getattr(shell, "kernel", None) is not None


class _Interruptible:
    """Lets the notebook's interrupt reach what runs between cells: ipykernel ignores it there.

    A cell that is waiting is interrupted, too, by the handler that ipykernel has put there for it.
    """

    def __init__(self) -> None:
        self._before: Any = None
        self._set = False

    def __enter__(self) -> None:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.getsignal(signal.SIGINT)
            if self._before is not None:  # else it was not set by Python, and could not be restored
                self._set = True
                signal.signal(signal.SIGINT, signal.default_int_handler)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._set:
            signal.signal(signal.SIGINT, self._before)
            others = callable(self._before) and self._before is not signal.default_int_handler
            if kind is KeyboardInterrupt and others:
                self._before(signal.SIGINT, None)
