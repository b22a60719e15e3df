"""Rules, the explanation of each step, and why a line was printed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Literal

import loopscope
import pytest
from loopscope._core import Event
from loopscope.learn.predict import check
from loopscope.tracing.explain import Explanation, causes, explain, why
from loopscope.tracing.fold import Folder, State, state
from loopscope.tracing.history import history
from loopscope.tracing.phrases import PHRASES, say
from loopscope.tracing.rules import RULES, TEXTS, rule, speak
from loopscope.tracing.schema import Trace
from loopscope.tracing.sentences import Names, sentence_of
from loopscope.view.alt import describe
from loopscope.view.film import film

HERE = Path(__file__).parent
PROGRAMS = HERE / "programs"
HEADER = HERE.parent / "csrc" / "trace.h"


@pytest.fixture(scope="module")
def job_queue() -> loopscope.Recording:
    return loopscope.record(PROGRAMS / "14-job-queue.py")


def step_of(recording: loopscope.Recording, kind: str, number: int = 0) -> int:
    """Return the number of the step that is the given one of its kind."""
    return [event.seq + 1 for event in recording.trace if event.kind == kind][number]


# ---- rules


def test_the_table_has_the_rules_that_c_records() -> None:
    text = HEADER.read_text(encoding="utf-8")
    body = text[text.index("#define LS_RULES(X)") :].partition("\n\n")[0]
    recorded = {name for name in re.findall(r'X\(\w+, "([^"]*)"\)', body) if name}
    assert set(RULES) == set(TEXTS["en"]) == recorded
    assert 25 <= len(recorded) <= 35


@pytest.mark.parametrize("id", RULES)
def test_a_rule_is_three_sentences_a_link_and_a_lesson(id: str) -> None:
    told = rule(id)
    for sentence in (told.what, told.now, told.others):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert len(sentence) <= 110
    assert told.title
    assert told.link.startswith(("https://tc39.es/", "https://html.spec.", "https://nodejs.org/"))
    assert 1 <= told.lesson <= 8


def test_another_language_falls_back_to_english(monkeypatch: pytest.MonkeyPatch) -> None:
    german = {"run-to-end": ("Titel", "Was.", "Warum.", "Sonst.")}
    monkeypatch.setitem(TEXTS, "de", german)
    assert rule("run-to-end", "de").what == "Was."
    assert rule("sync-call", "de") == rule("sync-call")
    with pytest.raises(KeyError):
        rule("no-such-rule")


@pytest.fixture
def martian(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A second language, which has every rule; each text tells the rule that it is of."""
    texts = {id: (f"Ti:{id}", f"Wa:{id}.", f"No:{id}.", f"Ot:{id}.") for id in RULES}
    monkeypatch.setitem(TEXTS, "x-mars", texts)
    before = speak("x-mars")
    yield
    assert speak(before) == "x-mars"


@pytest.mark.usefixtures("martian")
def test_every_view_speaks_the_language_that_was_chosen(tmp_path: Path) -> None:
    pytest.importorskip("anywidget")
    recording = loopscope.record(PROGRAMS / "14-job-queue.py")
    english = {
        text for title, _, now, others in TEXTS["en"].values() for text in (title, now, others)
    }
    film = recording.stepper().film
    page = recording.to_html(tmp_path / "page.html").read_text(encoding="utf-8")
    perfetto = recording.to_perfetto(tmp_path / "p.json").read_text(encoding="utf-8")
    used = {event.rule for event in recording.trace} & {*RULES}
    steps = [recording.explain(k) for k in range(1, len(recording.trace) + 1)]
    views = {
        "explain": "\n".join(steps),
        "why": recording.why("hi"),
        "stepper": json.dumps(film, ensure_ascii=False),
        "html": page,
        "perfetto": perfetto,
        "predict": repr(check(recording, ["hi"], hint=3)),
    }
    for name, text in views.items():
        assert [each for each in english if each in text] == [], name
        assert re.search(r"(Ti|Wa|No|Ot):[a-z]", text), name
    assert {each["title"] for each in film["rules"].values()} <= {f"Ti:{id}" for id in used}
    assert f"Ti:{recording.trace[-1].rule}" in page


@pytest.mark.usefixtures("martian")
def test_a_language_without_texts_is_refused() -> None:
    with pytest.raises(ValueError, match="texts in en, x-mars, but none in 'tlh'"):
        speak("tlh")
    assert rule("sync-call").what == "Wa:sync-call."
    assert rule("sync-call", "en").what == TEXTS["en"]["sync-call"][1]


@pytest.fixture
def greek(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A language in which every letter of the tables is another one, but those of the fields."""

    def translate(text: str) -> str:
        parts = re.split(r"(\{\w+\})", text)
        return "".join(
            part if part.startswith("{") else re.sub("[A-Za-z]", "λ", part) for part in parts
        )

    phrases = {id: translate(text) for id, text in PHRASES["en"].items()}
    rules = {
        id: (translate(a), translate(b), translate(c), translate(d))
        for id, (a, b, c, d) in TEXTS["en"].items()
    }
    monkeypatch.setitem(PHRASES, "x-greek", phrases)
    monkeypatch.setitem(TEXTS, "x-greek", rules)
    before = speak("x-greek")
    yield
    speak(before)


# What is not of a language: units, values, and the names that JavaScript and Node have for things.
_NAMES = "ms undefined then await finally all race nextTick queueMicrotask setTimeout setInterval"
_NAMES += " setImmediate timers check poll console log"
_NAMES += " function list"  # as values are recorded


def english_words(text: str, recording: loopscope.Recording) -> set[str]:
    """The words in what a view says that are neither Greek nor the program's own."""
    own = [recording.source or "", _NAMES, *recording.output, *RULES]
    own += [event.text for event in recording.trace if event.kind in ("promise-settle", "error")]
    plain = re.sub(r"\]\(https[^)]*\)|\{\w+\}", "]", text)
    found = {*re.findall(r"[A-Za-z]{2,}", plain)}
    return found - {*re.findall(r"[A-Za-z]+", " ".join(own))}


@pytest.mark.usefixtures("greek")
@pytest.mark.parametrize(
    "program",
    [
        "13-queue-microtask",
        "14-job-queue",
        "22-catch-then-goes-on",
        "23-promise-all",
        "24-async-await",
        "26-finally",
        "101-resolve-native-promise-2-ticks",
        "112-nexttick-vs-microtask-main",
        "129-microtasks-between-immediates",
        "132-interval-rearm-before-microtasks",
        "140-unhandled-default-kills-before-macrotask",
    ],
)
def test_no_english_word_is_left_in_another_language(program: str) -> None:
    recording = loopscope.record(PROGRAMS / f"{program}.py", lines=True)
    told = [recording.explain(k) for k in range(1, len(recording.trace) + 1)]
    told += [
        recording.explain(),
        recording.explain(style="markdown"),
        recording.explain(lines=True),
    ]
    told += [recording.why(recording.output[-1]), recording.why(recording.output[0], 1, "markdown")]
    told += [describe(recording), *film(recording)["words"].values()]
    for text in told:
        assert english_words(text, recording) == set(), text
    assert "λ" in told[0]


def test_what_a_language_lacks_is_said_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = loopscope.record(PROGRAMS / "14-job-queue.py")
    monkeypatch.setitem(PHRASES, "de", {"run-start": "Das Programm beginnt."})
    before = speak("de")
    try:
        assert recording.explain(1) == "Das Programm beginnt."
        assert str(recording.explain(2)).startswith("Task 1 starts: the script.")
        with pytest.raises(KeyError):
            say("no-such-phrase")
    finally:
        speak(before)
    assert recording.explain(1) == "The program starts."


def test_a_phrase_is_not_filled_in_twice() -> None:
    recording = loopscope.record("from loopscope.js import *\nconsole.log('{who} {0} {')\n")
    assert "prints “{who} {0} {”." in recording.explain(step_of(recording, "output"))


# ---- is it true?


def test_what_was_not_caught_is_told_with_its_message() -> None:
    for message, told in (
        ("boom", "Exception: boom"),
        ("a" * 200, "Exception: " + "a" * 57 + "..."),
        ("one\\ntwo", "Exception: one..."),
        ("", "Exception"),
    ):
        recording = loopscope.record(
            f"from loopscope.js import *\nsetTimeout(lambda: 1 / 1 if 0 else fail())\n"
            f"def fail(): raise Exception('{message}')\n"
        )
        what, _ = recording.explain(step_of(recording, "error")).split("\n")
        assert what == f"An error was not caught: {told}."


def test_what_is_queued_does_not_run_yet() -> None:
    """The rule tells of the moment when it runs; when it is queued, the stack is not empty."""
    recording = loopscope.record(
        "from loopscope.js import *\nqueueMicrotask(print)\nprocess.nextTick(print)\n"
    )
    for number in (0, 1):
        _, reason = recording.explain(step_of(recording, "enqueue", number)).split("\n")
        assert "The stack is empty" not in reason
        assert reason.startswith("It goes to the end of the queue")


def test_a_browser_has_no_phases() -> None:
    source = "from loopscope.js import *\nsetTimeout(lambda: console.log('x'), 5)\n"
    kinds = {
        host: {event.kind for event in loopscope.record(source, host=host).trace}
        for host in ("node", "browser")
    }
    assert "phase" in kinds["node"]
    assert kinds["browser"] == kinds["node"] - {"phase"}


@pytest.mark.parametrize("host", ["node", "browser"])
def test_what_is_said_of_an_interval_is_what_happens(host: Literal["node", "browser"]) -> None:
    """Set again when its function returns, before microtasks; counted from the function's start."""
    recording = loopscope.record(
        "from loopscope.js import *\nfrom loopscope import block\n"
        "left = [3]\n"
        "def tick():\n"
        "    queueMicrotask(lambda: block(2))\n"
        "    block(5)\n"
        "    left[0] -= 1\n"
        "    if not left[0]: clearInterval(id)\n"
        "id = setInterval(tick, 10)\n",
        host=host,
    )
    again = step_of(recording, "schedule", 1)
    assert recording.trace[again - 1].time == 15
    assert step_of(recording, "task-end", 1) < again < step_of(recording, "job-start", 0)
    starts = [event.time for event in recording.trace if event.kind == "task-start"]
    assert starts == [0, 10, 20, 30]  # the 7 ms of the function and its microtask are not added


# ---- the table of all steps


def test_the_table_of_the_job_queue(job_queue: loopscope.Recording) -> None:
    lines = str(job_queue.explain()).split("\n")
    assert re.split(r"\s{2,}", lines[0].strip()) == ["step", "task", "event", "output"]
    rows = [re.split(r"\s{2,}", line.strip()) for line in lines[1:]]
    printed = [(row[1], row[-1]) for row in rows if row[2].startswith("print")]
    assert printed == [
        ("1 script", "three is a crowd"),
        ("1 script", "hi"),
        ("2 timer #1", "one is the loneliest number"),
        ("3 timer #2", "two can be as bad as one"),
    ]
    told = [" ".join(row[2:]) for row in rows]
    assert "call setTimeout → host: timer #1 (1 ms), line 3" in told
    assert "queue microtask then · line 5" in told
    assert "end the stack is empty → microtask checkpoint" in told
    assert "run timer #2 (setTimeout, line 4)" in told


def test_the_table_numbers_the_steps_of_the_trace(job_queue: loopscope.Recording) -> None:
    for line in str(job_queue.explain()).split("\n")[1:]:
        number, verb = re.match(r"\s*(\d+)\s+\d+ \S+(?: #\d)?\s+(\w+)", line).groups()  # type: ignore[union-attr]
        kind = job_queue.trace[int(number) - 1].kind
        assert (
            kind
            in {
                "run": ("task-start", "job-start"),
                "call": ("schedule", "call"),
                "queue": ("enqueue",),
                "settle": ("promise-settle",),
                "print": ("output",),
                "end": ("task-end", "checkpoint-end", "run-end"),
                "wait": ("clock",),
            }[verb]
        )


def test_the_table_in_markdown(job_queue: loopscope.Recording) -> None:
    text = job_queue.explain(style="markdown")
    lines = text.split("\n")
    assert len({line.replace(r"\|", "").count("|") for line in lines}) == 1
    assert f"[microtask-fifo]({rule('microtask-fifo').link})" in text


def test_pipes_and_newlines_do_not_break_the_markdown_table() -> None:
    recording = loopscope.record("from loopscope.js import *\nconsole.log('a|b\\nc')\n")
    rows = [row for row in recording.explain(style="markdown").split("\n") if "print" in row]
    (row,) = rows
    assert r"a\|b<br>c" in row


# ---- one step


def test_why_hi_has_to_wait(job_queue: loopscope.Recording) -> None:
    """The sentence of the design: what is queued waits until the stack is empty."""
    what, reason = job_queue.explain(step_of(job_queue, "output")).split("\n")
    assert what == "Line 6 prints “three is a crowd”."
    assert reason == (
        "It is on top of the call stack, so it runs now. “then · line 5” is queued, but microtasks "
        "wait until the stack is empty."
    )


def test_why_a_timer_waits_for_its_time(job_queue: loopscope.Recording) -> None:
    what, reason = job_queue.explain(step_of(job_queue, "task-start", 1)).split("\n")
    assert what == "Task 2 starts: timer #1 (setTimeout, line 3)."
    assert reason.endswith("timer #2 is not due before 10 ms.")


def test_why_a_task_waits_for_microtasks() -> None:
    recording = loopscope.record(
        "from loopscope.js import *\n"
        "def hi(): pass\n"
        "setImmediate(lambda: None)\n"
        "queueMicrotask(hi)\n"
    )
    what, reason = recording.explain(step_of(recording, "job-start")).split("\n")
    assert what == "Microtask hi (queueMicrotask, line 4) runs."
    assert reason.endswith("“immediate #1” waits until no microtask is left.")


def test_a_timer_that_was_due_long_ago_is_told_so() -> None:
    late = loopscope.record(PROGRAMS / "124-lists-run-whole-when-expired.py")
    told = [late.explain(step_of(late, "enqueue", number)).split("\n")[0] for number in range(3)]
    assert told == [
        "At 34 ms timer #1, due since 5 ms, enters the task queue.",
        "At 34 ms timer #3, due since 9 ms, enters the task queue.",
        "At 34 ms timer #2, due since 8 ms, enters the task queue.",
    ]


def test_a_real_clock_is_never_late_by_parts_of_a_millisecond() -> None:
    recording = loopscope.record(
        "from loopscope.js import *\nsetTimeout(lambda: console.log('x'), 1)\n", clock="real"
    )
    k = step_of(recording, "enqueue")
    (kept,) = recording.state(k - 1).host
    assert kept.due is not None
    late = recording.trace[k - 1].time - kept.due
    text = recording.explain(k).split("\n")[0]
    assert ("due since" in text) == (late >= 1)
    assert re.match(r"At [\d,]+(\.\d{1,2})? ms timer #1", text)


def test_microtasks_that_a_raising_timer_leaves_are_not_denied() -> None:
    recording = loopscope.record(PROGRAMS / "139-throwing-timer-next-timer-before-ticks.py")
    assert recording.explain(step_of(recording, "task-start", 2)) == (
        "Task 3 starts: timer #2 (second, setTimeout, line 27).\n"
        "The task before it has raised: Node takes the next due timer first. “nextTick · line 15” "
        "and “queueMicrotask · line 16” wait for the end of this task."
    )
    # Nowhere is a queue said to be empty that is not.
    for k in range(1, len(recording.trace) + 1):
        if "microtask queue are empty" in recording.explain(k):
            before = recording.state(k - 1)
            assert not before.ticks
            assert not before.microtasks


def test_an_async_function_that_returns_a_promise_does_not_settle_its_own_yet() -> None:
    recording = loopscope.record(PROGRAMS / "102-async-return-promise-3-ticks.py")
    ends = [event.seq + 1 for event in recording.trace if event.kind == "async-end"]
    assert ends
    for k in ends:
        assert "returns; that resolves promise #" in recording.explain(k)


def test_a_delay_of_0_is_told_to_be_1(job_queue: loopscope.Recording) -> None:
    first, second = (job_queue.explain(step_of(job_queue, "schedule", n)) for n in (0, 1))
    assert first.endswith("In Node the shortest delay is 1 ms.")
    assert "shortest" not in second


def test_an_awaiting_function_is_named() -> None:
    recording = loopscope.record(PROGRAMS / "24-async-await.py")
    what = recording.explain(step_of(recording, "async-suspend")).split("\n")[0]
    assert what == "fetch_data pauses at its await at line 9, for promise #2."
    what, reason = recording.explain(step_of(recording, "job-start")).split("\n")
    assert what == "Microtask resume fetch_data (await, line 9) runs."
    assert reason == "The stack is empty, and it has been in the microtask queue the longest."


NUMBERED = [
    *sorted(PROGRAMS.glob("[0-9][0-9]-*.py")),
    *sorted(PROGRAMS.glob("1[0-9][0-9]-*.py"))[::5],
]


@pytest.mark.parametrize("program", NUMBERED, ids=lambda path: path.stem)
def test_every_step_is_told_in_two_lines(program: Path) -> None:
    recording = loopscope.record(program, trace_limit=300)
    for k in range(1, len(recording.trace) + 1):
        text = recording.explain(k)
        lines = text.split("\n")
        assert 1 <= len(lines) <= 2
        assert all(line == line.strip() and line.endswith(".") for line in lines)
        assert recording.trace[k - 1].kind not in lines[0].split(" ")[0]
        assert len(text) <= 360
    assert recording.explain().count("\n") >= 1


@pytest.mark.parametrize("k", [0, 10_000, -10_000])
def test_a_step_that_does_not_exist_is_refused(job_queue: loopscope.Recording, k: int) -> None:
    with pytest.raises(IndexError, match=f"there is no step {k}$"):
        explain(job_queue, k)


def test_negative_steps_count_from_the_end(job_queue: loopscope.Recording) -> None:
    assert job_queue.explain(-1) == job_queue.explain(len(job_queue.trace))
    assert job_queue.explain(-1).startswith("The program ends.")


def test_a_style_that_does_not_exist_is_refused(job_queue: loopscope.Recording) -> None:
    with pytest.raises(ValueError, match='must be "text" or "markdown", not \'html\''):
        explain(job_queue, style="html")  # type: ignore[arg-type]


def test_an_explanation_shows_itself_as_it_is(job_queue: loopscope.Recording) -> None:
    text = job_queue.explain(2)
    assert isinstance(text, Explanation)
    assert repr(text) == str(text)
    assert set(text._repr_mimebundle_()) == {"text/plain"}
    bundle = job_queue.explain(2, "markdown")._repr_mimebundle_()
    assert bundle["text/markdown"].startswith("**Task 1 starts: the script.**")


# ---- why


def test_why_one_came_is_told_from_the_script_on(job_queue: loopscope.Recording) -> None:
    text = job_queue.why("one is the loneliest number")
    numbered = re.findall(r"^ *\d+\. (.*)$", text, re.MULTILINE)
    assert numbered == [
        "Task 1 starts: the script.",
        "Line 3 calls setTimeout: the host keeps timer #1 for 1 ms.",
        "At 1 ms timer #1 is due and enters the task queue.",
        "Task 2 starts: timer #1 (setTimeout, line 3).",
        "Line 3 prints “one is the loneliest number”.",
    ]
    assert "   3 | setTimeout(lambda: console.log('one is the loneliest number'), 0)" in text
    for id in ("script-first", "timer-handed-to-host", "timer-due", "timer-lists", "sync-call"):
        assert f"[{id}]" in text


def test_a_part_of_a_line_is_enough(job_queue: loopscope.Recording) -> None:
    assert job_queue.why("loneliest") == job_queue.why("one is the loneliest number")


def test_why_goes_through_promises_and_awaits() -> None:
    recording = loopscope.record(PROGRAMS / "24-async-await.py")
    numbered = re.findall(r"^ *\d+\. (.*)$", recording.why("response as json"), re.MULTILINE)
    order = [
        "Task 1 starts",
        "calls setTimeout: the host keeps timer #1",
        "timer #1 is due",
        "Task 2 starts",
        "promise #2 is fulfilled with 'response'",
        "resume fetch_data (await, line 9) enters",
        "resume fetch_data (await, line 9) runs",
        "calls setTimeout: the host keeps timer #2",
        "timer #2 is due",
        "Task 3 starts",
        "promise #3 is fulfilled",
        "resume fetch_data (await, line 10) enters",
        "resume fetch_data (await, line 10) runs",
        "prints “response as json”",
    ]
    assert len(numbered) == len(order)
    for told, part in zip(numbered, order, strict=True):
        assert part in told


def test_an_interval_leads_back_to_where_it_was_set() -> None:
    recording = loopscope.record(
        "from loopscope.js import *\n"
        "n = []\n"
        "def tick():\n"
        "    n.append(1)\n"
        "    console.log('tick', len(n))\n"
        "    if len(n) == 3: clearInterval(i)\n"
        "i = setInterval(tick, 5)\n"
    )
    text = recording.why("tick 3")
    assert "1. Task 1 starts: the script." in text
    assert "Line 7 calls setInterval: the host keeps interval #1 for 5 ms." in text
    assert "The host keeps interval #1 again, for 5 ms." in text
    assert "15 ms interval #1 is due" in text


def test_a_line_that_came_twice() -> None:
    recording = loopscope.record(
        "from loopscope.js import *\n"
        "console.log('again')\n"
        "queueMicrotask(lambda: console.log('again'))\n"
    )
    assert "Line 2 prints" in recording.why("again")
    assert "Line 3 prints" in recording.why("again", occurrence=2)
    with pytest.raises(LookupError, match="printed 2 times; there is no occurrence 3"):
        recording.why("again", occurrence=3)


def test_why_the_host_tells_of_a_late_handler() -> None:
    recording = loopscope.record("""\
from loopscope.js import *
process.on('unhandledRejection', lambda why: None)
process.on('rejectionHandled', lambda promise: console.log('told'))
p = Promise.reject(1)
setTimeout(lambda: p.catch(lambda why: console.log('caught')))
setTimeout(lambda: console.log('another'))
""")
    assert recording.output == ["caught", "told", "another"]
    assert re.findall(r"(?m)^\d\. (.*)", recording.why("told")) == [
        "Task 1 starts: the script.",
        "Line 5 calls setTimeout: the host keeps timer #1 for 1 ms.",
        "At 1 ms timer #1 is due and enters the task queue.",
        "Task 2 starts: timer #1 (setTimeout, line 5).",
        "The rejection of promise #1 has a handler now.",
        "The host tells: the rejection of promise #1 has a handler after all.",
        "λ (line 3) is pushed on the call stack.",
        "Line 3 prints “told”.",
    ]


def test_a_line_that_was_not_printed(job_queue: loopscope.Recording) -> None:
    with pytest.raises(LookupError, match=r"(?s)'four' was not printed.*'hi'.*'two can be"):
        why(job_queue, "four")
    with pytest.raises(LookupError, match="printed nothing"):
        loopscope.record("1\n").why("hi")


def test_why_in_markdown(job_queue: loopscope.Recording) -> None:
    text = job_queue.why("hi", style="markdown")
    assert text.startswith("1. Task 1 starts: the script. ([script-first](https://")
    assert "   `Promise.resolve().then(lambda: console.log('hi'))`" in text


def leads_to(cause: Event, event: Event, runs: dict[int, int], running: dict[int, int]) -> bool:
    """Tell whether the trace itself says that one step led to another.

    `runs`: where each task and job ended; `running`: in which of them each step was, 0 in none.
    """
    match cause.kind, event.kind:
        case (("task-start" | "job-start"), ("task-end" | "job-end")):
            return cause.id == event.id
        case (("task-start" | "job-start"), _):
            return event.cause == cause.id == running[event.seq]
        case "enqueue", ("task-start" | "job-start"):
            return cause.id in (event.id, event.ref)
        case "schedule", ("enqueue" | "schedule"):
            return cause.id == event.id and event.rule in ("timer-due", "interval-rearm")
        case "promise-settle", "enqueue":
            return event.ref == cause.id
        case "promise-settle", "unhandled-rejection":
            return event.id == cause.id
        # What the host calls by itself: nothing ran, and it had just come to know of something.
        case "call", _:
            return event.cause == cause.cause == running[event.seq] == 0
        case "promise-handled", "rejection-handled":
            return event.id == cause.id
        case "unhandled-rejection", ("call" | "error"):
            return True
        case "rejection-handled", "call":
            return event.seq == cause.seq + 1
        case (("task-end" | "job-end" | "error"), ("call" | "error")):
            between = [end for end in runs.values() if cause.seq < end < event.seq]
            return not between and event.cause == 0
    return False


def said_wrongly(reason: str, before: State, event: Event) -> list[str]:
    """What a reason says of queues and of the stack that is not so."""
    micro = (*before.ticks, *before.microtasks)
    stack = bool(before.call_stack) or event.kind == "call"
    queued = {item.title for item in (*before.tasks, *micro)}
    wrong = [f"{each} is not queued" for each in re.findall("“([^”]*)”", reason)]
    wrong = [each for each in wrong if each.removesuffix(" is not queued") not in queued]
    claims = {
        "The stack is|The stack and|No function of the program": not stack,
        "on top of the call stack": stack,
        "microtask queue are empty": not micro,
        "all queues are empty": not micro and not before.tasks,
        "the only task that is ready": len(before.tasks) == 1,
        "microtasks wait until": bool(micro) and stack,
        "until no microtask is left": bool(before.tasks),
        "(?<!had to) waits? for the empty stack": bool(before.tasks) and stack,
    }
    wrong += [claim for claim, so in claims.items() if re.search(claim, reason) and not so]
    for title, due in re.findall(r"(\w+ #\d+) is not due before ([\d,.]+) ms", reason):
        kept = [each.due for each in before.host if each.item.title == title]
        wrong += [f"{title} is due at {kept}"] * ([float(due.replace(",", ""))] != kept)
    return wrong


@pytest.mark.slow  # the same on each Python
def test_every_line_of_every_program_has_its_causes() -> None:
    """Each step leads to the next one, from the script on, and says nothing that was not so."""
    lines = 0
    for program in sorted(PROGRAMS.glob("[0-9]*.py")):
        recording = loopscope.record(program, trace_limit=1000)
        names, folder, told = Names(), Folder(), []
        runs: dict[int, int] = {}
        running, now = {}, 0
        for event in recording.trace:
            names.read(event)
            before = folder.state()
            what, reason = sentence_of(event, before, names)
            assert said_wrongly(reason, before, event) == [], (program.name, what, reason)
            told.append((what, reason))
            if event.kind in ("task-start", "job-start"):
                now = event.id
            running[event.seq] = now
            if event.kind in ("task-end", "job-end"):
                runs[event.id], now = event.seq, 0
            folder.step(event)
        past = history(recording.trace)
        printed = past.outputs[:40]
        for at, output in enumerate(printed):
            if not output.text:
                continue
            number = 1 + [each.text for each in printed[:at]].count(output.text)
            text = recording.why(output.text, number)
            steps = causes(recording.trace, past, output.seq)
            events = [recording.trace[seq] for seq in steps]
            assert (events[0].rule, events[-1].seq) == ("script-first", output.seq), program.name
            for one, two in pairwise(events):
                assert leads_to(one, two, runs, running), (program.name, output.text, one, two)
            said = [line.strip() for line in text.split("\n")]
            for number, event in enumerate(events, 1):
                what, reason = told[event.seq]
                assert said.pop(0) == f"{number}. {what}"
                if re.match(r"\d+ \| ", said[0]):
                    assert said.pop(0).startswith(f"{event.line} | ")
                assert said.pop(0) == f"{reason} [{event.rule}]".strip()
            assert said == []
            lines += 1
    assert lines > 900


@pytest.mark.parametrize("thing", [5, "x", type, None])
def test_what_is_no_recording_trace_or_event_is_refused(thing):
    with pytest.raises(TypeError, match="explain: argument 'recording' must be what record"):
        explain(thing)
    with pytest.raises(TypeError, match="why: argument 'recording' must be what record"):
        why(thing, "x")
    with pytest.raises(TypeError, match="causes: arguments are a trace, its history"):
        causes([thing], history([]), 0)
    with pytest.raises(TypeError, match="causes: arguments are a trace, its history"):
        causes({}, history([]), 0)
    with pytest.raises(TypeError, match="history: events are read, not"):
        history([thing])
    with pytest.raises(TypeError, match="an event is folded, not"):
        state({thing: thing})
    with pytest.raises(TypeError, match="argument 'recorded' must be the trace of a Loop"):
        Trace.of(thing)


def test_a_step_that_is_no_whole_number_is_refused():
    with pytest.raises(TypeError):
        state([], -0.0)
