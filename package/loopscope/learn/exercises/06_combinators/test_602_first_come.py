"""One winner."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def runner(name, ms):
        def executor(resolve):
            def arrive():
                console.log(name, "arrives")
                resolve(name)

            setTimeout(arrive, ms)

        return Promise(executor)

    winner = Promise.race([runner("red", 20), runner("blue", 10), runner("green", 30)])
    winner.then(lambda name: console.log("winner:", name))
