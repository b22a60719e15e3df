# One after the other, by a reduce, by a loop and by a chain: in step.
from functools import reduce

from loopscope.js import *

def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


log = []


def step(name):
    return lambda: log.append(name)


async def by_loop():
    for n in [1, 2, 3]:
        await null
        log.append(f'loop {n}')


chain = Promise.resolve()
for n in [1, 2, 3]:
    chain = chain.then(step(f'chain {n}'))
by_loop()
reduce(lambda p, n: p.then(step(f'reduce {n}')), [1, 2, 3], Promise.resolve())
ticks(3)
setTimeout(lambda: console.log(log), 1)
