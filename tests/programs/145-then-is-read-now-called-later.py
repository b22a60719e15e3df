# resolve(thenable) reads its then at once and calls it in a later job; what it throws after
# resolving is ignored; what the getter throws rejects.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


class Thenable:
    @property
    def then(self):
        console.log('then is read')
        return call


def call(resolve):
    console.log('then is called')
    resolve('value')
    raise Exception('ignored')


class Poisoned:
    @property
    def then(self):
        raise Exception('in the getter')


queueMicrotask(say('microtask queued before'))
Promise(lambda r: r(Thenable())).then(lambda v: console.log(v))
console.log('after resolve')
Promise(lambda r: r(Poisoned())).catch(lambda e: console.log('rejected:', str(e)))
queueMicrotask(say('microtask queued after'))
