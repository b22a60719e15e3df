# Promise.all: one tick for each item's then and one for its own reaction; [] settles at once.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


class Thenable:
    def then(self, f):
        f('thenable')


ticks(5)
Promise.all([]).then(lambda v: console.log('all of []: 1', v))
Promise.all([1, Promise.resolve(2)]).then(
    lambda v: console.log('all of values and promises: 2', v)
)
Promise.all([Thenable()]).then(lambda v: console.log('all of a thenable: 3', v))
Promise.all([Promise.reject('no')]).catch(lambda e: console.log('all fails: 2', e))
