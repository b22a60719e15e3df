# reject never looks into its reason: a thenable or a promise is handed on unopened.
from loopscope.js import *


class Thenable:
    def then(self):
        console.log('never: then is called')


thenable = Thenable()
promise = Promise.resolve('inner')


async def f():
    try:
        await Promise.reject(promise)
    except Thrown as e:
        console.log('await throws the promise:', e.value is promise, await e.value)


Promise.reject(thenable).catch(lambda r: console.log('the thenable:', r is thenable))
Promise.reject(promise).catch(lambda r: console.log('the promise:', r is promise))
Promise.reject(None).catch(lambda r: console.log('undefined:', r))
Promise.reject().catch(lambda r: console.log('nothing:', r))
f()
