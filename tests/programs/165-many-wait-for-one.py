# All who wait for one promise go on in the order in which they began to wait.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def keep(r):
    global resolve
    resolve = r


p = Promise(keep)


async def wait(name):
    console.log(name, 'waits')
    console.log(name, 'got', await p)


wait('a')
p.then(lambda: console.log('then 1'))
wait('b')
p.finally_(say('finally'))
p.then(lambda: console.log('then 2'))
setTimeout(lambda: resolve('it'), 1)
setTimeout(lambda: wait('late'), 20)
