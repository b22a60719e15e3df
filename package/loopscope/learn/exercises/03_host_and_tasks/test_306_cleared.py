"""A timer that is taken back."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    late = setTimeout(lambda: console.log("never mind"), 20)

    def change_of_mind():
        console.log("changed my mind")
        clearTimeout(late)

    setTimeout(lambda: console.log("thirty"), 30)
    setTimeout(change_of_mind, 0)
    console.log("waiting")
