# Who calls an overridden then: resolve(p), all and await of a subclass do.
from loopscope.js import *


class P(Promise):
    def then(self, f, r):
        console.log('own then')
        return super().then(f, r)


p = P.resolve(1)


async def f():
    await p
    console.log('await')


console.log('await:')
f()
console.log('all:')
Promise.all([p]).then(lambda: console.log('all'))
console.log('resolve of another class:')
Promise.resolve(p).then(lambda: console.log('Promise.resolve'))
console.log('resolve of its own class:')
console.log(P.resolve(p) is p)
console.log('resolve(p):')
Promise(lambda r: r(p)).then(lambda: console.log('resolve(p)'))
console.log('end')
