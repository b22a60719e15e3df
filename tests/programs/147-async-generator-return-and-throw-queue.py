# return and throw wait in the same queue as next, and run finally on their way.
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
    except Thrown as e:
        console.log(name, 'caught', e.value)
        yield 3
    finally:
        console.log(name, 'finally')


def show(name):
    return lambda r: console.log(name, r)


ticks(8)
a = g('a')
a.next().then(show('a next'))
a.return_('r').then(show('a return'))
a.next().then(show('a next'))
b = g('b')
b.next().then(show('b next'))
b.throw('t').then(show('b throw'))
b.next().then(show('b next'))
b.next().then(show('b next'))
