"""First, second, third."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def example():
        console.log("first console")
        setTimeout(lambda: console.log("second console"), 0)
        console.log("third console")

    example()
    console.log("fourth console")
