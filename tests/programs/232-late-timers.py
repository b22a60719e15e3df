# Many late timers: list by list, by the first expiry of each; a checkpoint after each timer.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def timer(name):
    console.log(name)
    queueMicrotask(say('microtask of', name))


setTimeout(timer, 90, '90')
setTimeout(timer, 30, '30')
setTimeout(timer, 60, '60')
setTimeout(timer, 30, '30 again')
block(5)
setTimeout(timer, 1, '1, set at 5')
setTimeout(timer, 90, '90, set at 5')
setTimeout(timer, 30, '30, set at 5')
block(150)
