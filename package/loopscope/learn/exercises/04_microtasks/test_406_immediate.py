"""Immediately?"""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    setImmediate(lambda: console.log("immediate"))
    process.nextTick(lambda: console.log("next tick"))
    Promise.resolve().then(lambda: console.log("promise"))
    console.log("now")
