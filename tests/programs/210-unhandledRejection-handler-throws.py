# What an unhandledRejection handler throws is an uncaught exception; the rest of its batch is
# never told.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def on_unhandled(reason):
    console.log('unhandled', reason)
    raise Exception('handler of ' + reason)


process.on('unhandledRejection', on_unhandled)
process.on('uncaughtException', lambda error, origin: console.log('uncaught', str(error), origin))
Promise.reject('a')
Promise.reject('b')
setImmediate(say('immediate'))
setTimeout(lambda: Promise.reject('c'), 100)
setTimeout(say('end'), 150)
