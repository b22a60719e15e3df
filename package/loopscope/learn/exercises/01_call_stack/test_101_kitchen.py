"""A recipe."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def boil():
        console.log("boil water")

    def chop():
        console.log("chop onions")

    chop()
    boil()
    console.log("serve")
