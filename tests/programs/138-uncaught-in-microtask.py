# After an exception in a tick or microtask the remaining ones go on.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def on_uncaught(error, origin):
    console.log('uncaught', str(error), origin)
    Promise.resolve().then(say('micro from handler'))


def fail(name):
    console.log(name)
    raise Exception(name)


process.on('uncaughtException', on_uncaught)
queueMicrotask(lambda: fail('m1'))
queueMicrotask(say('m2'))
process.nextTick(fail, 'n1')
process.nextTick(say('n2'))
setImmediate(say('immediate'))
