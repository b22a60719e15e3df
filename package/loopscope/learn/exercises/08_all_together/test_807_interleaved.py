"""Three weavers."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    async def weave(name, n):
        for k in range(n):
            console.log(name, k)
            await k

    def chain(resolve):
        console.log("executor")
        resolve(weave("inner", 2))

    weave("a", 3)
    Promise(chain).then(lambda: console.log("inner is done"))
    weave("b", 2)
    queueMicrotask(lambda: console.log("microtask"))
