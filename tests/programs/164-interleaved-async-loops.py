# Async loops take turns at each await.
from loopscope.js import *


async def f(n):
    for i in range(3):
        console.log(n, i)
        await null


async def in_sequence():
    for x in ['c', 'd']:
        await f(x)


f('a')
f('b')
in_sequence()
