"""run(), record() and Runtime."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
import weakref

import loopscope
import pytest
from loopscope import (
    Promise,
    Recording,
    Runtime,
    Thrown,
    _core,
    async_function,
    block,
    console,
    performance,
    process,
    queue_microtask,
    record,
    run,
    set_immediate,
    set_interval,
    set_timeout,
)


def test_run_gives_what_the_callable_returns():
    assert run(lambda: 5) == 5
    assert run(lambda: Promise.resolve(6)) == 6
    assert run(lambda: Promise(lambda resolve: set_timeout(resolve, 1, 7))) == 7

    async def bare():
        await Promise.resolve()
        return 8

    assert run(bare) == 8
    assert run(async_function(bare)) == 8
    assert run("5") is None


def test_run_raises_what_was_uncaught():
    def thrower():
        raise KeyError("now")

    with pytest.raises(KeyError):
        run(thrower)
    with pytest.raises(KeyError):
        run(lambda: set_timeout(thrower))
    with pytest.raises(KeyError):
        run(lambda: Promise.reject(KeyError("rejected")))


def test_a_returned_promise_decides_even_if_its_rejection_was_handled():
    def program():
        promise = Promise.reject(5)
        promise.catch(lambda: None)
        return promise

    with pytest.raises(Thrown) as raised:
        run(program)
    assert raised.value.value == 5


def test_a_returned_promise_that_never_settles_is_told():
    with pytest.raises(RuntimeError, match="was never settled"):
        run(lambda: Promise(lambda: None))


def test_nested_runs_are_refused_with_a_remedy():
    for inner in (lambda: run(print), lambda: record(print), lambda: Runtime().run(print)):
        error = record(inner).error
        assert isinstance(error, RuntimeError)
        assert "a program is running on this thread already" in str(error)
        assert "set_timeout()" in str(error)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: run("folder/file.py"), ValueError, "pass pathlib.Path\\('folder/file.py'\\)"),
        (lambda: run(5), TypeError, "program must be a callable, a pathlib.Path"),
        (lambda: run(print, clock="fast"), ValueError, "'clock' must be"),
        (lambda: run(print, host="deno"), ValueError, "'host' must be"),
        (lambda: run(print, argv="ab"), TypeError, "argv must be a sequence of str"),
        (lambda: record(print, trace_limit=0), ValueError, "trace_limit"),
    ],
)
def test_wrong_arguments_are_named(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_the_real_clock_waits_and_the_virtual_one_does_not():
    def program():
        began = performance.now()
        set_timeout(lambda: elapsed.append(performance.now() - began), 30)

    elapsed = []
    began = time.monotonic()
    run(program)
    assert time.monotonic() - began >= 0.029
    assert elapsed[0] >= 29
    began = time.monotonic()
    record(lambda: set_timeout(lambda: None, 36_000_000))
    assert time.monotonic() - began < 60


def test_output_is_lines_of_both_streams_in_order():
    def program():
        console.log("one\ntwo")
        console.error("three")
        process.stdout.write("four ")
        print("five", "six")
        process.stdout.write("seven")

    recording = record(program)
    assert recording.output == ["one", "two", "three", "four five six", "seven"]
    assert recording.stdout == "one\ntwo\nfour five six\nseven"
    assert recording.stderr == "three\n"


def test_print_and_console_keep_their_order():
    def program():
        print("a", end="")
        console.log("b")
        print("c", file=sys.stderr)
        print("d", end="")

    recording = record(program)
    assert recording.output == ["ab", "c", "d"]
    assert recording.stderr == "c\n"


def test_print_of_other_threads_is_not_captured(capsys):
    def program():
        thread = threading.Thread(target=print, args=("from a thread",))
        thread.start()
        thread.join()

    assert record(program).output == []
    assert capsys.readouterr().out == "from a thread\n"


def test_echo_prints_too(capsys):
    recording = record(lambda: (console.log("out"), console.error("err"), print("p")), echo=True)
    assert recording.output == ["out", "err", "p"]
    assert capsys.readouterr() == ("out\np\n", "err\n")
    record(lambda: console.log("silent"))
    assert capsys.readouterr() == ("", "")


def test_run_prints_where_python_prints(capsys):
    run(lambda: (console.log("out"), console.error("err")))
    assert capsys.readouterr() == ("out\n", "err\n")


def test_a_recording_says_how_it_ended():
    def failing():
        console.log("before")
        raise ValueError("boom")

    recording = record(failing)
    assert isinstance(recording, Recording)
    assert recording.output == ["before"]
    assert (type(recording.error), recording.exit_code) == (ValueError, 1)
    assert (recording.clock, recording.host) == ("virtual", "node")
    assert (recording.source, recording.path, recording.result) == (None, None, None)
    assert record(lambda: 5).result == 5
    assert record(lambda: Promise.resolve(6)).result == 6
    assert record("x = 1").source == "x = 1"
    with pytest.raises(AttributeError):
        recording.error = None


def test_sys_exit_is_an_exit_code():
    assert record("raise SystemExit").exit_code == 0
    assert record("raise SystemExit(3)").exit_code == 3
    recording = record("raise SystemExit('text')")
    assert (recording.exit_code, recording.error) == (1, None)


def test_keyboard_interrupt_is_no_part_of_the_program():
    def program():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        record(program)


def test_the_trace_has_the_printed_lines_where_they_were_printed():
    recording = record("from loopscope.js import *\nsetTimeout(lambda: console.log('x'), 20)\n")
    (event,) = [event for event in recording.trace if event.kind == "output"]
    assert (event.text, event.time, event.line) == ("x\n", 20, 2)
    assert [event.seq for event in recording.trace] == list(range(len(recording.trace)))
    assert not recording.trace.truncated


def test_a_trace_has_a_limit():
    def program():
        left = 1000

        def again():
            nonlocal left
            left -= 1
            if left:
                queue_microtask(again)
            else:
                console.log("end")

        again()

    recording = record(program, trace_limit=50)
    assert recording.trace.truncated
    assert len(recording.trace) == 50
    assert recording.output == ["end"]


def test_block_moves_the_virtual_clock():
    def program():
        set_timeout(lambda: console.log("late", performance.now()), 10)
        block(1000)
        console.log("blocked", performance.now())

    assert record(program).output == ["blocked 1000", "late 1000"]


def test_posting_from_another_thread_wakes_a_sleeping_run():
    with Runtime() as runtime:
        threads = []

        def program():
            interval = set_interval(lambda: None, 60_000)

            def stop(value):
                loopscope.clear_interval(interval)
                seen.append((value, threading.current_thread() is threading.main_thread()))

            seen = []
            thread = threading.Thread(target=runtime.post, args=(stop, "posted"))
            threads.append(thread)
            set_immediate(thread.start)
            return Promise(lambda resolve: set_immediate(lambda: resolve(seen)))

        began = time.monotonic()
        assert runtime.run(program) == [("posted", True)]
        assert time.monotonic() - began < 30
        threads[0].join()


def test_what_is_posted_before_waits_for_drain():
    calls = []
    with Runtime(clock="virtual") as runtime:
        runtime.post(calls.append, 1)
        runtime.post(lambda: set_timeout(calls.append, 1000, 2))
        assert calls == []
        runtime.drain()
        assert calls == [1, 2]
        assert runtime.run(lambda: 3) == 3
    with pytest.raises(RuntimeError, match="closed"):
        runtime.post(print)
    with pytest.raises(RuntimeError, match="closed"):
        runtime.run(print)
    runtime.close()


def test_other_threads_are_refused():
    errors = []

    def elsewhere():
        try:
            runtime.run(print)
        except RuntimeError as error:
            errors.append(str(error))

    with Runtime() as runtime:
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert "thread" in errors[0]


def test_runs_in_two_threads_do_not_meet():
    outputs = {}

    def program(name):
        process.on("exit", lambda: console.log("exit", name))
        for delay in (20, 10):
            set_timeout(console.log, delay, name, delay)

    def in_thread(name):
        with Runtime(clock="virtual", write=outputs.setdefault(name, []).append) as runtime:
            del runtime  # closed by the with statement
        lines = []
        with Runtime(clock="virtual", write=lambda stream, text: lines.append(text)) as runtime:
            runtime.run(lambda: program(name))
        outputs[name] = lines

    threads = [threading.Thread(target=in_thread, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outputs == {name: [f"{name} 10\n", f"{name} 20\n", f"exit {name}\n"] for name in "ab"}


def test_what_three_threads_print_at_once_does_not_mix(capsys):
    meet, before, printed = threading.Barrier(3, timeout=30), (sys.stdout, sys.stderr), {}

    def program(name):
        meet.wait()
        console.group(name)
        console.count()
        print(name, end=" ")
        meet.wait()
        print("printed")
        console.log("logged")
        meet.wait()
        console.group_end()
        console.count()

    def recorded(name):
        meet.wait()
        printed[name] = record(lambda: program(name)).output
        meet.wait()

    def plain():
        meet.wait()
        run(lambda: program("plain"))
        meet.wait()

    threads = [threading.Thread(target=recorded, args=(name,)) for name in "ab"]
    threads.append(threading.Thread(target=plain))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rest = ["  default: 1", "{} printed", "  logged", "default: 2"]
    expected = {name: [name, *(line.format(name) for line in rest)] for name in ("a", "b", "plain")}
    plain_lines = capsys.readouterr().out.splitlines()
    assert {**printed, "plain": plain_lines} == expected
    assert (sys.stdout, sys.stderr) == before


@pytest.mark.parametrize("clock", ["virtual", "real"])
@pytest.mark.parametrize("how", ["error", "exit", "tick"])
def test_timers_that_a_run_has_left_are_for_the_next(clock, how):
    def program():
        def first():
            if how == "exit":
                process.exit(4)
            if how == "tick":
                process.next_tick(lambda: 1 / 0)
                return
            raise ZeroDivisionError

        set_timeout(first, 1)
        set_timeout(lambda: lines.append("second"), 3)

    lines = []
    with Runtime(clock=clock) as runtime:
        with pytest.raises((ZeroDivisionError, SystemExit)):
            runtime.run(program)
        assert (lines, type(runtime.error)) == (
            [],
            SystemExit if how == "exit" else ZeroDivisionError,
        )
        assert runtime.exit_code == (4 if how == "exit" else 1)
        runtime.run(lambda: lines.append("next run"))
        assert lines == ["next run", "second"]
        assert (runtime.error, runtime.exit_code) == (None, 0)


def test_a_runtime_that_traces():
    with Runtime(clock="virtual", trace=True) as runtime:
        runtime.run(lambda: set_timeout(lambda: None, 5))
        assert {"schedule", "task-start"} <= {event.kind for event in runtime.trace()}
        assert (runtime.exit_code, runtime.error, runtime.running) == (0, None, False)


def test_a_run_keeps_nothing_alive():
    class Thing:
        pass

    def program():
        thing = Thing()
        things.append(weakref.ref(thing))
        process.on("exit", lambda: thing)
        Promise(lambda: None).then(lambda: thing)

    things = []
    recording = record(program)
    gc.collect()
    assert things[0]() is None
    assert len(recording.trace) > 0


def test_the_public_names():
    assert set(loopscope.__all__) <= set(dir(loopscope))
    for name in loopscope.__all__:
        getattr(loopscope, name)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = loopscope.nothing
    from loopscope import js

    for name in js.__all__:
        getattr(js, name)
    assert js.setTimeout is loopscope.set_timeout
    assert js.undefined is None


def test_the_version_is_that_of_the_distribution():
    from importlib.metadata import version

    assert loopscope.__version__ == version("loopscope")


def test_a_late_import_finds_the_objects_and_not_the_modules():
    code = (
        "import loopscope.process, loopscope.runtime, loopscope.null, loopscope.console\n"
        "import loopscope\n"
        "print(type(loopscope.process).__name__, type(loopscope.null).__name__, "
        "type(loopscope.console).__name__, callable(loopscope.record))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["Process", "Null", "Console", "True"]


def test_live_counts_fall_back_to_where_they_were():
    before = _core.live_counts()
    run(lambda: [set_timeout(lambda: None) for _ in range(10)])
    gc.collect()
    assert _core.live_counts() == before
