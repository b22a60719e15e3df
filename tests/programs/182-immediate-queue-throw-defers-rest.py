# After an immediate that throws: the rest of the batch, then timers, then new immediates.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def on_uncaught():
    console.log('uncaught')
    setImmediate(say('I from handler'))


def thrower():
    setTimeout(say('timeout'), 1)
    block(5)
    raise Exception('in an immediate')


process.on('uncaughtException', on_uncaught)
setImmediate(thrower)
setImmediate(say('I2'))
setImmediate(say('I3'))
