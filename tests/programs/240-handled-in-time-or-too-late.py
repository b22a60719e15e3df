# A handler added by a tick or microtask comes in time, by an immediate or timer too late.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


process.on('unhandledRejection', lambda reason: console.log('unhandled', reason))
process.on('rejectionHandled', lambda: console.log('rejectionHandled'))
in_tick = Promise.reject('handled in a tick')
in_microtask = Promise.reject('handled in a microtask')
in_immediate = Promise.reject('handled in an immediate')
never = Promise.reject('never handled')
process.nextTick(lambda: in_tick.catch(lambda r: console.log(r)))
queueMicrotask(lambda: process.nextTick(lambda: in_microtask.catch(lambda r: console.log(r))))
setImmediate(lambda: in_immediate.catch(lambda r: console.log(r)))
setImmediate(say('next immediate'))
setTimeout(lambda: console.log(never), 100)
