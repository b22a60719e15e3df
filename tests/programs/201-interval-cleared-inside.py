# An interval cleared by its own callback, by a microtask of it, by a tick of it: each is in
# time.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def clear_at_once():
    console.log('a')
    clearInterval(a)


def clear_in_microtask():
    console.log('b')
    queueMicrotask(lambda: clearInterval(b))


def clear_in_tick():
    console.log('c')
    process.nextTick(clearInterval, c)


a = setInterval(clear_at_once, 5)
b = setInterval(clear_in_microtask, 5)
c = setInterval(clear_in_tick, 5)
setTimeout(say('end'), 40)
