"""The ten operations whose instructions are counted: `python -m benchmarks.operations`.

Run by `instructions` under callgrind. Each does its operation n times, and is finished when its
promise is settled.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from itertools import repeat
from typing import Any

from loopscope import (
    Promise,
    Runtime,
    async_function,
    clear_timeout,
    process,
    queue_microtask,
    set_immediate,
    set_timeout,
)

from . import native

COUNT = 1_000
WARM_UP = 100
EMPTY = "empty loop"  # what the others count beside their operation


def nothing() -> None:
    pass


@async_function
async def function() -> None:
    pass


@async_function
async def empty_loop(n: int) -> None:
    for _ in repeat(None, n):
        pass


def queued(schedule: Callable[[Callable[..., Any]], object], n: int) -> Promise[None]:
    def executor(resolve: Callable[[], None]) -> None:
        for _ in repeat(None, n):
            schedule(nothing)
        schedule(resolve)

    return Promise(executor)


def microtask(n: int) -> Promise[None]:
    return queued(queue_microtask, n)


def tick(n: int) -> Promise[None]:
    return queued(process.next_tick, n)


def immediate(n: int) -> Promise[None]:
    return queued(set_immediate, n)


def timer_runs(n: int) -> Promise[None]:
    return queued(set_timeout, n)


@async_function
async def timer_cleared(n: int) -> None:
    for _ in repeat(None, n):
        clear_timeout(set_timeout(nothing, 1000))


@async_function
async def then_link(n: int) -> None:
    promise = Promise.resolve()
    for _ in repeat(None, n):
        promise = promise.then(nothing)
    await promise


@async_function
async def await_settled(n: int) -> None:
    promise = Promise.resolve()
    for _ in repeat(None, n):
        await promise


@async_function
async def await_in_turn(n: int) -> None:
    """Two functions wait for each other's turn: no await can go on at once."""
    halves = await_settled(n // 2), await_settled(n // 2)
    for half in halves:
        await half


@async_function
async def await_call(n: int) -> None:
    for _ in repeat(None, n):
        await function()


@async_function
async def numbers(n: int) -> Any:
    for number in repeat(None, n):
        yield number


@async_function
async def generator_step(n: int) -> None:
    async for _ in numbers(n):
        pass


OPERATIONS: dict[str, Callable[[int], Promise[None]]] = {
    EMPTY: empty_loop,
    "microtask queued and run": microtask,
    "tick queued and run": tick,
    "immediate set and run": immediate,
    "timer set and run": timer_runs,
    "timer set and cleared": timer_cleared,
    "link of a then chain": then_link,
    "await of a settled promise": await_settled,
    "await in turn with another": await_in_turn,
    "await of an async call": await_call,
    "step of an async generator": generator_step,
}


def leave_room() -> list[list[None]]:
    """Leave some free blocks of each size that Python's allocator has. Keep what this returns.

    Where all of one size are taken, an operation takes a pool for one block, and gives it back,
    each time: it depends on what was imported whether that happens.
    """
    blocks = [[None] * (size // 8) for size in range(16, 513, 16) for _ in range(64)]
    return blocks[::2]


def main() -> None:
    callgrind = native.load("callgrind")
    room = leave_room()

    async def count_all() -> None:
        for name, operation in OPERATIONS.items():
            await operation(WARM_UP)
            gc.collect()
            callgrind.start()
            await operation(COUNT)
            callgrind.stop(name)

    gc.disable()
    with Runtime(clock="virtual") as runtime:
        runtime.run(async_function(count_all))
    room.clear()


if __name__ == "__main__":
    main()
