# A full checkpoint, ticks then microtasks, after every timer.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def timer(n):
    console.log(f'T{n}')
    Promise.resolve().then(say(f'm{n}'))
    process.nextTick(say(f'n{n}'))


setTimeout(timer, 0, 1)
setTimeout(timer, 0, 2)
