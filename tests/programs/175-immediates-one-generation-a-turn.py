# Immediates go generation by generation, one in each turn, microtasks right after each.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def generation(name, left):
    console.log(name, left)
    queueMicrotask(say(name, left, 'microtask'))
    if left > 0:
        setImmediate(generation, name, left - 1)


setImmediate(generation, 'a', 2)
setImmediate(generation, 'b', 1)
setImmediate(generation, 'c', 2)
