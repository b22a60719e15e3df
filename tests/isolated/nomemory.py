"""Make every allocation of every operation fail in turn: no crash, and the program can go on.

Run by tests/test_hard.py in a process of its own, as a crash would end it: `python nomemory.py
[STEP LONG_STEP]`. STEP: try each STEPth allocation only; LONG_STEP: the same for what takes long,
whole recordings, traces and runs on asyncio.
"""

from __future__ import annotations

import _testcapi
import asyncio
import contextlib
import contextvars
import functools
import gc
import os
import sys
from types import CodeType, FunctionType

from loopscope import (
    CustomEvent,
    EventTarget,
    Promise,
    Runtime,
    async_function,
    clear_immediate,
    clear_timeout,
    console,
    for_await,
    process,
    queue_microtask,
    record,
    set_immediate,
    set_interval,
    set_timeout,
    trace,
)
from loopscope._core import Loop, current_loop

variable = contextvars.ContextVar("variable")


def nothing(*_):
    pass


def fail():
    raise ValueError


@async_function
async def waits(promise):
    try:
        await promise
        await Promise.resolve(1)
    finally:
        nothing()
    return Promise.resolve(2)


@async_function
async def generate():
    yield 1
    await Promise.resolve()
    yield Promise.resolve(2)


@async_function
async def iterate():
    async for _ in for_await([Promise.resolve(1), 2]):
        pass
    async for _ in generate():
        break


class Thenable:
    def then(self, resolve):
        resolve(5)


class Sub(Promise):
    pass


def timers():
    set_timeout(nothing, 1, 2, 3)
    timer = set_interval(lambda: clear_timeout(timer), 2)
    int(set_timeout(nothing, 3))
    set_immediate(nothing, 1)
    for delay in range(40):
        set_timeout(nothing, delay)


def queues():
    for _ in range(10):
        queue_microtask(nothing)
        process.next_tick(nothing, 1)


def promises():
    promise = Promise(lambda resolve: set_timeout(resolve, 1, "late"))
    for _ in range(3):
        promise = promise.then(nothing, nothing)
    promise.finally_(nothing).catch(nothing)
    Promise.resolve(Thenable()).then(nothing)
    Sub.resolve(1).then(nothing)
    Promise(lambda resolve: resolve(Promise.resolve()))
    Promise.reject(1).catch(nothing)


def combinators():
    items = [Promise.resolve(1), 2, Thenable(), Promise.reject(3)]
    for combine in (Promise.all, Promise.all_settled, Promise.any, Promise.race):
        combine(items).then(nothing, nothing)
    Promise.any([]).catch(nothing)
    Promise.with_resolvers()
    Promise.try_(fail).catch(nothing)


def functions():
    waits(Promise.resolve())
    waits(Promise.reject(ValueError())).catch(nothing)
    iterate()
    generator = generate()
    generator.next()
    generator.return_(5)
    waits(Promise(nothing))  # stays suspended


def rejections():
    Promise.reject(ValueError("nobody"))
    waits(Promise.reject(5))


def clears():
    timer = set_timeout(nothing, 5)
    number = int(timer)
    timer.refresh().unref().ref()
    clear_timeout(str(number))
    clear_timeout(set_interval(nothing, 1))
    clear_immediate(set_immediate(nothing))
    repr(timer)
    str(set_timeout(nothing, 1.5).unref())
    set_timeout(nothing, "3", 1)


def generators():
    generator = generate()
    for _ in range(4):
        generator.next()
    late = generate()
    late.throw(ValueError()).catch(nothing)
    left = generate()
    left.next()
    left.return_(Promise.reject(1)).catch(nothing)
    repr(left)


def iterations():
    class Own:
        def next(self):
            return {"done": False, "value": Promise.resolve(1)}

        def return_(self):
            return {}

    async def leave(iterable):
        async with for_await(iterable) as items:
            async for _ in items:
                return

    async def python():
        yield 1

    for iterable in ([1, 2], Own(), generate(), python()):
        async_function(leave)(iterable).catch(nothing)


def values():
    resolvers = Promise.with_resolvers()
    resolvers.resolve(Promise.resolve(1))
    repr(resolvers.promise)
    Promise.all_settled([Promise.reject(1), 2]).then(repr)
    waits.__get__(5)
    copy = async_function(waits)
    repr(copy)
    generate().next().then(repr)


def posted():
    loop = current_loop()
    for number in range(5):
        loop.post(nothing, number)
    loop.pending()


def contexts():
    variable.set(1)
    set_timeout(lambda: variable.set(2), 1)
    queue_microtask(lambda: variable.set(3))
    Promise.resolve(1).then(lambda: variable.set(4))
    waits(Promise.resolve())


def looks_at_the_trace():
    set_timeout(nothing, 1)
    events = current_loop().trace
    for event in [*events[:5], *events[-5:]]:
        repr(event)


def prints():
    console.log({"a": [1, Promise.resolve(2)]}, "text", 1.5)
    target = EventTarget()
    target.add_event_listener("x", nothing)
    target.dispatch_event(CustomEvent("x"))


class Node:
    def __init__(self, *items):
        self.items = [*items, self]
        self.names = {"one": {1, 2.5}, "two": None}


def records_lines():
    def program():
        node = Node("text" * 30, Node(Node()), (1, 2), 10**30)
        for number in range(3):
            set_timeout(lambda kept=node: kept.items.append(1), number)
        console.log("text")

    recording = record(program, lines=True, time_limit=None)
    if recording.error is not None:
        raise recording.error
    assert recording.trace or recording.trace.truncated  # it had no room


def traces():
    with trace() as block, Runtime(clock="virtual", write=nothing) as runtime:
        runtime.run(begins_traces)
    assert block.trace or block.trace.truncated


def closes():
    with trace(), Runtime(clock="virtual", write=nothing) as runtime:
        runtime.run(str)


def begins_traces():
    suspended = waits(Promise(lambda resolve: set_timeout(resolve, 3)))
    set_immediate(nothing)
    queue_microtask(nothing)
    suspended.then(nothing)
    with trace(duration=2) as block:
        set_timeout(nothing, 1)
    assert block.trace or block.trace.truncated


def lives():
    async def coroutine():
        await Promise.resolve(1)
        await asyncio.sleep(0)
        return await waits(Promise.resolve())

    @async_function
    async def function():
        await asyncio.sleep(0)
        await coroutine()

    set_timeout(nothing, 0)
    set_immediate(nothing)
    queue_microtask(nothing)
    function().catch(nothing)
    kept.append(asyncio.get_running_loop().create_task(coroutine()))
    del kept[:-3]


kept = []
failures = 0


def handle(event, reason, *_):
    global failures
    failures += isinstance(reason, MemoryError)
    return event in ("uncaughtException", "unhandledRejection")


def code_within(code):
    """Give the code of the functions that a function's code makes, and of those that they make."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from code_within(constant)


def hold_code():
    """Keep references for CPython to lose, to the code of all functions that functions make.

    CPython 3.12 and 3.13.0 release the code object twice when MAKE_FUNCTION gets no memory (once
    by itself, once as the stack is unwound); lost_references() shows it without loopscope.
    """
    makers = [thing for thing in gc.get_objects() if isinstance(thing, FunctionType)]
    held.extend([code] * 100 for maker in makers for code in code_within(maker.__code__))


held = []


def lost_references():
    """Tell how often CPython released a code object too often in the plainest of programs."""

    def make():
        return lambda: None

    (code,) = code_within(make.__code__)
    held.append([code] * 100)
    before = sys.getrefcount(code)
    for failing in range(20):
        _testcapi.set_nomemory(failing, failing + 1)
        try:
            make()
        except MemoryError:
            pass
        finally:
            _testcapi.remove_mem_hooks()
    return before - sys.getrefcount(code)


@contextlib.contextmanager
def in_a_loop(operation, number):
    """Prepare a run of the operation as a program."""
    with contextlib.closing(
        Loop(clock="virtual", emit=handle, write=nothing, trace=number % 2 == 0)
    ) as loop:
        yield functools.partial(loop.run, operation)


@contextlib.contextmanager
def on_asyncio(operation, _number):
    """Prepare a call of the operation by asyncio's loop, with some turns of the live runtime."""
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        loop.set_exception_handler(nothing)
        loop.call_soon(operation)
        for seconds in (0.003, 0.1):  # the first may be what fails
            loop.call_later(seconds, loop.stop)
        try:
            yield loop.run_forever
        finally:
            asyncio._set_running_loop(None)  # what asyncio itself may have had no memory for


@contextlib.contextmanager
def by_itself(operation, _number):
    """Prepare a plain call of the operation."""
    yield operation


def attempt(prepare, operation, failing):
    """Run once with the allocation number `failing` failing; tells whether that ended the run."""
    try:
        with prepare(operation, failing) as run:
            _testcapi.set_nomemory(failing, failing + 1)
            try:
                run()
            finally:
                _testcapi.remove_mem_hooks()
    except MemoryError:
        return True
    except BaseException as error:
        # Python itself turns some failed allocations into other errors of the program.
        if not isinstance(error, (ValueError, RuntimeError, TypeError)):
            raise
        return True
    return False


# The operations, and up to which allocation: more than any of them makes.
OPERATIONS = {
    in_a_loop: (
        *(timers, clears, queues, promises, combinators, functions, generators, iterations),
        *(values, posted, contexts, rejections, looks_at_the_trace, prints),
    ),
    by_itself: (records_lines, traces, closes),
    on_asyncio: (lives,),
}
ALLOCATIONS = {in_a_loop: 1200, by_itself: 6000, on_asyncio: 1200}


def main():
    step, long_step = map(int, sys.argv[1:3] if len(sys.argv) > 2 else (1, 1))
    print(f"CPython loses {lost_references()} references to code by itself", flush=True)
    sys.unraisablehook = nothing  # what a finalizer could not do for want of memory
    for prepare, operations in OPERATIONS.items():
        for operation in operations:
            assert not attempt(prepare, operation, 10**9)  # imports what it needs
            hold_code()
            before = failures
            numbers = range(0, ALLOCATIONS[prepare], step if prepare is in_a_loop else long_step)
            raised = sum(attempt(prepare, operation, number) for number in numbers)
            handled = failures - before
            print(f"{operation.__name__}: {raised} runs ended, {handled} handled", flush=True)
            assert not attempt(prepare, operation, 10**9)  # all is as it was
    print("done", flush=True)
    os._exit(0)  # without giving back the references that CPython may have lost


if __name__ == "__main__":
    main()
