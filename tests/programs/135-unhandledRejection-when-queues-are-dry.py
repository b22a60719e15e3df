# unhandledRejection comes when ticks and microtasks are dry, before the next timer; a rejection
# that found its handler by then is not reported.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


process.on('unhandledRejection', lambda reason: console.log('unhandled', reason))


def timer_1():
    console.log('timer 1')
    Promise.reject('of timer 1')
    process.nextTick(say('tick'))
    Promise.resolve().then(say('microtask')).then(say('microtask 2'))
    late = Promise.reject('never reported')
    queueMicrotask(lambda: late.catch(say('caught in time')))


setTimeout(timer_1, 1)
setTimeout(say('timer 2'), 1)
