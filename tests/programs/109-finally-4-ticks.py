# finally delays the next then to the fourth tick; without a handler it is a plain then.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


ticks(6)
Promise.resolve().finally_(lambda: 1).then(say('finally with a value: 4'))
Promise.resolve().finally_(lambda: Promise.resolve()).then(say('finally with a promise: 4'))
Promise.resolve().finally_().then(say('finally without a handler: 2'))
Promise.reject(1).finally_(lambda: 1).catch(say('finally of a rejection: 4'))
