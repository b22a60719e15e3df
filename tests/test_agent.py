"""What the rooms of one run share: contextvars and the calling convention."""

from __future__ import annotations

import contextvars
import gc
from functools import partial

import pytest
from loopscope import (
    Promise,
    _core,
    async_function,
    process,
    queue_microtask,
    run,
    set_immediate,
    set_timeout,
)

variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="none")


def test_work_runs_in_the_context_in_which_it_was_registered():
    seen = []

    def see(name, _=None):
        seen.append((name, variable.get()))

    def program():
        variable.set("set")
        for name, schedule in [
            ("timer", set_timeout),
            ("immediate", set_immediate),
            ("microtask", queue_microtask),
            ("tick", process.next_tick),
            ("then", Promise.resolve().then),
        ]:
            schedule(partial(see, name))
        variable.set("changed")
        set_timeout(lambda: seen.append(("late", variable.get())), 5)

    run(program, clock="virtual")
    assert dict(seen) == {
        **dict.fromkeys(["timer", "immediate", "microtask", "tick", "then"], "set"),
        "late": "changed",
    }
    assert variable.get() == "none"


def test_what_a_callback_sets_is_seen_by_what_it_schedules_only():
    seen = []

    def program():
        queue_microtask(setter)
        queue_microtask(lambda: seen.append(("neighbour", variable.get())))
        set_timeout(lambda: seen.append(("timer", variable.get())))

    def setter():
        variable.set("inner")
        queue_microtask(lambda: seen.append(("child", variable.get())))

    run(program, clock="virtual")
    assert seen == [("neighbour", "none"), ("child", "inner"), ("timer", "none")]


def test_async_functions_keep_their_own_context():
    seen = []

    @async_function
    async def worker(name):
        variable.set(name)
        await Promise.resolve()
        seen.append((name, variable.get()))

    def program():
        worker("a")
        worker("b")
        seen.append(("main", variable.get()))

    run(program)
    assert seen == [("main", "none"), ("a", "a"), ("b", "b")]


# ---- JavaScript's calling convention ----


def arguments_of(function, *offered):
    """What `function` gets from the runtime when it offers `offered`."""
    run(lambda: set_timeout(function, 1, *offered), clock="virtual")


class Callable:
    def __init__(self, got):
        self.got = got

    def method(self, a, b):
        self.got.append((a, b))

    @classmethod
    def of_class(cls, got, a):
        got.append((cls, a))

    def __call__(self, *all_):
        self.got.append(all_)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda got: lambda: got.append(()), ()),
        (lambda got: lambda a: got.append((a,)), (1,)),
        (lambda got: lambda a, b, c, d: got.append((a, b, c, d)), (1, 2, 3, None)),
        (lambda got: lambda a, b=9: got.append((a, b)), (1, 2)),
        (lambda got: lambda a, *rest: got.append((a, *rest)), (1, 2, 3)),
        (lambda got: lambda a, *, named=5: got.append((a, named)), (1, 5)),
        (lambda got: Callable(got).method, (1, 2)),
        (lambda got: Callable(got), (1, 2, 3)),
        (lambda got: partial(Callable.of_class, got), None),
    ],
)
def test_a_callback_gets_what_it_can_take(make, expected):
    got = []
    function = make(got)
    if expected is None:  # a partial gets everything, as other callables do, and may refuse it
        with pytest.raises(TypeError):
            arguments_of(function, 1, 2, 3)
    else:
        arguments_of(function, 1, 2, 3)
        assert got == [expected]


def test_async_functions_follow_it_too():
    got = []

    @async_function
    async def take(a, b):
        got.append((a, b))

    arguments_of(take, 1)
    arguments_of(take, 1, 2, 3)
    assert got == [(1, None), (1, 2)]


def test_more_arguments_than_the_convention_counts():
    got = []
    arguments_of(lambda *all_: got.append(len(all_)), *range(400))
    assert got == [400]


def test_arity_is_the_rule_by_which_the_runtime_calls():
    class Thing:
        def method(self, one, two=2):
            return None

        def takes_nothing(self):
            return None

    @async_function
    async def later(one):
        return one

    def two_of(one, two):
        return one, two

    for callback, offered, expected in [
        (lambda: None, 3, 0),
        (lambda one: None, 0, 1),
        (lambda one, two=2: None, 1, 1),
        (lambda one, *rest: None, 5, 5),
        (lambda *, key=1: None, 2, 0),
        (two_of, 1, 2),
        (Thing().method, 5, 2),
        (Thing().takes_nothing, 1, 0),
        (later, 0, 1),
        (print, 4, 4),
        (Thing, 2, 2),
        (partial(two_of, 1), 3, 3),
    ]:
        assert _core.arity(callback, offered) == expected, callback
    with pytest.raises(TypeError, match="takes exactly 2"):
        _core.arity(print)
    with pytest.raises(TypeError):
        _core.arity(print, "2")


def test_a_body_that_is_abandoned_runs_nothing_when_it_is_dropped():
    ran = []

    def plain():
        try:
            yield 1
        finally:
            ran.append("finally")

    async def later():
        ran.append("begun")

    generator = plain()
    assert next(generator) == 1
    _core.abandon(generator)
    _core.abandon(later())  # and nobody hears that it was never awaited
    del generator
    gc.collect()
    assert ran == []
    with pytest.raises(TypeError, match="must be a coroutine or a generator, not int"):
        _core.abandon(1)
