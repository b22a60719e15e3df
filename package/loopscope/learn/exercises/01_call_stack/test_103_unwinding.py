"""Down and up again."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def third():
        console.log("deepest")

    def second():
        console.log("going down")
        third()
        console.log("coming up")

    def first():
        second()
        console.log("back")

    first()
