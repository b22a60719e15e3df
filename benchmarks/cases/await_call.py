"""An async function calls another and awaits it.

asyncio runs a bare `await f()` inside the caller, as a call; what starts at once and has a result
that many may await is a task there: lazy, or eager from CPython 3.12 on.
"""

import asyncio
from itertools import repeat

from loopscope import async_function

TITLE = "`await` of an async call"
AS_SCRIPT = True


@async_function
async def nothing():
    pass


@async_function
async def on_loopscope(n, watch):
    watch.start()
    for _ in repeat(None, n):
        await nothing()
    watch.stop()


async def coroutine():
    pass


async def on_asyncio(n, watch):
    loop = asyncio.get_running_loop()
    watch.start()
    for _ in repeat(None, n):
        await loop.create_task(coroutine())
    watch.stop()
    if hasattr(asyncio, "eager_task_factory"):
        loop.set_task_factory(asyncio.eager_task_factory)
        watch.start()
        for _ in repeat(None, n):
            await loop.create_task(coroutine())
        watch.stop("eager task")
        loop.set_task_factory(None)
