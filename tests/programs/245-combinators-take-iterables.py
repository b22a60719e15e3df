# The combinators take any iterable; what is none rejects, as does one that throws on the way.
from loopscope.js import *


def values():
    yield 1
    yield Promise.resolve(2)


def throws_on_the_way():
    yield 1
    raise Exception('on the way')


Promise.all(values()).then(lambda v: console.log(v))
Promise.all('ab').then(lambda v: console.log(v))
Promise.all({3, 4}).then(lambda v: console.log(v))
Promise.all([values, Promise]).then(lambda v: console.log(len(v)))
Promise.all(throws_on_the_way()).catch(lambda e: console.log('all', str(e)))
Promise.any(throws_on_the_way()).catch(lambda e: console.log('any', str(e)))
for it in [None, 5]:
    Promise.all(it).catch(lambda e: console.log('all', type(e).__name__))
    Promise.race(it).catch(lambda e: console.log('race', type(e).__name__))
console.log('end')
