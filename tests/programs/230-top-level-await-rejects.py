# What a top-level await throws ends the process with code 1; finally runs on the way.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


process.on('exit', lambda code: console.log('exit', code))
setTimeout(say('never: timer'), 50)
process.nextTick(say('tick'))
try:
    await Promise.reject(Exception('boom'))
finally:
    console.log('finally')
    queueMicrotask(say('microtask'))
