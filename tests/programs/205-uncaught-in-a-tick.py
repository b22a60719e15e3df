# A tick that throws, with something of every kind queued before it, by it and by the handler:
# the other ticks wait for the next callback, which a due timer is.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def on_uncaught(error):
    console.log('uncaught', str(error))
    process.nextTick(say('tick of the handler'))
    queueMicrotask(say('microtask of the handler'))


def thrower():
    console.log('tick 1')
    process.nextTick(say('tick of tick 1'))
    queueMicrotask(say('microtask of tick 1'))
    raise Exception('tick 1')


process.on('uncaughtException', on_uncaught)
setTimeout(say('timer'), 1)
setImmediate(say('immediate'))
queueMicrotask(say('microtask'))
process.nextTick(thrower)
process.nextTick(say('tick 2'))
block(5)
