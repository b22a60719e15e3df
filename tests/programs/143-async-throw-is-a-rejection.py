# An async function never throws to its caller, not even before its first await.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


async def fails():
    console.log('runs at once')
    raise Exception('thrown before any await')


async def fails_later():
    await null
    raise Thrown('thrown after an await')


ticks(3)
p = fails()
console.log('the caller goes on')
p.catch(lambda e: console.log('1:', str(e)))
fails_later().catch(lambda e: console.log('2:', e))
