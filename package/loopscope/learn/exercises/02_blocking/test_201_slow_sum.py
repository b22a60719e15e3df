"""A timer and a long sum."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    setTimeout(lambda: console.log("timer"), 5)
    setTimeout(lambda: console.log("clock"), 0)
    console.log("sum begins")
    block(50)
    console.log("sum ends")
