# Without an unhandledRejection handler a rejection becomes an uncaught exception of that origin.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


process.on('uncaughtException', lambda e, origin: console.log('uncaught', str(e), origin))


async def fails():
    raise TypeError('r3')


Promise.reject(Exception('r1'))
setTimeout(lambda: Promise.reject(Exception('r2')), 1)
fails()
process.nextTick(say('tick'))
setTimeout(say('second timer'), 1)
