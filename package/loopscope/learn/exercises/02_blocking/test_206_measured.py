"""How late?"""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def ring():
        console.log("rings in time:", performance.now() < 20)

    setTimeout(ring, 10)
    setTimeout(lambda: console.log("zero"), 0)
    console.log("measuring")
    block(25)
    console.log("measured")
