"""Microtasks and ticks: first in, first out, whatever kinds of jobs stand in the queue."""

from __future__ import annotations

import contextvars
import random

import pytest
from loopscope import Promise, async_function, process, queue_microtask, run, set_timeout

variable: contextvars.ContextVar[int] = contextvars.ContextVar("variable")


@pytest.mark.parametrize("count", [1, 2, 3, 9, 10, 41, 42, 200, 1000])
def test_rows_of_microtasks_keep_their_order(count):
    got = []

    def program():
        for number in range(count):
            queue_microtask(lambda number=number: got.append(number))

    run(program)
    assert got == list(range(count))


@pytest.mark.parametrize("seed", range(5))
def test_kinds_of_jobs_do_not_overtake_each_other(seed):
    rng = random.Random(seed)
    got, expected = [], []

    @async_function
    async def waits(note):
        await None_
        note()

    def program():
        nonlocal None_
        None_ = Promise.resolve()
        for number in range(500):

            def note(number=number):
                got.append(number)

            expected.append(number)
            kind = rng.randrange(4)
            if kind == 0:
                Promise.resolve().then(lambda _, note=note: note())
            elif kind == 1:
                waits(note)
            elif kind == 2:
                contextvars.copy_context().run(lambda: [variable.set(1), queue_microtask(note)])
            else:
                queue_microtask(note)

    None_ = None
    run(program)
    assert got == expected


def test_what_a_microtask_adds_runs_in_the_same_checkpoint():
    got = []

    def add(depth):
        got.append(depth)
        if depth < 300:
            queue_microtask(lambda: add(depth + 1))

    def program():
        set_timeout(lambda: got.append("timer"))
        queue_microtask(lambda: add(0))

    run(program, clock="virtual")
    assert got == [*range(301), "timer"]


def test_ticks_and_microtasks_are_drained_in_turns():
    got = []

    def program():
        queue_microtask(lambda: [got.append("m1"), process.next_tick(got.append, "t2")])
        queue_microtask(lambda: got.append("m2"))
        process.next_tick(lambda: [got.append("t1"), queue_microtask(lambda: got.append("m3"))])

    run(program)
    assert got == ["t1", "m1", "m2", "m3", "t2"]


def test_an_error_does_not_keep_the_rest_from_running():
    got = []

    def thrower():
        raise ValueError

    def program():
        process.on("uncaughtException", lambda error: got.append(type(error)))
        for schedule in (queue_microtask, process.next_tick):
            for number in range(3):
                schedule(lambda number=number: got.append(number))
                schedule(thrower)

    run(program)
    assert got.count(ValueError) == 6
    assert [item for item in got if item is not ValueError] == [0, 1, 2, 0, 1, 2]


@pytest.mark.parametrize("argument", [None, 5, "f", []])
def test_what_is_not_callable_is_refused(argument):
    def program():
        for schedule in (queue_microtask, process.next_tick):
            with pytest.raises(TypeError, match=r"(queue_microtask|next_tick).*callback"):
                schedule(argument)
        with pytest.raises(TypeError, match="callback"):
            process.next_tick()

    run(program)


def test_what_is_queued_when_the_process_exits_is_dropped():
    got = []

    def program():
        queue_microtask(lambda: process.exit(3))
        for _ in range(10):
            queue_microtask(lambda: got.append(1))

    with pytest.raises(SystemExit):
        run(program)
    assert got == []
