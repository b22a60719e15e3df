# A then or catch that has nothing to do still costs its tick.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


ticks(4)
Promise.resolve('v').catch(say('never')).then(lambda v: console.log('through catch: 2', v))
Promise.resolve('v').then().then(lambda v: console.log('through then(): 2', v))
Promise.reject('r').then(say('never')).catch(lambda r: console.log('through then: 2', r))
Promise.reject('r').then().then().catch(lambda r: console.log('through two: 3', r))
