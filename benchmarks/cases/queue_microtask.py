"""The queue and nothing else: n calls of one function are queued, then run."""

import asyncio
from itertools import repeat

from loopscope import Promise, async_function, queue_microtask

from benchmarks import native

TITLE = "a microtask queued and run"


def nothing():
    pass


@async_function
async def on_loopscope(n, watch):
    def executor(resolve):
        watch.start()
        for _ in repeat(None, n):
            queue_microtask(nothing)
        queue_microtask(resolve)

    await Promise(executor)
    watch.stop()


async def on_asyncio(n, watch):
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    watch.start()
    for _ in repeat(None, n):
        loop.call_soon(nothing)
    loop.call_soon(done.set_result, None)
    await done
    watch.stop()


def in_c(n, watch):
    call_in_c = native.load("c_loop").call_in_c
    watch.start()
    call_in_c(nothing, n)
    watch.stop()
