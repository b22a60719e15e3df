# for await left early closes a synchronous generator too: its finally runs.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


def g(name):
    try:
        yield 1
        yield Promise.resolve(2)
        yield 3
    finally:
        console.log(name, 'finally')


async def breaks():
    async for v in g('a'):
        console.log('a', v)
        if v == 2:
            break
    console.log('a', 'after the loop')


async def throws():
    async for v in g('b'):
        raise Thrown(v)


async def completes():
    async for v in g('c'):
        console.log('c', v)
    console.log('c', 'after the loop')


ticks(14)
breaks()
throws().catch(lambda v: console.log('b', 'threw', v))
completes()
