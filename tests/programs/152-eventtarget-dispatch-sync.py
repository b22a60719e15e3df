# dispatchEvent calls the listeners at once; one added meanwhile waits for the next event.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


t = EventTarget()


def first():
    console.log('L1')
    Promise.resolve().then(say('m1'))
    process.nextTick(say('n1'))
    t.addEventListener('x', say('added during dispatch'))


t.addEventListener('x', first)
t.addEventListener('x', say('L2'), {'once': True})
t.addEventListener('x', say('L3'), {'capture': True})
t.dispatchEvent(Event('x'))
console.log('dispatched')
t.dispatchEvent(Event('x'))
