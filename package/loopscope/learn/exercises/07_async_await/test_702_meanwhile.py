"""Waiting for a timer."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def sleep(ms):
        return Promise(lambda resolve: setTimeout(resolve, ms))

    async def fetch_data():
        console.log("asking")
        await sleep(10)
        console.log("answer")

    setTimeout(lambda: console.log("tea"), 5)
    fetch_data()
    console.log("meanwhile")
