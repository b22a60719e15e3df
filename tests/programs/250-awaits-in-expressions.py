# Awaits inside expressions: operands from left to right, with what was read before kept.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


balance = 10


async def one(v):
    console.log('one', v)
    return v


async def withdraw(n):
    global balance
    balance = balance - (await one(n))


ticks(8)


async def main():
    console.log((await one(1)) + (await one(2)) * (await one(3)))
    console.log([await one('a'), await one('b')], (await one(False)) or (await one('or')))
    console.log(await one('yes') if (await one(null)) is null else await one('no'))


withdraw(3)
withdraw(4)
main().then(lambda: console.log('lost update:', balance))
