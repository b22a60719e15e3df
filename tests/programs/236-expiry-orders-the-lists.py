# A list is ordered by when its first timer expires, however long its duration.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def immediate():
    setTimeout(say('120, expires at 120'), 120)
    block(40)
    setTimeout(say('40, expires at 80'), 40)
    setTimeout(say('120, expires at 160'), 120)
    block(40)
    setTimeout(say('20, expires at 100'), 20)
    setTimeout(say('60, expires at 140'), 60)


setImmediate(immediate)
