# resolve(value) settles now, resolve(thenable) one tick later, resolve(native promise) two.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


class Thenable:
    def then(self, f):
        f()


ticks(5)
Promise(lambda r: r(1)).then(say('value: 1'))
Promise(lambda r: r(Thenable())).then(say('thenable: 2'))
Promise(lambda r: r(Promise.resolve())).then(say('native promise: 3'))
