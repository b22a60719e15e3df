# The ticks and microtasks of a timer that throws come after the next expired timer.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


process.on('uncaughtException', say('uncaught'))


def thrower():
    process.nextTick(say('tick of t1'))
    Promise.resolve().then(say('micro of t1'))
    raise Exception('in t1')


setTimeout(thrower, 1)
setTimeout(say('t2 runs before t1 ticks'), 1)
block(5)
