# An interval that is late runs once, not as often as it missed.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


n = 0


def tick():
    global n
    n += 1
    console.log('interval', n)
    if n == 3:
        clearInterval(interval)


interval = setInterval(tick, 40)
setTimeout(lambda: block(200), 1)
setTimeout(say('timer at 260'), 260)
