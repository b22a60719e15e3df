"""Programs that change classes and dicts under the runtime's feet: an error, never a crash."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest
from loopscope import (
    Promise,
    Thrown,
    async_function,
    block,
    clear_timeout,
    errors,
    for_await,
    process,
    run,
    set_immediate,
    set_interval,
    set_timeout,
)
from loopscope._core import Loop


class Nothing:
    """What the objects below become."""


class AsyncIterator:
    def __aiter__(self):
        return self

    async def __anext__(self):
        return 1


class Iterator:
    def __iter__(self):
        return self

    def __next__(self):
        return 1


class Awaitable:
    def __await__(self):
        yield


def test_async_iterator_that_is_none_any_more():
    def program():
        iterator = AsyncIterator()
        loop = for_await(iterator)
        iterator.__class__ = Nothing
        with pytest.raises(TypeError, match="Nothing is not an async iterator"):
            loop.__anext__()

    run(program)


def test_iterator_that_is_none_any_more():
    @async_function
    async def iterate(loop):
        async for _ in loop:
            raise AssertionError

    def program():
        iterator = Iterator()
        loop = for_await(iterator)
        iterator.__class__ = Nothing
        return iterate(loop)

    with pytest.raises(TypeError, match="Nothing is not an iterator"):
        run(program)


def test_items_of_an_iterator_that_is_none_any_more():
    class Changing(Iterator):
        def __next__(self):
            self.__class__ = Nothing
            return 1

    with pytest.raises(TypeError, match="Nothing is not an iterator"):
        run(lambda: Promise.all(Changing()))


def test_awaitable_that_is_none_any_more():
    def program():
        awaitable = Awaitable()

        class Giving(AsyncIterator):
            def __anext__(self):
                return awaitable

        step = for_await(Giving()).__anext__()
        awaitable.__class__ = Nothing
        with pytest.raises(TypeError, match="must give an awaitable, not Nothing"):
            step.send(None)

    run(program)


def test_promise_whose_dict_is_replaced_while_it_is_looked_into():
    class Key:
        def __init__(self, promise):
            self.promise = promise

        def __hash__(self):
            return hash("constructor")

        def __eq__(self, other):
            self.promise.__dict__ = {}
            gc.collect()
            return False

    def program():
        promise = Promise.resolve(1)
        promise.__dict__ = {Key(promise): 1}
        assert promise.constructor is Promise
        promise.__dict__ = {Key(promise): 1}
        promise.constructor = 5
        promise.__dict__ = {Key(promise): 1}
        with pytest.raises(AttributeError):
            del promise.constructor

    run(program)


def test_an_await_that_begins_waits_although_its_promise_has_just_resumed_the_function():
    order = []

    class Own:
        def __init__(self, promise):
            self.promise = promise

        def __await__(self):
            yield self.promise  # and does not look at it again

    @async_function
    async def by_hand(promise):
        await Own(promise)
        order.append("by hand 1")
        order.append(await promise)

    @async_function
    async def ordinary(promise):
        await promise
        order.append("ordinary 1")
        await promise
        order.append("ordinary 2")

    def program():
        promise = Promise(lambda resolve: set_timeout(resolve, 1, "by hand 2"))
        by_hand(promise)
        ordinary(promise)

    run(program)
    assert order == ["by hand 1", "ordinary 1", "by hand 2", "ordinary 2"]


def test_class_of_exceptions_that_gives_none(monkeypatch):
    monkeypatch.setattr(Thrown, "__new__", lambda cls, *_: 5)

    @async_function
    async def waits():
        await Promise.reject("no exception")

    with pytest.raises(TypeError, match="gave int, which is none"):
        run(waits)
    monkeypatch.setattr(errors.UnhandledPromiseRejection, "__new__", lambda cls, *_: 5)
    with pytest.raises(TypeError, match="gave int, which is none"):
        run(lambda: set_immediate(Promise.reject, "no exception"))


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the frames come from a profile hook")
def test_monitoring_that_is_replaced(monkeypatch):
    loop = Loop(trace=True, frames=True)
    monkeypatch.setattr(sys, "monitoring", Nothing())
    assert loop.run(lambda: 5) == 5
    loop.close()


NO_MEMORY_ONCE = """
import sys
from loopscope._core import Loop

class Monitoring:
    calls = 0
    def __getattr__(self, name):
        return getattr(real, name)
    def register_callback(self, *args):
        self.calls += 1
        if self.calls < 5:
            raise MemoryError
        return real.register_callback(*args)

real, sys.monitoring = sys.monitoring, Monitoring()
for want in (False, False, True):
    loop = Loop(trace=True, frames=True)
    loop.run(lambda: 5)
    assert loop.trace.frames is want, (want, sys.monitoring.calls)
    assert real.get_tool(3) is None
    assert real.get_tool(4) == ("loopscope" if want else None)
"""


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the frames come from a profile hook")
def test_monitoring_that_fails_leaves_its_numbers_free():
    subprocess.run([sys.executable, "-c", NO_MEMORY_ONCE], check=True)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the frames come from a profile hook")
def test_monitoring_that_records_meanwhile_ends_with_the_run(monkeypatch):
    real = sys.monitoring
    loop = Loop()

    class Monitoring:
        def __getattr__(self, name):
            return getattr(real, name)

        def set_events(self, tool, events):
            if events and len(traces) == 1:
                traces.append(loop.start_trace())
            return real.set_events(tool, events)

    def program():
        def called():
            pass

        monkeypatch.setattr(sys, "monitoring", Monitoring())
        traces.append(None)
        traces[0] = loop.start_trace()
        called()

    traces = []
    loop.run(program)
    monkeypatch.undo()
    assert [[event.label for event in trace if event.kind == "return"] for trace in traces] == [
        ["called", "program"]
    ] * 2
    assert all(real.get_events(tool) == 0 for tool in (3, 4) if real.get_tool(tool) == "loopscope")
    loop.close()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the frames come from a profile hook")
def test_monitoring_callbacks_that_the_program_calls():
    def program():
        events = sys.monitoring.events
        tool = next(each for each in (4, 3) if sys.monitoring.get_tool(each) == "loopscope")
        for event in ("LINE", "PY_START", "PY_RETURN", "PY_YIELD", "PY_UNWIND", "PY_THROW"):
            callback = sys.monitoring.register_callback(tool, getattr(events, event), None)
            sys.monitoring.register_callback(tool, getattr(events, event), callback)
            for line in (10**30, -1):
                callback(program.__code__, line, None)

    loop = Loop(trace=True, lines=True)
    loop.run(program)
    assert loop.trace.lines
    assert len(list(loop.trace)) == len(loop.trace)
    loop.close()


# ---- types ----


def test_how_many_fields_a_named_tuple_has_cannot_be_set():
    """CPython believes it: whatever was shown, compared or freed then crashed."""
    loop = Loop(trace=True)
    result = loop.run(Promise.with_resolvers)
    for record in (loop.trace[0], result):
        for name in ("n_fields", "n_sequence_fields", "n_unnamed_fields"):
            with pytest.raises(TypeError, match="immutable"):
                setattr(type(record), name, 10**6)
            with pytest.raises(TypeError, match="immutable"):
                delattr(type(record), name)
    loop.close()


def test_index_that_records():
    loop = Loop(trace=True)

    class Index:
        def __index__(self):
            loop.run(lambda: None)
            return -1

    loop.run(lambda: None)
    assert loop.trace[Index()] == loop.trace[len(loop.trace) - 1]
    assert loop.trace[Index() :] == [loop.trace[len(loop.trace) - 1]]
    loop.close()


# ---- numbers ----


def test_virtual_clock_ends_after_285_years():
    count = 0

    def program():
        def tick():
            nonlocal count
            count += 1

        set_interval(tick, 2**31 - 1)

    with pytest.raises(OverflowError, match="come to its end, after 285 years"):
        run(program, clock="virtual")
    assert count > 4000

    def block_long():
        for _ in range(10):
            block(1e12)

    with pytest.raises(ValueError, match="ends after 285 years"):
        run(block_long, clock="virtual")


@pytest.mark.parametrize("code", [10**30, -(10**30), 2**64 + 5])
def test_exit_code_of_any_size(code):
    def program():
        process.exit_code = code
        assert process.exit_code == code & 0xFF
        process.exit(code)

    with pytest.raises(SystemExit) as raised:
        run(program)
    assert raised.value.code == code & 0xFF


def test_delay_with_more_digits_than_python_writes(capsys):
    ran = []
    run(lambda: set_timeout(ran.append, 10**6000, 1))
    assert ran == [1]
    assert "Infinity does not fit into a 32-bit signed integer" in capsys.readouterr().err
    run(lambda: clear_timeout("9" * 6000))


def test_interrupt_in_a_look_up_is_no_answer():
    class Interrupting:
        @property
        def next(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(lambda: for_await(Interrupting()))


# ---- depth ----

DEEP = 100_000


def test_chain_of_async_generators():
    @async_function
    async def generate(before):
        yield before

    def program():
        generator = None
        for _ in range(DEEP):
            generator = generate(generator)

    run(program)


def test_chain_of_iterator_results():
    @async_function
    async def generate(before):
        yield before

    @async_function
    async def program():
        result = None
        for _ in range(DEEP):
            result = await generate(result).next()

    run(program)


# ---- posted work ----


def test_posted_work_is_not_lost_when_the_run_ends_before_it():
    ran = []

    def fail():
        raise KeyboardInterrupt

    loop = Loop()
    loop.post(ran.append, 1)
    loop.post(fail)
    loop.post(ran.append, 2)
    loop.post(ran.append, 3)
    with pytest.raises(KeyboardInterrupt):
        loop.run(lambda: set_immediate(lambda: loop.post(ran.append, 4)))
    assert ran == [1]
    loop.run(lambda: None)
    assert ran == [1, 2, 3, 4]
    loop.close()
