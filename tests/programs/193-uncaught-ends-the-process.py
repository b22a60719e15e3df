# An uncaught exception ends the process: 'exit' handlers with code 1, and nothing that was
# queued.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


process.on('exit', lambda code: console.log('exit', code))
process.on('beforeExit', say('never: beforeExit'))


def thrower():
    console.log('timer')
    process.nextTick(say('never: tick'))
    queueMicrotask(say('never: microtask'))
    raise Exception('boom')


setTimeout(thrower, 1)
setTimeout(say('never: next timer'), 1)
