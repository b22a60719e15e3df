# A chain of ticks runs to its end before any promise or timer.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


n = 0


def again():
    global n
    if n < 3:
        n += 1
        console.log('tick', n)
        process.nextTick(again)


setTimeout(say('timeout'))
Promise.resolve().then(say('promise'))
process.nextTick(again)
