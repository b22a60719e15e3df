"""n timers are set, with 1,000 different delays of 1 to 17 minutes, and cleared in that order.

Clearing includes letting go of the handles, which is when Python frees them.
"""

import asyncio

from loopscope import async_function, clear_timeout, set_timeout

TITLE = "a timer, n pending"
SIZES = (1_000, 10_000, 100_000, 1_000_000)


def nothing():
    pass


def delays(n):
    return [60_000 + i * 7919 % 1000 * 1000 for i in range(n)]


@async_function
async def on_loopscope(n, watch):
    milliseconds = delays(n)
    watch.start()
    handles = [set_timeout(nothing, delay) for delay in milliseconds]
    watch.stop("set")
    watch.start()
    for handle in handles:
        clear_timeout(handle)
    handles.clear()
    watch.stop("clear")


async def on_asyncio(n, watch):
    loop = asyncio.get_running_loop()
    seconds = [delay / 1000 for delay in delays(n)]
    watch.start()
    handles = [loop.call_later(delay, nothing) for delay in seconds]
    watch.stop("set")
    watch.start()
    for handle in handles:
        handle.cancel()
    handles.clear()
    await asyncio.sleep(0)  # asyncio forgets cancelled timers in its next turn
    watch.stop("clear")
