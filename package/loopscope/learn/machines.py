"""Wrong machines: each is the right one with one rule of its queues replaced.

What each is named for, and asks, stands in `beliefs`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from .model.machine import Job, Machine
from .model.timers import LONGEST, Timer

__all__ = ["WrongMachine"]

Work = Callable[[], None]


class WrongMachine(Machine):
    """A machine that is wrong in one thing: its class says in which, by its id in `beliefs`."""


# ---- promises


class ExecutorDeferred(WrongMachine):
    """M1."""

    def run_executor(self, promise: Any, run: Work) -> None:
        self.enqueue(Job(run))


class ChainsDepthFirst(WrongMachine):
    """M3: what a link of a chain queues goes to the front."""

    def finish_reaction(self, reaction: Any, settle: Work) -> None:
        waiting, self.microtasks = self.microtasks, deque()
        settle()
        self.microtasks.extend(waiting)


class ChainsQueuedAtOnce(WrongMachine):
    """M4: `then` of a pending promise takes its place in the queue already."""

    def react(self, promise: Any, reaction: Any) -> None:
        if promise.state != "pending" or reaction.capability is None:
            super().react(promise, reaction)
            return
        claimed = False

        def run() -> None:
            nonlocal claimed
            if not claimed and promise.state != "pending":
                claimed = True
                reaction.run()

        class Placed:
            """The reaction of which a place is kept; it is queued if the place came too early."""

            @staticmethod
            def job() -> Job:
                return Job(run, "reaction")

        promise.keep(Placed)
        self.enqueue(Job(run, "reaction"))


class ResolveCallsBack(WrongMachine):
    """M7: settling a promise runs its reactions on the spot."""

    def settle(self, promise: Any, reactions: list[Any]) -> None:
        for reaction in reactions:
            reaction.run()


class PromiseJobsBeforeTheRest(WrongMachine):
    """M12: promise jobs do not wait for the end of the script."""

    def enqueue(self, job: Job) -> None:
        if self.in_main and job.kind != "microtask":
            job.run()
        else:
            super().enqueue(job)


class AdoptingIsFree(WrongMachine):
    """M13: a promise that is returned is as good as its value."""

    def adopt(self, promise: Any, inner: Any, follow: Work) -> None:
        if not hasattr(inner, "state"):
            super().adopt(promise, inner, follow)
        elif inner.state == "pending":

            class Linked:
                """Settles the outer promise together with the inner one."""

                @staticmethod
                def job() -> Job:
                    return Job(copy)

            def copy() -> None:
                self._copy(promise, inner)

            inner.keep(Linked)
            inner.mark_handled()
            self._linked.add(Linked)
        else:
            inner.mark_handled()
            self._copy(promise, inner)

    def __init__(self, spend: Work = lambda: None) -> None:
        super().__init__(spend)
        self._linked: set[Any] = set()

    def settle(self, promise: Any, reactions: list[Any]) -> None:
        for reaction in reactions:
            if reaction in self._linked:
                reaction.job().run()
            else:
                self.enqueue(reaction.job())

    def _copy(self, promise: Any, inner: Any) -> None:
        if inner.state == "fulfilled":
            promise.fulfill(inner.result)
        else:
            promise.turn_down(inner.result)


class FollowingTakesOneTurn(WrongMachine):
    """M33: the `then` of a promise that is returned is called at once, and not in a microtask."""

    def adopt(self, promise: Any, inner: Any, follow: Work) -> None:
        follow()


class RejectionsComeFirst(WrongMachine):
    """M34: a rejection that has no handler yet is reported before the microtasks run."""

    def track_handler(self, promise: Any) -> None:
        self.rejected.pop(promise, None)

    def drain(self) -> None:
        self.report_rejections()
        super().drain()


class CatchEndsTheChain(WrongMachine):
    """M18: after a `catch`, a chain is over."""

    def finish_reaction(self, reaction: Any, settle: Work) -> None:
        caught = reaction.promise.state == "rejected" and reaction.handlers[1] is not None
        if not (caught and reaction.how == "catch"):
            settle()


class LosersAreCancelled(WrongMachine):
    """M19: when a combinator is settled, what it does not need any more is stopped."""

    def __init__(self, spend: Work = lambda: None) -> None:
        super().__init__(spend)
        self._makers: list[Any] = []
        self._timers_of: dict[Any, list[Timer]] = {}

    def run_executor(self, promise: Any, run: Work) -> None:
        self._makers.append(promise)
        run()
        self._makers.pop()

    start_async = run_executor

    def set_timer(
        self, callback: Callable[..., Any], delay: Any, arguments: tuple[Any, ...], repeat: bool
    ) -> Timer:
        timer = super().set_timer(callback, delay, arguments, repeat)
        for promise in self._makers:
            self._timers_of.setdefault(promise, []).append(timer)
        return timer

    def end_combinator(self, result: Any, losers: list[Any]) -> None:
        for promise in losers:
            for timer in self._timers_of.get(promise, []):
                self.timers.clear(timer)


# ---- async functions


class _Waiting(WrongMachine):
    """Lets the rest of the program go on while a line waits."""

    def wait_for(self, promise: Any) -> bool:
        """Wait until a promise is settled; tell whether it is, as nothing may be left to do."""
        while promise.state == "pending" and self._step():
            pass
        return bool(promise.state != "pending")

    def _step(self) -> bool:
        """Let one thing happen, so that the promise may be settled; tell whether anything did."""
        if self.ticks:
            self.spend()
            self.attempt(self.ticks.popleft())
        elif self.microtasks:
            self.run_microtask()
        elif self.timers.first() is not None or self.immediates:
            self.poll()
            self.run_immediates()
            self.run_timers()
        else:
            return False
        return True


class AwaitBlocks(_Waiting):
    """M5: an `await` stops the whole program until the promise is settled."""

    def wait(self, promise: Any) -> bool:
        return self.wait_for(promise)


class ThenWaits(_Waiting):
    """M29: `then` waits for its promise and calls its function before the next line."""

    def react(self, promise: Any, reaction: Any) -> None:
        if self._is_the_programs(reaction) and self.wait_for(promise):
            reaction.run()
        else:
            super().react(promise, reaction)

    def _is_the_programs(self, reaction: Any) -> bool:
        """Tell a `then` of the program's from what an `await` or a combinator listens with."""
        places = {getattr(one, "__module__", "") for one in reaction.handlers}
        inner = any(str(one).endswith((".promise", ".combinators")) for one in places)
        return reaction.capability is not None and not inner


class SettledAwaitGoesOn(WrongMachine):
    """M6: an `await` of something that is there already does not give way."""

    def wait(self, promise: Any) -> bool:
        return bool(promise.state != "pending")


class AsyncBodyDeferred(WrongMachine):
    """M16: calling an async function only plans its body."""

    def start_async(self, promise: Any, run: Work) -> None:
        self.enqueue(Job(run))


# ---- the loop


class ZeroMeansNow(WrongMachine):
    """M2: a timer of 0 ms runs where it is set."""

    def set_timer(
        self, callback: Callable[..., Any], delay: Any, arguments: tuple[Any, ...], repeat: bool
    ) -> Timer:
        timer = super().set_timer(callback, delay, arguments, repeat)
        if not repeat and not self.asked(delay):
            self.timers.clear(timer)
            timer.run()
        return timer

    def asked(self, delay: Any) -> float:
        """Return the milliseconds that the program has asked for."""
        try:
            return float(delay)
        except (TypeError, ValueError):
            return 0.0


class TimersSleep(ZeroMeansNow):
    """M26: setTimeout waits for its time, then calls its function, and then returns."""

    def asked(self, delay: Any) -> float:
        self.block(min(super().asked(delay), LONGEST))
        return 0


class IntervalsBeginAtOnce(WrongMachine):
    """M30: setInterval calls its function right there, and then again and again."""

    def set_timer(
        self, callback: Callable[..., Any], delay: Any, arguments: tuple[Any, ...], repeat: bool
    ) -> Timer:
        timer = super().set_timer(callback, delay, arguments, repeat)
        if repeat:
            timer.run()
        return timer


class DueTimersAreOneTask(WrongMachine):
    """M31: all timers that are due run before the microtasks of the first, as in Node up to 10."""

    _together = False

    def _run_expired(self, now: int) -> bool:
        self._together = True
        try:
            return super()._run_expired(now)
        finally:
            self._together = False

    def drain(self) -> None:
        if not self._together:
            super().drain()


class TimersBeforeMicrotasks(WrongMachine):
    """M17: a timer that is due goes before the microtasks."""

    zero_is_due = True

    def run_microtasks(self) -> None:
        while self.microtasks:
            if not self._nested:
                self._nested = True
                self.run_timers()
                self._nested = False
            if self.microtasks:
                self.run_microtask()

    _nested = False

    def run_timer(self, timer: Timer) -> bool:
        raised = super().run_timer(timer)
        if self._nested:
            return True  # no checkpoint between timers: microtasks come after all of them
        return raised

    def drain(self) -> None:
        if not self._nested:
            super().drain()


class _TurnByTurn(WrongMachine):
    """Does not empty the queue: each turn of the loop runs one task and a share of microtasks."""

    zero_is_due = True

    def drain(self) -> None:
        while self.ticks:
            self.spend()
            self.attempt(self.ticks.popleft())
        self.run_microtasks()
        if not self.microtasks:
            self.report_rejections()

    def run_loop(self, *, in_poll: bool) -> None:
        while self.microtasks or self.alive():
            if not (self._run_due_timer() or self._run_immediate() or self.microtasks):
                self.poll()
                continue
            self.drain()

    def _run_due_timer(self) -> bool:
        timer = self.timers.take_due(int(self.time))
        if timer is None:
            return False
        self.run_timer(timer)
        return True

    def _run_immediate(self) -> bool:
        if not self.immediates:
            return False
        immediate = self.immediates.pop(0)
        immediate.cleared = True
        self.attempt(immediate.run)
        return True


class OneMicrotaskATurn(_TurnByTurn):
    """M8: each turn of the loop runs one task and one microtask."""

    def run_microtasks(self) -> None:
        if self.microtasks:
            self.run_microtask()


class TimersInSourceOrder(WrongMachine):
    """M9: timers run in the order in which they were set, whatever their delays."""

    def delay_of(self, delay: Any) -> int:
        return 1


class DelaysAreExact(WrongMachine):
    """M10: a timer runs when its time has come, even if the program is busy."""

    def block(self, ms: float) -> None:
        end = self.time + max(float(ms), 0.0)
        while (queue := self.timers.first()) is not None and queue.expiry <= end:
            self.spend()
            self.time = max(self.time, queue.expiry)
            timer = self.timers.take_due(int(self.time))
            if timer is not None:
                self.run_timer(timer)
        self.time = max(self.time, end)


class MicrotasksWaitATurn(_TurnByTurn):
    """M11: what a microtask queues is for the next turn of the loop."""

    def run_microtasks(self) -> None:
        for _ in range(len(self.microtasks)):
            self.run_microtask()


class ScriptIsNoTask(_TurnByTurn):
    """M15: the checkpoint comes after the first task, and the script is none."""

    drain = WrongMachine.drain
    run_loop = WrongMachine.run_loop

    def after_main(self) -> None:
        if not self._run_due_timer():
            self._run_immediate()
        self.drain()


class NewestFirst(WrongMachine):
    """M28: of the microtasks, the one that was queued last runs first."""

    def enqueue(self, job: Job) -> None:
        self.microtasks.appendleft(job)


class QueuedIsCalled(WrongMachine):
    """M27: queueMicrotask and `process.nextTick` call their function."""

    def queue_microtask(self, callback: Callable[..., Any]) -> None:
        self.run_plain(callback)

    def next_tick(self, callback: Callable[..., Any], *arguments: Any) -> None:
        self.run_plain(callback, *arguments)


class TicksAreTasks(WrongMachine):
    """M20: `process.nextTick` is for the next turn of the loop, behind the microtasks."""

    def next_tick(self, callback: Callable[..., Any], *arguments: Any) -> None:
        self.set_immediate(callback, *arguments)


class TicksAreMicrotasks(WrongMachine):
    """M21: ticks and microtasks wait in one queue."""

    def next_tick(self, callback: Callable[..., Any], *arguments: Any) -> None:
        self.enqueue(Job(partial(self.run_plain, callback, *arguments)))


class TicksGoFirst(WrongMachine):
    """M32: a tick goes before all microtasks that wait, also if one of them has queued it."""

    def run_microtask(self) -> None:
        super().run_microtask()
        while self.ticks:
            self.spend()
            self.attempt(self.ticks.popleft())


class ImmediateMeansNow(WrongMachine):
    """M22: an immediate goes before everything else that waits."""

    def set_immediate(self, callback: Callable[..., Any], *arguments: Any) -> Any:
        immediate = super().set_immediate(callback, *arguments)
        self.immediates.remove(immediate)
        self.ticks.append(lambda: None if immediate.cleared else immediate.run())
        return immediate


class ListenersAreDeferred(WrongMachine):
    """M23: an event that the program dispatches is handled later, as a task."""

    def dispatch(self, run: Callable[[], Any]) -> Any:
        self.set_timer(run, 0, (), repeat=False)
        return True
