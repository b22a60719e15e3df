# Surplus arguments of setTimeout, setInterval, setImmediate and nextTick go to the callback.
from loopscope.js import *


def show(a, b, c):
    console.log(a, b, c)


def tick(a, b):
    console.log(a, b)
    clearInterval(interval)


setTimeout(show, 100, 'timeout', 1)
interval = setInterval(tick, 150, 'interval', 2)
setImmediate(show, 'immediate', 3, null)
process.nextTick(show, 'tick', 4, None, 'dropped')
queueMicrotask(show)
