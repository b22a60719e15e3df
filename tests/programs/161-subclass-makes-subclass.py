# then, catch, finally and the statics of a subclass make its instances; an async function does
# not.
from loopscope.js import *


class Q(Promise):
    pass


q = Q.resolve(1)


async def f():
    return q


console.log(isinstance(q, Q), isinstance(q.then(), Q))
console.log(isinstance(q.catch(), Q), isinstance(q.finally_(), Q))
console.log(
    isinstance(Q.all([]), Q), isinstance(Q.race([]), Q), isinstance(Q.allSettled([]), Q)
)
console.log(isinstance(f(), Q), isinstance(f(), Promise))
console.log(Q.resolve(q) is q, Promise.resolve(q) is q, isinstance(Promise.resolve(q), Q))
