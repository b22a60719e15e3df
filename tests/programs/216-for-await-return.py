# return out of for await waits for the generator's finally; an error of that one replaces the
# value.
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
        yield 2
    finally:
        await null
        console.log(name, 'finally')
        if name == 'b':
            raise Thrown('from the finally')


async def main(name):
    async for v in g(name):
        return v


ticks(12)
main('a').then(lambda v: console.log('a returned', v))
main('b').catch(lambda e: console.log('b threw', e))
