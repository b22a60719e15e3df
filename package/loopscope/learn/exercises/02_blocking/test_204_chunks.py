"""Work in pieces."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def chunk(n):
        def work():
            console.log("chunk", n)
            block(10)
            if n < 3:
                setTimeout(chunk(n + 1), 0)

        return work

    setTimeout(chunk(1), 0)
    setTimeout(lambda: console.log("keystroke"), 15)
    console.log("typing")
