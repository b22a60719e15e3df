"""The trace: what is recorded, as data, and as the states that it folds to."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import loopscope
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopscope import _core
from loopscope.tracing.fold import Folder, State, state, states
from loopscope.tracing.schema import FIELDS, VERSION, Trace, json_schema, load

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
PROGRAMS = HERE / "programs"
JOB_QUEUE = PROGRAMS / "14-job-queue.py"

sys.path.insert(0, str(GOLDEN))
try:
    import record_golden as golden
finally:
    sys.path.remove(str(GOLDEN))


def calls(source: str) -> list[tuple[str, str, int]]:
    """Run a script, and return the pushes and pops of its call stack."""
    recording = loopscope.record(source)
    return [
        (event.kind, event.label, event.extra)
        for event in recording.trace
        if event.kind in ("call", "return")
    ]


def pushed(source: str) -> list[str]:
    return [label for kind, label, _ in calls(source) if kind == "call"]


# ---- golden traces


@pytest.mark.parametrize("name", golden.NAMES)
def test_trace_is_the_golden_one(name: str) -> None:
    expected = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    assert golden.trace_of(name) == expected


def test_every_golden_trace_is_looked_at() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(golden.NAMES)


# ---- the trace as data


def test_trace_is_a_sequence_of_events() -> None:
    trace = loopscope.record(JOB_QUEUE).trace
    assert isinstance(trace, Trace)
    assert len(trace) == len([*trace]) > 30
    assert trace[0].kind == "run-start"
    assert trace[-1].kind == "run-end"
    assert trace[3:5] == [trace[3], trace[4]]
    assert [event.seq for event in trace] == [*range(len(trace))]
    assert repr(trace) == f"<Trace of {len(trace)} events>"
    with pytest.raises(IndexError):
        trace[len(trace)]


def test_dicts_have_every_field() -> None:
    trace = loopscope.record(JOB_QUEUE).trace
    dicts = trace.to_dicts()
    assert [tuple(entry) for entry in dicts] == [FIELDS] * len(trace)
    assert [tuple(entry.values()) for entry in dicts] == [tuple(event) for event in trace]


def test_dataframe_has_a_row_for_each_event() -> None:
    pytest.importorskip("pandas")
    trace = loopscope.record(JOB_QUEUE).trace
    frame = trace.to_dataframe()
    assert list(frame.columns) == list(FIELDS)
    assert list(frame["kind"]) == [event.kind for event in trace]


def test_a_saved_trace_is_valid_and_loads_as_it_was(tmp_path: Path) -> None:
    trace = loopscope.record(PROGRAMS / "26-finally.py").trace
    path = tmp_path / "trace.json"
    trace.save(path)
    document = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(json_schema())
    jsonschema.validate(document, json_schema())
    assert document["version"] == VERSION
    loaded = load(path)
    assert [*loaded] == [*trace]
    assert type(loaded[0]) is _core.Event
    assert (loaded.truncated, loaded.frames) == (False, True)
    assert state(loaded) == state(trace)


def test_schema_knows_every_kind_lane_and_rule_of_c() -> None:
    header = HERE.parent / "csrc" / "trace.h"
    text = header.read_text(encoding="utf-8")
    event = json_schema()["$defs"]["event"]["properties"]
    for macro, field in (("LS_EVENT_KINDS", "kind"), ("LS_LANES", "lane"), ("LS_RULES", "rule")):
        body = text[text.index(f"#define {macro}(X)") :].partition("\n\n")[0]
        assert event[field]["enum"] == re.findall(r'X\(\w+, "([^"]*)"\)', body)
    assert set(event) == set(FIELDS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not a trace: Expecting"),
        ("[]", "does not say so in its format"),
        ('{"format": "loopscope-trace", "version": 99}', "version 99; this release reads"),
        ('{"format": "loopscope-trace", "version": 1}', "'events'"),
        (
            '{"format": "loopscope-trace", "version": 1, "truncated": false, "frames": true, '
            '"events": [{"seq": 1, "time": 0, "kind": "run-start"}]}',
            "event 1 where number 0 should be",
        ),
    ],
)
def test_what_is_no_trace_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(message)):
        load(path)


def test_a_limit_keeps_the_first_events_and_the_run_goes_on() -> None:
    recording = loopscope.record(JOB_QUEUE, trace_limit=10)
    assert len(recording.trace) == 10
    assert recording.trace.truncated
    assert "truncated" in repr(recording.trace)
    assert len(recording.output) == 4
    assert recording.state().count == 10


@pytest.mark.parametrize("limit", [299_591, 299_592, 599_183])
def test_a_long_trace_lies_in_several_blocks(limit: int) -> None:
    """A block of csrc/tape.c holds 299,591 events."""

    def nothing() -> None:
        pass

    def program() -> None:
        for _ in range(200_000):
            loopscope.queue_microtask(nothing)

    with loopscope.Runtime(trace=True, frames=False, trace_limit=limit) as runtime:
        runtime.run(program)
        trace = runtime.trace()
    assert len(trace) == limit
    first = next(event for event in trace if event.kind == "job-start")
    assert first.seq > 200_000  # from there on each job starts and ends
    for border in (299_591, 599_182):
        for seq in range(border - 5, min(border + 5, limit)):
            count = seq - first.seq
            assert (trace[seq].seq, trace[seq].id) == (seq, first.id + count // 2)
            assert trace[seq].kind == ("job-end" if count % 2 else "job-start")


def test_nothing_is_recorded_unless_it_is_asked_for() -> None:
    with loopscope.Runtime(clock="virtual") as runtime:
        runtime.run(lambda: loopscope.set_timeout(lambda: None, 5))
        assert len(runtime.trace()) == 0


# ---- the call stack


def test_functions_are_pushed_and_popped_in_order() -> None:
    source = "def two():\n    pass\ndef one():\n    two()\none()\n"
    assert calls(source) == [
        ("call", "<module>", 0),
        ("call", "one", 0),
        ("call", "two", 0),
        ("return", "two", 1),
        ("return", "one", 1),
        ("return", "<module>", 1),
    ]


def test_an_exception_pops_what_it_leaves() -> None:
    source = (
        "def fail():\n    raise ValueError\n"
        "def outer():\n    fail()\n"
        "try:\n    outer()\nexcept ValueError:\n    pass\n"
    )
    assert calls(source)[-3:] == [
        ("return", "fail", 2),
        ("return", "outer", 2),
        ("return", "<module>", 1),
    ]


def test_await_and_yield_pop_and_push_again() -> None:
    source = (
        "async def wait():\n    await 1\n"
        "def numbers():\n    yield 1\n    yield 2\n"
        "wait()\n[*numbers()]\n"
    )
    found = calls(source)
    assert [call for call in found if call[1] == "wait"] == [
        ("call", "wait", 0),
        ("return", "wait", 3),
        ("call", "wait", 0),
        ("return", "wait", 1),
    ]
    assert [how for kind, name, how in found if name == "numbers" and kind == "return"] == [3, 3, 1]


def test_console_calls_are_frames_around_their_output() -> None:
    source = "from loopscope.js import *\nconsole.log('a', {'b': [1]})\nconsole.error('c')\n"
    assert pushed(source) == ["<module>", "console.log", "console.error"]
    trace = loopscope.record(source).trace
    kinds = [event.kind for event in trace if event.kind in ("call", "output", "return")]
    assert kinds == ["call", "call", "output", "return", "call", "output", "return", "return"]


def test_a_console_method_as_a_callback_is_a_frame() -> None:
    source = "from loopscope.js import *\nPromise.resolve('x').then(console.log)\n"
    assert pushed(source) == ["<module>", "console.log"]


def test_frames_of_libraries_are_left_out() -> None:
    source = (
        "import json, collections\n"
        "Point = collections.namedtuple('Point', 'x y')\n"
        "def key(pair):\n    return pair[0]\n"
        "json.dumps({'a': [Point(1, 2)]})\n"
        "sorted([(2, 1), (1, 2)], key=key)\n"
        "[n for n in range(3)]\n"
    )
    assert pushed(source) == ["<module>", "key", "key"]


def test_depth_is_that_of_the_call_stack() -> None:
    trace = loopscope.record("def a():\n    b()\ndef b():\n    pass\na()\n").trace
    assert [e.depth for e in trace if e.kind in ("call", "return")] == [1, 2, 3, 3, 2, 1]


def test_without_frames_no_calls_are_recorded() -> None:
    recording = loopscope.record(JOB_QUEUE, frames=False)
    assert not recording.trace.frames
    assert {event.kind for event in recording.trace}.isdisjoint({"call", "return"})
    assert recording.output[0] == "three is a crowd"


def test_a_profiler_that_is_there_stays() -> None:
    """It is in the way before CPython 3.12 only, and then the trace has no calls and says so."""
    seen: list[str] = []

    def profiler(frame: Any, event: str, _: Any) -> None:
        seen.append(frame.f_code.co_name)

    sys.setprofile(profiler)
    try:
        recording = loopscope.record("def mine():\n    pass\nmine()\n")
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(None)
    assert "mine" in seen
    assert recording.trace.frames == (sys.version_info >= (3, 12))
    assert ("mine" in [event.label for event in recording.trace]) == recording.trace.frames


def test_the_hook_is_gone_after_the_run() -> None:
    loopscope.record("def f():\n    raise SystemExit\nf()\n")
    assert sys.getprofile() is None
    if sys.version_info >= (3, 12):
        assert all(
            sys.monitoring.get_tool(tool) != "loopscope" or sys.monitoring.get_events(tool) == 0
            for tool in range(6)
        )


def test_each_thread_records_its_own_calls() -> None:
    started = threading.Barrier(2, timeout=20)
    found: dict[str, list[str]] = {}

    def work(name: str) -> None:
        def mine() -> None:
            started.wait()

        mine.__code__ = mine.__code__.replace(co_name=name)
        trace = loopscope.record(mine).trace
        found[name] = [event.label for event in trace if event.kind == "call"]

    threads = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {"one": ["one"], "two": ["two"]}


# ---- states


def test_states_of_the_job_queue() -> None:
    """When "three is a crowd" is printed, the callback of `then` is queued; two timers wait."""
    recording = loopscope.record(JOB_QUEUE)
    trace = recording.trace
    k = next(event.seq for event in trace if event.kind == "output")
    now = recording.state(k)
    assert [frame.name for frame in now.call_stack] == ["script", "console.log"]
    assert now.call_stack[0].line == 6
    assert [(pending.item.title, pending.due) for pending in now.host] == [
        ("timer #1", 1.0),
        ("timer #2", 10.0),
    ]
    assert [item.title for item in now.microtasks] == ["then · line 5"]
    assert (now.tasks, now.ticks, now.output) == ((), (), ())
    assert now.phase == "task"
    assert [item.title for item in now.running] == ["script"]
    assert [promise.state for promise in now.promises.values()] == ["fulfilled", "pending"]
    assert recording.state(k + 1).output == ("three is a crowd",)
    assert recording.state(0).phase == "idle"
    assert recording.state(-1) == recording.state(len(trace) - 1)
    assert recording.state().phase == "end"


def test_a_caller_is_shown_at_no_line_unless_it_is_known() -> None:
    source = """
from loopscope.js import *
def inner():
    console.log("in")
console.log("out")
inner()
"""

    def lines(*, recorded: bool) -> list[tuple[str, int]]:
        recording = loopscope.record(source, lines=recorded)
        [_, step] = [event.seq + 1 for event in recording.trace if event.kind == "output"]
        return [(frame.name, frame.line) for frame in recording.state(step).call_stack]

    assert lines(recorded=False) == [("script", 0), ("inner", 4), ("console.log", 4)]
    assert lines(recorded=True) == [("script", 6), ("inner", 4), ("console.log", 4)]


def test_a_state_says_who_waits_for_what() -> None:
    recording = loopscope.record(PROGRAMS / "24-async-await.py")
    k = next(event.seq for event in recording.trace if event.kind == "output")
    now = recording.state(k)
    (suspended,) = now.suspended
    assert (suspended.name, suspended.line) == ("fetch_data", 9)
    (waiting,) = now.promises[suspended.promise].waiting
    assert waiting.title == "resume fetch_data"


@pytest.mark.parametrize("k", [-1000, 1000])
def test_a_state_beyond_the_trace_is_refused(k: int) -> None:
    with pytest.raises(IndexError, match=f"k={k} is not among 0 to"):
        state(loopscope.record("1\n").trace, k)


def test_an_event_that_cannot_follow_is_refused() -> None:
    trace = [*loopscope.record(JOB_QUEUE).trace]
    enqueued = next(event.seq for event in trace if event.kind == "enqueue")
    missing = [event for event in trace if event.seq != enqueued]
    renumbered = [_core.Event([number, *tuple(event)[1:]]) for number, event in enumerate(missing)]
    with pytest.raises(ValueError, match="starts job"):
        state(renumbered)
    with pytest.raises(ValueError, match="cannot follow"):
        Folder().step(trace[1])


def test_stepping_gives_what_folding_from_the_start_gives() -> None:
    trace = loopscope.record(PROGRAMS / "26-finally.py").trace
    for k, now in enumerate(states(trace)):
        assert now == state(trace, k)


PYTHON_PROGRAMS = sorted(PROGRAMS.glob("[0-9]*.py"))


@pytest.mark.parametrize("program", PYTHON_PROGRAMS, ids=lambda path: path.stem)
def test_every_program_folds_to_empty_queues(program: Path) -> None:
    recording = loopscope.record(program, trace_limit=100_000)
    end = recording.state()
    if recording.trace.truncated:
        return
    failed = any(event.kind == "error" for event in recording.trace)
    if recording.exit_code == 0 and not failed:  # else what was queued never ran
        assert (end.ticks, end.microtasks) == ((), ())
        assert end.call_stack == ()
    if recording.exit_code != 13:  # that one's warning is Node's own, not the program's
        printed = "".join(text + "\n" for text in end.output)
        assert sorted(printed) == sorted(recording.stdout + recording.stderr)


# ---- the runtime's own state, at any moment of any program

OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "timeout",
                "immediate",
                "microtask",
                "tick",
                "then",
                "pending",
                "async",
                "clear",
                "look",
            ]
        ),
        st.integers(0, 4),
    ),
    min_size=5,
    max_size=60,
)


def work_off(plan: list[tuple[str, int]], look: Callable[[], None]) -> None:
    """Be a program that works off a plan, a few operations in each function that it schedules."""
    rest = iter(plan)
    timers: list[Any] = []
    pending: list[Any] = []
    settled = loopscope.Promise.resolve()

    @loopscope.async_function
    async def wait(promise: Any) -> None:
        await promise
        step()

    def step() -> None:
        look()
        for _, (what, number) in zip(range(3), rest, strict=False):
            match what:
                case "timeout":
                    timers.append(loopscope.set_timeout(step, number))
                case "immediate":
                    loopscope.set_immediate(step)
                case "microtask":
                    loopscope.queue_microtask(step)
                case "tick":
                    loopscope.process.next_tick(step)
                case "then":
                    loopscope.Promise.resolve(number).then(step).finally_(step)
                case "pending":
                    pending.append(loopscope.Promise.with_resolvers())
                    pending[-1].promise.then(step, step)
                case "async":
                    wait(pending[0].promise if pending and number % 2 else settled)
                case "clear":
                    for made in pending[:number]:
                        made.resolve(number)
                    for timer in timers[:number]:
                        loopscope.clear_timeout(timer)
        look()

    step()


@settings(max_examples=60, deadline=None)
@given(OPERATIONS)
def test_the_fold_is_the_state_of_the_runtime(plan: list[tuple[str, int]]) -> None:
    seen: list[tuple[int, dict[str, int]]] = []

    def look() -> None:
        loop = _core.current_loop()
        assert loop is not None
        seen.append((len(loop.trace), loop.pending()))

    recording = loopscope.record(lambda: work_off(plan, look))
    assert recording.error is None
    assert seen
    folder = Folder()
    now: State = folder.state()
    wanted = iter(seen)
    at, expected = next(wanted)
    for event in recording.trace:
        while folder.state().count == at:
            now = folder.state()
            told = {
                "ticks": len(now.ticks),
                "microtasks": len(now.microtasks),
                "timers": len(now.host) + sum(item.kind == "timer" for item in now.tasks),
                "immediates": sum(item.kind == "immediate" for item in now.tasks),
                "suspended": len(now.suspended),
            }
            assert told == expected
            at, expected = next(wanted, (-1, {}))
        folder.step(event)
    assert at == -1
