# An interval goes on after it threw. Its ticks wait as those of a timer that throws do.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


n = 0


def tick():
    global n
    n += 1
    console.log('interval', n)
    process.nextTick(say('tick', n))
    if n == 3:
        clearInterval(interval)
    raise Exception('in the interval')


process.on('uncaughtException', lambda error, origin: console.log(str(error), origin))
interval = setInterval(tick, 5)
