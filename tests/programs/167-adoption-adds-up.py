# A promise that follows a promise that follows a promise: two ticks for each level.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


def wrap(inner):
    return Promise(lambda r: r(inner))


ticks(8)
wrap(Promise.resolve()).then(say('one level: 3'))
wrap(wrap(Promise.resolve())).then(say('two levels: 5'))
wrap(wrap(wrap(Promise.resolve()))).then(say('three levels: 7'))
wrap(wrap(Promise.reject('r'))).catch(lambda r: console.log('two levels, rejected: 5', r))
