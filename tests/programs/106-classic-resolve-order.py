# The classic quiz: a promise returned from then is seen three ticks later.
from loopscope.js import *


def say(*words):
    return lambda: console.log(*words)


def first():
    console.log(0)
    return Promise.resolve(4)


Promise.resolve().then(first).then(lambda v: console.log(v))
Promise.resolve().then(say(1)).then(say(2)).then(say(3)).then(say(5)).then(say(6))
