"""The least that an await can cost: the promise is settled already. asyncio's is sleep(0)."""

import asyncio
from itertools import repeat

from loopscope import Promise, async_function

TITLE = "`await` of a settled promise"
AS_SCRIPT = True


@async_function
async def on_loopscope(n, watch):
    promise = Promise.resolve()
    watch.start()
    for _ in repeat(None, n):
        await promise
    watch.stop()


async def on_asyncio(n, watch):
    watch.start()
    for _ in repeat(None, n):
        await asyncio.sleep(0)
    watch.stop()
