"""Resolved from outside."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    light = Promise.with_resolvers()
    light.promise.then(lambda colour: console.log("drive,", colour))
    console.log("waiting")
    light.resolve("green")
    console.log("switched")
    queueMicrotask(lambda: console.log("horn"))
