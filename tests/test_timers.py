"""Timers and immediates: Node's lists, clear, refresh, ref, unref. (Orders: tests/programs.)"""

from __future__ import annotations

import contextlib
import contextvars
import gc
import math
import tracemalloc
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from loopscope import (
    block,
    clear_immediate,
    clear_interval,
    clear_timeout,
    null,
    performance,
    process,
    queue_microtask,
    run,
    set_immediate,
    set_interval,
    set_timeout,
)
from loopscope._core import Loop, live_counts


def order(program):
    """What `program(say)` says, on the virtual clock, in order."""
    said: list[object] = []
    run(lambda: program(said.append), clock="virtual")
    return said


def test_ten_hours_end_at_once():
    def program(say):
        set_timeout(lambda: say(performance.now()), 36_000_000)
        set_timeout(say, 1000, "second")

    assert order(program) == ["second", 36_000_000.0]


@pytest.mark.parametrize("delay", [0, 1, -5, 0.5, math.nan, None, null, "", "no number", False])
def test_what_is_less_than_one_millisecond_is_one(delay):
    assert order(lambda say: set_timeout(lambda: say(performance.now()), delay)) == [1.0]


@pytest.mark.parametrize(("delay", "expected"), [(1.9, 1.0), ("15", 15.0), (2**31 - 1, 2**31 - 1)])
def test_delays_are_truncated(delay, expected):
    assert order(lambda say: set_timeout(lambda: say(performance.now()), delay)) == [expected]


@pytest.mark.parametrize("delay", [2**31, math.inf, 10**400])
def test_too_long_a_delay_is_one_with_a_warning(delay):
    def program(say):
        process.on("warning", lambda warning: say(warning.name))
        set_timeout(lambda: say(performance.now()), delay)

    assert order(program) == ["TimeoutOverflowWarning", 1.0]


@pytest.mark.parametrize("schedule", [set_timeout, set_interval])
def test_wrong_arguments_are_named(schedule):
    def program(say):
        for arguments in [(), (5,), (print, [])]:
            with pytest.raises(TypeError, match=r"callback|delay") as caught:
                schedule(*arguments)
            say(str(caught.value))
        with pytest.raises(TypeError, match="delay"):
            schedule(print, timeout=5)

    assert len(order(program)) == 3


def test_delay_may_be_named():
    assert order(lambda say: set_timeout(lambda: say(performance.now()), delay=7)) == [7.0]


def test_a_delay_whose_float_raises():
    class Bad:
        def __float__(self):
            raise LookupError("bad")

    def program(say):
        with pytest.raises(LookupError):
            set_timeout(print, Bad())

    order(program)


def test_arguments_follow_the_calling_convention():
    def program(say):
        set_timeout(lambda a, b: say((a, b)), 1, 1, 2, 3)
        set_timeout(lambda a, b: say((a, b)), 2, 1)
        set_timeout(lambda *all_: say(all_), 3, 1, 2, 3)
        set_timeout(lambda a, b=5: say((a, b)), 4, 1)
        set_immediate(lambda a: say(a), "immediate", "dropped")

    assert order(program) == ["immediate", (1, 2), (1, None), (1, 2, 3), (1, 5)]


def test_clear_by_object_number_and_text():
    def program(say):
        timers = [set_timeout(say, 1, "never") for _ in range(4)]
        clear_timeout(timers[0])
        clear_interval(int(timers[1]))
        clear_timeout(str(timers[2]))
        timers[3].close()
        for nothing in (None, 0, -1, "x", 10**30, [], object(), 1.5, math.nan):
            clear_timeout(nothing)
            clear_immediate(nothing)
        clear_timeout()
        set_timeout(say, 2, "end")

    assert order(program) == ["end"]


def test_clear_within_the_list_that_runs():
    def program(say):
        later = []
        set_timeout(lambda: [say("first"), *map(clear_timeout, later)], 5)
        later.extend(set_timeout(say, 5, "never") for _ in range(3))
        set_timeout(say, 5, "last")

    assert order(program) == ["first", "last"]


def test_a_callback_may_clear_all_and_start_its_list_again():
    def program(say):
        def first():
            for timer in others:
                clear_timeout(timer)
            set_timeout(say, 5, performance.now())

        set_timeout(first, 5)
        others = [set_timeout(say, 5, "never") for _ in range(3)]

    assert order(program) == [5.0]


def test_interval_is_armed_again_from_before_its_callback():
    def program(say):
        def tick():
            say(performance.now())
            block(3)
            if performance.now() > 25:
                clear_interval(timer)

        timer = set_interval(tick, 10)

    assert order(program) == [10.0, 20.0, 30.0]


def test_refresh_moves_and_revives():
    def program(say):
        a = set_timeout(lambda: say("a"), 5)
        set_timeout(lambda: [say("b"), a.refresh()], 5)
        assert a.refresh() is a
        cleared = set_timeout(say, 5, "never")
        clear_timeout(cleared)
        cleared.refresh()

    assert order(program) == ["b", "a"]


def test_refresh_of_one_that_has_run():
    def program(say):
        runs = []

        def again():
            runs.append(performance.now())
            say(runs[-1])
            if len(runs) == 1:
                set_timeout(timer.refresh, 10)

        timer = set_timeout(again, 5)

    assert order(program) == [5.0, 20.0]


def test_unref_lets_the_run_end():
    def program(say):
        timer = set_timeout(say, 50, "never")
        assert timer.has_ref()
        assert timer.hasRef()
        assert timer.unref() is timer
        assert not timer.has_ref()
        set_immediate(say, "never").unref()
        assert set_timeout(say, 1, "end").ref().has_ref()
        again = set_timeout(say, 2, "ref again")
        again.unref().ref()

    assert order(program) == ["never", "end", "ref again"]  # the immediate comes while others wait


def test_unref_alone():
    assert (
        order(lambda say: [set_timeout(say, 5, "never").unref(), set_immediate(say, 1).unref()])
        == []
    )


def test_microtasks_run_between_two_timers():
    def program(say):
        for name in "ab":
            set_timeout(
                lambda name=name: [say(name), queue_microtask(lambda: say("after " + name))]
            )

    assert order(program) == ["a", "after a", "b", "after b"]


def test_immediates_of_immediates_wait_a_turn():
    def program(say):
        def first():
            say("1")
            set_immediate(say, "3")
            clear_immediate(never)

        set_immediate(first)
        never = set_immediate(say, "never")
        set_immediate(say, "2")

    assert order(program) == ["1", "2", "3"]


def test_many_durations():
    def program(say):
        for delay in range(2000, 0, -1):
            set_timeout(say, delay, delay)

    assert order(program) == list(range(1, 2001))


def test_many_durations_cleared_at_random():
    def program(say):
        timers = {delay: set_timeout(say, delay, delay) for delay in range(1, 3000)}
        for delay, timer in timers.items():
            if delay % 7:
                clear_timeout(timer)

    assert order(program) == [delay for delay in range(1, 3000) if delay % 7 == 0]


def test_objects_of_an_ended_run():
    kept = []
    run(lambda: kept.extend([set_timeout(print, 5).unref(), set_immediate(print)]), clock="virtual")
    timer, immediate = kept
    assert repr(timer).startswith("<Timeout")
    assert repr(immediate).startswith("<Immediate")
    int(timer)
    for method in (timer.ref, timer.unref, timer.refresh, timer.close, immediate.ref):
        with pytest.raises(RuntimeError, match="has ended"):
            method()
    with pytest.raises(TypeError):
        type(timer)()


def test_outside_of_a_run():
    for schedule in (set_timeout, set_interval, set_immediate):
        with pytest.raises(RuntimeError, match=r"loopscope\.run"):
            schedule(print)


def test_a_pending_timer_is_small():
    def callback():
        pass

    def program():
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        timers = [set_timeout(callback, 1 + i % 1000) for i in range(20_000)]
        used = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        for timer in timers:
            clear_timeout(timer)
        return used / len(timers) - 8  # the list's own pointer

    # In a context without variables: each captured copy of another one takes memory of its own.
    used = contextvars.Context().run(run, program, clock="virtual")
    assert used <= 96 + 8  # a timer, and its share of the lists


def test_cycles_through_timers_are_collected():
    class Node:
        pass

    def program():
        node = Node()
        node.timer = set_timeout(lambda: node, 1000)
        node.timer.unref()
        node.done = set_timeout(lambda: node, 1)
        return

    for _ in range(3):
        run(program, clock="virtual")
    gc.collect()
    assert not [o for o in gc.get_objects() if isinstance(o, Node)]


def test_a_loop_visits_lists_of_all_lengths():
    def program(loop):
        for delay in range(1, 50):
            for _ in range(delay * 7 % 13):
                set_timeout(print, delay, loop).unref()

    def drop_one():
        loop = Loop(clock="virtual")
        loop.run(lambda: program(loop))

    drop_one()
    gc.collect()  # one timer that is not visited would hold the loop
    assert live_counts()["loops"] == live_counts()["timers"] == 0


def test_a_cleared_timer_lets_go_of_all():
    class Held:
        pass

    def program(say):
        references = []

        def hold():
            held = Held()
            references.append(weakref.ref(held))
            return held

        timer = set_timeout(lambda *_: timer, 5, hold())
        running = set_timeout(lambda _: clear_timeout(running), 5, hold())
        clear_timeout(timer)
        say([reference() is None for reference in references])
        say(gc.is_tracked(timer))
        set_timeout(lambda: say([references[1]() is None, gc.is_tracked(running)]), 6)
        kept.extend([timer, running])

    kept = []
    gc.disable()
    try:
        assert order(program) == [[True, False], False, [True, False]]
    finally:
        gc.enable()
    # Nothing can happen to it any more, so it may be used anywhere.
    for timer in kept:
        with ThreadPoolExecutor() as elsewhere:
            elsewhere.submit(timer.refresh).result()
        assert timer.refresh().ref().unref().close() is timer
        assert not timer.has_ref()
        assert int(timer) > 0


def test_a_callback_whose_end_runs_code():
    class Loud:
        def __init__(self, say):
            self.say = say

        def __call__(self):
            self.say("call")

        def __del__(self):
            self.say("gone")
            with contextlib.suppress(RuntimeError):
                set_timeout(self.say, 1, "from __del__")

    def program(say):
        clear_timeout(set_timeout(Loud(say), 1))
        set_timeout(Loud(say), 1)

    assert order(program) == ["gone", "from __del__", "call", "gone", "from __del__"]
