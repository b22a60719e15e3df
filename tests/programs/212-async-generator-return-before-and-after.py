# return before the start never runs the body; after the end it still gives its value, awaited.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


async def g():
    console.log('never: body')
    yield 1


def show(name):
    return lambda r: console.log(name, r)


ticks(5)
it = g()
it.return_('early').then(show('return'))
it.next().then(show('next'))
it.return_(Promise.resolve('late')).then(show('return of a promise'))
it.return_(Promise.reject('no')).catch(show('return of a rejected one'))
it.next().then(show('next'))
