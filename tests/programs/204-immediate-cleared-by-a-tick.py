# A tick or a microtask of an immediate clears the next immediates of the same batch.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def first():
    console.log('first')
    process.nextTick(lambda: clearImmediate(second))
    Promise.resolve().then(lambda: clearImmediate(third))


setImmediate(first)
second = setImmediate(say('never: second'))
third = setImmediate(say('never: third'))
setImmediate(say('fourth'))
