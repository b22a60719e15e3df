# Promise.withResolvers (newer than Node 20: written out in JavaScript).
from loopscope.js import *


class Q(Promise):
    pass


a = Promise.withResolvers()
b = Promise.withResolvers()
c = Q.withResolvers()
a.promise.then(lambda v: console.log('a', v))
b.promise.catch(lambda r: console.log('b', r))
c.promise.then(lambda v: console.log('c', v))
c.resolve(a.promise)
b.reject('rejected')
b.resolve('too late')
setTimeout(a.resolve, 5, 'resolved')
console.log(a.promise, isinstance(c.promise, Q))
