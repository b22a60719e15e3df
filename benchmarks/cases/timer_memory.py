"""By how much the process grows for each pending timer; all have one callback, as a server's do.

The operating system is the judge: it sees what allocators round up, and what is not Python's.
"""

import asyncio
from os import sysconf
from pathlib import Path

from loopscope import async_function, clear_timeout, set_timeout

TITLE = "a pending timer"
FRESH = True  # memory that an earlier run gave back would be taken for free


def nothing():
    pass


def resident_bytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * sysconf("SC_PAGE_SIZE")


@async_function
async def on_loopscope(n, watch):
    handles = [None] * n
    before = resident_bytes()
    for i in range(n):
        handles[i] = set_timeout(nothing, 60_000)
    watch.note("bytes", (resident_bytes() - before) / n)
    for handle in handles:
        clear_timeout(handle)


async def on_asyncio(n, watch):
    loop = asyncio.get_running_loop()
    handles = [None] * n
    before = resident_bytes()
    for i in range(n):
        handles[i] = loop.call_later(60, nothing)
    watch.note("bytes", (resident_bytes() - before) / n)
    for handle in handles:
        handle.cancel()
