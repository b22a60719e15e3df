# An immediate that throws, with something of every kind queued by it and by the handler.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def on_uncaught(error):
    console.log('uncaught', str(error))
    process.nextTick(say('tick of the handler'))
    queueMicrotask(say('microtask of the handler'))
    setImmediate(say('immediate of the handler'))


def thrower():
    console.log('immediate 1')
    process.nextTick(say('tick of immediate 1'))
    queueMicrotask(say('microtask of immediate 1'))
    setImmediate(say('immediate of immediate 1'))
    raise Exception('immediate 1')


def second():
    console.log('immediate 2')
    process.nextTick(say('tick of immediate 2'))


process.on('uncaughtException', on_uncaught)
setImmediate(thrower)
setImmediate(second)
setImmediate(say('immediate 3'))
