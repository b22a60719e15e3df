# An interval is armed again before the microtasks of its callback run.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


n = 0


def tick():
    global n
    n += 1
    console.log('interval', n)
    if n == 1:
        Promise.resolve().then(lambda: setTimeout(say('timeout made in microtask'), 2))
    if n == 2:
        clearInterval(interval)


interval = setInterval(tick, 2)
