"""Node's own queue."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    queueMicrotask(lambda: console.log("microtask"))
    process.nextTick(lambda: console.log("tick"))
    setTimeout(lambda: console.log("timer"), 0)
    console.log("script")
