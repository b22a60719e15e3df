"""n async functions sleep at once: what each costs to start, and how much memory it holds.

Each waits a minute for a timer that keeps nobody waiting: the run ends before.
"""

import asyncio
from itertools import repeat

from loopscope import Promise, async_function, set_timeout

from benchmarks.cases.timer_memory import resident_bytes

TITLE = "an async function that sleeps, 1e5 at once"
SIZES = (100_000,)
FRESH = True  # memory that an earlier run gave back would be taken for free


def set_alarm(resolve):
    set_timeout(resolve, 60_000).unref()


@async_function
async def sleep():
    await Promise(set_alarm)


@async_function
async def on_loopscope(n, watch):
    before = resident_bytes()
    watch.start()
    for _ in repeat(None, n):
        sleep()
    watch.stop("start")
    watch.note("bytes", (resident_bytes() - before) / n)


async def on_asyncio(n, watch):
    loop = asyncio.get_running_loop()
    tasks = [None] * n  # the loop holds them weakly
    before = resident_bytes()
    watch.start()
    for i in range(n):
        tasks[i] = loop.create_task(asyncio.sleep(60))
    await asyncio.sleep(0)
    watch.stop("start")
    watch.note("bytes", (resident_bytes() - before) / n)
