"""Ticks and microtasks take turns."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def tick():
        console.log("tick")
        queueMicrotask(lambda: console.log("micro of tick"))

    def micro():
        console.log("micro")
        process.nextTick(lambda: console.log("tick of micro"))

    queueMicrotask(micro)
    process.nextTick(tick)
    setTimeout(lambda: console.log("timer"), 0)
