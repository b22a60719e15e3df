# What a module's body throws becomes an uncaught error in the fourth microtask after it: the
# module, and three functions of the loader, are promises that wait for each other.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


process.on('uncaughtException', lambda error, origin: console.log('uncaught', str(error), origin))
await null
p = Promise.resolve()
for i in range(1, 7):
    p = p.then(say(f't{i}'))
process.nextTick(lambda: console.log('tick'))
raise Exception('of the body')
