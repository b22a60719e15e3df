# Reactions run in the order of their registration; resolving queues them, it does not run them.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def keep(r):
    global res
    res = r


p = Promise(keep)
p.then(say(1)).then(say(4))
p.then(say(2))
queueMicrotask(say(0))
res()
console.log('sync')
p.then(say(3))
