"""What happens between two tasks?"""

from loopscope.js import *
from loopscope.learn.exercise import predict


@predict()
def program():
    def bus():
        console.log("bus")
        queueMicrotask(lambda: console.log("ticket"))

    setTimeout(bus, 0)
    setTimeout(lambda: console.log("tram"), 0)
    queueMicrotask(lambda: console.log("timetable"))
