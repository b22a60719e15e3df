# Without a handler an unhandled rejection ends the process before any timer or immediate.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


process.on('exit', lambda code: console.log('exit', code))
Promise.reject(Exception('boom'))
process.nextTick(say('nextTick'))
Promise.resolve().then(say('micro')).then(say('micro2'))
setTimeout(say('never'))
setImmediate(say('never'))
