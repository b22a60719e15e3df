# for await over a synchronous iterable awaits each element; a rejected one does not close the
# iterator in Node 20.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


def bad():
    try:
        yield Promise.reject('bad')
        yield 1
    finally:
        console.log('finally of the synchronous generator')


held = bad()


async def good():
    soon = Promise(lambda r: queueMicrotask(lambda: r('c')))
    async for v in [Promise.resolve('a'), 'b', soon]:
        console.log(v)


async def fails():
    try:
        async for v in held:
            console.log(v)
    except Thrown as e:
        console.log('caught', e.value)
        console.log('not closed:', next(held))
        held.close()


ticks(7)
good()
fails()
