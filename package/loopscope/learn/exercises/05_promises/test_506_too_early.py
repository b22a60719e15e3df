"""The result that is not there yet."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    result = None

    def keep(value):
        nonlocal result
        result = value
        console.log("kept", value)

    Promise(lambda resolve: setTimeout(lambda: resolve("data"), 5)).then(keep)
    setTimeout(lambda: console.log("later:", result), 0)
    console.log("now:", result)
    setTimeout(lambda: console.log("much later:", result), 20)
