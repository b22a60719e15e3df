"""The run as a whole: phases, errors, signals, posting, contextvars, tear-down."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import textwrap
import threading

import pytest
from loopscope import (
    Promise,
    async_function,
    console,
    record,
    run,
    set_immediate,
    set_interval,
    set_timeout,
)
from loopscope._core import Loop, current_loop, live_counts

# ---- errors -------------------------------------------------------------------------------------


def test_wrong_arguments_of_loop():
    for arguments in [{"clock": "fast"}, {"host": "deno"}, {"trace_limit": 0}]:
        with pytest.raises(ValueError, match=next(iter(arguments))):
            Loop(**arguments)
    for name in ("emit", "write"):
        with pytest.raises(TypeError, match=name):
            Loop(**{name: 5})
    with pytest.raises(TypeError):
        Loop("real")
    with pytest.raises(TypeError, match="main"):
        Loop().run(5)


def test_an_ended_loop_lets_go_of_everything():
    before = live_counts()

    def program():
        set_interval(print, 5).unref()
        set_immediate(print).unref()

        @async_function
        async def waits():
            await Promise(lambda: None)

        waits()

    for _ in range(5):
        run(program)
    assert live_counts() == before


def test_a_loop_that_is_dropped_closes():
    loop = Loop(clock="virtual")
    loop.run(lambda: set_interval(print, 5).unref())
    assert not loop.closed
    assert loop.error is None
    del loop
    gc.collect()  # the timer and its loop name each other
    assert live_counts()["loops"] == 0


def test_close_is_idempotent_and_refused_while_running():
    loop = Loop()

    def program():
        with pytest.raises(RuntimeError, match="running"):
            loop.close()
        with pytest.raises(RuntimeError, match="already running"):
            loop.run(print)
        with pytest.raises(RuntimeError, match="already running"):
            Loop().run(print)
        assert current_loop() is loop

    loop.run(program)
    assert current_loop() is None
    loop.close()
    loop.close()
    with pytest.raises(RuntimeError, match="ended"):
        loop.run(program)
    with pytest.raises(RuntimeError, match="closed"):
        loop.post(print)


def test_another_thread_is_refused():
    errors = []

    def elsewhere(call):
        def body():
            try:
                call()
            except RuntimeError as error:
                errors.append(str(error))

        thread = threading.Thread(target=body)
        thread.start()
        thread.join()

    loop = Loop()
    elsewhere(lambda: loop.run(print))
    elsewhere(loop.close)

    def program():
        timer = set_timeout(print, 1).unref()
        elsewhere(timer.refresh)
        elsewhere(lambda: set_timeout(print))
        elsewhere(Promise.resolve().then)

    loop.run(program)
    loop.close()
    assert len(errors) == 5
    assert all("thread" in error for error in errors)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_is_refused():
    loop = Loop()
    child = os.fork()
    if child == 0:
        refused = 0
        for call in (lambda: loop.run(print), lambda: loop.post(print)):
            try:
                call()
            except RuntimeError as error:
                refused += "fork" in str(error)
        loop.close()
        os._exit(refused)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
    assert loop.run(lambda: 5) == 5
    loop.close()


# ---- hard conditions ----------------------------------------------------------------------------


def test_a_promise_chain_of_a_million_links():
    def program():
        promise = Promise.resolve(0)
        for _ in range(1_000_000):
            promise = promise.then(lambda n: n + 1)
        return promise

    assert run(program) == 1_000_000


def test_a_pending_chain_of_a_million_links_is_dropped():
    def program():
        promise = Promise(lambda: None)
        for _ in range(1_000_000):
            promise = promise.then(print)

    run(program)


def test_deep_recursion_raises_recursion_error():
    @async_function
    async def deeper():
        return deeper()

    def program():
        return deeper()

    with pytest.raises(RecursionError):
        run(program)


def test_no_warning_and_no_finally_at_interpreter_exit():
    source = """
        import loopscope
        from loopscope import *

        @async_function
        async def waits(inner=True):
            try:
                await (helper() if inner else Promise(lambda: None))
            finally:
                print("never")

        async def helper():
            try:
                await Promise(lambda: None)
            finally:
                print("never")

        run(lambda: [waits(), waits(False)])
        kept = Runtime()
        kept.run(lambda: [waits(), waits(False)])
    """
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", textwrap.dedent(source)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_inside_of_an_asyncio_loop_run_still_works():
    async def main():
        return run(lambda: Promise.resolve(5))

    assert asyncio.run(main()) == 5


def test_output_of_a_recording_is_in_its_trace():
    recording = record(lambda: console.log("a", 1))
    assert recording.output == ["a 1"]
    assert [event.text for event in recording.trace if event.kind == "output"] == ["a 1\n"]


def test_the_trace_stops_at_its_limit_and_says_so():
    recording = record(lambda: [console.log(i) for i in range(100)], trace_limit=50)
    assert len(recording.trace) == 50
    assert recording.trace.truncated
    assert len(recording.output) == 100
    assert "truncated" in repr(recording.trace)
    with pytest.raises(IndexError):
        recording.trace[50]
    assert recording.trace[-1] == recording.trace[49] == recording.trace[40:][-1]
