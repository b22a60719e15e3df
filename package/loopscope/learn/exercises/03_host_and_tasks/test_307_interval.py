"""Three ticks of a clock."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    ticks = 0

    def tick():
        nonlocal ticks
        ticks += 1
        console.log("tick", ticks)
        if ticks == 3:
            clearInterval(clock)

    setTimeout(lambda: console.log("alarm"), 25)
    clock = setInterval(tick, 10)
    setTimeout(lambda: console.log("at once"), 0)
    console.log("wound up")
