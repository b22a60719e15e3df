"""Something that looks like a promise."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    class Ticket:
        def then(self, resolve):
            console.log("then is called")
            resolve("ticket")

    async def passenger():
        console.log("queueing")
        console.log(await Ticket())

    passenger()
    Promise.resolve().then(lambda: console.log("p1")).then(lambda: console.log("p2"))
    process.nextTick(lambda: console.log("tick"))
    console.log("platform")
