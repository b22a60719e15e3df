"""One after the other."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def sleep(name, ms):
        def executor(resolve):
            setTimeout(lambda: (console.log(name), resolve()), ms)

        return Promise(executor)

    async def main():
        await sleep("long", 20)
        await sleep("short", 5)
        console.log("main is done")

    main()
    setTimeout(lambda: console.log("clock"), 12)
    setTimeout(lambda: console.log("bell"), 0)
    console.log("script")
