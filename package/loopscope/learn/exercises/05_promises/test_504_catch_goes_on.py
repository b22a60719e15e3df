"""After the fall."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    promise = Promise.reject("fell")
    promise = promise.then(lambda: console.log("walked on"))
    promise = promise.catch(lambda reason: console.log("caught:", reason))
    promise = promise.then(lambda: console.log("stood up"))
    setTimeout(lambda: console.log("next day"), 0)
    queueMicrotask(lambda: console.log("bystander"))
