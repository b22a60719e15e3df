# After a timer that throws, the next expired timer runs before the thrower's ticks and
# microtasks.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


process.on('uncaughtException', lambda error: console.log('uncaught', str(error)))


def thrower():
    console.log('timer 1')
    process.nextTick(say('tick of timer 1'))
    queueMicrotask(say('microtask of timer 1'))
    raise Exception('in timer 1')


def second():
    console.log('timer 2')
    process.nextTick(say('tick of timer 2'))
    queueMicrotask(say('microtask of timer 2'))


setTimeout(thrower, 1)
setTimeout(second, 1)
setTimeout(say('timer 3, of another list'), 3)
setImmediate(say('immediate'))
block(10)
