"""The wrong machines: ideas that people have of the event loop, each as a machine that has it.

Each is the right machine with one rule replaced, so that a program's order on it is the order that
its believer predicts. The list is drawn from what learners ask, from tutorials and from tools that
got it wrong; it is no validated concept inventory, and `loopscope grade` counts what a class
really believes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from . import machines, readings
from .machines import WrongMachine

__all__ = ["BELIEFS", "Belief", "belief"]


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
    beyond: str = ""
    """The id of a simpler belief that it goes beyond: where both fit, that one is told."""


BELIEFS: Final[tuple[Belief, ...]] = (
    Belief(
        "M1",
        "the executor is deferred",
        "the function given to Promise() waits in a queue, like a callback of then",
        "Who calls the function given to Promise(), and when does Promise() return?",
        "executor-sync",
        machines.ExecutorDeferred,
    ),
    Belief(
        "M2",
        "a timer of 0 ms runs at once",
        "setTimeout with 0 runs its function right there, before the next line",
        "What does setTimeout do with the function: call it, or hand it over?",
        "timer-handed-to-host",
        machines.ZeroMeansNow,
    ),
    Belief(
        "M3",
        "a chain runs to its end",
        "once a chain of then has begun, it goes on to its last link before anything else",
        "When does the second then of a chain enter the microtask queue?",
        "reaction-waits",
        machines.ChainsDepthFirst,
    ),
    Belief(
        "M4",
        "all links of a chain are queued at once",
        "every then of a chain takes its place in the queue when the line is executed",
        "Can a then be queued while the promise that it hangs on is still pending?",
        "reaction-waits",
        machines.ChainsQueuedAtOnce,
    ),
    Belief(
        "M5",
        "await blocks the program",
        "an await stops everything, the caller of the async function too",
        "When an async function pauses at its await, who goes on?",
        "await-yields",
        machines.AwaitBlocks,
    ),
    Belief(
        "M6",
        "await of something settled does not yield",
        "an await goes straight on if its value is there already",
        "Does an await pause if there is nothing to wait for?",
        "await-yields",
        machines.SettledAwaitGoesOn,
    ),
    Belief(
        "M7",
        "resolve calls back at once",
        "resolve() calls the functions given to then before it returns",
        "What does resolve() do with the functions given to then: call them, or queue them?",
        "settle-once",
        machines.ResolveCallsBack,
    ),
    Belief(
        "M8",
        "one microtask a turn",
        "the loop takes one microtask, then one task, then one microtask",
        "How many microtasks run before the next task may?",
        "checkpoint",
        machines.OneMicrotaskATurn,
    ),
    Belief(
        "M9",
        "timers fire in source order",
        "timers run in the order of the lines that set them, whatever their delays",
        "Which of the timers is due first?",
        "timer-due",
        machines.TimersInSourceOrder,
    ),
    Belief(
        "M10",
        "delays are exact",
        "a timer runs when its time has come, even if the program is busy then",
        "Can a timer interrupt a function that is running?",
        "run-to-end",
        machines.DelaysAreExact,
    ),
    Belief(
        "M11",
        "microtasks of microtasks wait a turn",
        "what a microtask queues has to wait until the waiting task has run",
        "When is a checkpoint over: after the microtasks that were there, or when none is left?",
        "checkpoint",
        machines.MicrotasksWaitATurn,
    ),
    Belief(
        "M12",
        "promise jobs run before the rest of the script",
        "a settled promise calls back before the script's next lines",
        "Is the call stack empty while the script still has lines to run?",
        "reaction-queued",
        machines.PromiseJobsBeforeTheRest,
    ),
    Belief(
        "M13",
        "returning a promise costs nothing",
        "returning a promise is as quick as returning its value",
        "How does one promise learn that another one, which it follows, is settled?",
        "thenable-job",
        machines.AdoptingIsFree,
    ),
    Belief(
        "M16",
        "the body of an async function is deferred",
        "calling an async function only plans it; its first line runs later",
        "How far does an async function run before its caller goes on?",
        "async-sync-start",
        machines.AsyncBodyDeferred,
    ),
    Belief(
        "M17",
        "timers go before microtasks",
        "a timer that is due is taken before the microtasks",
        "Which queue has to be empty before the loop takes a task?",
        "checkpoint",
        machines.TimersBeforeMicrotasks,
    ),
    Belief(
        "M18",
        "catch ends the chain",
        "after a catch nothing of the chain runs any more",
        "What is the state of the promise that catch() gives, when its function has returned?",
        "reaction-queued",
        machines.CatchEndsTheChain,
    ),
    Belief(
        "M19",
        "losers are cancelled",
        "when a combinator is settled, the other promises are stopped",
        "Does a combinator own the timers behind its promises, or does it only listen?",
        "settle-once",
        machines.LosersAreCancelled,
    ),
    Belief(
        "M20",
        "nextTick means the next turn",
        "process.nextTick waits for the next turn of the loop",
        "Which queue does Node empty first when the stack is empty?",
        "ticks-before-microtasks",
        machines.TicksAreTasks,
    ),
    Belief(
        "M21",
        "ticks are microtasks",
        "ticks and promise callbacks stand in one queue, in the order of the lines",
        "Are ticks and microtasks kept in the same queue?",
        "ticks-before-microtasks",
        machines.TicksAreMicrotasks,
    ),
    Belief(
        "M22",
        "setImmediate means immediately",
        "setImmediate goes before everything else that waits",
        "In which phase of the loop do immediates run?",
        "immediate-check",
        machines.ImmediateMeansNow,
    ),
    Belief(
        "M23",
        "listeners are called later",
        "dispatchEvent queues the listeners and returns",
        "Who calls the listeners: the loop, or dispatchEvent itself?",
        "sync-call",
        machines.ListenersAreDeferred,
    ),
    Belief(
        "M24",
        "a call waits for its caller",
        "a function that is called runs when the function that calls it has ended",
        "What is on top of the call stack right after a call?",
        "sync-call",
        readings.CallsAreDeferred,
    ),
    Belief(
        "M25",
        "functions run where they are written",
        "the program runs from top to bottom, the bodies of functions included",
        "What does a `def` (JavaScript's `function`) do: run the body, or name it?",
        "sync-call",
        readings.DefinitionsRun,
    ),
    Belief(
        "M26",
        "setTimeout sleeps",
        "setTimeout waits for its time, calls its function, and only then goes on",
        "What does the program do while a timer waits?",
        "timer-handed-to-host",
        machines.TimersSleep,
        beyond="M2",
    ),
    Belief(
        "M27",
        "what is queued is called",
        "queueMicrotask and process.nextTick call their function at once",
        "What does queueMicrotask do with the function: call it, or queue it?",
        "run-to-end",
        machines.QueuedIsCalled,
    ),
    Belief(
        "M28",
        "the newest goes first",
        "the microtask that was queued last runs first, as if the queue were a stack",
        "At which end does a microtask enter the queue, and at which end does it leave?",
        "microtask-fifo",
        machines.NewestFirst,
    ),
    Belief(
        "M29",
        "then waits",
        "then() waits for its promise and calls the function, before the next line runs",
        "While the promise is pending, does the line below then() run?",
        "reaction-waits",
        machines.ThenWaits,
        beyond="M12",
    ),
    Belief(
        "M30",
        "an interval begins at once",
        "setInterval calls its function right away for the first time",
        "How long does setInterval wait before it calls its function for the first time?",
        "timer-handed-to-host",
        machines.IntervalsBeginAtOnce,
    ),
    Belief(
        "M31",
        "due timers are one task",
        "all timers that are due run one after the other, and the microtasks after the last one",
        "If two timers are due, are they one task or two? What follows each task?",
        "checkpoint",
        machines.DueTimersAreOneTask,
    ),
    Belief(
        "M32",
        "ticks always go first",
        "a tick goes before every microtask that waits, also when a microtask has queued it",
        "Node has begun to empty the microtask queue. Does it stop for a tick?",
        "ticks-before-microtasks",
        machines.TicksGoFirst,
    ),
    Belief(
        "M33",
        "following takes one microtask",
        "a promise that follows another one is settled one microtask after it",
        "Who calls the then of the promise that is followed, and when?",
        "thenable-job",
        machines.FollowingTakesOneTurn,
    ),
    Belief(
        "M34",
        "rejections are reported first",
        "a rejection without a handler is reported before the microtasks run",
        "Until when may a handler come, so that a rejection counts as handled?",
        "unhandled-rejection",
        machines.RejectionsComeFirst,
    ),
    # Last, as it is the rarest: another one that more people have often gives the same order.
    Belief(
        "M15",
        "the script is no task",
        "microtasks run after the first callback, as the script itself is not a task",
        "What is the very first task of a program, and what follows each task?",
        "script-first",
        machines.ScriptIsNoTask,
    ),
)
"""The beliefs. M14 (replies interrupt running code, workers share variables) has no order."""


_BY_ID: Final = {one.id: one for one in BELIEFS}


def belief(id: str) -> Belief:
    """Return a belief by its id, such as "M3". KeyError for an unknown one."""
    return _BY_ID[id]
