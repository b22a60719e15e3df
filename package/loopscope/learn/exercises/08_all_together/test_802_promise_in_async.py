"""What an async function returns."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    async def one():
        console.log("one")
        return Promise.resolve("value")

    async def two():
        console.log("two:", await one())

    two()
    steps = Promise.resolve()
    for n in (1, 2, 3, 4, 5):
        steps = steps.then((lambda n: lambda: console.log("step", n))(n))
