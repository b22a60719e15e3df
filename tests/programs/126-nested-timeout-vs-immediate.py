# Timers first (all that are due), then immediates, then the timer that was set meanwhile.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def outer():
    console.log('outer')
    setTimeout(say('nested timeout'), 0)
    setImmediate(say('immediate'))


setTimeout(outer, 0)
setTimeout(say('sibling'), 0)
block(5)
