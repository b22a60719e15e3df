"""`loopscope.trace()`: traces of blocks, that may begin and end in the middle of a run."""

from __future__ import annotations

import asyncio
import gc
import json
import re
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import jsonschema
import loopscope
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopscope import (
    Promise,
    Recording,
    Runtime,
    _core,
    async_function,
    clear_interval,
    console,
    process,
    queue_microtask,
    record,
    run,
    set_immediate,
    set_interval,
    set_timeout,
)
from loopscope.tracing.fold import State, state, states
from loopscope.tracing.history import history
from loopscope.tracing.schema import json_schema, load

MAKES_PROMISES = ("promise-create",)
MAKES_ITEMS = ("schedule", "enqueue", "promise-react", "task-start", "async-start", "async-suspend")


def check(trace: Any) -> State:
    """Fold every prefix; no event may name a thing that was not told of. Returns the last state."""
    known: set[int] = set()
    for event in trace:
        if event.kind in (*MAKES_PROMISES, *MAKES_ITEMS):
            known.add(event.id)
        for field in ("ref", "cause"):
            number = getattr(event, field)
            assert not number or number in known, f"{field} of {event}"
        if event.kind in ("job-start", "promise-settle", "async-resume", "cancel"):
            assert event.id in known, event
    *_, last = states(trace)
    history(trace)
    return last


def told(trace: Any) -> list[Any]:
    """Return the events that tell of what was there before the trace began."""
    assert trace[0].kind == "snapshot"
    assert trace[0].rule == "already-there"
    return [*trace[1 : 1 + trace[0].extra]]


def kinds(events: Any) -> list[str]:
    return [event.kind for event in events]


def printed(text: str) -> Callable[..., None]:
    return lambda *_: console.log(text)


# ---- blocks around runs


def test_a_block_around_a_run_is_what_record_gives(capsys: pytest.CaptureFixture[str]) -> None:
    def main() -> None:
        set_timeout(printed("two"), 5)
        Promise.resolve(1).then(printed("one"))

    with loopscope.trace() as block:
        run(main, clock="virtual")
    recording = record(main)
    own_events = [*block.trace][: len(recording.trace)]
    places = [tuple(event)[:13] for event in recording.trace]
    assert [tuple(event)[:13] for event in own_events] == places
    assert kinds(block.trace)[len(recording.trace) :] == ["close"]
    assert block.output == recording.output == ["one", "two"]
    assert (block.stdout, block.stderr) == ("one\ntwo\n", "")
    assert (block.error, block.exit_code, block.result) == (None, 0, None)
    assert (block.clock, block.host) == ("virtual", "node")
    assert isinstance(block, Recording)
    assert block.complete
    assert capsys.readouterr().out == "one\ntwo\n"  # it went where it goes
    assert repr(block) == f"<trace of {len(block.trace)} events, complete>"


def test_every_view_shows_a_block(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text('from loopscope.js import *\nsetTimeout(lambda: console.log("hi"), 5)\n')
    with loopscope.trace() as block:
        run(script, clock="virtual")
    assert block.path == script
    assert block.source == script.read_text()
    assert block.state().output == ("hi",)
    assert "timer #1" in block.explain()
    assert "setTimeout" in block.why("hi")
    pytest.importorskip("matplotlib")
    assert "“hi”" in block.plot().alt_text
    assert block.plot(x="time")
    pytest.importorskip("anywidget")
    assert block.stepper().film["file"] == "program.py"
    assert "hi" in block.to_html(tmp_path / "page.html").read_text()
    assert json.loads(block.to_perfetto(tmp_path / "p.json").read_text())["traceEvents"]
    block.trace.save(tmp_path / "t.json")
    jsonschema.validate(json.loads((tmp_path / "t.json").read_text()), json_schema())
    assert [*load(tmp_path / "t.json")] == [*block.trace]


def test_an_exception_leaves_a_complete_recording() -> None:
    def main() -> None:
        console.log("before")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"), loopscope.trace() as block:
        run(main)
    assert block.complete
    assert block.output == ["before"]
    assert isinstance(block.error, ValueError)
    assert block.exit_code == 1
    end = next(event for event in block.trace if event.kind == "run-end")
    assert end.rule == "uncaught-error"
    check(block.trace)
    for error, code in ((SystemExit(3), 3), (SystemExit("x"), 1), (KeyboardInterrupt(), 130)):
        with pytest.raises(type(error)), loopscope.trace() as block:
            raise error
        assert (block.exit_code, len(block.trace), block.output) == (code, 0, [])


def test_several_runs_are_one_trace() -> None:
    with loopscope.trace() as block:
        run(lambda: set_timeout(printed("a"), 10), clock="virtual")
        run(lambda: Promise.resolve().then(printed("b")), clock="virtual")
        run(lambda: set_timeout(printed("c"), 1).unref(), clock="virtual")
    assert block.output == ["a", "b"]
    assert kinds(block.trace).count("run-start") == 3
    assert [event.seq for event in block.trace] == [*range(len(block.trace))]
    times = [event.time for event in block.trace]
    assert times == sorted(times)
    starts = [event.id for event in block.trace if event.kind in ("task-start", "promise-create")]
    assert len(starts) == len({*starts})  # no two things have one number
    last = check(block.trace)
    assert (last.host, last.suspended, dict(last.promises)) == ((), (), {})
    assert last.task == 4
    assert "“b”" in block.plot().alt_text


def test_runtimes_that_take_turns_keep_what_waits_in_them() -> None:
    held: dict[str, Any] = {}
    with (
        loopscope.trace() as block,
        Runtime(clock="virtual") as one,
        Runtime(clock="virtual") as two,
    ):

        def hold() -> None:
            both = Promise.with_resolvers()
            held["resolve"] = both.resolve
            both.promise.then(printed("late"))

        one.run(hold)
        two.run(printed("other"))
        one.run(lambda: held["resolve"](1))
        assert len(state(block.trace).promises) == 2
        assert block.output == ["other", "late"]  # it can be looked at while it is open
        assert not block.complete
    check(block.trace)
    assert block.output == ["other", "late"]
    assert kinds(block.trace)[-2:] == ["close", "close"]


def test_a_runtime_with_a_past_tells_of_it() -> None:
    with Runtime(clock="virtual") as runtime:
        runtime.run(lambda: set_timeout(printed("unref"), 50).unref())
        with loopscope.trace() as block:
            runtime.run(lambda: set_timeout(printed("end"), 60))
    assert kinds(told(block.trace)) == ["schedule"]
    assert block.output == ["unref", "end"]
    assert "task timer #1" in block.explain()
    check(block.trace)
    with Runtime(clock="virtual") as runtime:
        runtime.run(printed("nothing is left"))
        with loopscope.trace() as block:
            runtime.run(printed("x"))
    assert block.trace[0].kind == "run-start"  # there was nothing to tell


def test_nothing_is_traced_outside_of_the_block() -> None:
    with loopscope.trace() as block:
        pass
    run(printed("x"))
    assert len(block.trace) == 0
    assert block.output == []
    with pytest.raises(RuntimeError, match="was entered before"):
        block.__enter__()


def test_another_thread_is_not_traced() -> None:
    with loopscope.trace() as block:
        thread = threading.Thread(target=run, args=(printed("there"),))
        thread.start()
        thread.join()
        run(printed("here"))
    assert block.output == ["here"]


def test_blocks_nest() -> None:
    with loopscope.trace() as outer:
        run(printed("1"))
        with loopscope.trace() as inner:
            run(printed("2"))
        run(printed("3"))
    assert (inner.output, outer.output) == (["2"], ["1", "2", "3"])


def test_a_block_around_record_sees_it_too() -> None:
    with loopscope.trace() as block:
        recording = record(lambda: set_timeout(printed("x"), 5))
    assert [*recording.trace] == [*block.trace][: len(recording.trace)]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"after": -1}, ValueError, "'after' must be 0 ms or more"),
        ({"duration": 0}, ValueError, "'duration' must be above 0"),
        ({"duration": "5"}, TypeError, "'duration' must be milliseconds, not str"),
        ({"trace_limit": 0}, ValueError, "'trace_limit' must be 1"),
        ({"on_end": 5}, TypeError, "'on_end' must be callable"),
    ],
)
def test_wrong_arguments_are_refused(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        loopscope.trace(**arguments)


# ---- blocks inside of a run


def test_a_block_in_a_task_begins_with_what_is_there() -> None:
    blocks: list[Any] = []

    def inner() -> None:
        with loopscope.trace() as block:
            blocks.append(block)
            console.log("traced")
            queue_microtask(printed("later"))

    def task() -> None:
        console.log("before")
        process.next_tick(printed("tick"))
        queue_microtask(printed("micro"))
        inner()
        console.log("after")

    def main() -> None:
        set_timeout(task, 10)
        set_timeout(printed("due too"), 10)
        set_timeout(printed("not due"), 20)
        handle.append(set_interval(lambda: clear_interval(handle[0]), 30))
        handle.append(set_interval(lambda: clear_interval(handle[1]), 40))

    handle: list[Any] = []
    recording = record(main)
    (block,) = blocks
    assert block.output == ["traced"]
    assert [event.kind for event in block.trace][-1] == "trace-end"
    first = state(block.trace, 1 + len(told(block.trace)))
    assert [item.title for item in first.running] == ["timer #3"]
    assert [item.name for item in first.running] == ["task"]
    assert [item.title for item in first.tasks] == ["timer #1"]
    assert [pending.item.title for pending in first.host] == [
        "timer #2",
        "interval #1",
        "interval #2",
    ]
    assert [pending.due for pending in first.host] == [20, 30, 40]
    assert [item.how for item in first.ticks] == ["nextTick"]
    assert [item.how for item in first.microtasks] == ["queueMicrotask"]
    assert [frame.name for frame in first.call_stack] == ["task", "inner"]
    assert first.phase == "task"
    last = check(block.trace)
    assert len(last.microtasks) == 2
    # What runs is not disturbed by being traced twice, nor is the other trace.
    assert recording.output[:6] == ["before", "traced", "after", "tick", "micro", "later"]
    assert recording.output[6:] == ["due too", "not due"]
    assert "snapshot" not in kinds(recording.trace)
    assert recording.state().call_stack == ()
    # Both have recorded the same of the time in between.
    own = [tuple(event)[1:] for event in block.trace[1 + len(told(block.trace)) : -1]]
    assert own
    assert {*own} <= {tuple(event)[1:] for event in recording.trace}


def test_the_microtasks_that_run_are_told_of() -> None:
    seen: dict[str, Any] = {}

    def snap(name: str) -> None:
        with loopscope.trace() as block:
            console.log(name)
        seen[name] = block

    def main() -> None:
        Promise.reject(ValueError("x")).catch(lambda _: snap("catch"))
        Promise.resolve(5).then(lambda _: snap("then"))
        queue_microtask(lambda: snap("micro"))
        process.next_tick(lambda: snap("tick"))
        set_immediate(lambda: snap("immediate"))

        async def waits() -> None:
            await Promise.resolve(1)
            snap("resumed")

        async_function(waits)()

        class Thenable:
            def then(self, resolve: Callable[[int], None]) -> None:
                snap("thenable")
                resolve(1)

        Promise.resolve(Thenable())
        snap("script")

    run(main)
    expected = {
        "script": ("script", "script"),
        "tick": ("tick", "nextTick"),
        "catch": ("microtask", "catch"),
        "then": ("microtask", "then"),
        "micro": ("microtask", "queueMicrotask"),
        "resumed": ("microtask", "await"),
        "thenable": ("microtask", "adopt"),
        "immediate": ("immediate", "setImmediate"),
    }
    assert {*seen} == {*expected}
    for name, block in seen.items():
        first = state(block.trace, 1 + len(told(block.trace)))
        check(block.trace)
        (running,) = first.running
        assert (running.kind, running.how) == expected[name], name
        in_checkpoint = running.kind in ("tick", "microtask")
        assert first.phase == ("checkpoint" if in_checkpoint else "task"), name
        assert block.output == [name]
        if name == "resumed":
            assert running.name == "waits"
    waiting = state(seen["script"].trace, 1 + len(told(seen["script"].trace)))
    hows = [item.how for item in waiting.microtasks]
    assert hows == ["catch", "then", "queueMicrotask", "await", "adopt"]
    assert [each.name for each in waiting.suspended] == ["waits"]
    assert len(waiting.tasks) == 1


def test_old_promises_are_told_of_when_they_come_up() -> None:
    blocks: list[Any] = []

    def main() -> None:
        pending = Promise.with_resolvers()
        pending.promise.then(printed("first"))
        fulfilled, rejected = Promise.resolve("value"), Promise.reject(ValueError("x"))
        rejected.catch(lambda _: None)

        async def waits() -> None:
            await pending.promise

        async_function(waits)()

        def task() -> None:
            with loopscope.trace() as block:
                blocks.append(block)
                fulfilled.then(printed("f"))
                fulfilled.then(printed("f again"))
                rejected.catch(printed("r"))
                Promise.resolve(fulfilled)
                pending.promise.then(printed("second"))
                pending.resolve(1)
                other = Promise.with_resolvers()
                other.resolve(unheard.promise)
                unheard.promise.then(printed("u"))

        unheard = Promise.with_resolvers()
        unheard.promise.then(printed("u0"))
        set_timeout(task, 5)

    run(main, clock="virtual")
    (block,) = blocks
    last = check(block.trace)
    values = [(promise.state, promise.value) for promise in last.promises.values()]
    assert ("fulfilled", "'value'") in values
    assert ("rejected", "ValueError: x") in values
    assert ("fulfilled", "1") in values
    waiting = [[item.how for item in promise.waiting] for promise in last.promises.values()]
    assert ["then", "then"] in waiting  # u0, of before the trace, and u
    # Each is told of once.
    created = [event.id for event in block.trace if event.kind == "promise-create"]
    assert len(created) == len({*created})
    texts = [block.explain(k) for k in range(1, len(block.trace) + 1)]
    assert any(
        re.match(r"Already there: promise #\d, fulfilled with 'value'\.", text) for text in texts
    )


def test_a_block_over_an_await_ends_where_it_ends() -> None:
    blocks: list[Any] = []

    async def main() -> None:
        await Promise.resolve(0)
        with loopscope.trace() as block:
            blocks.append(block)
            await Promise(lambda resolve, reject: set_timeout(resolve, 20))
            console.log("inside")
        await Promise.resolve(0)
        console.log("outside")

    run(async_function(main), clock="virtual")
    (block,) = blocks
    assert block.output == ["inside"]
    last = check(block.trace)
    assert last.phase == "checkpoint"
    assert [frame.name for frame in last.call_stack] == ["main"]
    text = block.explain()
    assert "begin   of the trace, in the middle of a run" in text
    assert "end     of the trace; the program goes on" in text
    assert "inside" in block.why("inside") or "timer" in block.why("inside")
    for k in range(1, len(block.trace) + 1):
        assert block.explain(k)


def test_a_block_on_a_live_runtime_is_over_an_await() -> None:
    released: list[str] = []

    async def main() -> loopscope.TraceBlock:
        promise, resolve, _ = Promise.with_resolvers()
        set_timeout(printed("older"), 1)
        later = set_timeout(printed("never"), 60_000)
        with loopscope.trace() as block:
            set_timeout(printed("new"), 1)
            Promise.resolve(1).then(printed("microtask"))
            set_immediate(lambda: set_timeout(resolve, 1))
            await promise
            released.append("gate")
        clear_interval(later)
        set_timeout(printed("after"), 0)
        await loopscope.drain()
        return block

    block = asyncio.run(main())
    assert released == ["gate"]
    assert block.complete
    assert block.output == ["microtask", "older", "new"]
    assert (block.clock, block.host) == ("real", "node")
    assert kinds(told(block.trace)) == ["schedule", "schedule"]
    last = check(block.trace)
    assert [kept.item.title for kept in last.host] == ["timer #2"]
    assert "Already there: timer #1 (setTimeout)" in block.why("older")
    assert "Already there" not in block.why("new")
    assert not any("<module>" in event.label for event in block.trace)


def test_a_block_met_by_the_first_call_of_a_live_runtime() -> None:
    async def main() -> loopscope.TraceBlock:
        with loopscope.trace() as block:  # there is no runtime yet
            assert len(block.trace) == 0
            set_timeout(printed("x"), 0)
            await loopscope.drain()
        return block

    block = asyncio.run(main())
    assert block.output == ["x"]
    assert block.trace[0].kind == "schedule"
    assert check(block.trace).host == ()


def test_blocks_of_two_tasks_of_asyncio_are_of_one_runtime() -> None:
    async def work(name: str) -> loopscope.TraceBlock:
        with loopscope.trace() as block:
            await Promise(lambda resolve, reject: set_timeout(resolve, 1))
            console.log(name)
        return block

    async def main() -> list[loopscope.TraceBlock]:
        return [*await asyncio.gather(work("a"), work("b"))]

    first, second = asyncio.run(main())
    assert first.output[0] == "a"
    assert second.output[-1] == "b"
    for block in (first, second):
        check(block.trace)


def test_a_block_in_a_recording_of_lines_changes_nothing_of_it() -> None:
    source = """
        from loopscope.js import *
        import loopscope
        def f(a):
            b = a + 1
            console.log(b)
        %s
            f(1)
            setTimeout(f, 3, 5)
        f(2)
    """
    with_block = record(dedent(source % "with loopscope.trace() as block:"), lines=True)
    without = record(dedent(source % "if True:"), lines=True)
    assert with_block.output == without.output == ["2", "3", "6"]
    lines = [event.line for event in with_block.trace if event.kind == "line"]
    # The block's line comes a second time: its end.
    assert lines == [2, 3, 4, 7, 8, 5, 6, 9, 7, 10, 5, 6, 5, 6]
    lines.pop(8)
    assert lines == [event.line for event in without.trace if event.kind == "line"]
    frames = [(e.kind, e.label) for e in with_block.trace if e.kind in ("call", "return")]
    assert frames == [(e.kind, e.label) for e in without.trace if e.kind in ("call", "return")]
    heap = with_block.state().heap
    check(with_block.trace)
    assert "block" in heap.names


def test_a_block_in_a_recording_of_lines_has_its_own_frames() -> None:
    blocks: list[loopscope.TraceBlock] = []

    def f(a: int) -> None:
        console.log(a)

    def main() -> None:
        with loopscope.trace() as block:
            f(1)
        f(2)
        blocks.append(block)

    recording = record(main, lines=True)
    (block,) = blocks
    assert recording.output == ["1", "2"]
    assert block.output == ["1"]
    assert "line" not in kinds(block.trace)
    assert [e.label for e in block.trace if e.kind == "call"] == ["main", "f", "console.log"]
    check(block.trace)
    check(recording.trace)


def test_frames_are_balanced_where_a_block_begins_and_ends() -> None:
    blocks: list[Any] = []

    def leaf() -> None:
        block = loopscope.trace()
        blocks.append(block)
        block.__enter__()

    def middle() -> None:
        leaf()
        console.log("m")

    def main() -> None:
        middle()
        after()

    def after() -> None:
        deep()

    def deep() -> None:
        blocks[0].__exit__(None, None, None)

    run(main)
    (block,) = blocks
    names = [[frame.name for frame in each.call_stack] for each in states(block.trace)]
    assert ["main", "middle", "leaf"] in names
    assert names[-1] == ["main", "after", "deep"]
    depths = [event.depth for event in block.trace if event.kind in ("call", "return")]
    assert max(depths) == 3
    hook = sys.getprofile() if sys.version_info < (3, 12) else None
    assert hook is None


def test_frames_and_limits_are_each_trace_s_own() -> None:
    def work() -> None:
        console.log("x")

    with (
        loopscope.trace(frames=False) as plain,
        loopscope.trace(trace_limit=4) as short,
        loopscope.trace() as full,
    ):
        run(work)
    assert "call" not in kinds(plain.trace)
    assert not plain.trace.frames
    assert "call" in kinds(full.trace)
    assert len(short.trace) == 4
    assert short.trace.truncated
    assert not full.trace.truncated
    assert [*full.trace][:4] == [*short.trace]


# ---- a part of a long run


def test_a_duration_ends_the_trace_and_the_program_goes_on() -> None:
    ended: list[Any] = []
    count = [0]

    def tick() -> None:
        count[0] += 1
        console.log(f"tick {count[0]}")
        if count[0] == 10:
            clear_interval(handle[0])

    handle: list[Any] = []
    with loopscope.trace(after=25, duration=40, on_end=ended.append) as block:
        run(lambda: handle.append(set_interval(tick, 10)), clock="virtual")
        assert block.complete
        assert ended == [block]
        assert len(block.output) == 4
    assert block.output == ["tick 3", "tick 4", "tick 5", "tick 6"]
    assert ended == [block]
    assert count == [10]
    assert block.trace[0].time == 25
    assert block.trace[-1].kind == "trace-end"
    assert block.trace[-1].time == 65
    last = check(block.trace)
    assert [pending.due for pending in last.host] == [70]
    assert kinds(told(block.trace)) == ["schedule"]


def test_the_duration_ends_in_the_middle_of_a_long_task() -> None:
    def main() -> None:
        console.log("early")
        loopscope.block(100)
        console.log("late")

    with loopscope.trace(duration=50) as block:
        run(main, clock="virtual")
    assert block.output == ["early"]
    assert [(event.kind, event.time) for event in block.trace][-2:] == [
        ("return", 0),
        ("trace-end", 50),
    ]
    check(block.trace)


def test_a_trace_that_has_ended_costs_nothing() -> None:
    with Runtime(clock="virtual") as runtime:
        with loopscope.trace() as block:
            runtime.run(printed("x"))
        before = len(block.trace)
        runtime.run(printed("y"))
        assert len(block.trace) == before
        assert len(runtime.trace()) == 0
        if sys.version_info >= (3, 12):
            tool = next(each for each in (4, 3) if sys.monitoring.get_tool(each) == "loopscope")
            assert sys.monitoring.get_events(tool) == 0


def test_frames_that_nobody_wants_any_more_are_not_listened_to() -> None:
    """A tape that is full must not slow the rest of a long run down."""
    inside: list[Any] = []

    def leaf() -> None:
        pass

    def main() -> None:
        for _ in range(20):
            leaf()
        if sys.version_info >= (3, 12):
            tool = next(each for each in (4, 3) if sys.monitoring.get_tool(each) == "loopscope")
            inside.append(sys.monitoring.get_events(tool))
        else:
            inside.append(sys.getprofile() is not None)

    record(main, trace_limit=10)
    assert inside == [0]


def test_a_dropped_recording_frees_its_events() -> None:
    class Weighty(str):
        __slots__ = ("__weakref__",)

    with Runtime(clock="virtual") as runtime:
        sizes = []
        for _ in range(6):
            with loopscope.trace() as block:
                runtime.run(lambda: [queue_microtask(lambda: None) for _ in range(2000)])
            assert len(block.trace) > 4000
            del block
            gc.collect()
            sizes.append(len(gc.get_objects()))
        assert sizes[-1] <= sizes[1] + 50


def test_the_loop_refuses_what_makes_no_sense() -> None:
    loop = _core.Loop(clock="virtual")
    with pytest.raises(ValueError, match="at least 1 event"):
        loop.start_trace(trace_limit=0)
    with pytest.raises(TypeError, match="stop_trace"):
        loop.stop_trace("x")  # type: ignore[arg-type]
    tape = loop.start_trace()
    loop.stop_trace(tape)
    loop.stop_trace(tape)
    other = _core.Loop(clock="virtual")
    other.stop_trace(tape)
    with pytest.raises(TypeError, match="set_alarm"):
        loop.set_alarm(5, 5)  # type: ignore[arg-type]
    loop.set_alarm(5, lambda: 1 / 0)
    loop.close()
    with pytest.raises(RuntimeError):
        loop.start_trace()
    loop.stop_trace(tape)


def test_an_alarm_that_fails_is_reported_and_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: reported.append(what.exc_type))
    loop = _core.Loop(clock="virtual")
    loop.set_alarm(5, lambda: 1 / 0)
    times: list[float] = []
    loop.run(lambda: set_timeout(lambda: times.append(loop.now()), 10))
    assert reported == [ZeroDivisionError]
    assert times == [10]
    loop.close()


def test_an_interrupt_within_an_alarm_ends_the_run() -> None:
    """Ctrl-C comes when it comes: it is the program's also while the alarm is looked after."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    loop = _core.Loop(clock="virtual")
    loop.set_alarm(5, interrupt)
    times: list[float] = []
    with pytest.raises(KeyboardInterrupt):
        loop.run(lambda: set_timeout(lambda: times.append(loop.now()), 10))
    assert times == []
    loop.close()


def test_an_alarm_that_never_comes_wakes_nobody() -> None:
    """Its time in nanoseconds does not fit, which made it due: a turn followed the other."""

    async def program() -> None:
        loop = loopscope.live()._loop
        with loopscope.trace(duration=float("inf")):
            timeout = loop.timeout()
            assert timeout is not None
            assert timeout > 1e12

    asyncio.run(program())


def test_a_block_whose_end_has_failed_holds_no_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its alarms were in a table of the module's, and they hold the loop."""

    def no_memory(runs: object) -> Any:
        raise MemoryError

    def program() -> None:
        for _ in range(2):
            with pytest.raises(MemoryError), loopscope.trace(after=5):
                monkeypatch.setattr("loopscope.tracer._merge", no_memory)

    runtime = Runtime(clock="virtual")
    runtime.run(program)
    loop = weakref.ref(runtime._loop)
    runtime.close()
    del runtime
    gc.collect()
    assert loop() is None


def test_an_argument_that_closes_the_loop() -> None:
    loop = _core.Loop(clock="virtual")

    class Closing:
        def __float__(self) -> float:
            loop.close()
            return 1.0

    with pytest.raises(RuntimeError, match="has ended"):
        loop.start_trace(until=Closing())  # type: ignore[arg-type]


# ---- anywhere in any program


ACTS = ["timeout", "immediate", "micro", "tick", "then", "await", "resolve", "begin", "end"]
STEPS = st.lists(st.sampled_from(ACTS), min_size=3, max_size=40)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_traces_that_begin_and_end_anywhere_can_be_folded(steps: list[str]) -> None:
    """The state at the end of a trace, whenever it began, is the loop's own."""
    blocks: list[Any] = []
    open_blocks: list[Any] = []
    left = [*steps]
    pending: list[Any] = []

    def act(*_: Any) -> None:
        for _ in range(2):
            if left:
                perform(left.pop(0))

    def perform(step: str) -> None:
        if step == "timeout":
            set_timeout(act, len(left) % 3)
        elif step == "immediate":
            set_immediate(act)
        elif step == "micro":
            queue_microtask(act)
        elif step == "tick":
            process.next_tick(act)
        elif step == "then":
            both = Promise.with_resolvers()
            both.promise.then(act)
            pending.append(both)
        elif step == "resolve" and pending:
            pending.pop(0).resolve(1)
        elif step == "await":

            async def waits() -> None:
                await Promise.resolve(1)
                act()
                both = Promise.with_resolvers()
                pending.append(both)
                await both.promise
                act()

            async_function(waits)()
        elif step == "begin":
            block = loopscope.trace().__enter__()
            blocks.append(block)
            open_blocks.append(block)
        elif step == "end" and open_blocks:
            close(open_blocks.pop(0))

    def close(block: Any) -> None:
        loop = _core.current_loop()
        assert loop is not None
        real = loop.pending()
        block.__exit__(None, None, None)
        folded = state(block.trace)
        assert len(folded.ticks) == real["ticks"]
        assert len(folded.microtasks) == real["microtasks"]
        assert (
            len([item for item in folded.tasks if item.kind == "immediate"]) == real["immediates"]
        )
        timers = [item for item in folded.tasks if item.kind == "timer"]
        assert len(folded.host) + len(timers) == real["timers"]

    def main() -> None:
        act()
        set_timeout(act, 0)
        for delay in range(1, 20):
            set_timeout(act, delay)

    with loopscope.trace() as whole:
        run(main, clock="virtual")
        for block in open_blocks:
            block.__exit__(None, None, None)
    for block in [*blocks, whole]:
        check(block.trace)


@pytest.mark.parametrize("limit", range(1, 9))
def test_a_trace_that_ends_full_leaves_the_others_alone(limit: int) -> None:
    with Runtime(trace=True, clock="virtual") as runtime:

        def program() -> None:
            loop = _core.current_loop()
            assert loop is not None
            inner = loop.start_trace(trace_limit=limit)
            queue_microtask(int)
            loop.stop_trace(inner)
            set_timeout(int, 3)

        runtime.run(program)
        kinds = [event.kind for event in runtime.trace()]
    assert "schedule" in kinds
    assert kinds[-1] == "run-end"


def test_a_block_that_cannot_begin_follows_nothing():
    failed = loopscope.trace(trace_limit=2**80)

    def program():
        with pytest.raises(OverflowError), failed:
            pytest.fail("it began")

    run(program)
    run(str)  # which a block that follows would make fail, too
    assert failed.complete
