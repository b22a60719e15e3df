"""Every queue at once."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def in_timer():
        console.log("timer 1")
        process.nextTick(lambda: console.log("tick of timer"))
        Promise.resolve().then(lambda: console.log("promise of timer"))

    async def work():
        console.log("async")
        await None
        console.log("async goes on")
        process.nextTick(lambda: console.log("tick of async"))

    setTimeout(in_timer, 0)
    setTimeout(lambda: console.log("timer 2"), 0)
    process.nextTick(lambda: console.log("tick"))
    work()
    queueMicrotask(lambda: console.log("microtask"))
    console.log("script")
