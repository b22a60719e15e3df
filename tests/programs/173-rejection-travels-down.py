# A rejection skips the handlers that are not for it, one tick for each link.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


def fail(reason):
    raise Thrown(reason)


ticks(6)
(
    Promise.reject('first')
    .then(say('never 1'))
    .then(say('never 2'))
    .catch(lambda r: fail(r + ', second'))
    .then(say('never 3'), lambda r: console.log('4:', r))
    .catch(say('never 4'))
    .then(lambda: console.log('6: goes on'))
)
