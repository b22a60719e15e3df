# race, any and allSettled cost two ticks as all does; any of [] rejects at once.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


class Thenable:
    def then(self, f):
        f(2)


ticks(5)
Promise.race([Promise.resolve()]).then(say('race'))
Promise.any([Promise.resolve()]).then(say('any ok'))
Promise.any([Promise.reject(1), Promise.reject(2)]).catch(
    lambda e: console.log('any fail', e.errors)
)
Promise.allSettled([Promise.resolve(), Promise.reject(0)]).then(say('allSettled'))
Promise.any([]).catch(lambda e: console.log('any []', type(e).__name__, len(e.errors)))
Promise.race([1, Thenable()]).then(lambda v: console.log('race got', v))
