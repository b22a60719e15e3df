# finally keeps the value or reason, unless it throws or returns a promise that rejects.
from loopscope.js import *


def throw_three():
    raise Thrown(3)


Promise.resolve(1).finally_(lambda: 2).then(lambda v: console.log('keeps', v))
Promise.reject(1).finally_(lambda: 2).catch(lambda v: console.log('keeps reason', v))
Promise.resolve(1).finally_(throw_three).catch(lambda v: console.log('throw wins', v))
Promise.reject(1).finally_(lambda: Promise.reject(4)).catch(
    lambda v: console.log('rejected return wins', v)
)
Promise.resolve(1).finally_(lambda *a: console.log('args', len(a)))
