# A full checkpoint after every immediate; an immediate set by one waits for the next turn.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def immediate(n):
    console.log(f'I{n}')
    Promise.resolve().then(say(f'm{n}')).then(say(f'm{n} again'))
    process.nextTick(say(f'n{n}'))
    setImmediate(say(f'set by I{n}'))


setImmediate(immediate, 1)
setImmediate(immediate, 2)
