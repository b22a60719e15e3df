# From an immediate: a due timer runs before the next turn's immediate.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def immediate():
    setTimeout(say('timeout'), 0)
    setImmediate(say('immediate'))
    block(5)


setImmediate(immediate)
