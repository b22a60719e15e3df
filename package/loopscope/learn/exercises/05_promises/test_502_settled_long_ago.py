"""A promise that has long been kept."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    kept = Promise.resolve("word")
    kept.then(lambda value: console.log("a", value))
    setTimeout(lambda: console.log("a day later"), 0)
    console.log("before")
    kept.then(lambda value: console.log("another", value))
    console.log("after")
