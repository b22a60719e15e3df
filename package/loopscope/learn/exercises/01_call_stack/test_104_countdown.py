"""A function that calls itself."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def lift_off():
        console.log("lift-off")

    def count(n):
        if n == 0:
            lift_off()
            return
        console.log(n)
        count(n - 1)
        console.log("after", n)

    count(2)
