"""Both are late."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    setTimeout(lambda: console.log("forty"), 40)
    setTimeout(lambda: console.log("twenty"), 20)
    block(80)
    console.log("now")
