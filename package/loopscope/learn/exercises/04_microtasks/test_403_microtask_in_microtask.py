"""One more thing."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def first():
        console.log("thanks")
        queueMicrotask(lambda: console.log("one more thing"))

    setTimeout(lambda: console.log("goodbye"), 0)
    queueMicrotask(first)
    queueMicrotask(lambda: console.log("welcome"))
