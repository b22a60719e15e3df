"""Who calls this function?"""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def executor(resolve):
        console.log("packing")
        resolve("parcel")
        console.log("packed")

    promise = Promise(executor)
    promise.then(lambda value: console.log("got", value))
    console.log("sent")
