# The next round of an interval is counted from before its callback, not from its end.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


n = 0


def tick():
    global n
    n += 1
    console.log('interval', n)
    if n == 2:
        clearInterval(interval)
    if n == 1:
        block(20)
        setTimeout(say('timeout, 20 + 25 ms after the first round began'), 25)


interval = setInterval(tick, 30)
