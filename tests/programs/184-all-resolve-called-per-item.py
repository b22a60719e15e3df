# all and race call their class's resolve for each item; await never does.
from loopscope.js import *


class P(Promise):
    @classmethod
    def resolve(cls, v):
        console.log('resolve called', v)
        return super().resolve(v)


async def f():
    await P.reject(4).catch(lambda: 5)
    console.log('await does not call resolve')


P.all([1, 2]).then(lambda v: console.log(v))
P.race([3])
f()
