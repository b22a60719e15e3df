"""The famous one."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    console.log("one")
    setTimeout(lambda: console.log("two"), 2000)
    setTimeout(lambda: console.log("three"), 0)
    console.log("four")
