"""A tree of async functions, as pyperformance's async_tree has them: each calls six, six deep.

The leaves do nothing (none), sleep for 50 ms (io), or have an answer at hand nine times of ten and
sleep for it else (memoization). A time is that of the whole tree, divided by its leaves.
"""

import asyncio

from loopscope import Promise, async_function, set_timeout

TITLE = "a leaf of an async tree"
DEPTH = BRANCHES = 6
SIZES = (BRANCHES**DEPTH,)
FRESH = True
MILLISECONDS = 50


@async_function
async def grow(depth, leaf, number):
    if depth == 0:
        await leaf(number)
        return
    first = number * BRANCHES
    await Promise.all([grow(depth - 1, leaf, first + i) for i in range(BRANCHES)])


@async_function
async def do_nothing(number):
    pass


def after_a_while(resolve):
    set_timeout(resolve, MILLISECONDS)


@async_function
async def sleep(number):
    await Promise(after_a_while)


def remember():
    answers = set()

    @async_function
    async def ask(number):
        if number % 10 == 0 and number not in answers:
            await Promise(after_a_while)
            answers.add(number)

    return ask


@async_function
async def on_loopscope(n, watch):
    depth = levels(n)
    for name, leaf in (("none", do_nothing), ("io", sleep), ("memoization", remember())):
        watch.start()
        await grow(depth, leaf, 0)
        watch.stop(name)


def levels(n):
    """How deep a tree of about n leaves is."""
    depth = 0
    while BRANCHES ** (depth + 1) <= n:
        depth += 1
    return depth


async def asyncio_grow(depth, leaf, number):
    if depth == 0:
        await leaf(number)
        return
    first = number * BRANCHES
    await asyncio.gather(*[asyncio_grow(depth - 1, leaf, first + i) for i in range(BRANCHES)])


async def asyncio_do_nothing(number):
    pass


async def asyncio_sleep(number):
    await asyncio.sleep(MILLISECONDS / 1000)


def asyncio_remember():
    answers = set()

    async def ask(number):
        if number % 10 == 0 and number not in answers:
            await asyncio.sleep(MILLISECONDS / 1000)
            answers.add(number)

    return ask


async def on_asyncio(n, watch):
    loop = asyncio.get_running_loop()
    depth = levels(n)
    factories = {"": None}
    if hasattr(asyncio, "eager_task_factory"):
        factories[", eager tasks"] = asyncio.eager_task_factory
    for title, factory in factories.items():
        loop.set_task_factory(factory)
        for name, leaf in (
            ("none", asyncio_do_nothing),
            ("io", asyncio_sleep),
            ("memoization", asyncio_remember()),
        ):
            watch.start()
            await asyncio_grow(depth, leaf, 0)
            watch.stop(name + title)
    loop.set_task_factory(None)
