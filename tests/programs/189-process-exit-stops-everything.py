# process.exit runs the 'exit' handlers and nothing else, not even promise jobs that they queue.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def on_exit(code):
    console.log('exit', code)
    Promise.resolve().then(say('never: promise job'))
    process.nextTick(say('never: tick of exit'))


process.on('exit', on_exit)
process.on('beforeExit', say('never: beforeExit'))


def timer():
    console.log('timer')
    process.nextTick(say('never: tick'))
    queueMicrotask(say('never: microtask'))
    process.exit(3)
    console.log('never: after exit')


setTimeout(timer, 1)
setTimeout(say('never: next timer'), 1)
setImmediate(lambda: setTimeout(say('never: timer 50'), 50))
