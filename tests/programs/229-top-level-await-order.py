# Top-level await among async functions, ticks and timers; for await at the top.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


async def f(name):
    console.log(name, 'begins')
    await null
    console.log(name, 'ends')
    return name


async def g():
    yield 1
    yield 2


ticks(6)
process.nextTick(say('tick'))
setTimeout(say('timer'), 1)
f('a')
console.log(await f('b'))
async for v in g():
    console.log('g', v)
async for v in [f('c'), 'd']:
    console.log(v)
console.log('body ends')
