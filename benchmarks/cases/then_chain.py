"""A chain of n promises, each made by `then` of the one before; then all settle in turn."""

from itertools import repeat

from loopscope import Promise, async_function

TITLE = "a link of a `then` chain"


def nothing():
    pass


@async_function
async def on_loopscope(n, watch):
    promise = Promise.resolve()
    watch.start()
    for _ in repeat(None, n):
        promise = promise.then(nothing)
    await promise
    watch.stop()
