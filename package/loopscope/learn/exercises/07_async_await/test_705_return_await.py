"""Return it, or await it?"""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    async def direct():
        return Promise.resolve("direct")

    async def awaited():
        return await Promise.resolve("awaited")

    direct().then(console.log)
    awaited().then(console.log)
    steps = Promise.resolve().then(lambda: console.log("one")).then(lambda: console.log("two"))
    steps.then(lambda: console.log("three")).then(lambda: console.log("four"))
