"""Who comes in time to catch it?"""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    process.on("unhandledRejection", lambda what: console.log("nobody caught", what))

    setTimeout(lambda: console.log("next morning"), 0)
    glass = Promise.reject("the glass")
    Promise.reject("the vase")
    queueMicrotask(lambda: glass.catch(lambda what: console.log("caught", what)))
    console.log("evening")
