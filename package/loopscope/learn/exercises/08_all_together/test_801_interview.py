"""The interview question."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    async def async1():
        console.log("async1 start")
        await async2()
        console.log("async1 end")

    async def async2():
        console.log("async2")

    def executor(resolve):
        console.log("promise1")
        resolve()

    console.log("script start")
    setTimeout(lambda: console.log("setTimeout"), 0)
    async1()
    Promise(executor).then(lambda: console.log("promise2"))
    console.log("script end")
