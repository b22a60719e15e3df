# What a then handler returns: a value +0, a thenable +1, a native promise +2.
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


ticks(6)
Promise.resolve().then(lambda: 1).then(say('value: 2'))
Promise.resolve().then(lambda: Thenable()).then(say('thenable: 3'))
Promise.resolve().then(lambda: Promise.resolve()).then(say('promise: 4'))
Promise.resolve().then(lambda: Promise.reject(1)).catch(say('rejected promise: 4'))
