# After the script: all ticks, then all microtasks.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


Promise.resolve().then(say('promise'))
queueMicrotask(say('queueMicrotask'))
process.nextTick(say('nextTick'))
console.log('main')
