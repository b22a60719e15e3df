# A listener removed during a dispatch is not called; stopImmediatePropagation ends it.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


t = EventTarget()
b = say('b never')


def first():
    console.log('a')
    t.removeEventListener('x', b)


def third(event):
    console.log('c')
    event.stopImmediatePropagation()


t.addEventListener('x', first)
t.addEventListener('x', b)
t.addEventListener('x', third)
t.addEventListener('x', say('d never'))
t.addEventListener('x', b, {'capture': True})
t.dispatchEvent(Event('x'))
