# Lists of different durations run by expiry, whatever the order of setting.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def immediate():
    setTimeout(say('45 ms list'), 45)
    setTimeout(say('30 ms list'), 30)
    setTimeout(say('15 ms list'), 15)
    setTimeout(say('30 ms list second'), 30)


setImmediate(immediate)
