"""A button that does not react."""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    button = EventTarget()
    button.addEventListener("click", lambda: console.log("clicked"))
    setTimeout(lambda: button.dispatchEvent(Event("click")), 10)
    setTimeout(lambda: console.log("tooltip"), 0)
    block(100)
    console.log("page is ready")
