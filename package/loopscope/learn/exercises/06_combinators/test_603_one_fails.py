"""One of the batch fails."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def job(name, ms, fails=False):
        def executor(resolve, reject):
            def end():
                console.log(name, "fails" if fails else "is done")
                (reject if fails else resolve)(name)

            setTimeout(end, ms)

        return Promise(executor)

    batch = Promise.all([job("copy", 10), job("scan", 20, True), job("print", 30)])
    batch.then(lambda: console.log("all good"), lambda name: console.log("batch failed:", name))
    setTimeout(lambda: console.log("lamp is on"), 0)
    console.log("waiting for the batch")
