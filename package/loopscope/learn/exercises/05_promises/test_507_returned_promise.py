"""A promise in a promise."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    Promise.resolve().then(lambda: Promise.resolve("inner")).then(console.log)
    steps = Promise.resolve()
    steps = steps.then(lambda: console.log("step 1")).then(lambda: console.log("step 2"))
    steps = steps.then(lambda: console.log("step 3")).then(lambda: console.log("step 4"))
