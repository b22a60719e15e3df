# Timers that have expired but not yet run can still be cleared: by a timer, its tick, its
# microtask.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def first():
    console.log('first')
    clearTimeout(second)
    clearTimeout(other)
    process.nextTick(lambda: clearTimeout(third))
    queueMicrotask(lambda: clearTimeout(fourth))


setTimeout(first, 1)
second = setTimeout(say('never: second'), 1)
third = setTimeout(say('never: third'), 1)
fourth = setTimeout(say('never: fourth'), 1)
setTimeout(say('fifth'), 1)
other = setTimeout(say('never: another list'), 3)
setTimeout(say('second of another list'), 3)
block(20)
