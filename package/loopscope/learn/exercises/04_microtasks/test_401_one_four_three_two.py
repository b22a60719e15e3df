"""Numbers."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    console.log(1)
    setTimeout(lambda: console.log(2), 0)
    Promise.resolve().then(lambda: console.log(3))
    console.log(4)
