"""A race that is over before it begins."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    Promise.race([Promise.resolve("quick"), Promise.resolve("too late")]).then(console.log)
    Promise.resolve("plain").then(console.log)
    queueMicrotask(lambda: console.log("microtask"))
    console.log("script")
