# try, catch and finally around awaits, in step with a promise chain.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def ticks(n):
    p = Promise.resolve()
    for i in range(1, n + 1):
        p = p.then(say(f't{i}'))


async def f():
    try:
        console.log('try')
        await null
        console.log('before the throw')
        await Promise.reject('thrown by await')
    except Thrown as e:
        console.log('catch', e.value)
        await null
        console.log('catch goes on')
    finally:
        console.log('finally')
        await null
        console.log('finally goes on')
    return 'returned'


ticks(6)
f().then(lambda v: console.log(v))
