# A chain of microtasks runs to its end before a tick that one of them queued, and before any
# timer.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


n = 0


def again():
    global n
    if n == 0:
        process.nextTick(say('tick'))
    if n < 3:
        n += 1
        console.log('microtask', n)
        Promise.resolve().then(again)


setTimeout(say('timeout'))
queueMicrotask(again)
