# A timer starts at the time of the call, not at the time when its task began.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def immediate():
    setTimeout(say('40 ms, set at once'), 40)
    block(30)
    setTimeout(say('30 ms, set after blocking for 30'), 30)


setImmediate(immediate)
