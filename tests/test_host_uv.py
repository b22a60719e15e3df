"""What wakes a sleeping loop: posts of other threads, and signals."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import sysconfig
import textwrap
import threading
import time

import pytest
from loopscope import Promise, queue_microtask, run, set_interval, set_timeout
from loopscope._core import Loop


def test_post_wakes_a_sleeping_loop():
    loop = Loop()
    said = []

    def program():
        end = set_timeout(print, 60_000)

        def arrive(text, extra=None):
            said.append((text, extra, threading.current_thread() is threading.main_thread()))
            queue_microtask(lambda: said.append("microtask"))
            end.close()

        thread = threading.Timer(0.02, loop.post, (arrive, "posted"))
        thread.start()
        return thread

    started = time.monotonic()
    loop.run(program).join()
    loop.close()
    assert said == [("posted", None, True), "microtask"]
    assert time.monotonic() - started < 30


def test_posts_of_many_threads_arrive_once_each():
    loop = Loop()
    got = []

    def program():
        keep = set_interval(lambda: len(got) == 800 and keep.close(), 1)
        threads = [
            threading.Thread(target=lambda n=n: [loop.post(got.append, (n, i)) for i in range(100)])
            for n in range(8)
        ]
        for thread in threads:
            thread.start()
        return threads

    for thread in loop.run(program):
        thread.join()
    loop.close()
    assert sorted(got) == [(n, i) for n in range(8) for i in range(100)]
    for n in range(8):
        assert [i for m, i in got if m == n] == list(range(100))


def test_two_runtimes_in_two_threads():
    results = {}

    def body(name):
        def program():
            set_timeout(lambda: results.setdefault(name, []).append(1), 1)
            Promise.resolve().then(lambda: results.setdefault(name, []).append(0))

        for _ in range(50):
            run(program)

    threads = [threading.Thread(target=body, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {"a": [0, 1] * 50, "b": [0, 1] * 50}


# Whenever libuv has read the clock, 20 ms go by.
BUSY_MACHINE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *now)
{
    Dl_info caller;
    int status = (int)syscall(SYS_clock_gettime, id, now);
    if (dladdr(__builtin_return_address(0), &caller) && strstr(caller.dli_fname, "libuv")) {
        usleep(20000);
    }
    return status;
}
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs LD_PRELOAD")
@pytest.mark.skipif("asan" in os.environ.get("LD_PRELOAD", ""), reason="it reads the clock itself")
def test_a_timer_that_is_due_before_libuv_polls_ends_the_wait(tmp_path):
    """libuv before 1.45 calls it before it polls then: the run must not sleep for ever."""
    source, busy = tmp_path / "busy.c", tmp_path / "busy.so"
    source.write_text(BUSY_MACHINE)
    compiler = shlex.split(sysconfig.get_config_var("CC"))
    subprocess.run([*compiler, "-shared", "-fPIC", "-o", busy, source, "-ldl"], check=True)
    preloaded = [name for name in (os.environ.get("LD_PRELOAD"), str(busy)) if name]
    program = "from loopscope import run, set_timeout; run(lambda: set_timeout(print, 10, 'rang'))"
    said = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "LD_PRELOAD": ":".join(preloaded)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert said.stdout == "rang\n", said.stderr


# ---- Ctrl-C ----

INTERRUPTED = {
    "asleep": "set_timeout(print, 60_000)",
    "bytecode": "set_timeout(spin)",
    "microtasks": "again(queue_microtask)",
    "ticks": "again(process.next_tick)",
    "awaits": "awaits()",
    "immediates": "again(set_immediate)",
    "block": "block(60_000)",
}


@pytest.mark.parametrize("how", INTERRUPTED)
def test_ctrl_c_ends_the_run(how):
    source = f"""
        import signal, sys, time
        from loopscope import *

        def spin():
            while True:
                pass

        def again(schedule):
            def step():
                schedule(step)
            step()

        @async_function
        async def awaits():
            while True:
                await Promise.resolve()

        def program():
            print("ready", flush=True)
            {INTERRUPTED[how]}

        old = signal.set_wakeup_fd(-1)
        try:
            run(program)
        except KeyboardInterrupt:
            print("interrupted", time.clock_gettime(time.CLOCK_MONOTONIC))
        assert signal.set_wakeup_fd(-1) == old
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(source)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout.readline() == "ready\n"
        time.sleep(0.15)
        sent = time.clock_gettime(time.CLOCK_MONOTONIC)
        child.send_signal(signal.SIGINT)
        output, _ = child.communicate(timeout=30)
    word, at = output.split()
    assert word == "interrupted"
    assert float(at) - sent < 0.1 + 0.9 * ("CI" in os.environ)  # a shared CI machine may stall
