# The time is not read again inside a pass: a timer set by a timer waits for the next turn,
# though due.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def outer():
    console.log('outer')
    setTimeout(say('nested, due at once'), 1)
    setImmediate(say('immediate'))
    block(20)


setTimeout(outer, 1)
setTimeout(say('sibling'), 1)
setTimeout(say('another list'), 3)
block(10)
