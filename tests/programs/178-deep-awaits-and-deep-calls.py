# 50,000 nested awaits need no stack; 100,000 nested calls overflow it, which rejects.
from loopscope.js import *

n = 0


async def loop():
    global n
    if n < 50000:
        n += 1
        await null
        await loop()


async def rec(k):
    return rec(k - 1) if k else 0


loop().then(lambda: console.log('50k nested awaits ok'))
# JavaScript's RangeError is Python's RecursionError.
rec(100_000).catch(
    lambda e: console.log('deep sync recursion overflows:', isinstance(e, RecursionError))
)
