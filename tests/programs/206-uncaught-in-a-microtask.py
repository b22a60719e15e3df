# A microtask that throws, with something of every kind queued before it, by it and by the
# handler.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def on_uncaught(error):
    console.log('uncaught', str(error))
    process.nextTick(say('tick of the handler'))
    queueMicrotask(say('microtask of the handler'))


def thrower():
    console.log('microtask 1')
    process.nextTick(say('tick of microtask 1'))
    queueMicrotask(say('microtask of microtask 1'))
    raise Exception('microtask 1')


process.on('uncaughtException', on_uncaught)
setTimeout(say('timer'), 1)
setImmediate(say('immediate'))
queueMicrotask(thrower)
queueMicrotask(say('microtask 2'))
Promise.resolve().then(say('then'))
process.nextTick(say('tick'))
block(5)
