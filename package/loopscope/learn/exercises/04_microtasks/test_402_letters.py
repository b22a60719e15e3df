"""Twice each."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    setTimeout(lambda: console.log("post"), 0)
    queueMicrotask(lambda: console.log("letter"))
    setTimeout(lambda: console.log("parcel"), 0)
    queueMicrotask(lambda: console.log("card"))
    console.log("sender")
