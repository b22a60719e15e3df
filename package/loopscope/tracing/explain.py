"""Explain: a run in words, step by step, and why a line was printed when it was.

A step is an event: step k is the one after which `state(k)` holds. The sentences are built from
what was recorded alone, with the program's own names and line numbers.
"""

from __future__ import annotations

import linecache
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

from .._core import Event
from .fold import Folder, state
from .history import History, history
from .items import Item, name_frame
from .phrases import say
from .rules import RULES, rule
from .sentences import Names, sentence_of, told_of

__all__ = ["Explanation", "causes", "explain", "why"]

Style = Literal["text", "markdown"]


class Recorded(Protocol):
    """What is read of a recording."""

    @property
    def trace(self) -> Sequence[Event]: ...
    @property
    def source(self) -> str | None: ...
    @property
    def path(self) -> Path | None: ...


class Explanation(str):
    """A text that prompts and notebooks show as it is, not as a quoted string."""

    __slots__ = ("_markdown",)
    _markdown: bool

    def __new__(cls, text: str, *, markdown: bool = False) -> Explanation:
        """Make one. `markdown`: the text is Markdown."""
        made = super().__new__(cls, text)
        made._markdown = markdown
        return made

    def __repr__(self) -> str:
        return str(self)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        kind = "text/markdown" if self._markdown else "text/plain"
        return {kind: str(self), "text/plain": str(self)}


def explain(
    recording: Recorded, k: int | None = None, style: Style = "text", *, lines: bool = False
) -> Explanation:
    """Explain a run: all its steps as a table, or step `k` in two lines.

    `k`: number of the step, from 1; negative ones count from the end. The first line says what
    happened, the second why it happened now, and why nothing else did. `style`: "markdown" adds
    links to the rules. `lines`: the table has the lines that were executed, too, if the recording
    has them; without, it stays as short as that of a recording without lines.

    Raises IndexError if there is no such step, ValueError for another style, TypeError if
    `recording` is none.
    """
    _require_recorded("explain", recording)
    if style not in ("text", "markdown"):
        raise ValueError(f'explain: argument \'style\' must be "text" or "markdown", not {style!r}')
    if k is None:
        return _table(recording, style, lines)
    count = len(recording.trace)
    wanted = k + count + 1 if k < 0 else k
    if not 1 <= wanted <= count:
        raise IndexError(f"explain: the recording has steps 1 to {count}; there is no step {k}")
    event = recording.trace[wanted - 1]
    before = state(recording.trace, wanted - 1)
    names = Names()
    for earlier in recording.trace[:wanted]:
        names.read(earlier)
    what, reason = sentence_of(event, before, names)
    if style == "text":
        return Explanation(f"{what}\n{reason}".rstrip())
    text = f"**{what}**"
    if reason:
        text += f"  \n{reason}"
    if event.rule:
        text += f" [{say('rule')}: {event.rule}]({rule(event.rule).link})"
    return Explanation(text, markdown=True)


def why(recording: Recorded, text: str, occurrence: int = 1, style: Style = "text") -> Explanation:
    """Explain why a printed line came where it did: the causes from the script to the line.

    `text`: a printed line, or a part of one; `occurrence`: which one, from 1, if it was printed
    more than once. Each line of the answer names its rule, and shows the line of the program.

    Raises LookupError, with a list of what was printed, if there is no such line; TypeError if
    `recording` is none.
    """
    _require_recorded("why", recording)
    past = history(recording.trace)
    found = [output for output in past.outputs if output.text == text]
    found = found or [output for output in past.outputs if text in output.text]
    if not 1 <= occurrence <= len(found):
        raise LookupError(_no_such_line(past, text, occurrence, len(found)))
    output = found[occurrence - 1]
    steps = causes(recording.trace, past, output.seq)
    lines = []
    names, folder = Names(), Folder()
    told: dict[int, tuple[str, str]] = {}
    for event in recording.trace[: output.seq + 1]:
        names.read(event)
        if event.seq in steps:
            told[event.seq] = sentence_of(event, folder.state(), names)
        folder.step(event)
    width = len(str(len(steps)))
    for number, seq in enumerate(steps, 1):
        event = recording.trace[seq]
        what, reason = told[seq]
        indent = " " * (width + 2)
        source = _source_line(recording, event)
        if style == "markdown":
            lines.append(f"{number}. {what} ([{event.rule}]({rule(event.rule).link}))")
            if source:
                lines.append(f"   `{source}`")
        else:
            lines.append(f"{number:>{width}}. {what}")
            if source:
                lines.append(f"{indent}{event.line:>4} | {source}")
            lines.append(f"{indent}{reason} [{event.rule}]")
    return Explanation("\n".join(lines), markdown=style == "markdown")


def _require_recorded(caller: str, value: object) -> None:
    if not all(hasattr(value, name) for name in ("trace", "source", "path")):
        raise TypeError(
            f"{caller}: argument 'recording' must be what record() returns, "
            f"not {type(value).__name__}"
        )


def _no_such_line(past: History, text: str, occurrence: int, count: int) -> str:
    if count:
        return f"{text!r} was printed {count} times; there is no occurrence {occurrence}"
    if not past.outputs:
        return f"{text!r} was not printed: the program printed nothing"
    shown = [f"  {output.text!r}" for output in past.outputs[:40]]
    if len(past.outputs) > 40:
        shown.append(f"  ... and {len(past.outputs) - 40} more")
    return "\n".join([f"{text!r} was not printed. These lines were:", *shown])


# ---- causes ----


def causes(trace: Sequence[Event], past: History, seq: int) -> list[int]:
    """Return the events that led to an event, from the script on.

    IndexError if there is no event of that number, TypeError for what is no trace or no History.
    """
    given: tuple[object, object, object] = trace, past, seq
    is_right = not isinstance(given[0], Mapping) and isinstance(given[1], History)
    if not is_right or not isinstance(given[2], int) or not isinstance(trace[seq], Event):
        raise TypeError("causes: arguments are a trace, its history(), and the number of an event")
    chain = [seq]
    cause = trace[seq].cause
    while True:
        run = past.runs.get(cause)
        if run is None or run.start >= chain[-1]:
            heard = _heard(trace, past, chain[-1])
            if heard is None:
                break
            steps, cause = heard
            chain += steps
            continue
        chain.append(run.start)
        item = run.item
        if item.kind in ("script", "posted"):
            break
        queued = _wait_before(past, item, run.start)
        if queued is None:
            break
        chain.append(queued)
        cause = trace[queued].cause
        if item.kind == "timer":
            handed = _wait_before(past, item, queued)
            if handed is not None:
                chain.append(handed)
                cause = trace[handed].cause
        elif item.made < queued:  # it waited for a promise: who settled that?
            settled = _last(trace, "promise-settle", item.promise, queued)
            if settled is not None:
                chain.append(settled)
        if cause == 0 and item.made not in chain:  # an interval that the host has set again
            chain.append(item.made)
            cause = item.maker
    return sorted(set(chain))


_TOLD_OF = {"unhandled-rejection": "promise-settle", "rejection-handled": "promise-handled"}
"""What the host tells of a promise, and what had happened to that."""


def _heard(trace: Sequence[Event], past: History, seq: int) -> tuple[list[int], int] | None:
    """Tell why the host called a listener of the process, which it does by itself.

    Returns the call, what the listener was told of, and the task or job to which that goes back.
    """
    marks = [e.kind for e in trace[:seq] if e.kind in ("run-start", "run-end")]
    if marks[-1:] != ["run-start"]:
        return None  # it is of what stands around the runtime, as a cell of a notebook does
    calls = [f for f in past.frames if f.depth == 1 and f.run == 0 and f.start <= seq <= f.end]
    at = calls[0].start if calls else seq
    steps = [at] if at < seq else []
    first = at
    for call in reversed(past.frames):  # the listeners that it called before, of the same
        if call.depth == 1 and call.run == 0 and call.end == first - 1:
            first = call.start
    for event in reversed(trace[:first]):
        match event.kind:
            case "error" if event.seq == first - 1:
                steps.append(event.seq)
                first = event.seq
            case "unhandled-rejection" | "rejection-handled" if event.seq == first - 1:
                told_of = _last(trace, _TOLD_OF[event.kind], event.id, event.seq)
                if told_of is None:
                    return None
                return [*steps, event.seq, told_of], trace[told_of].cause
            case "task-end" | "job-end":
                return [*steps, event.seq], event.id
    return None


def _wait_before(past: History, item: Item, end: int) -> int | None:
    for wait in past.waits:
        if wait.item.id == item.id and wait.end == end:
            return wait.start
    return None


def _last(trace: Sequence[Event], kind: str, id: int, before: int) -> int | None:
    for seq in range(before, -1, -1):
        event = trace[seq]
        if event.kind == kind and event.id == id:
            return seq
    return None


def _source_line(recording: Recorded, event: Event) -> str:
    """Return the line of the program at which an event happened; "" if it is not known."""
    if not event.line:
        return ""
    if recording.source is not None and (
        recording.path is None or event.file == str(recording.path.absolute())
    ):
        lines = recording.source.splitlines()
        return lines[event.line - 1].strip() if event.line <= len(lines) else ""
    return linecache.getline(event.file, event.line).strip()


# ---- the table ----

_OUTPUT_COLUMNS = 40


def _table(recording: Recorded, style: Style, lines: bool) -> Explanation:
    rows = [*_rows(recording.trace, lines)]
    if style == "markdown":
        head = (say("step"), say("task"), say("event"), "", say("output-head"), say("rule"))
        table = ["| " + " | ".join(head) + " |", "|--:|---|---|---|---|---|"]
        for at, task, verb, text, output, id in rows:
            link = f"[{id}]({rule(id).link})" if id in RULES else ""
            printed = f"`{output}`" if output else ""
            cells = (str(at), task, verb, text, printed, link)
            table.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
        return Explanation("\n".join(table), markdown=True)
    step, task, event = say("step"), say("task"), say("event")
    tasks = max([len(row[1]) for row in rows] + [len(task)])
    verbs = max([len(row[2]) for row in rows] + [7])
    texts = max([len(row[3]) for row in rows] + [5])
    number = max(len(str(len(recording.trace))), len(step))
    shown = f"{event:<{verbs + 1 + texts}}  {say('output-head')}"
    table = [f"{step:>{number}}  {task:<{tasks}}  {shown}".rstrip()]
    for at, task, verb, text, output, _ in rows:
        shown = textwrap.shorten(output, _OUTPUT_COLUMNS, placeholder=" …") if output else ""
        line = f"{at:>{number}}  {task:<{tasks}}  {verb:<{verbs}} {text:<{texts}}  {shown}"
        table.append(line.rstrip())
    return Explanation("\n".join(table))


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", "<br>")


def _rows(trace: Sequence[Event], lines: bool) -> list[tuple[int, str, str, str, str, str]]:
    """Return step, task, verb, what, output and rule of each step that a reader wants to see."""
    names = Names()
    rows = []
    task = ""
    for index, event in enumerate(trace):
        names.read(event)
        if event.kind == "task-start":
            task = f"{names.task} {names.title(event)}"
        if event.kind == "line" and not lines:
            continue
        told = _row(event, names, trace[index + 1] if index + 1 < len(trace) else None)
        if told is not None:
            output = event.text.removesuffix("\n") if event.kind == "output" else ""
            verb, text = told
            rows.append((index + 1, task, say(f"verb-{verb}"), text, output, event.rule))
    return rows


def _row(event: Event, names: Names, following: Event | None) -> tuple[str, str] | None:
    place = f", {say('line', line=event.line)}" if event.line else ""
    promise, other = names.promise(event.id), names.promise(event.ref)
    title = names.title(event)
    if names.is_told(event):
        if event.kind in ("schedule", "task-start", "job-start", "promise-react"):
            return "there", told_of(event, names)
        return None
    match event.kind:
        case "task-start":
            return "run", names.full(event)
        case "job-start":
            return "run", names.full(event)
        case "schedule" if event.rule == "interval-rearm":
            return "again", say("row-again", item=title, ms=event.extra)
        case "schedule":
            called = {"function": event.text, "item": title, "ms": event.extra, "place": place}
            return "call", say("row-schedule", **called)
        case "cancel":
            return "clear", f"{title}{place}"
        case "enqueue":
            known = not event.cause or title.endswith(place.removeprefix(","))
            queue, place = say(f"lane-{event.lane}"), "" if known else place
            return "queue", say("row-queue", queue=queue, item=title, place=place)
        case "promise-react" if event.rule != "await-yields":
            return "wait", say("row-react", item=title, promise=other)
        case "promise-settle":
            outcome = "row-fulfilled" if event.extra == 1 else "row-rejected"
            return "settle", say(outcome, promise=promise, value=event.text)
        case "promise-resolve":
            return "follow", say("row-follow", promise=promise, other=other)
        case "async-suspend":
            return "await", say("row-await", function=event.label, promise=other, place=place)
        case "call" if event.label != "<module>" and not event.label.startswith("console."):
            return "call", f"{name_frame(event.label)}{place}"
        case "line":
            how = "row-line" if event.label == "<module>" else "row-line-of"
            return "line", say(how, line=event.line, function=name_frame(event.label))
        case "output":
            return "print", place.removeprefix(", ")
        case "task-end":
            more = following is not None and following.kind == "checkpoint-start"
            return "end", say("row-checkpoint" if more else "row-stack-empty")
        case "checkpoint-end":
            return "end", say("row-no-microtasks")
        case "clock":
            return "wait", say("row-clock", ms=event.extra)
        case "error":
            return "error", say("row-error", error=event.text)
        case "unhandled-rejection":
            return "error", say("row-unhandled", promise=promise)
        case "rejection-handled":
            return "tell", say("row-late-handled", promise=promise)
        case "run-end":
            early = event.rule in ("uncaught-error", "process-exit", "run-stopped")
            return "end", say(f"row-end-{event.rule}" if early else "row-end")
        case "snapshot" if event.seq == 0:
            return "begin", say("row-begin")
        case "trace-end":
            return "end", say("row-trace-end")
    return None
