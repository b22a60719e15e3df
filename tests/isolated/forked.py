"""fork() within a run: the child is refused clearly, and the parent goes on."""

from __future__ import annotations

import os
import signal

from loopscope import Promise, Runtime, process, queue_microtask, run, set_interval, set_timeout

happened: list[object] = []


def wait_for(child):
    happened.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def is_refused(words, call, *arguments):
    try:
        call(*arguments)
    except RuntimeError as error:
        return words in str(error)
    return False


def program():
    process.on("exit", lambda: happened.append("exit"))
    timer = set_interval(
        lambda: happened.append("tick") or (len(happened) > 5 and timer.close()), 2
    )
    queue_microtask(lambda: happened.append("microtask"))
    child = os.fork()
    if child == 0:
        happened.append(is_refused("child of fork()", set_timeout, print, 1))
        happened.append(is_refused("child of fork()", queue_microtask, print))
        happened.append(is_refused("child of fork()", Promise.resolve))
        happened.append(run(lambda: Promise.resolve("its own program")))
        return  # into the loop, which must not go on here
    wait_for(child)


def program_with_signal():
    if os.fork() == 0:
        return
    os.wait()
    set_timeout(print, 60_000)
    set_timeout(lambda: os.kill(os.getpid(), signal.SIGINT), 5)


def check_running():
    parent = os.getpid()
    try:
        run(program)
    except RuntimeError as error:
        # Neither the microtask nor the timer nor the exit event has happened in the child.
        right = happened == [True, True, True, "its own program"] and "child of fork()" in str(
            error
        )
        os._exit(0 if right and os.getpid() != parent else 1)
    assert os.getpid() == parent
    assert happened[:2] == [0, "microtask"], happened
    assert "tick" in happened, happened
    assert happened[-1] == "exit", happened


def check_signal():
    """What the parent watches for signals is its own still, after the child has ended."""
    try:
        run(program_with_signal)
    except RuntimeError:
        os._exit(0)
    except KeyboardInterrupt:
        return
    raise AssertionError("not interrupted")


def check_idle():
    """A runtime that does not run at the fork: the child may only drop it."""
    runtime = Runtime()
    child = os.fork()
    if child == 0:
        right = is_refused("before fork()", runtime.run, print)
        right = is_refused("before fork()", runtime.post, print) and right
        runtime.close()
        os._exit(0 if right else 1)
    wait_for(child)
    assert happened[-1] == 0
    assert runtime.run(lambda: 7) == 7
    runtime.close()


if __name__ == "__main__":
    check_running()
    check_signal()
    check_idle()
    print("done")
