"""A timer in a timer."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def outer():
        console.log("outer")
        setTimeout(lambda: console.log("inner"), 0)
        console.log("outer ends")

    setTimeout(outer, 0)
    setTimeout(lambda: console.log("sibling"), 0)
    setTimeout(lambda: console.log("later"), 20)
