# What a listener throws is thrown again by a tick: the other listeners and the caller go on. The
# rejection of an async listener is thrown by a tick too.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


process.on(
    'uncaughtException', lambda error, origin: console.log('uncaught', str(error), origin)
)
process.on('unhandledRejection', say('never: unhandledRejection'))
t = EventTarget()


def throws():
    console.log('L1')
    raise Exception('of L1')


async def rejects():
    console.log('L2')
    await null
    raise Exception('of L2')


t.addEventListener('x', throws)
t.addEventListener('x', rejects)
t.addEventListener('x', say('L3'))
Promise.resolve().then(say('m1')).then(say('m2')).then(say('m3')).then(say('m4'))
process.nextTick(say('n1'))
console.log('dispatched', t.dispatchEvent(Event('x')))
process.nextTick(say('n2'))
