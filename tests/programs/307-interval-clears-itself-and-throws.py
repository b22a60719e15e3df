# An interval that clears itself takes its emptied list away at once: when it throws then, the next
# timer runs before its microtasks. The list of a timeout stays a moment longer.
from loopscope.js import *


def interval():
    clearInterval(t)
    queueMicrotask(lambda: console.log('microtask of the interval'))
    raise Exception('interval')


def timeout():
    queueMicrotask(lambda: console.log('microtask of the timeout'))
    raise Exception('timeout')


process.on('uncaughtException', lambda error: console.log('uncaught', str(error)))
t = setInterval(interval, 1)
setTimeout(lambda: console.log('timer 3'), 3)
setTimeout(timeout, 5)
setTimeout(lambda: console.log('timer 7'), 7)
block(20)
