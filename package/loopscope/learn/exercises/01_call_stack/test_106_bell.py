"""A click that the program makes itself."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    door = EventTarget()

    def open_door():
        console.log("who is it?")

    door.addEventListener("ring", open_door)

    def visitor():
        console.log("at the door")
        door.dispatchEvent(Event("ring"))
        console.log("come in")

    visitor()
    console.log("door closed")
