# An async generator that hands on another's values by for await: each value costs both their
# ticks.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


async def inner():
    yield 'i1'
    yield 'i2'


async def outer():
    async for v in inner():
        yield v
    console.log('inner is done')
    async for v in ['s1', Promise.resolve('s2')]:
        yield v


async def main():
    async for v in outer():
        console.log(v)
    console.log('outer is done')


ticks(20)
main()
