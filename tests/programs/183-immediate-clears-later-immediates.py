# An immediate clears later ones of its batch, itself, and one that was set meanwhile.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def first():
    console.log('first')
    clearImmediate(third)
    clearImmediate(one)
    next_ = setImmediate(say('never: set and cleared'))
    setImmediate(say('of the next turn'))
    clearImmediate(next_)


one = setImmediate(first)
setImmediate(say('second'))
third = setImmediate(say('never: third'))
setImmediate(say('fourth'))
