"""In any case."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    Promise.resolve("a").finally_(lambda: console.log("finally")).then(console.log)
    Promise.resolve().then(lambda: console.log("1")).then(lambda: console.log("2")).then(
        lambda: console.log("3")
    ).then(lambda: console.log("4")).then(lambda: console.log("5"))
    setTimeout(lambda: console.log("task"), 0)
