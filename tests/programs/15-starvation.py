from loopscope.js import *

n = 0


def again():
    global n
    n += 1
    if n < 1000:
        queueMicrotask(again)
    else:
        console.log('1000 microtasks done')


setTimeout(lambda: console.log('timer, starved until now'), 0)
queueMicrotask(again)
