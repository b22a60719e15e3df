"""Machine: one thread, its queues, and the loop that empties them. Its methods are the rules.

The order is Node's: ticks, then microtasks, until there are neither; then rejections; then the next
task. https://nodejs.org/en/learn/asynchronous-work/event-loop-timers-and-nexttick
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from math import inf
from types import AsyncGeneratorType, CoroutineType
from typing import Any, ClassVar, Literal, NoReturn

from ..._core import abandon
from ...errors import UnhandledPromiseRejection
from .calling import Ended, call, reason_of
from .timers import LONGEST, Timer, TimerList, Timers, whole_delay

__all__ = ["Ended", "Immediate", "Job", "Machine", "Reader"]

Work = Callable[[], None]

JobKind = Literal["microtask", "reaction", "adopt"]


class Job:
    """A microtask. `kind`: what made it."""

    __slots__ = ("kind", "run")

    def __init__(self, run: Work, kind: JobKind = "microtask") -> None:
        self.run = run
        self.kind = kind


class Immediate:
    """What set_immediate gives."""

    def __init__(self, run: Work) -> None:
        self.run = run
        self.cleared = False
        """Whether it was cleared, or has its turn: it holds nothing any more."""
        self.holds = True

    def ref(self) -> Immediate:
        """Keep the program from ending; returns the immediate."""
        self.holds = not self.cleared
        return self

    def unref(self) -> Immediate:
        """Let the program end without it; returns the immediate."""
        self.holds = False
        return self

    def has_ref(self) -> bool:
        """Tell whether it keeps the program from ending."""
        return self.holds

    hasRef = has_ref  # noqa: N815


class Reader(ast.NodeTransformer):
    """Reads a program's text as a believer does."""

    def __init__(self, tree: ast.Module) -> None:
        """Take a look at the whole text first."""


class Machine:
    """The right machine. A wrong one overrides what its believer gets wrong.

    `emit(event, *arguments)` tells `process` of an event, and whether a listener handled it;
    `spend` is called before each task and job, and may raise.
    """

    zero_is_due: ClassVar[bool] = False
    """Whether a timer of 0 ms is due as soon as it is set, and not a millisecond later."""

    reader: ClassVar[type[Reader] | None] = None
    """Makes of the program's text what a believer reads in it, where that is in question."""

    def __init__(self, spend: Work = lambda: None) -> None:
        self.spend = spend
        self.emit: Callable[..., bool] = lambda event, *arguments: False
        self.printed: list[str] = []
        self.time = 0.0
        self.ticks: deque[Work] = deque()
        self.microtasks: deque[Job] = deque()
        self.timers = Timers(self.now)
        self.immediates: list[Immediate] = []
        self.rejected: dict[Any, None] = {}
        self.reported: dict[Any, None] = {}
        self.handled_late: list[Any] = []
        self.in_main = True
        self.error: BaseException | None = None
        # What `process` reads of a loop.
        self.host = "node"
        self.live = False
        self.exit_code: int | None = None
        self._exiting = False
        self._exit_called = False
        self.over = False
        self.suspended: set[Any] = set()
        """Bodies of async functions and generators; those that have not ended are dropped then."""

    # ---- what the program calls

    def now(self) -> float:
        """Return the milliseconds since the start."""
        return self.time

    def block(self, ms: float) -> None:
        """Keep the thread busy."""
        self.time += max(float(ms), 0.0)

    def write(self, stream: str, text: str) -> None:
        """Print."""
        if not self.over:
            self.printed.append(text)

    def exit(self) -> NoReturn:
        """End the program as `process.exit` does."""
        if not self._exit_called:
            self._exit_called = True
            self.exit_code = self.exit_code or 0
            if not self._exiting:
                self._exiting = True
                try:
                    self.emit("exit", self.exit_code)
                except SystemExit:
                    raise
                except BaseException:
                    self._exit_called = False  # it leaves process.exit(): nothing has ended yet
                    raise
        raise SystemExit(self.exit_code)

    def next_tick(self, callback: Callable[..., Any], *arguments: Any) -> None:
        """Queue a tick, unless the program is ending."""
        if not self._exiting:
            self.ticks.append(partial(self.run_plain, callback, *arguments))

    def queue_microtask(self, callback: Callable[..., Any]) -> None:
        """Queue a microtask of the program's own."""
        self.enqueue(Job(partial(self.run_plain, callback)))

    def set_timer(
        self, callback: Callable[..., Any], delay: Any, arguments: tuple[Any, ...], repeat: bool
    ) -> Timer:
        """Hand a timer to the host."""
        if isinstance(delay, (int, float)) and delay > LONGEST:
            shown = "Infinity" if delay == inf else delay
            told = f"{shown} does not fit into a 32-bit signed integer.\n"
            message = f"{told}Timeout duration was set to 1."
            self.emit("warning", "TimeoutOverflowWarning", message)
        run = partial(self.run_plain, callback, *arguments)
        timer = Timer(self.timers, run, self.delay_of(delay), repeat)
        self.timers.insert(timer)
        if timer.delay == 1 and self.zero_is_due:
            self.timers.hurry(timer)
        return timer

    def delay_of(self, delay: Any) -> int:
        """Return the milliseconds that a timer is set for."""
        return whole_delay(delay)

    def set_immediate(self, callback: Callable[..., Any], *arguments: Any) -> Immediate:
        """Queue an immediate."""
        immediate = Immediate(partial(self.run_plain, callback, *arguments))
        self.immediates.append(immediate)
        return immediate

    def clear_timer(self, timer: Any = None) -> None:
        """Clear a timer."""
        self.timers.clear(timer)

    def clear_immediate(self, immediate: Any = None) -> None:
        """Clear an immediate."""
        if isinstance(immediate, Immediate):
            immediate.cleared = True
            immediate.holds = False
            if immediate in self.immediates:
                self.immediates.remove(immediate)

    def run_plain(self, callback: Callable[..., Any], *arguments: Any) -> None:
        """Call what the program has handed over. A coroutine that it gives is started."""
        result = call(callback, *arguments)
        if isinstance(result, Coroutine):
            self.start_coroutine(result)

    start_coroutine: Callable[[Any], Any]  # put there by the core

    # ---- what people get wrong about promises and async functions

    def enqueue(self, job: Job) -> None:
        """Put a microtask behind the others."""
        self.microtasks.append(job)

    def run_executor(self, promise: Any, run: Work) -> None:
        """Call the executor of a promise: at once."""
        run()

    def start_async(self, promise: Any, run: Work) -> None:
        """Start the body of an async function, whose promise is given: at once."""
        run()

    def settle(self, promise: Any, reactions: list[Any]) -> None:
        """Queue the reactions of a promise that has just been settled."""
        for reaction in reactions:
            self.enqueue(reaction.job())

    def react(self, promise: Any, reaction: Any) -> None:
        """Register a reaction: kept while the promise is pending, else queued."""
        if promise.state == "pending":
            promise.keep(reaction)
        else:
            self.enqueue(reaction.job())

    def finish_reaction(self, reaction: Any, settle: Work) -> None:
        """Settle the promise that a reaction's `then` has made, after its handler has run."""
        settle()

    def adopt(self, promise: Any, inner: Any, follow: Work) -> None:
        """Have a promise follow another one: `follow` calls its `then`, in a microtask."""
        self.enqueue(Job(follow, "adopt"))

    def wait(self, promise: Any) -> bool:
        """Tell whether an `await` of the promise goes on without giving way."""
        return False

    def end_combinator(self, result: Any, losers: list[Any]) -> None:
        """Act on the promises that a combinator does not wait for any more: leave them alone."""

    def dispatch(self, run: Callable[[], Any]) -> Any:
        """Call the listeners of an event: at once."""
        return run()

    # ---- rejections

    def track_rejection(self, promise: Any) -> None:
        """Remember a promise that was rejected without a handler."""
        self.rejected[promise] = None

    def track_handler(self, promise: Any) -> None:
        """Note that a rejected promise has got its first handler."""
        if promise in self.rejected:
            del self.rejected[promise]
        elif promise in self.reported:
            del self.reported[promise]
            self.handled_late.append(promise)

    def report_rejections(self) -> bool:
        """Report the rejections that nobody has handled; tell whether that may have queued work.

        What has been queued when a listener raises waits for the next callback of the host.
        """
        some = bool(self.handled_late or self.rejected)
        return some and not self.attempt(self._report_all)

    def _report_all(self) -> None:
        while self.handled_late:
            self.emit("rejectionHandled", self.handled_late.pop(0))
        batch, self.rejected = self.rejected, {}
        for promise in batch:  # if a listener raises, Node forgets the rest of them
            self.reported[promise] = None
            self.report_rejection(promise)

    def report_rejection(self, promise: Any) -> None:
        """Report one rejection: an uncaught error, unless the program listens for it."""
        if not self.emit("unhandledRejection", promise.result, promise):
            reason = promise.result
            error = (
                reason if isinstance(reason, BaseException) else UnhandledPromiseRejection(reason)
            )
            self.report(error, "unhandledRejection")

    # ---- errors

    def attempt(self, run: Work) -> bool:
        """Run something from an empty stack; tell whether it raised (and somebody handled it)."""
        try:
            run()
        except (KeyboardInterrupt, SystemExit, Ended):
            raise
        except BaseException as error:
            self.report(error, "uncaughtException")
            return True
        if self._exit_called:
            raise SystemExit(self.exit_code)  # who called process.exit() has swallowed the first
        return False

    def report(self, error: BaseException, origin: str) -> None:
        """Report an uncaught error. Raises Ended unless the program handles it."""
        reason = reason_of(error)
        if self._exit_called:
            self._end(error)
        self.emit("uncaughtExceptionMonitor", reason, origin)
        try:
            handled = self.emit("uncaughtException", reason, origin)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as second:
            self.exit_code = 7  # and no "exit" event
            self._end(second)
        if not handled:
            if self._exiting:
                self.exit_code = 1 if self.exit_code is None else self.exit_code
                self._end(error)
            self._exiting = True
            self.exit_code = 1
            with suppress(Exception):  # as Node: nothing can be done about it any more
                self.emit("exit", 1)
            self._end(error)
        # Node does so that the ticks are not forgotten: the next check phase is not empty.
        self.immediates.append(Immediate(lambda: None))

    def _end(self, error: BaseException) -> NoReturn:
        self.error = error
        raise Ended

    # ---- the loop

    def drain(self) -> None:
        """Perform a checkpoint: ticks and microtasks, until there are neither; then rejections."""
        while True:
            while self.ticks or self.microtasks:
                while self.ticks:
                    self.spend()
                    if self.attempt(self.ticks.popleft()):
                        return  # the others wait for the next callback of the host
                self.run_microtasks()
            if not self.report_rejections():
                return

    def run_microtasks(self) -> None:
        """Run microtasks until there are none, those included that microtasks queue."""
        while self.microtasks:
            self.run_microtask()

    def run_microtask(self) -> None:
        """Run the first microtask."""
        self.spend()
        self.attempt(self.microtasks.popleft().run)

    def after_main(self) -> None:
        """Do what follows the script before any task."""
        self.drain()

    def run_main(self, main: Work, *, is_module: bool) -> None:
        """Run a program to its end. `is_module`: its body is a microtask itself."""
        try:
            if is_module:
                self.microtasks.append(Job(main))
                self.run_microtasks()
            else:
                self.attempt(main)
            self.in_main = False
            self.after_main()
            self.run_loop(in_poll=is_module)
            self._exiting = True
            self._emit("exit")
        except (Ended, SystemExit):
            pass
        finally:
            self._drop_suspended()

    def _drop_suspended(self) -> None:
        """Drop what is still suspended, without its `finally` blocks."""
        self.over = True
        while self.suspended:
            waiting = self.suspended.pop()
            if isinstance(waiting, (CoroutineType, AsyncGeneratorType)):
                abandon(waiting)
            else:
                waiting.close()  # an asend() that was not begun

    def run_loop(self, *, in_poll: bool) -> None:
        """Turn the loop until nothing is left that could run.

        `in_poll`: what has run until now ran in a poll phase, as the body of a module does.
        """
        while True:
            self.run_turns(in_poll=in_poll)
            self._emit("beforeExit")
            if not self.alive():
                return
            in_poll = False

    def run_turns(self, *, in_poll: bool) -> None:
        """Turn the loop as long as anything keeps the program from ending."""
        if in_poll:  # the rest of that turn, whoever waits for it
            self.run_immediates()
            self.run_timers()
            alive = self.alive()
        else:  # as in uv_run(): whatever these first timers leave, a turn follows them
            alive = self.alive()
            if alive:
                self.run_timers()
        while alive:
            self.poll()
            self.run_immediates()
            self.run_timers()
            alive = self.alive()

    def alive(self) -> bool:
        """Tell whether anything keeps the program from ending."""
        return self.timers.hold() or any(one.holds for one in self.immediates)

    def _emit(self, event: str) -> None:
        def run() -> None:
            self.emit(event, self.exit_code or 0)

        if not self.attempt(run):
            self.drain()  # Node performs no checkpoint after an error, even if that was handled

    def poll(self) -> None:
        """Sleep until the next timer is due, if nothing else can happen."""
        if self.timers.hold() and not any(one.holds for one in self.immediates):
            self.time = max(self.time, self.timers.due())

    def run_immediates(self) -> None:
        """Run the immediates that are there; those that they set wait for the next turn."""
        self.drain()  # ticks that an error has left over
        batch, self.immediates = self.immediates, []
        while batch:
            immediate = batch.pop(0)
            if immediate.cleared:
                continue
            immediate.cleared = True
            immediate.holds = False
            self.spend()
            if not self.attempt(immediate.run):
                self.drain()
            elif not batch:  # after one that raised, the next comes first, if it is new or not
                batch, self.immediates = self.immediates, []

    def run_timers(self) -> None:
        """Run the timers that are due; what they set waits for a millisecond, at the least."""
        self.timers.read_clock()
        while self.timers.fires() <= self.timers.read:
            now = self.timers.read_clock()
            self.timers.fire()
            # When a timer has raised, Node begins anew: the next one runs before that one's ticks
            # and microtasks, unless an empty list comes between them.
            while not self._run_expired(now):
                pass
            self.timers.end()
            self.drain()

    def _run_expired(self, now: int) -> bool:
        """Run list after list, with a checkpoint before each timer but the first.

        Returns False, at once, if a timer has raised.
        """
        self.timers.begin()
        one_more = False
        while (queue := self.timers.first()) is not None and queue.expiry <= now:
            if one_more:
                self.drain()
            if not self._run_list(queue, now):
                return False
            one_more = True
        return True

    def _run_list(self, queue: TimerList, now: int) -> bool:
        """Run the timers of a list that are due; returns False if one has raised."""
        first = True
        while (timer := self.timers.next_of(queue, now)) is not None:
            if not first:
                self.drain()
            first = False
            self.timers.take(timer)
            if timer.cleared:
                self.timers.finish(timer)
            elif self.run_timer(timer):
                return False
        return True

    def run_timer(self, timer: Timer) -> bool:
        """Run one timer as a task; tell whether it raised."""
        self.spend()
        start = self.timers.read_clock() if timer.repeat else 0

        def run() -> None:
            try:
                timer.run()
            finally:  # before anybody hears of an error
                if timer.repeat and not timer.cleared:
                    self.timers.insert(timer, start)
                elif timer.in_list is None:
                    self.timers.finish(timer)

        return self.attempt(run)
