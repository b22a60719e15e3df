"""Two kinds of callback."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def at_once(callback):
        console.log("calling")
        callback()

    def later(callback):
        console.log("planning")
        setTimeout(callback, 0)

    later(lambda: console.log("the second kind"))
    at_once(lambda: console.log("the first kind"))
    console.log("done")
