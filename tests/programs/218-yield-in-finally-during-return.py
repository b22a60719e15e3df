# A finally that yields answers return() with that value; the return goes on with the next
# request.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


async def g():
    try:
        yield 1
    finally:
        yield 'cleaning'
        console.log('cleaned')


def show(name):
    return lambda r: console.log(name, r)


ticks(8)
it = g()
it.next().then(show('next'))
it.return_('r').then(show('return'))
it.next().then(show('next'))
it.next().then(show('next'))
