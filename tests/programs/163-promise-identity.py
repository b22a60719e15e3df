# Promise.resolve gives a promise back as it is; reject never does; then always makes a new one.
from loopscope.js import *

p = Promise.resolve(1)
rejected = Promise.reject(p)
console.log(Promise.resolve(p) is p, p.then() is p, p.finally_() is p, rejected is p)
rejected.catch(lambda reason: console.log('the reason is the promise itself:', reason is p))


async def f():
    return p


console.log(f() is p)
Promise(lambda _, reject: reject(p)).catch(lambda reason: console.log('and here:', reason is p))
