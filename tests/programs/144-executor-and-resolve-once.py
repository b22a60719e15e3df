# The executor runs at once; only the first resolve or reject counts; a promise cannot hold
# itself.
from loopscope.js import *


def executor(resolve, reject):
    console.log('executor sync')
    resolve('first')
    reject('no')
    raise Exception('ignored')


def locked_in(resolve, reject):
    resolve(Promise(lambda r: setTimeout(r, 50, 'locked in')))
    reject('too late')


Promise(executor).then(lambda v: console.log(v))
Promise(locked_in).then(lambda v: console.log(v), lambda e: console.log('bug', e))
self = Promise(lambda r: setImmediate(lambda: r(self)))
self.catch(lambda e: console.log(type(e).__name__))
console.log('end')
