"""An error on the way."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    async def fails():
        console.log("trying")
        raise Exception("broken")

    async def main():
        try:
            await fails()
        except Exception as error:
            console.log("caught", str(error))
        console.log("repaired")

    main()
    Promise.resolve().then(lambda: console.log("microtask"))
    console.log("script")
