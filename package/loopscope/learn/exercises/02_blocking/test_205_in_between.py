"""Busy between two timers."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def morning():
        console.log("morning")
        block(30)
        console.log("still morning")

    setTimeout(morning, 0)
    setTimeout(lambda: console.log("noon"), 10)
    Promise.resolve().then(lambda: console.log("dawn"))
    console.log("night")
