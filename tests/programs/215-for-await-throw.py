# An exception in the body of for await waits for return() too, and wins over what that throws.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


async def g(name):
    try:
        yield 1
    finally:
        console.log(name, 'finally')
        await null
        if name == 'b':
            raise Thrown('from the finally')


async def main(name):
    try:
        async for v in g(name):
            console.log(name, v)
            raise Thrown('from the body')
    except Thrown as e:
        console.log(name, 'caught', e.value)


ticks(10)
main('a')
main('b')
