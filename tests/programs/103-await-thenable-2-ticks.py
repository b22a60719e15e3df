# await of a value or a native promise costs one tick, of a thenable two.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


class Thenable:
    def then(self, f):
        f('from then')


async def await_value():
    await 1
    console.log('await value: 1')


async def await_promise():
    await Promise.resolve()
    console.log('await promise: 1')


async def await_thenable():
    console.log('await thenable: 2', await Thenable())


ticks(4)
await_thenable()
await_promise()
await_value()
