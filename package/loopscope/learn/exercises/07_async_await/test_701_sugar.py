"""Before and behind an await."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    async def work():
        console.log("work begins")
        await None
        console.log("work ends")

    work()
    console.log("script")
