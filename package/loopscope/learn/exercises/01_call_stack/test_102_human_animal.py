"""Two functions, one inside the other."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def animal():
        human()
        console.log("animal")

    def human():
        console.log("human")

    animal()
    console.log("end")
