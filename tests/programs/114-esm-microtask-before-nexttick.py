# A module's body is itself a microtask: the others go before the first tick. (The await makes
# this script a module.)
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


process.nextTick(say('nextTick'))
Promise.resolve().then(say('promise'))
queueMicrotask(say('queueMicrotask'))
console.log('main')
await null
