# break out of for await waits for the generator's return(), and so for its finally.
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
        yield 2
        console.log('never: after 2')
    finally:
        console.log('finally begins')
        await null
        console.log('finally ends')


async def main():
    async for v in g():
        console.log(v)
        if v == 2:
            break
    console.log('after the loop')


ticks(12)
main().then(say('main is done'))
