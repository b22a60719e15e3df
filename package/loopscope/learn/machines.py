"""The wrong machines: ideas that people have of the event loop, each as a machine that has it.

Each is the right machine with one rule replaced, so that a program's order on it is the order that
its believer predicts. The list is drawn from what learners ask, from tutorials and from tools that
got it wrong; it is no validated concept inventory, and `loopscope grade` counts what a class
really believes.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from .model.machine import Job, Machine, Reader
from .model.timers import Timer

__all__ = ["BELIEFS", "Belief", "WrongMachine", "belief"]

Work = Callable[[], None]


class WrongMachine(Machine):
    """A machine that is wrong in one thing: its class says in which, by its id in BELIEFS."""


@dataclass(frozen=True)
class Belief:
    """A wrong idea, and the machine that has it."""

    id: str
    """ "M1" to "M15" are those of the catalogue; the others were added to it."""
    name: str
    claim: str
    """What the believer thinks, after "You may think that"."""
    question: str
    """A question that makes the believer look at the machine."""
    rule: str
    """The rule (see `loopscope.tracing.rules`) that the belief breaks."""
    machine: type[WrongMachine]


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


class AwaitBlocks(WrongMachine):
    """M5: an `await` stops the whole program until the promise is settled."""

    def wait(self, promise: Any) -> bool:
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

    @staticmethod
    def asked(delay: Any) -> float:
        """Return the milliseconds that the program has asked for."""
        try:
            return float(delay)
        except (TypeError, ValueError):
            return 0.0


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


class TicksAreTasks(WrongMachine):
    """M20: `process.nextTick` is for the next turn of the loop, behind the microtasks."""

    def next_tick(self, callback: Callable[..., Any], *arguments: Any) -> None:
        self.set_immediate(callback, *arguments)


class TicksAreMicrotasks(WrongMachine):
    """M21: ticks and microtasks wait in one queue."""

    def next_tick(self, callback: Callable[..., Any], *arguments: Any) -> None:
        self.enqueue(Job(partial(self.run_plain, callback, *arguments)))


class ImmediateMeansNow(WrongMachine):
    """M22: an immediate goes before everything else that waits."""

    def set_immediate(self, callback: Callable[..., Any], *arguments: Any) -> Any:
        immediate = super().set_immediate(callback, *arguments)
        self.immediates.remove(immediate)
        self.ticks.append(lambda: None if immediate.cleared else immediate.run())
        return immediate


# ---- calls


class ListenersAreDeferred(WrongMachine):
    """M23: an event that the program dispatches is handled later, as a task."""

    def dispatch(self, run: Callable[[], Any]) -> Any:
        self.set_timer(run, 0, (), repeat=False)
        return True


class _CallReader(Reader):
    """Reads the plain calls of the program's own functions differently: `f()` as a statement."""

    def __init__(self, tree: ast.Module) -> None:
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        self.own = {node.name for node in functions if not node.decorator_list}
        self.called = {self.called_by(node) for node in ast.walk(tree)} - {""}

    def called_by(self, node: ast.AST) -> str:
        """Return which function of the program a statement calls, if it does nothing else."""
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            if isinstance(function, ast.Name) and function.id in self.own:
                return function.id
        return ""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:  # noqa: N802
        self.generic_visit(node)
        node.body = self.read(node.body) or [ast.Pass()]
        return node

    def visit_Module(self, node: ast.Module) -> ast.AST:  # noqa: N802
        self.generic_visit(node)
        node.body = self.read(node.body)
        return node

    def read(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Return the statements of a function as a believer reads them."""
        raise NotImplementedError


class _DeferCalls(_CallReader):
    """Moves such calls to the end of the function that makes them."""

    def read(self, body: list[ast.stmt]) -> list[ast.stmt]:
        calls = [one for one in body if self.called_by(one)]
        return [one for one in body if one not in calls] + calls


class _RunDefinitions(_CallReader):
    """Calls each function where it is defined, and not where it is called."""

    def __init__(self, tree: ast.Module) -> None:
        super().__init__(tree)
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        self.run = self.called & {one.name for one in functions if not one.args.args}

    def read(self, body: list[ast.stmt]) -> list[ast.stmt]:
        read: list[ast.stmt] = []
        for one in body:
            if isinstance(one, ast.FunctionDef) and one.name in self.run:
                call = ast.Call(ast.Name(one.name, ast.Load()), [], [])
                read += [one, ast.Expr(call)]
            elif self.called_by(one) not in self.run:
                read.append(one)
        return read


class CallsAreDeferred(WrongMachine):
    """M24: a function that is called runs when its caller has ended."""

    reader = _DeferCalls


class DefinitionsRun(WrongMachine):
    """M25: functions run in the order in which they are written."""

    reader = _RunDefinitions


BELIEFS: Final[tuple[Belief, ...]] = (
    Belief(
        "M1",
        "the executor is deferred",
        "the function given to Promise() waits in a queue, like a callback of then",
        "Who calls the function given to Promise(), and when does Promise() return?",
        "executor-sync",
        ExecutorDeferred,
    ),
    Belief(
        "M2",
        "a timer of 0 ms runs at once",
        "setTimeout with 0 runs its function right there, before the next line",
        "What does setTimeout do with the function: call it, or hand it over?",
        "timer-handed-to-host",
        ZeroMeansNow,
    ),
    Belief(
        "M3",
        "a chain runs to its end",
        "once a chain of then has begun, it goes on to its last link before anything else",
        "When does the second then of a chain enter the microtask queue?",
        "reaction-waits",
        ChainsDepthFirst,
    ),
    Belief(
        "M4",
        "all links of a chain are queued at once",
        "every then of a chain takes its place in the queue when the line is executed",
        "Can a then be queued while the promise that it hangs on is still pending?",
        "reaction-waits",
        ChainsQueuedAtOnce,
    ),
    Belief(
        "M5",
        "await blocks the program",
        "an await stops everything, the caller of the async function too",
        "When an async function pauses at its await, who goes on?",
        "await-yields",
        AwaitBlocks,
    ),
    Belief(
        "M6",
        "await of something settled does not yield",
        "an await goes straight on if its value is there already",
        "Does an await pause if there is nothing to wait for?",
        "await-yields",
        SettledAwaitGoesOn,
    ),
    Belief(
        "M7",
        "resolve calls back at once",
        "resolve() calls the functions given to then before it returns",
        "What does resolve() do with the functions given to then: call them, or queue them?",
        "settle-once",
        ResolveCallsBack,
    ),
    Belief(
        "M8",
        "one microtask a turn",
        "the loop takes one microtask, then one task, then one microtask",
        "How many microtasks run before the next task may?",
        "checkpoint",
        OneMicrotaskATurn,
    ),
    Belief(
        "M9",
        "timers fire in source order",
        "timers run in the order of the lines that set them, whatever their delays",
        "Which of the timers is due first?",
        "timer-due",
        TimersInSourceOrder,
    ),
    Belief(
        "M10",
        "delays are exact",
        "a timer runs when its time has come, even if the program is busy then",
        "Can a timer interrupt a function that is running?",
        "run-to-end",
        DelaysAreExact,
    ),
    Belief(
        "M11",
        "microtasks of microtasks wait a turn",
        "what a microtask queues has to wait until the waiting task has run",
        "When is a checkpoint over: after the microtasks that were there, or when none is left?",
        "checkpoint",
        MicrotasksWaitATurn,
    ),
    Belief(
        "M12",
        "promise jobs run before the rest of the script",
        "a settled promise calls back before the script's next lines",
        "Is the call stack empty while the script still has lines to run?",
        "reaction-queued",
        PromiseJobsBeforeTheRest,
    ),
    Belief(
        "M13",
        "returning a promise costs nothing",
        "returning a promise is as quick as returning its value",
        "How does one promise learn that another one, which it follows, is settled?",
        "thenable-job",
        AdoptingIsFree,
    ),
    Belief(
        "M16",
        "the body of an async function is deferred",
        "calling an async function only plans it; its first line runs later",
        "How far does an async function run before its caller goes on?",
        "async-sync-start",
        AsyncBodyDeferred,
    ),
    Belief(
        "M17",
        "timers go before microtasks",
        "a timer that is due is taken before the microtasks",
        "Which queue has to be empty before the loop takes a task?",
        "checkpoint",
        TimersBeforeMicrotasks,
    ),
    Belief(
        "M18",
        "catch ends the chain",
        "after a catch nothing of the chain runs any more",
        "What is the state of the promise that catch() gives, when its function has returned?",
        "reaction-queued",
        CatchEndsTheChain,
    ),
    Belief(
        "M19",
        "losers are cancelled",
        "when a combinator is settled, the other promises are stopped",
        "Does a combinator own the timers behind its promises, or does it only listen?",
        "settle-once",
        LosersAreCancelled,
    ),
    Belief(
        "M20",
        "nextTick means the next turn",
        "process.nextTick waits for the next turn of the loop",
        "Which queue does Node empty first when the stack is empty?",
        "ticks-before-microtasks",
        TicksAreTasks,
    ),
    Belief(
        "M21",
        "ticks are microtasks",
        "ticks and promise callbacks stand in one queue, in the order of the lines",
        "Are ticks and microtasks kept in the same queue?",
        "ticks-before-microtasks",
        TicksAreMicrotasks,
    ),
    Belief(
        "M22",
        "setImmediate means immediately",
        "setImmediate goes before everything else that waits",
        "In which phase of the loop do immediates run?",
        "immediate-check",
        ImmediateMeansNow,
    ),
    Belief(
        "M23",
        "listeners are called later",
        "dispatchEvent queues the listeners and returns",
        "Who calls the listeners: the loop, or dispatchEvent itself?",
        "sync-call",
        ListenersAreDeferred,
    ),
    Belief(
        "M24",
        "a call waits for its caller",
        "a function that is called runs when the function that calls it has ended",
        "What is on top of the call stack right after a call?",
        "sync-call",
        CallsAreDeferred,
    ),
    Belief(
        "M25",
        "functions run where they are written",
        "the program runs from top to bottom, the bodies of functions included",
        "What does a `def` (JavaScript's `function`) do: run the body, or name it?",
        "sync-call",
        DefinitionsRun,
    ),
    # Last, as it is the rarest: another one that more people have often gives the same order.
    Belief(
        "M15",
        "the script is no task",
        "microtasks run after the first callback, as the script itself is not a task",
        "What is the very first task of a program, and what follows each task?",
        "script-first",
        ScriptIsNoTask,
    ),
)
"""The beliefs. M14 (replies interrupt running code, workers share variables) has no order."""


_BY_ID: Final = {one.id: one for one in BELIEFS}


def belief(id: str) -> Belief:
    """Return a belief by its id, such as "M3". KeyError for an unknown one."""
    return _BY_ID[id]
