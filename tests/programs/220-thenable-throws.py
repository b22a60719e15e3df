# What a thenable throws before it resolved rejects, after it resolved is ignored; it may resolve
# later, with another thenable.
from loopscope.js import *


class ThrowsFirst:
    def then(self):
        raise Exception('before resolving')


class ThrowsLater:
    def then(self, resolve):
        resolve('resolved')
        raise Exception('ignored')


class ResolvesLater:
    def then(self, resolve):
        setTimeout(resolve, 1, ThrowsLater())


class ThrowsLocked:
    def then(self, resolve):
        resolve(ResolvesLater())
        raise Exception('ignored too, though not settled yet')


Promise.resolve(ThrowsFirst()).catch(lambda e: console.log('rejected:', str(e)))
Promise.resolve(ThrowsLater()).then(lambda v: console.log('1:', v))
Promise.resolve(ThrowsLocked()).then(lambda v: console.log('2:', v))
Promise.resolve().then(lambda: ThrowsFirst()).catch(
    lambda e: console.log('rejected later:', str(e))
)
