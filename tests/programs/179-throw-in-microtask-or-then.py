# What a bare microtask throws is uncaught; what a then handler throws rejects its promise.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


process.on('uncaughtException', lambda error, origin: console.log(str(error), '|', origin))


def fail(message):
    raise Exception(message)


queueMicrotask(lambda: fail('of a microtask'))
Promise.resolve().then(lambda: fail('of a then handler'))
Promise.resolve().then(lambda: fail('of a caught one')).catch(
    lambda e: console.log(str(e), '| caught')
)
queueMicrotask(say('last microtask'))
setImmediate(say('immediate'))
