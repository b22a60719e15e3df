# What an async function returns: a value settles at once, a promise is adopted two ticks later.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


async def return_value():
    return 1


async def return_await():
    return await Promise.resolve(1)


async def return_promise():
    return Promise.resolve(1)


ticks(5)
return_value().then(say('return value: 1'))
return_await().then(say('return await p: 2'))
return_promise().then(say('return p: 3'))
