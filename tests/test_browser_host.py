"""host="browser": HTML's timers, no ticks and no immediates, errors that do not end the page."""

from __future__ import annotations

import pytest
from loopscope import (
    Event,
    EventTarget,
    Promise,
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


def output(program):
    return record(program, host="browser").output


def test_timers_go_by_due_time_and_zero_is_zero():
    def program():
        set_timeout(console.log, 1, "one")
        set_timeout(console.log, 0, "zero")
        set_timeout(console.log, -5, "negative")
        set_timeout(console.log, 2**32 + 3, "wraps to three")
        set_timeout(console.log, 2**31, "wraps to negative")

    assert output(program) == ["zero", "negative", "wraps to negative", "one", "wraps to three"]


def test_late_timers_run_by_due_time_not_by_list():
    def program():
        set_timeout(console.log, 5, "5")
        set_timeout(console.log, 8, "8")
        block(4)
        set_timeout(console.log, 5, "4 + 5")
        block(30)

    assert output(program) == ["5", "8", "4 + 5"]  # Node: a whole list first


def test_each_timer_is_a_task_with_its_checkpoint():
    def program():
        for name in "ab":
            set_timeout(
                lambda name=name: [
                    console.log(name),
                    queue_microtask(lambda: console.log("after", name)),
                ]
            )

    assert output(program) == ["a", "after a", "b", "after b"]


def test_nested_timers_wait_four_milliseconds_from_the_sixth_level_on():
    times = []

    def nest():
        times.append(performance.now())
        if len(times) < 9:
            set_timeout(nest, 0)

    run(nest, host="browser", clock="virtual")
    assert times == [0, 0, 0, 0, 0, 0, 0, 4, 8]


def test_nested_intervals_are_clamped_too():
    times = []

    def tick():
        times.append(performance.now())
        if len(times) == 9:
            timer.close()

    def program():
        nonlocal timer
        timer = set_interval(tick, 0)

    timer = None
    run(program, host="browser", clock="virtual")
    assert times == [0, 0, 0, 0, 0, 0, 4, 8, 12]


def test_errors_are_reported_and_the_page_goes_on():
    def thrower():
        raise ValueError("boom")

    def program():
        set_timeout(thrower)
        Promise.reject("no")
        target = EventTarget()
        target.add_event_listener("x", thrower)
        target.dispatch_event(Event("x"))
        set_timeout(console.log, 1, "goes on")
        thrower()

    recording = record(program, host="browser")
    assert recording.error is None
    assert recording.stdout == "goes on\n"
    assert recording.stderr.splitlines() == [
        "Uncaught ValueError: boom",
        "Uncaught ValueError: boom",
        "Uncaught (in promise) no",
        "Uncaught ValueError: boom",
    ]


def test_the_console_warns_at_once_as_there_is_no_process():
    def program():
        console.count_reset("100%s")
        console.warn("next")

    recording = record(program, host="browser")
    assert recording.error is None
    assert recording.stderr == "Count for '100%s' does not exist\nnext\n"


def test_what_only_node_has_is_refused_with_a_remedy():
    def program():
        for call in (set_immediate, process.next_tick):
            with pytest.raises(RuntimeError, match="browser has no such function"):
                call(print)

    run(program, host="browser")
