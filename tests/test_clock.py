"""The clock of a run: real, or virtual."""

from __future__ import annotations

import time

import pytest
from loopscope import block, performance, run, set_immediate, set_timeout


def test_block():
    def program():
        for wrong in (-1, float("nan"), float("inf"), 1e300):
            with pytest.raises(ValueError, match="ms"):
                block(wrong)
        with pytest.raises(TypeError, match="ms"):
            block("soon")
        before = performance.now()
        block(2.5)
        return performance.now() - before

    assert run(program, clock="virtual") == 2.5
    assert run(program, clock="real") >= 2.5


def test_virtual_time_moves_for_timers_and_block_only():
    times = []

    def program():
        time.sleep(0.002)
        times.append(performance.now())
        set_timeout(lambda: [times.append(performance.now()), block(5)], 10)
        set_timeout(lambda: times.append(performance.now()), 12)
        set_immediate(lambda: times.append(performance.now()))

    run(program, clock="virtual")
    assert times == [0, 0, 10, 15]


def test_a_clock_starts_at_zero_and_never_goes_back():
    times = []

    def program():
        for _ in range(1000):
            times.append(performance.now())

    run(program, clock="real")
    assert times[0] >= 0
    assert times == sorted(times)


def test_a_timer_never_comes_early():
    def program():
        start = performance.now()
        set_timeout(lambda: late.append(performance.now() - start), 20)

    late = []
    run(program, clock="real")
    assert late[0] > 19  # whole milliseconds are compared, as in libuv
