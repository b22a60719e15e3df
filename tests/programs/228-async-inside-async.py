# Async functions made inside async functions, called now, later and in sequence.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


async def outer(name):
    async def inner(n):
        console.log(name, n, 'begins')
        await null
        console.log(name, n, 'ends')
        return f'{name}{n}'

    first = inner(1)
    second = inner(2)
    console.log(await second, await first)
    console.log(await inner(await inner(3)))
    return inner


async def main():
    inner = await outer('a')
    console.log(await inner('from outside'))


ticks(10)
main()
