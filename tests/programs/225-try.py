# Promise.try (newer than Node 20: written out in JavaScript) calls at once and never throws.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


def fail(reason):
    raise Thrown(reason)


async def f(v):
    console.log('f is called with', v)
    return v


ticks(4)
Promise.try_(lambda: 1).then(say('value: 1'))
Promise.try_(fail, 'no').catch(lambda r: console.log('throw: 1', r))
Promise.try_(f, 'an argument').then(say('promise: 3'))
console.log('end')
