# throw before the start or after the end rejects; while the body awaits, it waits its turn.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


async def g(name):
    console.log(name, 'body')
    await null
    console.log(name, 'goes on')
    yield 1
    console.log('never: after the yield')


def show(name):
    return lambda r: console.log(name, r)


ticks(6)
a = g('never: a')
a.throw('early').catch(show('a throw'))
a.next().then(show('a next'))
a.throw('late').catch(show('a throw again'))
b = g('b')
b.next().then(show('b next'))
b.throw('t').catch(show('b throw'))
b.next().then(show('b next again'))
