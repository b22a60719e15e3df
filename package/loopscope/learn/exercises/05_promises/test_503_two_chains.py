"""Left, right."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    Promise.resolve().then(lambda: console.log("left 1")).then(lambda: console.log("left 2"))
    Promise.resolve().then(lambda: console.log("right 1")).then(lambda: console.log("right 2"))
    console.log("march")
