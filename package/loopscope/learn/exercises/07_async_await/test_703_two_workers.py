"""Two at once."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    async def worker(name):
        console.log(name, 1)
        await None
        console.log(name, 2)
        await None
        console.log(name, 3)

    worker("Ada")
    worker("Bo")
    console.log("boss")
