"""Make every allocation of every operation fail in turn: no crash, and the program can go on.

Run by tests/test_hard.py in a process of its own, as a crash would end it: `python nomemory.py
[STEP]`. STEP: try each STEPth allocation only.
"""

from __future__ import annotations

import _testcapi
import sys

from loopscope import (
    Promise,
    async_function,
    clear_timeout,
    for_await,
    process,
    queue_microtask,
    set_immediate,
    set_interval,
    set_timeout,
)
from loopscope._core import Loop


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


ALLOCATIONS = 1200  # more than any of the operations makes
failures = 0


def handle(event, reason, *_):
    global failures
    failures += isinstance(reason, MemoryError)
    return event in ("uncaughtException", "unhandledRejection")


def attempt(operation, failing):
    """Run once with the allocation number `failing` failing; tells whether one was made to fail."""
    loop = None
    try:
        loop = Loop(clock="virtual", emit=handle, trace=failing % 2 == 0)
        _testcapi.set_nomemory(failing, failing + 1)
        try:
            loop.run(operation)
        finally:
            _testcapi.remove_mem_hooks()
    except MemoryError:
        return True
    except BaseException as error:
        # Python itself turns some failed allocations into other errors of the program.
        if not isinstance(error, (ValueError, RuntimeError, TypeError)):
            raise
        return True
    finally:
        if loop is not None:
            loop.close()
    return False


def main():
    step = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    for operation in (timers, queues, promises, combinators, functions, rejections):
        before = failures
        raised = sum(attempt(operation, failing) for failing in range(0, ALLOCATIONS, step))
        handled = failures - before
        print(f"{operation.__name__}: {raised} runs ended, {handled} handled", flush=True)
    print("done")


if __name__ == "__main__":
    main()
