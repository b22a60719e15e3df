# Unref'd timers run while something else holds the loop, and hold nothing themselves.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


n = 0


def tick():
    global n
    n += 1
    console.log('interval', n)
    if n == 2:
        clearInterval(i)


i = setInterval(tick, 10)
console.log(i.hasRef(), i.unref() is i, i.hasRef())
t = setTimeout(say('never: unref timeout'), 500).unref()
back = setTimeout(say('ref again'), 150).unref().ref()
immediate = setImmediate(lambda: None)
console.log(t.hasRef(), back.hasRef(), immediate.hasRef(), immediate.unref().ref() is immediate)
closed = setTimeout(say('never: closed'), 1)
console.log(closed.close() is closed)
