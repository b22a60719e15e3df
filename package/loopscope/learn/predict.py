"""check: how far a predicted order is right, and hints that lead on without telling it.

The hints climb: how far it is right; the state at the first difference, and a question; the rule;
the order. Each shows no more than its level says, and only the last one names what was printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Final

from ..tracing.fold import State
from ..tracing.rules import rule
from .instead import what_it_takes
from .moment import name_pending, printing_steps

if TYPE_CHECKING:
    from ..recording import Recording

__all__ = ["WIDTH", "Comparison", "check", "decision", "why_right", "wrap"]

LAST_HINT: Final = 4
WIDTH: Final = 90

_ENDS: Final = ("task-end", "job-end", "checkpoint-end", "run-start")
_STARTS: Final = ("task-start", "job-start")
_ORDINALS: Final = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
]


@dataclass(frozen=True)
class Comparison:
    """What `check` found; it shows itself as its `text`, and is true if the prediction is right."""

    right: int
    """How many lines are right, from the first one to the first difference."""
    total: int
    """How many lines the program printed."""
    is_right: bool
    """Whether the whole prediction is right."""
    text: str
    """What to tell the learner, in lines of a terminal's width."""
    paragraphs: tuple[str, ...] = ()
    """The same, for whoever breaks lines by themselves. Lines that are indented list queues."""

    def __bool__(self) -> bool:
        return self.is_right

    def __repr__(self) -> str:
        return self.text


def check(recording: Recording, prediction: Sequence[object], hint: int = 1) -> Comparison:
    """Compare the lines that a program printed with a prediction of them.

    `prediction`: the lines, in order; what is not a str is compared as `str()` makes it one.
    `hint`: 1 tells how far it is right; 2 adds the state at the first difference, and a question;
    3 the rule; 4 the order. Raises TypeError if `prediction` is no sequence of lines or `recording`
    no Recording, and ValueError for another hint.
    """
    from ..recording import require_recording

    require_recording("check", recording)
    if isinstance(prediction, (str, bytes)) or not isinstance(prediction, Iterable):
        raise TypeError(
            "check: prediction must be a list of lines, such as ['A', 'B'], "
            f"not {type(prediction).__name__}"
        )
    if hint not in range(1, LAST_HINT + 1):
        raise ValueError(f"check: hint must be 1, 2, 3 or {LAST_HINT}, not {hint!r}")
    predicted = [str(line).strip() for line in prediction]
    printed = [line.strip() for line in recording.output]
    right = _common(predicted, printed)
    if right == len(predicted) == len(printed):
        text = (
            "Right: it prints this line, and no other."
            if right == 1
            else (f"Right: {'both' if right == 2 else f'all {right}'} lines, in this order.")
        )
        return Comparison(right, len(printed), True, text, (text,))
    paragraphs = [_first_difference(predicted, printed, right)]
    # Where nothing was predicted there is nothing to learn from yet, but the answer is not hidden.
    if predicted and hint >= 2 and right < len(printed):
        own = predicted[right] if right < len(predicted) else ""
        paragraphs += _hints(recording, right, hint, own)
    if hint == LAST_HINT:
        paragraphs.append("The order: " + " · ".join(printed))
    elif predicted:
        paragraphs.append(f"(Hint {hint} of {LAST_HINT}. For the next one: hint={hint + 1})")
    text = "\n".join(map(wrap, paragraphs))
    return Comparison(right, len(printed), False, text, tuple(paragraphs))


def wrap(paragraph: str, width: int = WIDTH) -> str:
    """Break lines of more than `width` letters, but none that is indented, nor a link."""
    return "\n".join(
        line if line.startswith(" ") else fill(line, width, break_long_words=False)
        for line in paragraph.split("\n")
    )


def _common(predicted: list[str], printed: list[str]) -> int:
    for index, (one, other) in enumerate(zip(predicted, printed, strict=False)):
        if one != other:
            return index
    return min(len(predicted), len(printed))


def _first_difference(predicted: list[str], printed: list[str], right: int) -> str:
    if not predicted:
        return (
            "No prediction yet. Write the lines that you expect into my_prediction, run that "
            "cell and then this one again. A wrong guess teaches more than none."
        )
    if right == len(predicted):
        return f"Right so far: {right} of {len(printed)} lines. The program prints more."
    so_far = f"Right so far: {right} of {len(printed)} lines. " if right else ""
    yours = predicted[right]
    text = f"{so_far}You put “{yours}” {_ordinal(right)}, "
    if right == len(printed):
        return text + "but the program prints nothing more."
    if yours not in printed:
        return text + "but no line of the output reads exactly so."
    return text + "but another line comes there."


def _ordinal(index: int) -> str:
    return _ORDINALS[index] if index < len(_ORDINALS) else f"as number {index + 1}"


def _hints(recording: Recording, right: int, hint: int, own: str) -> list[str]:
    """Give the hints 2 and 3 about the line that was printed in place of the first wrong one.

    `own`: that wrong one.
    """
    printed_by = printing_steps(recording)
    if right >= len(printed_by):  # the trace was cut, or it is an error's text, after the run
        return []
    step = printed_by[right]
    trace = recording.trace
    start = _start(recording, printed_by, right)
    if start is not None:
        state = recording.state(_before(recording, start))
        first = _printer(recording, printed_by[right])
        texts = [_describe_waiting(state), "\n", _ask(recording, state, first, own)]
        was_kept = trace[start].ref in [pending.item.id for pending in state.host]
        used = rule("timer-due" if was_kept else trace[start].rule)
    else:  # the same task or job printed both
        state = recording.state(step)
        texts = [_describe_running(state), " What comes next in there?"]
        inside = _printer_of(recording, own, step) == _printer(recording, step)
        used = rule("sync-call" if inside else "run-to-end")
    paragraphs = ["".join(texts)]
    if hint >= 3:
        paragraphs.append(f"The rule “{used.title}”: {used.now} {used.others}\n{used.link}")
        before = None if start is None else _before(recording, start)
        if needed := what_it_takes(recording, own, step, before):
            paragraphs.append(needed)
    if hint >= LAST_HINT:
        paragraphs.append(f"See step {step} in the stepper.")
    return paragraphs


def decision(recording: Recording, right: int) -> int:
    """Return the step at which it was decided which line comes after the first `right` lines.

    The queues then hold what might go next; if the same task or job printed both lines, it is the
    step before the one that prints. After the last line: the last step.
    """
    printed_by = printing_steps(recording)
    if right >= len(printed_by):
        return len(recording.trace)
    start = _start(recording, printed_by, right)
    return printed_by[right] - 1 if start is None else _before(recording, start)


def _start(recording: Recording, printed_by: Sequence[int], right: int) -> int | None:
    """Find the start of what printed a line; None if it was under way when the last one came."""
    previous = printed_by[right - 1] if right else 0
    starts = [
        k
        for k in range(previous, printed_by[right])
        if recording.trace[k].kind in _STARTS and recording.trace[k].rule != "script-first"
    ]
    return starts[-1] if starts else None


def _before(recording: Recording, start: int) -> int:
    """Return the step after which nothing was running any more, before something started."""
    trace = recording.trace
    return 1 + max(
        k for k in range(start) if trace[k].kind in _ENDS or trace[k].rule == "interval-rearm"
    )


def why_right(recording: Recording, at: int | None, instead: str = "") -> str:
    """Say why a line came where it did, in the words of the step that decided it.

    `at`: its index; None: of the first one that came out of a queue. `instead`: a later line that
    might seem to come there. Returns "" if the trace does not tell.
    """
    printed_by = printing_steps(recording)
    if at is None:
        queued = (k for k in range(len(printed_by)) if _start(recording, printed_by, k) is not None)
        at = next(queued, 0)
    if at >= len(printed_by):
        return ""
    start = _start(recording, printed_by, at)
    step = printed_by[at] if start is None else start + 1
    reason = recording.explain(step).partition("\n")[2]
    reason = reason.partition(". ")[0].rstrip(".")
    place = f"“{recording.output[at].strip()}” comes {_ordinal(at)}"
    printer = _printer_of(recording, instead, printed_by[at])
    if printer == _printer(recording, printed_by[at]) and start is None:
        stack = _name_stack(recording.state(printed_by[at]))
        reason = f"the call stack is {stack}, and what is on top runs to its end first"
        return f"Why {place}, and not “{instead}”: {reason}."
    if not printer:
        return f"Why {place}: {reason}." if reason else ""
    state = recording.state(decision(recording, at))
    where = (
        _where(state, printer, running=start is None)
        or f"what prints “{instead}” is not queued yet"
    )
    return f"Why {place}, and not “{instead}”: {reason}; {where}."


def _where(state: State, id: int, *, running: bool) -> str:
    """Tell where a task or job waits; "" if it does not. `running`: whether something runs."""
    wait = "has to wait until the stack is empty" if running else "has to wait for its turn"
    for item in (*state.ticks, *state.microtasks, *state.tasks):
        if item.id == id:
            return f"“{item.title}” {wait}"
    for pending in state.host:
        if pending.item.id == id and pending.due is not None:
            host = f"is with the host until {pending.due:g} ms, and then "
            return f"“{pending.item.title}” {host if pending.due > state.time else ''}{wait}"
    return ""


def _printer_of(recording: Recording, line: str, after: int) -> int:
    """Return the id of the task or job that prints a line after a step; 0 if there is none."""
    for step, text in zip(printing_steps(recording), recording.output, strict=False):
        if step > after and text.strip() == line:
            return _printer(recording, step)
    return 0


def _printer(recording: Recording, step: int) -> int:
    """Return the id of the task or job that prints at a step; 0 if the trace does not tell."""
    running = recording.state(step).running
    return running[-1].id if running else 0


def _ask(recording: Recording, state: State, first: int, own: str) -> str:
    """Ask about what waits. `first`: the id of what goes first; `own`: the learner's next line."""
    queued = (*state.ticks, *state.microtasks, *state.tasks, *(one.item for one in state.host))
    waiting = {item.id for item in queued}
    printer = _printer_of(recording, own, state.count)
    if printer and printer not in waiting:
        if len(waiting) > 1:
            return f"What prints “{own}” is not among them yet. What has to happen before it is?"
        return f"That does not print “{own}”. What has to happen before what prints it can wait?"
    if len(waiting) > 1:
        more = ", and what does it do first" if printer == first else ""
        return f"Which of them goes first{more}?"
    return "Nothing else waits. What does it do first?"


def _describe_running(state: State) -> str:
    return f"At that moment the call stack is not empty: {_name_stack(state)} is still running."


def _name_stack(state: State) -> str:
    frames = [frame.name for frame in state.call_stack if "console." not in frame.name]
    return " → ".join(frames or [item.title for item in state.running])


def _describe_waiting(state: State) -> str:
    queues = {
        "ticks": [item.title for item in state.ticks],
        "microtasks": [item.title for item in state.microtasks],
        "tasks": [item.title for item in state.tasks],
        "kept by the host": [name_pending(pending) for pending in state.host],
    }
    lists = [f"    {name}: {', '.join(items)}" for name, items in queues.items() if items]
    return "\n".join([f"At that moment (t = {state.time:g} ms) the call stack is empty.", *lists])
