"""`process` and EventEmitter; orders are what Node 20 printed for the same program."""

from __future__ import annotations

import os
import sys

import pytest
from loopscope import Promise, console, process, record, run, set_immediate, set_timeout
from loopscope.emitter import EventEmitter
from loopscope.js import process as same_process


def test_order_and_arguments():
    emitter, calls = EventEmitter(), []
    emitter.on("x", lambda a: calls.append(("one", a)))
    emitter.on("x", lambda a, b, c: calls.append(("three", a, b, c)))
    emitter.prepend_listener("x", lambda *all_: calls.append(all_))
    assert emitter.emit("x", 1, 2) is True
    assert calls == [(1, 2), ("one", 1), ("three", 1, 2, None)]
    assert emitter.emit("y") is False


def test_once_runs_once_even_when_it_emits_itself():
    emitter, calls = EventEmitter(), []
    emitter.once("x", lambda: (calls.append("once"), emitter.emit("x")))
    emitter.emit("x")
    emitter.emit("x")
    assert calls == ["once"]
    assert emitter.event_names() == []


def test_once_runs_once_in_nested_emits():
    emitter, calls = EventEmitter(), []

    def nested():
        if not calls:
            calls.append("nested")
            emitter.emit("x")

    emitter.on("x", nested)
    emitter.once("x", lambda: calls.append("once"))
    emitter.emit("x")
    assert calls == ["nested", "once"]


def test_changes_during_emit_take_effect_the_next_time():
    emitter, calls = EventEmitter(), []

    def second():
        calls.append("second")

    def first():
        calls.append("first")
        emitter.off("x", second)
        emitter.on("x", lambda: calls.append("third"))

    emitter.on("x", first).on("x", second)
    emitter.emit("x")
    assert calls == ["first", "second"]
    emitter.off("x", first)
    emitter.emit("x")
    assert calls == ["first", "second", "third"]


def test_off_removes_the_last_of_the_same():
    emitter = EventEmitter()

    def f():
        """Listen."""

    def g():
        """Listen, too."""

    emitter.on("x", f).on("x", g).once("x", f)
    assert emitter.listeners("x") == [f, g, f]
    emitter.remove_listener("x", f)
    assert emitter.listeners("x") == [f, g]
    assert (emitter.listener_count("x"), emitter.listenerCount("x", f)) == (2, 1)


def test_bound_methods_can_be_removed():
    class Listening:
        def heard(self):
            """Listen."""

    listening, emitter = Listening(), EventEmitter()
    emitter.on("x", listening.heard)
    emitter.off("x", listening.heard)
    assert emitter.listener_count("x") == 0


def test_new_listener_and_remove_listener_events():
    emitter, calls = EventEmitter(), []

    def f():
        """Listen."""

    emitter.on("newListener", lambda event, listener: calls.append(("new", event, listener is f)))
    emitter.on("removeListener", lambda event: calls.append(("removed", event)))
    emitter.once("x", f)
    emitter.emit("x")
    emitter.on("y", f)
    emitter.remove_all_listeners()
    assert calls == [
        ("new", "removeListener", False),
        ("new", "x", True),
        ("removed", "x"),
        ("new", "y", True),
        ("removed", "newListener"),
        ("removed", "y"),
    ]


def test_an_error_event_that_nobody_hears_is_raised():
    emitter = EventEmitter()
    with pytest.raises(KeyError):
        emitter.emit("error", KeyError("k"))
    with pytest.raises(RuntimeError, match=r"Unhandled error\. \(5\)"):
        emitter.emit("error", 5)
    emitter.on("error", lambda error: None)
    assert emitter.emit("error", 5)


def test_wrong_arguments_are_named():
    emitter = EventEmitter()
    with pytest.raises(TypeError, match="on: argument 'listener' must be callable, not int"):
        emitter.on("x", 5)
    with pytest.raises(ValueError, match="'count' must be 0 or more, not -1"):
        emitter.set_max_listeners(-1)
    with pytest.raises(TypeError, match="'count' must be int"):
        emitter.set_max_listeners("3")


def test_leaks_are_warned_about():
    def program():
        for _ in range(12):
            process.on("custom", lambda: None)
        EventEmitter().set_max_listeners(1).on("x", print).on("x", print)

    lines = record(program).stderr.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(
        "(loopscope) MaxListenersExceededWarning: Possible EventEmitter memory leak detected. "
        "11 custom listeners added to [Process]. MaxListeners is 10."
    )


def test_listeners_belong_to_one_run():
    def listening():
        process.on("exit", lambda code: console.log("exit", code))

    assert record(listening).output == ["exit 0"]
    assert record(lambda: console.log(process.listener_count("exit"))).output == ["0"]


def test_outside_of_a_run_there_is_a_remedy():
    with pytest.raises(RuntimeError, match=r"no program is running on this thread.*run\(\)"):
        process.on("exit", print)
    with pytest.raises(RuntimeError, match=r"process\.exit: no program"):
        process.exit(1)


def test_before_exit_may_revive_the_program():
    def program():
        again = iter([True, False])

        def before(code):
            console.log("beforeExit", code)
            if next(again):
                set_timeout(lambda: console.log("revived"), 10)

        process.on("beforeExit", before)
        process.on("exit", lambda code: console.log("exit", code))

    assert record(program).output == ["beforeExit 0", "revived", "beforeExit 0", "exit 0"]


def test_exit_ends_everything_even_when_it_is_caught():
    def program():
        process.on("exit", lambda code: console.log("exit", code, process.exit_code))
        Promise.resolve().then(lambda: console.log("never"))
        set_timeout(lambda: console.log("never"))
        try:
            process.exit(3)
        except SystemExit:
            console.log("caught")

    recording = record(program)
    assert recording.output == ["exit 3 3", "caught"]
    assert (recording.exit_code, recording.error) == (3, None)
    with pytest.raises(SystemExit) as raised:
        run(lambda: process.exit(4))
    assert raised.value.code == 4


def test_exit_code_of_a_natural_end():
    def program():
        process.exitCode = 5
        process.on("exit", lambda code: console.log(code))

    recording = record(program)
    assert (recording.output, recording.exit_code) == (["5"], 5)

    def late():
        def change():
            process.exit_code = 9

        process.on("exit", change)

    assert record(late).exit_code == 9


def test_exit_code_must_be_an_int():
    def program():
        process.exit_code = "3"

    error = record(program).error
    assert isinstance(error, TypeError)
    assert str(error) == "process: the exit code must be an int or None, not str ('3')"
    assert isinstance(record(lambda: process.exit(1.5)).error, TypeError)


def test_uncaught_exception_and_its_monitor():
    def program():
        def monitor(error, origin):
            console.log("monitor", str(error), origin)

        def handler(error, origin):
            console.log("handled", str(error), origin)

        process.on("uncaughtExceptionMonitor", monitor)
        process.on("uncaughtException", handler)
        set_immediate(lambda: Promise.reject(ValueError("rejected")))
        raise ValueError("thrown")

    recording = record(program)
    assert recording.output == [
        "monitor thrown uncaughtException",
        "handled thrown uncaughtException",
        "monitor rejected unhandledRejection",
        "handled rejected unhandledRejection",
    ]
    assert (recording.error, recording.exit_code) == (None, 0)


def test_rejection_handled_late():
    def program():
        def unhandled(reason, promise):
            console.log("unhandled", reason)

            def later():
                promise.catch(lambda: console.log("late catch"))
                process.next_tick(lambda: console.log("tick"))
                Promise.resolve().then(lambda: console.log("micro"))

            set_immediate(later)

        process.on("unhandledRejection", unhandled)
        process.on("rejectionHandled", lambda: console.log("rejectionHandled"))
        Promise.reject("X")
        set_timeout(lambda: console.log("end"), 20)

    assert record(program).output == [
        "unhandled X", "tick", "late catch", "micro", "rejectionHandled", "end",
    ]  # fmt: skip


def test_a_rejection_handled_late_is_warned_about_when_nobody_listens():
    def program():
        process.on("unhandledRejection", lambda r, p: set_timeout(lambda: p.catch(lambda: None)))
        Promise.reject("X")

    assert record(program).stderr == (
        "(loopscope) PromiseRejectionHandledWarning: Promise rejection was handled asynchronously\n"
    )


def test_warnings_are_printed_and_emitted_in_a_tick():
    def program():
        def heard(warning):
            console.log("W", warning.name, warning.message, str(warning))

        process.on("warning", heard)
        process.emit_warning("boo", "Custom", "C1", "more")
        process.emitWarning(ValueError("an error"))
        Promise.resolve().then(lambda: console.log("micro"))
        process.next_tick(lambda: console.log("tick"))

    recording = record(lambda: program())
    assert recording.stderr.splitlines()[:3] == [
        "(loopscope) [C1] Custom: boo",
        "more",
        "(loopscope) ValueError: an error",
    ]
    assert recording.stdout.splitlines()[:1] == ["W Custom boo boo"]


def test_a_timer_that_is_too_long_is_warned_about():
    def program():
        timer = set_timeout(lambda: console.log("ran after 1 ms"), 2**31)
        process.on("warning", lambda warning: console.log(warning.name))
        timer.ref()

    recording = record(program)
    assert recording.output == [
        "(loopscope) TimeoutOverflowWarning: 2147483648 does not fit into a 32-bit signed integer.",
        "Timeout duration was set to 1.",
        "TimeoutOverflowWarning",
        "ran after 1 ms",
    ]


def test_a_warning_must_be_text_or_an_exception():
    error = record(lambda: process.emit_warning(5)).error
    assert isinstance(error, TypeError)
    assert "argument 'warning' must be str or an exception, not int" in str(error)


def test_facts():
    def program():
        process.stdout.write("no ")
        process.stdout.write("line end\n")
        process.stderr.write("err\n")
        console.log(process.argv[2:], process.pid == os.getpid(), process.platform == sys.platform)
        console.log(process.env is os.environ, process.version[0])
        set_timeout(lambda: console.log(process.uptime()), 1500)

    recording = record(program, argv=["a", "b"])
    assert recording.stderr == "err\n"
    assert recording.stdout.splitlines() == [
        "no line end", "[ 'a', 'b' ] true true", "true v", "1.5",
    ]  # fmt: skip
    assert same_process is process
    assert process.argv[0] == sys.executable


def test_stdout_takes_text_only():
    with pytest.raises(TypeError, match=r"process\.stdout\.write: argument 'text' must be str"):
        process.stdout.write(b"bytes")
