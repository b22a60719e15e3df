"""What is said of one event in particular, as templates: data, as the rules are.

Another language is another entry of `PHRASES`, and what it lacks is said in English. Its templates
name the same fields in braces as the English ones, in whichever order; it may leave fields out.
"""

from __future__ import annotations

__all__ = ["PHRASES", "choose", "say", "spoken"]


def say(id: str, **fields: object) -> str:
    """Return a phrase in the language that is spoken, with its fields filled in.

    KeyError for an unknown phrase, and for a template that names an unknown field.
    """
    template = PHRASES.get(_spoken, {}).get(id)
    if template is None:
        template = PHRASES["en"][id]
    return template.format(**fields)


def spoken() -> str:
    """Return the language that is spoken."""
    return _spoken


def choose(language: str) -> str:
    """Speak a language from now on; returns the one up to now. `rules.speak` checks that it is."""
    global _spoken  # of the process, as a locale is
    before, _spoken = _spoken, language
    return before


_spoken = "en"

PHRASES: dict[str, dict[str, str]] = {
    "en": {
        # Names of things. In sentences and pictures they stand for what the program has not named.
        "name-script": "script",
        "name-timer": "timer",
        "name-interval": "interval",
        "name-immediate": "immediate",
        "name-operation": "operation",
        "name-microtask": "microtask",
        "name-tick": "tick",
        "name-promise": "promise",
        "name-object": "object",
        "name-resume": "resume",
        "name-adopt": "adopt",
        "name-pass-through": "pass-through",
        "the-script": "the script",
        "another-object": "another object",
        "line": "line {line}",
        "Line": "Line {line}",
        "a-line": "A line",
        "at-line": " at line {line}",
        "by-line": ", by line {line}",
        "the-program": "The program",
        "the-runtime": "The runtime",
        "a-value": "a value",
        "queue-task": "task queue",
        "queue-microtask": "microtask queue",
        "queue-tick": "tick queue",
        # What was there before the trace began.
        "there": "Already there: {told}.",
        "there-schedule": "{item}, which the host keeps for {ms} ms",
        "there-enqueue": "{item}, in the {queue}",
        "there-run": "{item}, which runs",
        "there-task-end": "task {task}, which has run to its end",
        "there-checkpoint": "a microtask checkpoint, which is under way",
        "there-fulfilled": "{promise}, fulfilled with {value}",
        "there-rejected": "{promise}, rejected with {value}",
        "there-react": "{item}, which waits for {promise}",
        "there-suspend": "{function}, which pauses at its await{place}",
        "there-resume": "{function}, which goes on behind its await",
        "there-call": "{function}, on the call stack{place}",
        # What happened.
        "run-start": "The program starts.",
        "run-end": "The program ends.",
        "run-stopped": "The program is stopped.",
        "snapshot": "The trace begins here, in the middle of a run.",
        "snapshot-later": "Something older than the trace comes into it.",
        "trace-end": "The trace ends here.",
        "close": "The runtime is closed.",
        "phase": "The event loop enters its {phase} phase.",
        "task-start": "Task {task} starts: {item}.",
        "task-end": "Task {task} has run to its end; the call stack is empty.",
        "job-start": "{item} runs.",
        "job-end": "{item} has run to its end.",
        "checkpoint-start": "A microtask checkpoint starts.",
        "checkpoint-end": "The checkpoint ends: no ticks and no microtasks are left.",
        "schedule": "{who} calls {function}: the host keeps {item} for {ms} ms.",
        "schedule-again": "The host keeps {item} again, for {ms} ms.",
        "cancel": "{who} clears {item}.",
        "enqueue": "{item} enters the {queue}{maker}.",
        "enqueue-settled": ": {promise} is settled",
        "enqueue-due": "At {time} {item} is due and enters the task queue.",
        "enqueue-late": "At {time} {item}, due since {due}, enters the task queue.",
        "promise-create": "{who} makes {promise}.",
        "promise-create-then": "{who} makes {promise}, by then of {other}.",
        "promise-resolve": "{promise} will follow {other}.",
        "promise-fulfilled": "{promise} is fulfilled with {value}.",
        "promise-rejected": "{promise} is rejected with {value}.",
        "promise-react": "{item} waits for {promise}.",
        "promise-handled": "The rejection of {promise} has a handler now.",
        "unhandled-rejection": "Nobody has handled the rejection of {promise}.",
        "async-start": "{who} calls the async function {function}: its body starts.",
        "async-suspend": "{function} pauses at its await{place}, for {promise}.",
        "async-resume": "{function} goes on behind its await{place}.",
        "async-returns": "{function} returns; that resolves {promise}.",
        "async-raises": "{function} raises an exception; that rejects {promise}.",
        "call-console": "{who} calls {function}.",
        "call": "{function} is pushed on the call stack.",
        "call-at": "{function} (line {line}) is pushed on the call stack.",
        "return": "{function} returns and is popped off the call stack.",
        "return-raises": "{function} raises and is popped off the call stack.",
        "return-pauses": "{function} pauses and is popped off the call stack.",
        "line-next": "{who} is executed next.",
        "line-next-of": "{who} of {function} is executed next.",
        "output": "{who} prints “{text}”.",
        "error": "An error was not caught: {error}.",
        "operation-start": "{who} starts {item}: the host works on it.",
        "operation-end": "The host has finished {item}.",
        "clock": "{ms} ms pass.",
        # Why now, and why nothing else.
        "shortest-delay": "In Node the shortest delay is 1 ms.",
        "queued-in-turn": "It goes to the end of the queue; the line that queued it goes on.",
        "after-raising": "The task before it has raised: Node takes the next due timer first.",
        "end-of-this-task-one": "{items} waits for the end of this task.",
        "end-of-this-task": "{items} wait for the end of this task.",
        "stack-empty": "The stack and the microtask queue are empty.",
        "first-of-due-one": "It is first of the due; {items} waits for its end.",
        "first-of-due": "It is first of the due; {items} wait for its end.",
        "first-not-due": "It is first in the task queue; {item} is not due before {due}.",
        "only-task": "It is the only task that is ready.",
        "tasks-wait-one": "{items} waits until no microtask is left.",
        "tasks-wait": "{items} wait until no microtask is left.",
        "behind-one": "{items} is behind it in the microtask queue.",
        "behind": "{items} are behind it in the microtask queue.",
        "sleeps": "The stack and all queues are empty; the loop sleeps until {item} is due.",
        "below-goes-on": "{function}, below it on the stack, goes on.",
        "runtime-itself": "No function of the program is on the call stack: the runtime does it.",
        "last-frame": "It was the last one: the call stack is empty.",
        "micro-queued-one": "{items} is queued, but microtasks wait until the stack is empty.",
        "micro-queued": "{items} are queued, but microtasks wait until the stack is empty.",
        "empty-stack-one": "{items} waits for the empty stack.",
        "empty-stack": "{items} wait for the empty stack.",
        "now": "Now {changes}.",
        "now-gone": "{name} is gone",
        "now-value": "{name} = {value}",
        "now-object": "{name} is {object}",
        "now-changed": "{object} has changed",
        "and-more": "and more",
        "quoted": "“{text}”",
        "and": "{first} and {last}",
        "and-others": "{items} and {count} more",
        # The table of explain().
        "step": "step",
        "task": "task",
        "event": "event",
        "output-head": "output",
        "rule": "rule",
        "verb-there": "there",
        "verb-run": "run",
        "verb-again": "again",
        "verb-call": "call",
        "verb-clear": "clear",
        "verb-queue": "queue",
        "verb-wait": "wait",
        "verb-settle": "settle",
        "verb-follow": "follow",
        "verb-await": "await",
        "verb-line": "line",
        "verb-print": "print",
        "verb-end": "end",
        "verb-error": "error",
        "verb-begin": "begin",
        "row-again": "host: {item} ({ms} ms)",
        "row-schedule": "{function} → host: {item} ({ms} ms){place}",
        "row-queue": "{queue} {item}{place}",
        "lane-task": "task",
        "lane-microtask": "microtask",
        "lane-tick": "tick",
        "row-react": "{item} for {promise}",
        "row-fulfilled": "{promise} fulfilled: {value}",
        "row-rejected": "{promise} rejected: {value}",
        "row-follow": "{promise} follows {other}",
        "row-await": "{function} pauses for {promise}{place}",
        "row-line": "{line}",
        "row-line-of": "{line} of {function}",
        "row-stack-empty": "the stack is empty",
        "row-checkpoint": "the stack is empty → microtask checkpoint",
        "row-no-microtasks": "no microtasks are left → next task",
        "row-clock": "{ms} ms pass",
        "row-error": "uncaught: {error}",
        "row-unhandled": "nobody handles the rejection of {promise}",
        "row-end": "nothing is left to do",
        "row-end-uncaught-error": "the error ends the program",
        "row-end-process-exit": "process.exit() ends the program",
        "row-end-run-stopped": "the program is stopped",
        "row-begin": "of the trace, in the middle of a run",
        "row-trace-end": "of the trace; the program goes on",
    }
}
