# An async function runs at once, up to its first await.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


async def f(n):
    console.log(f'f{n} start')
    await null
    console.log(f'f{n} 1')
    await null
    console.log(f'f{n} 2')


console.log('a')
f(1)
console.log('b')
f(2)
console.log('c')
Promise.resolve().then(say('p1')).then(say('p2'))
