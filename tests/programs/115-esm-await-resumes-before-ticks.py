# Top-level await resumes as a microtask, still before the ticks that the body queued.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


process.nextTick(say('tick 1'))
await null
console.log('after the first await')
process.nextTick(say('tick 2'))
queueMicrotask(say('microtask'))
await Promise(lambda r: setTimeout(r, 1))
console.log('after the timer')
process.nextTick(say('tick 3'))
queueMicrotask(say('microtask after the timer'))
await null
console.log('end')
