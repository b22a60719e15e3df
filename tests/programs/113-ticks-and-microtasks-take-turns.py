# Ticks are drained to the end, then microtasks to the end, then again: neither interrupts the
# other.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def microtask_1():
    console.log('microtask 1')
    process.nextTick(say('tick from microtask 1'))
    queueMicrotask(say('microtask from microtask 1'))


def tick_1():
    console.log('tick 1')
    queueMicrotask(say('microtask from tick 1'))
    process.nextTick(say('tick from tick 1'))


queueMicrotask(microtask_1)
queueMicrotask(say('microtask 2'))
process.nextTick(tick_1)
process.nextTick(say('tick 2'))
