"""The rules by which everything happens: what, why now, and why nothing else went first.

Each event names the rule that it follows by its id. The texts are data: another language is another
entry of `TEXTS`, and what it lacks is shown in English. `speak` chooses the language in which every
view shows the rules, and what `phrases` says of one event in particular.
"""

from __future__ import annotations

from dataclasses import dataclass

from .phrases import PHRASES, choose, spoken

__all__ = ["RULES", "TEXTS", "Rule", "rule", "speak"]


@dataclass(frozen=True)
class Rule:
    """One rule, in one language."""

    id: str
    title: str
    what: str
    """What happened."""
    now: str
    """Why it happened now."""
    others: str
    """Why nothing else went first."""
    link: str
    """The clause of the specification, or the page of Node's documentation."""
    lesson: int
    """The guided lesson that is about it."""


def rule(id: str, language: str | None = None) -> Rule:
    """Return a rule by its id. KeyError for an unknown one.

    `language`: such as "en" or "de"; None: the one that `speak` has chosen.
    """
    link, lesson = RULES[id]
    title, what, now, others = TEXTS.get(language or spoken(), {}).get(id) or TEXTS["en"][id]
    return Rule(id, title, what, now, others, link, lesson)


def speak(language: str) -> str:
    """Have every view speak a language from now on. Returns the one up to now.

    `language`: a key of `TEXTS` or `phrases.PHRASES`, such as "en". ValueError for another one.
    """
    if language not in TEXTS and language not in PHRASES:
        known = ", ".join(sorted({*TEXTS, *PHRASES}))
        raise ValueError(f"speak: there are texts in {known}, but none in {language!r}")
    return choose(language)


_ECMA = "https://tc39.es/ecma262/#"
_HTML = "https://html.spec.whatwg.org/multipage/"
_NODE = "https://nodejs.org/docs/latest-v20.x/api/"
_GUIDE = "https://nodejs.org/en/learn/asynchronous-work/event-loop-timers-and-nexttick"

RULES: dict[str, tuple[str, int]] = {
    "script-first": (_HTML + "webappapis.html#run-a-classic-script", 3),
    "run-to-end": (_HTML + "webappapis.html#clean-up-after-running-script", 1),
    "sync-call": (_ECMA + "execution-context-stack", 1),
    "checkpoint": (_HTML + "webappapis.html#perform-a-microtask-checkpoint", 4),
    "ticks-before-microtasks": (_NODE + "process.html#processnexttickcallback-args", 4),
    "microtask-fifo": (_ECMA + "sec-hostenqueuepromisejob", 4),
    "timer-handed-to-host": (_NODE + "timers.html#settimeoutcallback-delay-args", 3),
    "timer-due": (_HTML + "timers-and-user-prompts.html#timers", 3),
    "timer-lists": (_GUIDE + "#timers", 3),
    "timer-cleared": (_NODE + "timers.html#cleartimeouttimeout", 3),
    "interval-rearm": (_NODE + "timers.html#setintervalcallback-delay-args", 3),
    "immediate-check": (_NODE + "timers.html#setimmediatecallback-args", 4),
    "phases": (_GUIDE + "#event-loop-explained", 4),
    "executor-sync": (_ECMA + "sec-promise-executor", 5),
    "settle-once": (_ECMA + "sec-promise-resolve-functions", 5),
    "reaction-queued": (_ECMA + "sec-newpromisereactionjob", 5),
    "reaction-waits": (_ECMA + "sec-performpromisethen", 5),
    "thenable-job": (_ECMA + "sec-newpromiseresolvethenablejob", 5),
    "pass-through": (_ECMA + "sec-newpromisereactionjob", 5),
    "async-sync-start": (_ECMA + "sec-async-functions-abstract-operations-async-function-start", 7),
    "await-yields": (_ECMA + "await", 7),
    "await-resumes": (_ECMA + "await", 7),
    "async-return": (_ECMA + "sec-asyncblockstart", 7),
    "generator-queue": (_ECMA + "sec-asyncgeneratorenqueue", 7),
    "unhandled-rejection": (_NODE + "process.html#event-unhandledrejection", 5),
    "uncaught-error": (_NODE + "process.html#event-uncaughtexception", 5),
    "host-waits": (_HTML + "webappapis.html#event-loop-processing-model", 2),
    "loop-ends": (_NODE + "process.html#event-beforeexit", 3),
    "posted-from-thread": (_HTML + "webappapis.html#queue-a-task", 8),
    "already-there": (_HTML + "webappapis.html#event-loops", 3),
    "trace-ends": (_HTML + "webappapis.html#event-loops", 3),
    "runtime-closed": (_NODE + "process.html#event-exit", 3),
    "process-exit": (_NODE + "process.html#processexitcode", 3),
    "run-stopped": (_NODE + "process.html#signal-events", 2),
}
"""Each rule's link and lesson; the ids are those that C records."""

Texts = tuple[str, str, str, str]
"""Title, what happened, why now, why nothing else went first."""

TEXTS: dict[str, dict[str, Texts]] = {
    "en": {
        "script-first": (
            "the script is the first task",
            "The script runs, from its first line to its last.",
            "It is the first task: before it, nothing has been scheduled.",
            "Whatever it schedules has to wait until it has ended.",
        ),
        "run-to-end": (
            "a task runs to its end",
            "The function has ended, and the call stack is empty.",
            "Nothing interrupts a function: it runs until it returns or raises.",
            "Tasks and microtasks that were queued meanwhile had to wait for the empty stack.",
        ),
        "sync-call": (
            "calls happen at once",
            "A function was called.",
            "It is on top of the call stack, so it runs now.",
            "What is below it on the stack waits for it to return; what is queued waits longer.",
        ),
        "checkpoint": (
            "microtasks run when the stack is empty",
            "A microtask checkpoint: every microtask runs, those included that microtasks add.",
            "The call stack is empty: there is a checkpoint after each task.",
            "The next task waits until the microtask queue is empty.",
        ),
        "ticks-before-microtasks": (
            "ticks come before microtasks",
            "A callback of process.next_tick runs.",
            "The stack is empty, and Node's tick queue is emptied first of all.",
            "Microtasks wait until there are no ticks, and tasks until there are no microtasks.",
        ),
        "microtask-fifo": (
            "first in, first out",
            "A microtask runs.",
            "The stack is empty, and it has been in the microtask queue the longest.",
            "Later microtasks are behind it, and tasks wait until there are no microtasks.",
        ),
        "timer-handed-to-host": (
            "the host keeps the timer",
            "A timer was handed to the host, and the call returned at once.",
            "Setting a timer is an ordinary call; the waiting is done outside of the program.",
            "Its function cannot run before the delay is over and the stack is empty.",
        ),
        "timer-due": (
            "a due timer becomes a task",
            "A timer's delay is over: its function enters the task queue.",
            "The loop looks for due timers between tasks only, however long a task takes.",
            "A delay is a minimum: nothing runs it before the stack and the microtasks are done.",
        ),
        "timer-lists": (
            "timers of one delay keep their order",
            "A timer's function runs as a task.",
            "It is due, and of the due timers it is the first.",
            "Timers of the same delay run in the order in which they were set.",
        ),
        "timer-cleared": (
            "a cleared timer never runs",
            "A timer or an immediate was cleared.",
            "Clearing it is an ordinary call, which takes effect at once.",
            "Even if it was due already, its function does not run any more.",
        ),
        "interval-rearm": (
            "an interval is set again",
            "The interval's function has run, and the host waits for the next time.",
            "It is set again when its function returns, before the microtasks that this queued.",
            "Its time is counted from when its function started, not from when that was due.",
        ),
        "immediate-check": (
            "immediates have a phase of their own",
            "A function given to set_immediate was queued, or runs.",
            "Immediates run in the check phase, after the loop has looked at the host.",
            "Those that immediates set wait for the next turn of the loop.",
        ),
        "phases": (
            "the loop goes round in phases",
            "The event loop enters its next phase.",
            "Each turn looks at timers, at the host, at immediates, always in this order.",
            "A phase runs what is ready in it; what belongs to another phase waits for that.",
        ),
        "executor-sync": (
            "the executor runs at once",
            "A promise was made, and the function given to it was called.",
            "The function given to Promise() is called right there: only reactions are deferred.",
            "Promise() returns after that function has returned.",
        ),
        "settle-once": (
            "a promise settles once",
            "A promise was settled: it is fulfilled with a value, or rejected with a reason.",
            "Its outcome is known now, and never changes again.",
            "Whoever waits for it gets queued now; none of their functions runs before this ends.",
        ),
        "reaction-queued": (
            "a settled promise queues its reactions",
            "A reaction to a promise entered the microtask queue.",
            "The promise is settled.",
            "Even a promise that was settled long ago never calls back at once.",
        ),
        "reaction-waits": (
            "a pending promise keeps its reactions",
            "A reaction was registered with a promise.",
            "The promise is pending: the reaction is kept until it is settled.",
            "It is in no queue yet.",
        ),
        "thenable-job": (
            "following another promise takes a microtask",
            "A promise was resolved with something that has a `then`, which a microtask will call.",
            "Its `then` is never called at once, as nobody knows what it does.",
            "So following another promise takes two microtasks more than a plain value.",
        ),
        "pass-through": (
            "no handler: the outcome passes through",
            "A reaction without a handler for this outcome passes it on.",
            "There is no function to call, but it takes its turn as a microtask all the same.",
            "What hangs on the next promise of the chain waits for that.",
        ),
        "async-sync-start": (
            "an async function starts at once",
            "An async function was called, and its body began to run.",
            "Up to its first await it is an ordinary call.",
            "The caller goes on when it awaits for the first time, or ends.",
        ),
        "await-yields": (
            "await always gives way",
            "An async function pauses at an await, and its caller goes on.",
            "Every await pauses, even if what is awaited is settled already.",
            "It goes on in a microtask, after the stack has become empty.",
        ),
        "await-resumes": (
            "an awaited promise resumes its function",
            "An async function goes on behind its await.",
            "What it waited for is settled, and its turn among the microtasks has come.",
            "Microtasks that were queued before it have run, and tasks wait.",
        ),
        "async-return": (
            "an async function settles its promise",
            "An async function has ended, and its promise is resolved.",
            "A returned value resolves its promise, an exception rejects it.",
            "Whoever awaits it goes on in a microtask of its own.",
        ),
        "generator-queue": (
            "an async generator serves one request at a time",
            "A request to an async generator was queued.",
            "The generator still works at an earlier request.",
            "Requests are served in the order in which they were made.",
        ),
        "unhandled-rejection": (
            "a rejection needs a handler in time",
            "A rejected promise has no handler.",
            "Node looks for such promises when ticks and microtasks have run.",
            "A handler that is added before that is in time; later ones are not.",
        ),
        "uncaught-error": (
            "an uncaught error ends the program",
            "An error was not caught.",
            "There is no caller left that could catch it.",
            "Unless a handler of 'uncaughtException' takes it, nothing runs any more.",
        ),
        "host-waits": (
            "nothing to do: the loop waits",
            "Time passes, and nothing runs.",
            "The stack and all queues are empty, and the next timer is not due.",
            "The loop sleeps until the host has something for it.",
        ),
        "loop-ends": (
            "nothing left: the program ends",
            "The program ends.",
            "No timer, no immediate and no operation of the host is left that could run anything.",
            "Promises that are still pending do not keep a program alive.",
        ),
        "posted-from-thread": (
            "another thread posts a task",
            "A function that another thread has posted runs as a task.",
            "The loop takes posted functions between tasks.",
            "Threads never interrupt what runs: they, too, wait for the empty stack.",
        ),
        "already-there": (
            "what was there before the trace",
            "The trace begins in the middle of a run: this was there already.",
            "It happened before the trace began, so nobody recorded when and why.",
            "What happens from now on is recorded as it happens.",
        ),
        "trace-ends": (
            "the trace ends, the program goes on",
            "The trace ends here.",
            "Its block has ended, or its time is over.",
            "The program goes on, but what it does is not recorded any more.",
        ),
        "runtime-closed": (
            "a closed runtime forgets what waits",
            "The runtime is closed.",
            "Nobody runs programs in it any more.",
            "What still waits in it is dropped: none of those functions runs.",
        ),
        "process-exit": (
            "process.exit() ends the program at once",
            "The program ends.",
            "It has called process.exit().",
            "What is still queued or waiting is dropped: none of those functions runs.",
        ),
        "run-stopped": (
            "stopped from outside",
            "The program is stopped.",
            "Ctrl-C was pressed, or a limit of time or steps was met.",
            "It had not ended by itself: what is queued and waiting would have gone on.",
        ),
    }
}
