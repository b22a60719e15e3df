"""Whoever succeeds."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def server(name, ms, up):
        def executor(resolve, reject):
            setTimeout(lambda: (console.log(name), (resolve if up else reject)(name)), ms)

        return Promise(executor)

    found = Promise.any(
        [server("east", 10, False), server("west", 30, True), server("north", 20, True)]
    )
    found.then(lambda name: console.log("using", name))
    console.log("searching")
