# yield awaits its operand: a rejected one is thrown at the yield; queued requests go on at once.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


async def g():
    try:
        yield Promise.reject('rejected operand')
    except Thrown as e:
        console.log('thrown at the yield:', e.value)
    yield Promise(lambda r: setTimeout(r, 1, 'late'))
    console.log('after late')
    yield 'end'


def show(r):
    console.log(r)


ticks(4)
it = g()
it.next().then(show)
it.next().then(show)
it.next().then(show)
console.log('three requests are queued')
