"""All of what is there already."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    Promise.all([Promise.resolve(1), 2]).then(lambda: console.log("all"))
    once = Promise.resolve().then(lambda: console.log("one"))
    twice = once.then(lambda: console.log("two"))
    twice.then(lambda: console.log("three"))
    setTimeout(lambda: console.log("task"), 0)
