# A finally that awaits delays the return; one that returns or throws replaces what was on its
# way.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


async def delayed():
    try:
        return 'the value'
    finally:
        await null
        console.log('finally of delayed')


async def replaced():
    try:
        raise Thrown('lost')
    finally:
        await null
        return 'the return of finally'


async def thrown():
    try:
        return 'lost too'
    finally:
        await Promise.reject('the throw of finally')


ticks(4)
delayed().then(lambda v: console.log(v))
replaced().then(lambda v: console.log(v))
thrown().catch(lambda e: console.log(e))
